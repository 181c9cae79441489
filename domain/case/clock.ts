/** The moments of a case: what is due, and when the engine must wake up next. */
import type { Instant } from '../law/calendar.js';
import { recipientsOf, type Step } from '../law/ladder.js';
import type { Duty } from '../law/duty.js';
import type { Fact } from './facts.js';
import type { CaseState, Dispatch } from './state.js';

/**
 * The nearest moment at which something must happen by itself, or undefined when nothing is awaited.
 * @param underWay keys of dispatches being sent right now: their moment of retry has been taken
 */
export function nextMoment(
  state: CaseState,
  underWay: ReadonlySet<string> = new Set(),
): { at: Instant; what: string } | undefined {
  const next = nearestStep(state.duties);
  const retry = nearestRetry(state.dispatches, underWay);
  if (retry !== undefined && (next === undefined || retry.at < next.step.at)) {
    return { at: retry.at, what: `retry ${retry.dispatch.kind} to ${retry.dispatch.agency}` };
  }
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

function nearestRetry(dispatches: readonly Dispatch[], underWay: ReadonlySet<string>): { dispatch: Dispatch; at: Instant } | undefined {
  let nearest: { dispatch: Dispatch; at: Instant } | undefined;
  for (const dispatch of dispatches) {
    const { state, retryAt, key } = dispatch;
    if (state !== 'parked' || retryAt === undefined || underWay.has(key)) continue;
    if (nearest === undefined || retryAt < nearest.at) nearest = { dispatch, at: retryAt };
  }
  return nearest;
}

/**
 * The ladder steps of the earliest legal instant that has come. The caller asks again until nothing
 * is due: a step may plan another, and after a long sleep the ledger still tells them in the order
 * of the law.
 */
export function dueSteps(state: CaseState, now: Instant): Extract<Fact, { type: 'DeadlineStepReached' }>[] {
  let due: { duty: Duty; step: Step }[] = [];
  let earliest = Infinity;
  for (const duty of state.duties) {
    const step = nextStep(duty);
    if (step === undefined || step.at > now || step.at > earliest) continue;
    if (step.at < earliest) due = [];
    earliest = step.at;
    due.push({ duty, step });
  }
  return due.map(({ duty, step }) => reached(duty, step));
}

function reached(duty: Duty, { step, at }: Step): Extract<Fact, { type: 'DeadlineStepReached' }> {
  const { key, rule, force } = duty;
  const data = { dutyKey: key, rule, force, step, moment: at, dueAt: duty.dueAt ?? at, recipients: recipientsOf(duty, step) };
  return { type: 'DeadlineStepReached', data, occurredAt: at };
}

/** The step of an open duty that has not been reached yet. */
function nextStep(duty: Duty): Step | undefined {
  return duty.state === 'open' ? duty.steps[duty.reached] : undefined;
}

/** What should be under way to the outside now: wanted, without an outcome, and not parked for later. */
export function wantedDispatches(state: CaseState, now: Instant): Dispatch[] {
  return state.dispatches.filter(
    (dispatch) =>
      dispatch.state === 'pending' ||
      (dispatch.state === 'parked' && dispatch.retryAt !== undefined && dispatch.retryAt <= now),
  );
}
