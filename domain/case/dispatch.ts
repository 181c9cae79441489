/** What became of something sent to an agency, and when the next attempt starts. */
import type { Instant } from '../law/calendar.js';
import { isUrgent } from '../law/duty.js';
import { EFFECTS, LONGEST_ASKED_PAUSE_MS, MOST_ATTEMPTS } from './effects.js';
import type { Fact } from './facts.js';
import type { Said } from './roads/execution/facts.js';
import type { CaseState, Dispatch } from './state.js';

/** `series` tells which attempt it is of: the same outcome told twice is one. `said`: what left; absent when nothing did. */
export type DispatchOutcome = { key: string; series: number; said?: Said } & (
  | { outcome: 'delivered' }
  /** `askedPauseMs`: the agency asked to be left alone for so long. */
  | { outcome: 'unreachable'; reason: string; askedPauseMs?: number }
  | { outcome: 'refused'; reason: string }
  /** No attempt helps: it is told on paper. */
  | { outcome: 'given_up'; reason: string }
  /** The agency answers again: what waits for the end of its pause goes now. */
  | { outcome: 'recovered' }
);

/** A hiccup of the line is over within seconds; what lasts longer is asked again less and less often. */
const PAUSES_MS: readonly number[] = [2_000, 10_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_840_000, 7_680_000];

/**
 * The fact that an outcome makes, or none when nobody asks any more: the dispatch has an end already, or the
 * outcome is that of an attempt which was told before. An unreachable agency is parked with a growing pause, and given up
 * to people when the attempts are used up.
 */
export function dispatchFact(state: CaseState, outcome: DispatchOutcome, now: Instant): Fact | undefined {
  const dispatch = state.dispatches.find((candidate) => candidate.key === outcome.key);
  if (dispatch === undefined || (dispatch.state !== 'pending' && dispatch.state !== 'parked')) return undefined;
  if (outcome.series !== dispatch.series) return undefined;
  const { key, kind, agency } = dispatch;
  const of = { key, dispatch: kind, agency, ...(outcome.said === undefined ? {} : { said: outcome.said }) };
  switch (outcome.outcome) {
    case 'delivered':
      return { type: 'DispatchDelivered', data: of };
    case 'refused':
      return { type: 'DispatchRefused', data: { ...of, reason: outcome.reason } };
    case 'given_up':
      return { type: 'DispatchGivenUp', data: { ...of, reason: outcome.reason } };
    case 'recovered':
      return dispatch.state === 'parked' ? { type: 'DispatchResumed', data: { key, dispatch: kind, agency } } : undefined;
    case 'unreachable':
      if (dispatch.series >= MOST_ATTEMPTS) return { type: 'DispatchGivenUp', data: { ...of, reason: outcome.reason } };
      return { type: 'DispatchParked', data: { ...of, retryAt: now + pauseAfter(state, dispatch, outcome.askedPauseMs), reason: outcome.reason } };
  }
}

/** Nobody waits a day for an answer while a threat to life is open. */
function pauseAfter(state: CaseState, { kind, series }: Dispatch, askedPauseMs = 0): number {
  const asked = state.duties.some((duty) => duty.state === 'open' && isUrgent(duty)) ? 0 : Math.min(askedPauseMs, LONGEST_ASKED_PAUSE_MS);
  return Math.max(PAUSES_MS[series - 1] ?? EFFECTS[kind].longestPauseMs, asked);
}
