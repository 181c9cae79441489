/** The moments of a case: what is due, and when the engine must wake up next. */
import type { Instant } from '../law/calendar.js';
import { nextStepMoment } from '../subject/steps.js';
import type { CaseState, Dispatch } from './state.js';

/**
 * The nearest moment at which something must happen by itself, or undefined when nothing is awaited.
 * @param underWay keys of dispatches being sent right now: their moment of retry has been taken
 */
export function nextMoment(state: CaseState, underWay: ReadonlySet<string> = new Set()): { at: Instant; what: string } | undefined {
  const next = nextStepMoment(state);
  const retry = nearestRetry(state.dispatches, underWay);
  if (retry !== undefined && (next === undefined || retry.at < next.at)) {
    return { at: retry.at, what: `retry ${retry.dispatch.kind} to ${retry.dispatch.agency}` };
  }
  return next;
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

/** What should be under way to the outside now: wanted, without an outcome, and not parked for later. */
export function wantedDispatches(state: CaseState, now: Instant): Dispatch[] {
  return state.dispatches.filter(
    (dispatch) => dispatch.state === 'pending' || (dispatch.state === 'parked' && dispatch.retryAt !== undefined && dispatch.retryAt <= now),
  );
}
