/** Needs determination and the individual plan of work (IPR): 256 п.13 3), 15–17. */
import { addMonths, isLegalDay, legalDayOf, type LegalDay } from '../../law/calendar.js';
import { isValidated, type Law } from '../../law/law.js';
import { PLAN_CATEGORIES } from '../../law/plan-categories.js';
import { isSector } from '../../law/sectors.js';
import { accept, outsideStage, type Decision, type Moment } from '../decision.js';
import type { CommandOf } from '../commands.js';
import type { EntryOf, PlannedMeasure, SigningParty } from '../facts.js';
import { refuse } from '../refusal.js';
import type { CaseState, Ipr } from '../state.js';

export function decideDetermineNeeds(state: CaseState, command: CommandOf<'determineNeeds'>): Decision {
  const outside = outsideStage(state, 'needs');
  if (outside) return outside;
  // P29: consent comes before the profile, the needs and the plan.
  if (state.consent !== 'given') return refuse('consent_required', '256-13-CON');
  return accept({ type: 'NeedsDetermined', data: command.data });
}

/**
 * A new draft replaces the old one, and its signatures, until the head has approved it: a signed plan
 * whose dates have passed meanwhile, or that the head will not approve, must have a way back.
 */
export function decideDraftIpr(state: CaseState, command: CommandOf<'draftIpr'>, moment: Moment): Decision {
  const outside = outsideStage(state, 'planning');
  if (outside) return outside;
  const { endsOn, measures } = command.data;
  const today = legalDayOf(moment.now);
  const fault = checkPlanPeriod(today, endsOn) ?? checkMeasures(today, endsOn, measures) ?? checkCategories(today, command.data, moment.law);
  return fault ?? accept({ type: 'IprDrafted', data: command.data });
}

/**
 * A26-IPR, P56: by a measure, or by a reason why it is not needed. Asked on the day on which the plan is
 * drawn up (P38), so not again at the approval.
 */
function checkCategories(today: LegalDay, { measures, notNeeded = [] }: CommandOf<'draftIpr'>['data'], law: Law): Decision | undefined {
  if (!isValidated(law, 'A26-IPR', today)) return undefined;
  const served = new Set(measures.flatMap(({ categories = [] }) => categories));
  const spared = new Set(notNeeded.map(({ category }) => category));
  const missing = PLAN_CATEGORIES.find((category) => !served.has(category) && !spared.has(category));
  if (missing !== undefined) return refuse('category_not_addressed', 'A26-IPR', { category: missing });
  const both = PLAN_CATEGORIES.find((category) => served.has(category) && spared.has(category));
  return both === undefined ? undefined : refuse('category_contradictory', 'A26-IPR', { category: both });
}

/** 256-15-1 and P11: at most one year from the approval. */
function checkPlanPeriod(today: LegalDay, endsOn: LegalDay): Decision | undefined {
  if (!isLegalDay(endsOn)) return refuse('day_impossible', undefined, { day: endsOn });
  const latest = addMonths(today, 12);
  if (endsOn > latest) return refuse('plan_too_long', '256-15-1', { endsOn, latest });
  if (endsOn < today) return refuse('plan_ends_in_past', '256-15-1', { endsOn });
  return undefined;
}

function checkMeasures(today: LegalDay, endsOn: LegalDay, measures: readonly PlannedMeasure[]): Decision | undefined {
  if (new Set(measures.map((measure) => measure.measureId)).size < measures.length) return refuse('measure_duplicate');
  if (!measures.some((measure) => measure.kind === 'family')) return refuse('family_measure_required', '256-16-2');
  if (!measures.some((measure) => measure.kind === 'state')) return refuse('state_measure_required', '256-16-1');
  return measures.map((measure) => checkMeasure(today, endsOn, measure)).find((fault) => fault !== undefined);
}

/** 256-16-3: each measure has a term of its own, inside the plan; 256-16-1 and P13: one responsible agency. */
function checkMeasure(today: LegalDay, endsOn: LegalDay, measure: PlannedMeasure): Decision | undefined {
  const { measureId, kind, agency, dueOn } = measure;
  if (!dueOn) return refuse('measure_term_missing', '256-16-3', { measureId });
  if (!isLegalDay(dueOn)) return refuse('day_impossible', undefined, { day: dueOn });
  if (dueOn < today) return refuse('measure_term_in_past', '256-16-3', { measureId, dueOn });
  if (dueOn > endsOn) return refuse('measure_after_plan_end', '256-16-3', { measureId, dueOn, endsOn });
  if (kind === 'family') return undefined;
  if (agency === undefined) return refuse('agency_required', '256-16-1', { measureId });
  const unknown = [agency, ...(measure.coExecutors ?? [])].find((code) => !isSector(code));
  return unknown === undefined ? undefined : refuse('agency_unknown', '192-2', { agency: unknown });
}

