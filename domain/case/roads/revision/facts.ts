/** The revision of a measure's term after the approval of the plan: 256 п.17, P11, P12. */
import type { LegalDay } from '../../../law/calendar.js';
import type { EntryOf } from '../../facts.js';
import type { FactRows } from '../../road.js';
import type { CaseState, Revision } from '../../state.js';
import { ordered, updateMeasure, withdrawn, type DispatchRequest } from '../execution/facts.js';
import { signatureIn, type Signed } from '../plan/facts.js';

export interface RevisionFacts {
  /** Another one of the same measure that is not approved gives way to it. */
  RevisionProposed: { revisionId: string; measureId: string; dueOn: LegalDay; reasonId: string };
  RevisionSigned: Signed & { revisionId: string };
  RevisionApproved: {
    revisionId: string;
    measureId: string;
    kind: 'state' | 'family';
    /** Responsible agency of a state measure. */
    agency?: string;
    dueOn: LegalDay;
    previousDueOn: LegalDay;
    approvedOn: LegalDay;
    actingOrder?: { number: string; date: LegalDay };
    /** The agency has been sent the plan, or is being sent it, and must be sent the new term (P12). */
    toSend: boolean;
  };
  RevisionSent: { revisionId: string; dispatches: readonly DispatchRequest[] };
}

export const REVISION_FACTS: FactRows<keyof RevisionFacts> = {
  RevisionProposed: withProposal,
  RevisionSigned: (state, { data }) => updateRevision(state, data.revisionId, ({ signatures }) => ({ signatures: [...signatures, signatureIn(data)] })),
  RevisionApproved: withApproval,
  RevisionSent: withSending,
};

function withProposal(state: CaseState, { data, actor }: EntryOf<'RevisionProposed'>): CaseState {
  const { revisionId, measureId, dueOn } = data;
  const others = state.revisions.filter((revision) => revision.measureId !== measureId || revision.approvedOn !== undefined);
  return { ...state, revisions: [...others, { revisionId, measureId, dueOn, proposedBy: actor.id, signatures: [], sent: false }] };
}

/** What the agency was not sent yet says the old term: it is not sent any more. */
function withApproval(state: CaseState, { data }: EntryOf<'RevisionApproved'>): CaseState {
  const { revisionId, measureId, dueOn, approvedOn, toSend } = data;
  const approved = updateRevision(state, revisionId, () => ({ approvedOn, sent: !toSend }));
  return { ...updateMeasure(approved, measureId, { dueOn }), dispatches: withdrawn(state.dispatches, 'referral', measureId) };
}

function withSending(state: CaseState, { data, seq }: EntryOf<'RevisionSent'>): CaseState {
  return { ...updateRevision(state, data.revisionId, () => ({ sent: true })), dispatches: [...state.dispatches, ...ordered(data.dispatches, seq)] };
}

function updateRevision(state: CaseState, revisionId: string, change: (revision: Revision) => Partial<Revision>): CaseState {
  return { ...state, revisions: state.revisions.map((revision) => (revision.revisionId === revisionId ? { ...revision, ...change(revision) } : revision)) };
}
