/**
 * Escalation ladders as data (decision of the project; the law names no consequence of a missed
 * term). A ladder turns a term into the moments at which somebody must learn of it.
 */
import { CalendarGap, type Calendar, type Instant } from './calendar.js';
import type { Policy } from './policy.js';
import type { Role } from './rule.js';
import { endOfQuarter, morningsBefore, nextMorning, remindersBefore, workingDaysAfter, type Term } from './term.js';

export type StepName =
  | 'reminder'
  | 'overdue'
  | 'exceeded'
  | 'head'
  | 'coordinator'
  | 'quarter_end'
  | 'repeat'
  | 'returned_again'
  | 'opened'
  | 'decided_again'
  | 'last_day'
  | 'refused';

export type LadderName =
  | 'standard'
  | 'agency'
  | 'internal'
  | 'rework_again'
  | 'threat'
  | 'duty'
  | 'order'
  | 'emergency_access'
  | 'head'
  | 'minors'
  | 'stay'
  | 'stay_again'
  | 'none';

/** A planned moment of a duty: `at` is the legal instant, however late the engine wakes up. */
export interface Step {
  step: StepName;
  at: Instant;
}

/** One step of a ladder as data: a policy may set a ladder anew (rules.md, escalation ladder). */
export interface LadderRung {
  step: StepName;
  /** `raised`: when a fact says so that the row names (`raisedBy`); nothing is planned for it. */
  when: 'start' | 'raised' | 'reminder' | 'due' | { daysBeforeDue: number } | { workingDaysAfterDue: number } | 'quarter_end';
  to: readonly Role[];
}

const STAY_RUNGS: readonly LadderRung[] = [
  { step: 'reminder', when: 'reminder', to: ['case_manager'] },
  { step: 'last_day', when: { daysBeforeDue: 0 }, to: ['case_manager', 'unit_head', 'center_head'] },
  { step: 'overdue', when: 'due', to: ['case_manager', 'unit_head', 'center_head', 'coordinator'] },
];

/** `owner` stands for whoever owes the duty. */
const LADDERS: Readonly<Record<LadderName, readonly LadderRung[]>> = {
  standard: [
    { step: 'reminder', when: 'reminder', to: ['case_manager'] },
    { step: 'overdue', when: 'due', to: ['case_manager', 'unit_head'] },
    { step: 'head', when: { workingDaysAfterDue: 1 }, to: ['center_head'] },
    { step: 'coordinator', when: { workingDaysAfterDue: 3 }, to: ['coordinator'] },
    { step: 'quarter_end', when: 'quarter_end', to: ['center_head'] },
  ],
  agency: [
    { step: 'reminder', when: 'reminder', to: ['agency'] },
    { step: 'overdue', when: 'due', to: ['agency', 'case_manager', 'unit_head'] },
    { step: 'head', when: { workingDaysAfterDue: 1 }, to: ['agency_head', 'center_head'] },
    { step: 'coordinator', when: { workingDaysAfterDue: 3 }, to: ['coordinator'] },
    { step: 'quarter_end', when: 'quarter_end', to: ['center_head'] },
  ],
  // An internal term is never "overdue" in law and never leaves the Center (P9).
  internal: [
    { step: 'reminder', when: 'reminder', to: ['case_manager'] },
    { step: 'exceeded', when: 'due', to: ['case_manager', 'unit_head'] },
    { step: 'head', when: { workingDaysAfterDue: 1 }, to: ['center_head'] },
  ],
  // P17: from the second return on the heads learn of it at once, the agency's and the Center's.
  rework_again: [
    { step: 'returned_again', when: 'start', to: ['agency_head', 'center_head'] },
    { step: 'reminder', when: 'reminder', to: ['case_manager'] },
    { step: 'exceeded', when: 'due', to: ['case_manager', 'unit_head'] },
    { step: 'head', when: { workingDaysAfterDue: 1 }, to: ['center_head'] },
  ],
  // P53: threat, duty and minors timers, round the clock.
  threat: [
    { step: 'reminder', when: 'reminder', to: ['center_head', 'duty_officer'] },
    { step: 'overdue', when: 'due', to: ['center_head', 'duty_officer', 'coordinator'] },
  ],
  // P4 is a term of the Center's own: raised as high as a threat, yet never "overdue".
  duty: [
    { step: 'reminder', when: 'reminder', to: ['center_head', 'duty_officer'] },
    { step: 'exceeded', when: 'due', to: ['center_head', 'duty_officer', 'coordinator'] },
  ],
  // P53, and P28: a body that turns the notice away is heard of at once.
  minors: [
    { step: 'refused', when: 'raised', to: ['center_head', 'duty_officer'] },
    { step: 'reminder', when: 'reminder', to: ['center_head', 'duty_officer'] },
    { step: 'overdue', when: 'due', to: ['center_head', 'duty_officer', 'coordinator'] },
  ],
  // P36: the one reminder before an order ends, and the alarm of a Center that has none.
  order: [
    { step: 'reminder', when: { daysBeforeDue: 30 }, to: ['center_head', 'coordinator'] },
    { step: 'overdue', when: 'due', to: ['center_head', 'coordinator'] },
  ],
  // P59: the head learns of it at once; the auditor when it is not judged in time.
  emergency_access: [
    { step: 'opened', when: 'start', to: ['center_head'] },
    { step: 'reminder', when: 'reminder', to: ['center_head'] },
    { step: 'exceeded', when: 'due', to: ['center_head', 'auditor'] },
  ],
  // P27, P52: the end of a stay comes on whatever day it falls; past it the alarm comes every morning.
  stay: STAY_RUNGS,
  // P27: no extension, only a new decision, of which the head and the coordinator hear at once.
  stay_again: [{ step: 'decided_again', when: 'start', to: ['center_head', 'coordinator'] }, ...STAY_RUNGS],
  // P60: of another Center's case nobody of the Center but its head hears.
  head: [
    { step: 'reminder', when: 'reminder', to: ['center_head'] },
    { step: 'exceeded', when: 'due', to: ['center_head'] },
  ],
  none: [],
};