export function decideSignIpr(state: CaseState, command: CommandOf<'signIpr'>): Decision {
  const outside = outsideStage(state, 'planning');
  if (outside) return outside;
  const { ipr } = state;
  if (ipr === undefined) return refuse('plan_not_drafted', '256-17-1');
  const { party, method, documentId } = command.data;
  if (ipr.signatures.includes(party)) return refuse('plan_already_signed', '256-17-1');
  const complete = ipr.signatures.length === 1;
  return accept({ type: 'IprSigned', data: { iprId: ipr.iprId, party, method, documentId, complete } });
}

/** 256-17-2, P50: the head, or the acting head by an order whose number is recorded; never the author. */
export function decideApproveIpr(state: CaseState, command: CommandOf<'approveIpr'>, moment: Moment): Decision {
  const outside = outsideStage(state, 'planning');
  if (outside) return outside;
  const { ipr } = state;
  if (ipr === undefined || !isSigned(ipr)) return refuse('plan_not_signed', '256-17-2');
  const { actingOrder } = command.data;
  if (command.actor.role !== 'center_head' && actingOrder === undefined) return refuse('acting_order_required', 'P50');
  if (actingOrder !== undefined && !isLegalDay(actingOrder.date)) return refuse('day_impossible', 'P50', { day: actingOrder.date });
  if (command.actor.id === ipr.draftedBy) return refuse('approver_is_author', 'P50');
  const approvedOn = legalDayOf(moment.now);
  const fault = checkPlanPeriod(approvedOn, ipr.endsOn) ?? checkMeasures(approvedOn, ipr.endsOn, state.measures);
  return fault ?? approval(ipr, state.measures, approvedOn, actingOrder);
}

/** Measures by whose term they run, so that each starts its own duty. */
function approval(
  ipr: Ipr,
  measures: readonly PlannedMeasure[],
  approvedOn: LegalDay,
  actingOrder: { number: string; date: LegalDay } | undefined,
): Decision {
  const stateMeasures = measures.flatMap(({ measureId, kind, agency, dueOn }) =>
    kind === 'family' || agency === undefined ? [] : [{ measureId, agency, dueOn }],
  );
  const familyMeasures = measures
    .filter((measure) => measure.kind === 'family')
    .map(({ measureId, dueOn }) => ({ measureId, dueOn }));
  const agencies = [...new Set(stateMeasures.map((measure) => measure.agency))].map((agency) => ({ agency }));
  const order = actingOrder === undefined ? {} : { actingOrder };
  const { iprId, endsOn } = ipr;
  return accept({ type: 'IprApproved', data: { iprId, approvedOn, endsOn, ...order, agencies, stateMeasures, familyMeasures } });
}

function isSigned(ipr: Ipr): boolean {
  const parties: readonly SigningParty[] = ['employee', 'family'];
  return parties.every((party) => ipr.signatures.includes(party));
}

export function evolveNeedsDetermined(state: CaseState, entry: EntryOf<'NeedsDetermined'>): CaseState {
  return { ...state, stage: 'planning', stageEnteredAt: entry.at };
}

export function evolveIprDrafted(state: CaseState, entry: EntryOf<'IprDrafted'>): CaseState {
  const { iprId, endsOn, measures, notNeeded } = entry.data;
  const spared = notNeeded === undefined ? {} : { notNeeded };
  return {
    ...state,
    ipr: { iprId, endsOn, draftedBy: entry.actor.id, ...spared, signatures: [], sent: false },
    measures: measures.map((measure) => ({ ...measure, status: 'planned', timesReturned: 0 })),
  };
}

export function evolveIprSigned(state: CaseState, entry: EntryOf<'IprSigned'>): CaseState {
  const { ipr } = state;
  return ipr === undefined ? state : { ...state, ipr: { ...ipr, signatures: [...ipr.signatures, entry.data.party] } };
}

export function evolveIprApproved(state: CaseState, entry: EntryOf<'IprApproved'>): CaseState {
  const { ipr } = state;
  if (ipr === undefined) return state;
  return { ...state, stage: 'execution', stageEnteredAt: entry.at, ipr: { ...ipr, approvedOn: entry.data.approvedOn } };
}
