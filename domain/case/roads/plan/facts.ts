/** Needs and the individual plan of work: 256 п.13 3), 15–17. */
import type { LegalDay } from '../../../law/calendar.js';
import type { PlanCategory } from '../../../law/plan-categories.js';
import type { EntryOf } from '../../facts.js';
import type { FactRows } from '../../road.js';
import type { CaseState, Ipr } from '../../state.js';

export type SigningParty = 'employee' | 'family';
/** P42: a family without ЭЦП signs on paper. */
export type SigningMethod = 'eds' | 'paper';

/** Whose signature stands under a plan or a revision. */
export type PlanSignature = {
  party: SigningParty;
  /** Of the Center the employee, of the family the member who has signed. */
  by: string;
  /** The member of the family works at the Center, too, under this id. */
  colleague?: string;
};

/** What the ledger says of a signature: by the digests anybody can see later what was signed, and by which signature. */
export type Signed = PlanSignature & {
  method: SigningMethod;
  documentId: string;
  /** Of its bytes as we have them: what was signed. */
  documentSha256: string;
  /** The ЭЦҚ / ЭЦП over the document: the party's own, or on paper the employee's over the scan (P42). */
  signatureId?: string;
  /** Of the CMS. */
  signatureSha256?: string;
};

/** One measure of the plan: one kind of support, one responsible agency, one term (256-16-1, 256-16-3, P13). */
export interface PlannedMeasure {
  measureId: string;
  kind: 'state' | 'family';
  supportKind: string;
  /** Responsible agency: id of an organisation of the directory; absent for the family's own measures. */
  agency?: string;
  /** What that organisation is there for, as the directory said when the plan was drafted. */
  function?: string;
  /** Organisations that help it. */
  coExecutors?: readonly string[];
  /** Last day of the measure's own term. */
  dueOn: LegalDay;
  /** Code of the register of state services, when the measure is one (192-10, P46). */
  serviceCode?: string;
  descriptionId?: string;
  /** Categories of A26-IPR that the measure serves. */
  categories?: readonly PlanCategory[];
}

/** A category of A26-IPR for which the plan has no measure, and why (P56). */
export interface CategoryNotNeeded {
  category: PlanCategory;
  reasonId: string;
}

export interface PlanFacts {
  NeedsDetermined: { needs: readonly string[]; noteId?: string };
  IprDrafted: {
    iprId: string;
    endsOn: LegalDay;
    specialists: readonly string[];
    measures: readonly PlannedMeasure[];
    notNeeded?: readonly CategoryNotNeeded[];
  };
  IprSigned: Signed & {
    iprId: string;
    /** True when both parties have signed with this signature (256-17-1). */
    complete: boolean;
  };
  IprApproved: {
    iprId: string;
    approvedOn: LegalDay;
    endsOn: LegalDay;
    actingOrder?: { number: string; date: LegalDay };
    agencies: readonly { agency: string }[];
    stateMeasures: readonly { measureId: string; agency: string; dueOn: LegalDay }[];
    familyMeasures: readonly { measureId: string; dueOn: LegalDay }[];
  };
}

export const PLAN_FACTS: FactRows<keyof PlanFacts> = {
  NeedsDetermined: (state, { at }) => ({ ...state, stage: 'planning', stageEnteredAt: at }),
  IprDrafted: withDraft,
  IprSigned: (state, { data }) => withIpr(state, (ipr) => ({ signatures: [...ipr.signatures, signatureIn(data)] })),
  IprApproved: (state, { data, at }) =>
    state.ipr === undefined ? state : { ...withIpr(state, () => ({ approvedOn: data.approvedOn })), stage: 'execution', stageEnteredAt: at },
};

function withDraft(state: CaseState, { data, actor }: EntryOf<'IprDrafted'>): CaseState {
  const { iprId, endsOn, measures, notNeeded } = data;
  const spared = notNeeded === undefined ? {} : { notNeeded };
  return {
    ...state,
    ipr: { iprId, endsOn, draftedBy: actor.id, ...spared, signatures: [], sent: false },
    measures: measures.map((measure) => ({ ...measure, status: 'planned', timesReturned: 0 })),
  };
}

export function signatureIn({ party, by, colleague }: PlanSignature): PlanSignature {
  return { party, by, ...(colleague === undefined ? {} : { colleague }) };
}

export function withIpr(state: CaseState, change: (ipr: Ipr) => Partial<Ipr>): CaseState {
  return state.ipr === undefined ? state : { ...state, ipr: { ...state.ipr, ...change(state.ipr) } };
}
