/** Needs determination and the individual plan of work (IPR): 256 п.13 3), 15–17. */
import { addMonths, isLegalDay, legalDayOf, type LegalDay } from '../../../law/calendar.js';
import { isValidated, type Law } from '../../../law/law.js';
import { PLAN_CATEGORIES } from '../../../law/plan-categories.js';
import { functionOf } from '../../../organisation/functions.js';
import { isValidOn } from '../../../organisation/organisation.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import { listed, type Known, type KnownOrder, type Reference } from '../../references.js';
import { refuse } from '../../refusal.js';
import { CASE_WORK, type CommandRows } from '../../road.js';
import type { CaseState, Ipr } from '../../state.js';
import type { Actor } from '../../facts.js';
import type { CategoryNotNeeded, PlannedMeasure, PlanSignature, SigningParty } from './facts.js';
import { hasSigned, isRefused, referencesOfSigning, signed, type Signing } from './signing.js';

export interface PlanCommands {
  determineNeeds: { needs: readonly string[]; noteId?: string };
  draftIpr: {
    iprId: string;
    endsOn: LegalDay;
    specialists: readonly string[];
    measures: readonly PlannedMeasure[];
    notNeeded?: readonly CategoryNotNeeded[];
  };
  signIpr: Signing;
  approveIpr: { actingOrder?: { number: string; date: LegalDay } };
}

export const PLAN_COMMANDS: CommandRows<keyof PlanCommands> = {
  determineNeeds: { roles: CASE_WORK, during: ['needs'], refers: ({ needs }) => listed('need', needs), decide: decideNeeds },
  draftIpr: { roles: CASE_WORK, during: ['planning'], refers: referencesOfDraft, decide: decideDraft },
  signIpr: { roles: CASE_WORK, during: ['planning'], refers: referencesOfSigning, decide: decideSignature },
  // 256-17-2 and P50: approving is the head's alone, or the acting head's by order.
  approveIpr: { roles: ['center_head', 'unit_head'], during: ['planning'], refers: actingOrderOf, decide: decideApproval },
};

/** 256-15-2: who drew it up with the family; 256-16: what supports it, by codes that are in use, and who is responsible. */
function referencesOfDraft({ specialists, measures }: PlanCommands['draftIpr']): Reference[] {
  const kinds = measures.map(({ supportKind }) => supportKind);
  const services = measures.flatMap(({ serviceCode }) => serviceCode ?? []);
  return [
    ...specialists.map((id): Reference => ({ to: 'colleague', id })),
    ...listed('support_kind', kinds),
    ...listed('service', services),
    ...measures.flatMap(organisationsOf).map((id): Reference => ({ to: 'organisation', id })),
  ];
}

/** P50: the order by which the approver stands in for the head. The head needs none. */
export function actingOrderOf({ actingOrder }: PlanCommands['approveIpr'], { id, role }: Actor): Reference[] {
  return role === 'center_head' ? [] : [{ to: 'order', id, ...(actingOrder === undefined ? {} : { said: actingOrder }) }];
}

function decideNeeds(state: CaseState, command: CommandOf<'determineNeeds'>): Decision {
  // P29: consent comes before the profile, the needs and the plan.
  if (state.consent !== 'given') return refuse('consent_required', '256-13-CON');
  return accept({ type: 'NeedsDetermined', data: command.data });
}

/**
 * A new draft replaces the old one, and its signatures, until the head has approved it: a signed plan
 * whose dates have passed meanwhile, or that the head will not approve, must have a way back.
 */
function decideDraft(_state: CaseState, command: CommandOf<'draftIpr'>, moment: Moment): Decision {
  const { endsOn, measures } = command.data;
  const today = legalDayOf(moment.now);
  const fault =
    checkPlanPeriod(today, endsOn) ??
    checkMeasures(today, endsOn, measures) ??
    checkOrganisations(today, measures, moment.known) ??
    checkCategories(today, command.data, moment.law);
  return fault ?? accept({ type: 'IprDrafted', data: { ...command.data, measures: measures.map((measure) => withFunction(measure, moment.known)) } });
}

function organisationsOf({ agency, coExecutors = [] }: PlannedMeasure): string[] {
  return agency === undefined ? [...coExecutors] : [agency, ...coExecutors];
}

