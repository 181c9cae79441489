/** The moments of duties: which step of a ladder has come, and which comes next. The same for whatever owes them. */
import type { TermFacts } from '../case/roads/terms/facts.js';
import type { Instant } from '../law/calendar.js';
import type { Duty } from '../law/duty.js';
import { recipientsOf, type Step } from '../law/ladder.js';
import type { SubjectState } from './state.js';

type Owing = Pick<SubjectState, 'duties'>;

/** A step that was reached, as a fact; `occurredAt` is its legal instant. */
export interface ReachedStep {
  type: 'DeadlineStepReached';
  data: TermFacts['DeadlineStepReached'];
  occurredAt: Instant;
}

/** The nearest step of a ladder, or undefined: what must be recorded by itself, apart from what is sent again. */
export function nextStepMoment({ duties }: Owing): { at: Instant; what: string } | undefined {
  const next = nearestStep(duties);
  return next && { at: next.step.at, what: `${next.duty.rule} ${next.step.step}` };
}

/** Of steps at one instant the one whose duty was opened first. */
function nearestStep(duties: readonly Duty[]): { duty: Duty; step: Step } | undefined {
  let nearest: { duty: Duty; step: Step } | undefined;
  for (const duty of duties) {
    const step = nextStep(duty);
    if (step !== undefined && (nearest === undefined || step.at < nearest.step.at)) nearest = { duty, step };
  }
  return nearest;
}

/**
 * The ladder steps of the earliest legal instant that has come. The caller asks again until nothing
 * is due: a step may plan another, and after a long sleep the ledger still tells them in the order
 * of the law.
 */
export function dueSteps({ duties }: Owing, now: Instant): ReachedStep[] {
  let due: { duty: Duty; step: Step }[] = [];
  let earliest = Infinity;
  for (const duty of duties) {
    const step = nextStep(duty);
    if (step === undefined || step.at > now || step.at > earliest) continue;
    if (step.at < earliest) due = [];
    earliest = step.at;
    due.push({ duty, step });
  }
  return due.map(({ duty, step }) => reached(duty, step));
}

function reached(duty: Duty, { step, at }: Step): ReachedStep {
  const { key, rule, force } = duty;
  const data = { dutyKey: key, rule, force, step, moment: at, dueAt: duty.dueAt ?? at, recipients: recipientsOf(duty, step) };
  return { type: 'DeadlineStepReached', data, occurredAt: at };
}

/** The step of an open duty that has not been reached yet. */
function nextStep(duty: Duty): Step | undefined {
  return duty.state === 'open' ? duty.steps[duty.reached] : undefined;
}