/** A duty's ladder: its own rungs where the policy of its beginning set them, else those above. */
export interface Laddered {
  ladder: LadderName;
  rungs?: readonly LadderRung[];
}

/** What a policy sets in place of the code's ladder; undefined when it leaves it. */
export function rungsSetBy({ ladders }: Pick<Policy, 'ladders'>, ladder: LadderName): readonly LadderRung[] | undefined {
  return isFixed(ladder) ? undefined : ladders?.[ladder];
}

/** Ladders that no policy sets. */
const FIXED_LADDERS = ['none', 'order', 'emergency_access', 'head', 'minors', 'stay', 'stay_again'] as const satisfies readonly LadderName[];

export type FixedLadder = (typeof FIXED_LADDERS)[number];

function isFixed(ladder: LadderName): ladder is FixedLadder {
  return FIXED_LADDERS.some((fixed) => fixed === ladder);
}

/** The ladders of what is answered round the clock (P53): they know no quiet hours, and stand first in every list. */
export const ROUND_THE_CLOCK: readonly LadderName[] = ['threat', 'duty', 'minors'];

export function isRoundTheClock(ladder: LadderName): boolean {
  return ROUND_THE_CLOCK.includes(ladder);
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So long an alarm comes often; then seldom, as long as the duty is owed: who hears it every four hours for a year stops hearing it. */
const OFTEN_FOR = { threat: 72 * HOUR, order: 28 * DAY } as const;

/**
 * When the alarm of a breach comes again, until the duty is met: of a threat timer every few hours and then once a day (P53),
 * of an order that is missing every week and then every four weeks, of a stay past its end every morning at 09:00. Undefined for ladders that repeat nothing.
 * @param moment the step behind which it comes again
 */
export function repeatAfter(
  ladder: LadderName,
  moment: Instant,
  dueAt: Instant,
  { repeatThreatHours }: Pick<Policy, 'repeatThreatHours'>,
): Instant | undefined {
  if (isRoundTheClock(ladder)) {
    const soon = moment + repeatThreatHours * HOUR;
    return soon <= dueAt + OFTEN_FOR.threat ? soon : moment + DAY;
  }
  // P27: nobody stays past the month unnoticed, not for one morning.
  if (ladder === 'stay' || ladder === 'stay_again') return moment < dueAt ? undefined : nextMorning(moment);
  if (ladder !== 'order') return undefined;
  const soon = moment + 7 * DAY;
  return soon <= dueAt + OFTEN_FOR.order ? soon : moment + 28 * DAY;
}

/**
 * The moments of a term, sorted; steps at one instant keep the ladder's order.
 * A step that falls into a year without a calendar table is left out here and planned again when
 * that table is adopted: the due date itself was computed, so no duty loses its end.
 */
export function planSteps({ ladder, rungs = LADDERS[ladder] }: Laddered, calendar: Calendar, startedAt: Instant, dueAt: Instant, term: Term): Step[] {
  const steps: Step[] = [];
  for (const { step, when } of rungs) {
    for (const at of instantsOf(when, calendar, startedAt, dueAt, term)) steps.push({ step, at });
  }
  return steps.toSorted((a, b) => a.at - b.at);
}

function instantsOf(when: LadderRung['when'], calendar: Calendar, startedAt: Instant, dueAt: Instant, term: Term): readonly Instant[] {
  try {
    if (when === 'start') return [startedAt];
    if (when === 'raised') return [];
    if (when === 'reminder') return remindersBefore(calendar, startedAt, dueAt, term);
    if (when === 'due') return [dueAt];
    if (typeof when === 'object' && 'daysBeforeDue' in when) return morningsBefore(dueAt, when.daysBeforeDue).filter((at) => at > startedAt);
    const third = workingDaysAfter(calendar, dueAt, 3);
    // The line in the conclusion comes last: of the first quarter that ends after the ladder was climbed.
    if (when === 'quarter_end') return [endOfQuarter(third)];
    return [when.workingDaysAfterDue === 3 ? third : workingDaysAfter(calendar, dueAt, when.workingDaysAfterDue)];
  } catch (error) {
    if (error instanceof CalendarGap) return [];
    throw error;
  }
}

/** The steps of a ladder that wait for a fact and not for a moment. */
export function raisedSteps({ ladder, rungs = LADDERS[ladder] }: Laddered): StepName[] {
  return rungs.flatMap(({ step, when }) => (when === 'raised' ? [step] : []));
}

/** Who must learn of a step. A repeat goes to the people of the breach that it repeats. */
export function recipientsOf({ ladder, rungs = LADDERS[ladder] }: Laddered, step: StepName): readonly Role[] {
  const isWanted = (rung: LadderRung): boolean => (step === 'repeat' ? rung.step === 'overdue' || rung.step === 'exceeded' : rung.step === step);
  return rungs.find(isWanted)?.to ?? [];
}
