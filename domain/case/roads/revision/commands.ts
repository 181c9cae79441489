/**
 * The revision of a measure's term after the approval of the plan: 256 п.17, P11, P12, P50. Signed by both parties,
 * approved by another than its author; the plan's own year is not begun anew, and only the agency concerned is sent it.
 */
import { isLegalDay, legalDayOf, type LegalDay } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import type { KnownOrder } from '../../references.js';
import { refuse } from '../../refusal.js';
import { CASE_WORK, type CommandRows } from '../../road.js';
import { aPreview, referralOfRevision, refusedUnseen, type Previewed } from '../../sending.js';
import type { CaseState, Measure, Revision } from '../../state.js';
import { actingOrderOf, refusedApprover } from '../plan/commands.js';
import { isRefused, referencesOfSigning, signed, type Signing } from '../plan/signing.js';

export interface RevisionCommands {
  proposeRevision: { measureId: string; dueOn: LegalDay; reasonId: string };
  signRevision: Signing & { revisionId: string };
  approveRevision: { revisionId: string; actingOrder?: { number: string; date: LegalDay } };
  sendRevision: { revisionId: string } & Previewed;
}

const BECAUSE = 'the plan is corrected while it is carried out';

export const REVISION_COMMANDS: CommandRows<keyof RevisionCommands> = {
  proposeRevision: { roles: CASE_WORK, during: ['execution'], because: BECAUSE, rule: '256-17-3', decide: decideProposal },
  signRevision: {
    roles: CASE_WORK,
    strand: 'revision',
    during: ['execution'],
    because: BECAUSE,
    rule: '256-17-3',
    refers: referencesOfSigning,
    decide: decideSignature,
  },
  // 256-17-2 and P50: as the plan itself.
  approveRevision: {
    roles: ['center_head', 'unit_head'],
    strand: 'revision',
    during: ['execution'],
    because: BECAUSE,
    rule: '256-17-3',
    refers: actingOrderOf,
    decide: decideApproval,
  },
  sendRevision: {
    roles: CASE_WORK,
    strand: 'revision',
    during: ['execution'],
    because: BECAUSE,
    rule: '256-17-3',
    refers: (data, actor) => aPreview(data, { by: 'sendRevision', revisionId: data.revisionId }, actor),
    decide: decideSending,
  },
};

function decideProposal(state: CaseState, { id, data }: CommandOf<'proposeRevision'>, { now }: Moment): Decision {
  const { measureId, dueOn, reasonId } = data;
  const measure = state.measures.find((candidate) => candidate.measureId === measureId);
  if (measure === undefined) return refuse('measure_unknown');
  return (
    refusedMeasure(measure) ??
    refusedTerm(state, measure, dueOn, legalDayOf(now)) ??
    accept({ type: 'RevisionProposed', data: { revisionId: id, measureId, dueOn, reasonId } })
  );
}

/** A report that waits is marked or returned first: it answers the term that stood when it came. */
function refusedMeasure({ measureId, status }: Measure): Decision | undefined {
  if (status === 'done') return refuse('measure_already_done', '256-17-3', { measureId });
  return status === 'reported' ? refuse('report_not_marked', '192-11-2', { measureId }) : undefined;
}

/** 256-16-3, P11: inside the plan as it was approved, whose year is not begun anew. */
function refusedTerm(state: CaseState, { measureId, dueOn: before }: Measure, dueOn: LegalDay, today: LegalDay): Decision | undefined {
  if (!isLegalDay(dueOn)) return refuse('day_impossible', '256-17-3', { day: dueOn });
  if (dueOn === before) return refuse('measure_term_unchanged', '256-17-3', { measureId, dueOn });
  if (dueOn < today) return refuse('measure_term_in_past', '256-16-3', { measureId, dueOn });
  const endsOn = state.ipr?.endsOn ?? today;
  return dueOn > endsOn ? refuse('measure_after_plan_end', '256-16-3', { measureId, dueOn, endsOn }) : undefined;
}

function decideSignature(state: CaseState, { data, actor }: CommandOf<'signRevision'>, moment: Moment): Decision {
  const found = openRevision(state, data.revisionId);
  if ('ok' in found) return found;
  if (found.signatures.some(({ party }) => party === data.party)) return refuse('revision_already_signed', '256-17-1');
  const signature = signed(found.signatures, data, actor, moment);
  if (isRefused(signature)) return signature;
  return accept({ type: 'RevisionSigned', data: { revisionId: data.revisionId, ...signature } });
}

function decideApproval(state: CaseState, command: CommandOf<'approveRevision'>, moment: Moment): Decision {
  const { revisionId } = command.data;
  const found = openRevision(state, revisionId);
  if ('ok' in found) return found;
  if (found.signatures.length < 2) return refuse('revision_not_signed', '256-17-1');
  const refused = refusedApprover(command, { author: found.proposedBy, signatures: found.signatures }, moment);
  if (refused) return refused;
  const measure = measureOf(state, found);
  const today = legalDayOf(moment.now);
  const order = moment.known.order[command.actor.id];
  return refusedMeasure(measure) ?? refusedTerm(state, measure, found.dueOn, today) ?? approval(state, found, measure, today, order);
}

function approval(state: CaseState, { revisionId, dueOn }: Revision, measure: Measure, approvedOn: LegalDay, actingOrder: KnownOrder | undefined): Decision {
  const { measureId, kind, agency, dueOn: previousDueOn } = measure;
  const responsible = agency === undefined ? {} : { agency };
  const order = actingOrder === undefined ? {} : { actingOrder };
  const toSend = kind === 'state' && state.ipr?.sent === true;
  return accept({ type: 'RevisionApproved', data: { revisionId, measureId, kind, ...responsible, dueOn, previousDueOn, approvedOn, ...order, toSend } });
}

/** P12, 192-9: to the agency of the measure alone. */
function decideSending(state: CaseState, { data, actor }: CommandOf<'sendRevision'>, { newId, known }: Moment): Decision {
  const revision = state.revisions.find(({ revisionId }) => revisionId === data.revisionId);
  if (revision === undefined) return refuse('revision_unknown', '256-17-3');
  if (revision.approvedOn === undefined) return refuse('revision_not_approved', '256-17-2');
  if (revision.sent) return refuse('revision_already_sent', '192-9');
  const { measureId, agency } = measureOf(state, revision);
  if (agency === undefined) return refuse('agency_required', '256-16-1', { measureId });
  const unseen = refusedUnseen(state, data, { by: 'sendRevision', revisionId: data.revisionId }, actor, known);
  if (unseen !== undefined) return unseen;
  return accept({ type: 'RevisionSent', data: { revisionId: revision.revisionId, dispatches: [referralOfRevision(state, { measureId, agency }, newId)] } });
}

/** The revision that waits for signatures or for its approval, or the refusal. */
function openRevision(state: CaseState, revisionId: string): Revision | Extract<Decision, { ok: false }> {
  const revision = state.revisions.find((candidate) => candidate.revisionId === revisionId);
  if (revision === undefined) return refuse('revision_unknown', '256-17-3');
  return revision.approvedOn === undefined ? revision : refuse('revision_over', '256-17-3');
}

function measureOf({ caseId, measures }: CaseState, { measureId }: Revision): Measure {
  const measure = measures.find((candidate) => candidate.measureId === measureId);
  // A revision is proposed of a measure of the plan, and an approved plan loses none.
  if (measure === undefined) throw new Error(`case ${caseId}: a revision of the measure ${measureId}, which the plan does not have`);
  return measure;
}
