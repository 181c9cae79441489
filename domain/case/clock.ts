/** The moments of a case: what is due, and when the engine must wake up next. */
import type { Instant } from '../law/calendar.js';
import { recipientsOf } from '../law/ladder.js';
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
  const steps = openDuties(state).flatMap((duty) => {
    const step = duty.steps[duty.reached];
    return step === undefined ? [] : [{ at: step.at, what: `${duty.rule} ${step.step}` }];
  });
  const retries = state.dispatches.flatMap((dispatch) =>
    dispatch.state === 'parked' && dispatch.retryAt !== undefined && !underWay.has(dispatch.key)
      ? [{ at: dispatch.retryAt, what: `retry ${dispatch.kind} to ${dispatch.agency}` }]
      : [],
  );
  return [...steps, ...retries].toSorted((a, b) => a.at - b.at)[0];
}

/**
 * The ladder steps of the earliest legal instant that has come. The caller asks again until nothing
 * is due: a step may plan another, and after a long sleep the ledger still tells them in the order
 * of the law.
 */
export function dueSteps(state: CaseState, now: Instant): Extract<Fact, { type: 'DeadlineStepReached' }>[] {
  const due = openDuties(state).flatMap((duty) => {
    const step = duty.steps[duty.reached];
    return step === undefined || step.at > now ? [] : [{ duty, step }];
  });
  const earliest = Math.min(...due.map(({ step }) => step.at));
  return due
    .filter(({ step }) => step.at === earliest)
    .map(({ duty, step }) => ({
      type: 'DeadlineStepReached',
      data: {
        dutyKey: duty.key,
        rule: duty.rule,
        force: duty.force,
        step: step.step,
        moment: step.at,
        dueAt: duty.dueAt ?? step.at,
        recipients: recipientsOf(duty.ladder, step.step),
      },
      occurredAt: step.at,
    }));
}

function openDuties(state: CaseState): Duty[] {
  return state.duties.filter((duty) => duty.state === 'open');
}

/** What should be under way to the outside now: wanted, without an outcome, and not parked for later. */
export function wantedDispatches(state: CaseState, now: Instant): Dispatch[] {
  return state.dispatches.filter(
    (dispatch) =>
      dispatch.state === 'pending' ||
      (dispatch.state === 'parked' && dispatch.retryAt !== undefined && dispatch.retryAt <= now),
  );
}
