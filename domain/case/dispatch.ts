/** What became of something sent to an agency, and when the next series of attempts starts. */
import type { Instant } from '../law/calendar.js';
import type { Fact } from './facts.js';
import type { CaseState } from './state.js';

export type DispatchOutcome =
  | { key: string; outcome: 'delivered'; receiptId: string }
  | { key: string; outcome: 'unreachable'; reason: string }
  | { key: string; outcome: 'refused'; reason: string };

const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;

/**
 * The fact that an outcome makes, or none when the dispatch has an end already (an answer that came
 * twice). An unreachable agency is parked with a growing pause: a series is bounded, the wish is not.
 */
export function dispatchFact(state: CaseState, outcome: DispatchOutcome, now: Instant): Fact | undefined {
  const dispatch = state.dispatches.find((candidate) => candidate.key === outcome.key);
  if (dispatch === undefined || (dispatch.state !== 'pending' && dispatch.state !== 'parked')) return undefined;
  const { key, kind, agency } = dispatch;
  switch (outcome.outcome) {
    case 'delivered':
      return { type: 'DispatchDelivered', data: { key, dispatch: kind, agency, receiptId: outcome.receiptId } };
    case 'refused':
      return { type: 'DispatchRefused', data: { key, dispatch: kind, agency, reason: outcome.reason } };
    case 'unreachable': {
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** (dispatch.series - 1), LONGEST_PAUSE_MS);
      return { type: 'DispatchParked', data: { key, dispatch: kind, agency, retryAt: now + pause, reason: outcome.reason } };
    }
  }
}