/** What the directory says of it, not the client: the ledger tells for good as what the organisation was named. */
function withFunction({ function: _claimed, ...measure }: PlannedMeasure, { organisation }: Known): PlannedMeasure {
  const found = measure.agency === undefined ? undefined : organisation[measure.agency];
  return found === undefined ? measure : { ...measure, function: found.function };
}

/** 192-2, 192-5: a measure is given to an organisation of one of the sectors that is valid on the day of the draft, and so is its help. */
function checkOrganisations(today: LegalDay, measures: readonly PlannedMeasure[], { organisation }: Known): Decision | undefined {
  for (const organisationId of measures.flatMap(organisationsOf)) {
    const found = organisation[organisationId];
    if (found === undefined) return refuse('organisation_unknown', '192-2', { organisationId });
    if (!isValidOn(found, today)) return refuse('organisation_not_valid', '192-2', { organisationId, today });
    if (functionOf(found.function)?.sector === undefined) return refuse('organisation_of_no_sector', '192-2', { organisationId });
  }
  return undefined;
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
  return agency === undefined ? refuse('agency_required', '256-16-1', { measureId }) : undefined;
}

function decideSignature(state: CaseState, { data, actor }: CommandOf<'signIpr'>, moment: Moment): Decision {
  const { ipr } = state;
  if (ipr === undefined) return refuse('plan_not_drafted', '256-17-1');
  if (ipr.signatures.some(({ party }) => party === data.party)) return refuse('plan_already_signed', '256-17-1');
  const signature = signed(ipr.signatures, data, actor, moment);
  if (isRefused(signature)) return signature;
  return accept({ type: 'IprSigned', data: { iprId: ipr.iprId, ...signature, complete: ipr.signatures.length === 1 } });
}

/** 256-17-2, P50: of a plan and of its revision the head approves, or the acting head by an order whose number is recorded; never the author, and never who has signed it. */
export function refusedApprover(
  { actor }: CommandOf<'approveIpr' | 'approveRevision'>,
  { author, signatures }: { author: string; signatures: readonly PlanSignature[] },
  { known }: Moment,
): Decision | undefined {
  if (actor.role !== 'center_head' && known.order[actor.id] === undefined) return refuse('acting_order_required', 'P50');
  if (actor.id === author) return refuse('approver_is_author', 'P50');
  return hasSigned(signatures, actor.id) ? refuse('signer_approves', 'P50') : undefined;
}

function decideApproval(state: CaseState, command: CommandOf<'approveIpr'>, moment: Moment): Decision {
  const { ipr } = state;
  if (ipr === undefined || !isSigned(ipr)) return refuse('plan_not_signed', '256-17-2');
  const refused = refusedApprover(command, { author: ipr.draftedBy, signatures: ipr.signatures }, moment);
  if (refused) return refused;
  const approvedOn = legalDayOf(moment.now);
  const fault = checkPlanPeriod(approvedOn, ipr.endsOn) ?? checkMeasures(approvedOn, ipr.endsOn, state.measures);
  return fault ?? approval(ipr, state.measures, approvedOn, moment.known.order[command.actor.id]);
}

/** Measures by whose term they run, so that each starts its own duty. */
function approval(ipr: Ipr, measures: readonly PlannedMeasure[], approvedOn: LegalDay, actingOrder: KnownOrder | undefined): Decision {
  const stateMeasures = measures.flatMap(({ measureId, kind, agency, dueOn }) =>
    kind === 'family' || agency === undefined ? [] : [{ measureId, agency, dueOn }],
  );
  const familyMeasures = measures.filter((measure) => measure.kind === 'family').map(({ measureId, dueOn }) => ({ measureId, dueOn }));
  const agencies = [...new Set(stateMeasures.map((measure) => measure.agency))].map((agency) => ({ agency }));
  const order = actingOrder === undefined ? {} : { actingOrder };
  const { iprId, endsOn } = ipr;
  return accept({ type: 'IprApproved', data: { iprId, approvedOn, endsOn, ...order, agencies, stateMeasures, familyMeasures } });
}

function isSigned(ipr: Ipr): boolean {
  const parties: readonly SigningParty[] = ['employee', 'family'];
  return parties.every((wanted) => ipr.signatures.some(({ party }) => party === wanted));
}
