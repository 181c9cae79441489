/** The closed lists of the core as schemas; `satisfies` keeps each equal to its type. */
import { z } from 'zod';
import type {
  AssessmentResult,
  ClosureGround,
  DispatchKind,
  MeasureStatus,
  ReportOutcome,
  SigningMethod,
  SigningParty,
  TriageRoute,
} from '../../domain/case/facts.js';
import { STAGES, type Dispatch, type Measure } from '../../domain/case/state.js';
import { DELAY_REASONS, type DutyStanding } from '../../domain/law/duty.js';
import type { ExplainedDay } from '../../domain/law/explain.js';
import type { StepName } from '../../domain/law/ladder.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';
import type { Enforcement, Force, Role } from '../../domain/law/rule.js';

/** An enum of all members of a type: a member left out or too many does not compile. */
function listOf<T extends string>(members: Readonly<Record<T, true>>): z.ZodEnum<{ [M in T]: M }> {
  const names = Object.keys(members) as T[];
  return z.enum(Object.fromEntries(names.map((name) => [name, name])) as { [M in T]: M });
}

export const StageName = z.enum(STAGES as [(typeof STAGES)[number], ...(typeof STAGES)[number][]]).meta({ id: 'Stage' });

export const ChannelNumber = z
  .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])
  .meta({ id: 'Channel', type: 'integer', enum: [1, 2, 3, 4, 5], description: 'Intake channel of 256 п.12 1)–5).' });

export const Route = listOf<TriageRoute>({
  assessment: true,
  consultation_and_assessment: true,
  redirect_and_assessment: true,
}).meta({ id: 'TriageRoute' });

export const Result = listOf<AssessmentResult>({ difficult_life_situation: true, not_confirmed: true }).meta({ id: 'AssessmentResult' });

export const Outcome = listOf<ReportOutcome>({ performed: true, in_progress: true, not_performed: true }).meta({ id: 'ReportOutcome' });

export const Mark = listOf<MeasureStatus>({ done: true, in_progress: true, not_done: true }).meta({ id: 'MeasureStatus' });

export const MarkOrReturn = listOf<MeasureStatus | 'returned'>({ done: true, in_progress: true, not_done: true, returned: true }).meta({
  id: 'ReportMark',
});

export const Party = listOf<SigningParty>({ employee: true, family: true }).meta({ id: 'SigningParty' });

export const Method = listOf<SigningMethod>({ eds: true, paper: true }).meta({ id: 'SigningMethod' });

export const Situation = listOf<'stable' | 'worsened'>({ stable: true, worsened: true }).meta({ id: 'Situation' });

export const Category = z.enum(PLAN_CATEGORIES).meta({ id: 'PlanCategory', description: 'What a plan must address from 10.03.2026 on (A26-IPR).' });

export const Delay = z.enum(DELAY_REASONS).meta({ id: 'DelayReason', description: 'Why a term was missed (P33); it pauses nothing.' });

export const Ground = listOf<ClosureGround>({ completed: true, not_confirmed: true }).meta({ id: 'ClosureGround' });

export const DispatchKindName = listOf<DispatchKind>({
  referral: true,
  rework_notice: true,
  minors_notice: true,
  response_request: true,
  identification_referral: true,
}).meta({
  id: 'DispatchKind',
});

export const DispatchState = listOf<Dispatch['state']>({ pending: true, parked: true, delivered: true, refused: true, given_up: true, withdrawn: true }).meta({
  id: 'DispatchState',
});

export const MeasureState = listOf<Measure['status']>({
  planned: true,
  sent: true,
  reported: true,
  returned: true,
  in_progress: true,
  not_done: true,
  done: true,
}).meta({ id: 'MeasureState' });

export const Standing = listOf<DutyStanding>({
  open: true,
  overdue: true,
  exceeded: true,
  met: true,
  met_late: true,
  lapsed: true,
  lapsed_late: true,
}).meta({ id: 'DutyStanding', description: 'An internal term is exceeded, never overdue. What lapsed after its term is `lapsed_late`: it stays missed.' });

export const Step = listOf<StepName>({
  reminder: true,
  overdue: true,
  exceeded: true,
  head: true,
  coordinator: true,
  quarter_end: true,
  repeat: true,
  returned_again: true,
  opened: true,
  decided_again: true,
  last_day: true,
  refused: true,
}).meta({ id: 'Step' });

export const ForceName = listOf<Force>({
  law: true,
  law_assumed: true,
  law_digest: true,
  policy: true,
  repealed_pattern: true,
  internal: true,
}).meta({ id: 'Force' });

export const EnforcementName = listOf<Enforcement['as']>({
  duty: true,
  validation: true,
  record: true,
  report: true,
  reference: true,
  principle: true,
  not_built: true,
}).meta({ id: 'Enforcement', description: 'How a row is made to hold; `not_built`: it waits for the part of the product that `at` names.' });

export const RoleName = listOf<Role>({
  social_work_specialist: true,
  social_worker: true,
  psychologist: true,
  lawyer: true,
  prevention_specialist: true,
  analyst: true,
  case_manager: true,
  unit_head: true,
  center_head: true,
  duty_officer: true,
  coordinator: true,
  administrator: true,
  auditor: true,
  region_supervisor: true,
  ministry_supervisor: true,
  agency: true,
  agency_head: true,
  family: true,
  system: true,
}).meta({ id: 'Role' });

export const DayReason = listOf<ExplainedDay['reason']>({
  event_day: true,
  counted: true,
  worked_weekend: true,
  weekend: true,
  day_off: true,
  calendar_day: true,
  shifted: true,
}).meta({ id: 'DayReason' });
