/** What became of something sent to an agency, and when the next attempt starts. */
import type { Instant } from '../law/calendar.js';
import { isUrgent } from '../law/duty.js';
import { EFFECTS, LONGEST_ASKED_PAUSE_MS, pauseBehind } from './effects.js';
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
      return EFFECTS[kind].refusal === 'alarming'
        ? parked(state, dispatch, outcome, now)
        : { type: 'DispatchRefused', data: { ...of, reason: outcome.reason } };
    case 'given_up':
      return { type: 'DispatchGivenUp', data: { ...of, reason: outcome.reason } };
    case 'recovered':
      return dispatch.state === 'parked' ? { type: 'DispatchResumed', data: { key, dispatch: kind, agency } } : undefined;
    case 'unreachable':
      return parked(state, dispatch, outcome, now);
  }
}

type Failed = Extract<DispatchOutcome, { outcome: 'unreachable' | 'refused' }>;

/** It waits for its next attempt, or for people where none is left. */
function parked(state: CaseState, dispatch: Dispatch, failed: Failed, now: Instant): Fact {
  const { key, kind, agency, series } = dispatch;
  const told = { key, dispatch: kind, agency, reason: failed.reason, ...(failed.said === undefined ? {} : { said: failed.said }) };
  const pause = pauseBehind(EFFECTS[kind].retry, series);
  if (pause === undefined) return { type: 'DispatchGivenUp', data: told };
  const asked = failed.outcome === 'unreachable' ? askedPause(state, failed) : 0;
  return { type: 'DispatchParked', data: { ...told, retryAt: now + Math.max(pause, asked), ...refusalIn(dispatch, failed) } };
}

/** `new`: people hear of it. An answer that it has given before is no news: nobody hears every ten minutes. */
function refusalIn({ kind, refusals = [] }: Dispatch, failed: Failed): { refused?: 'new' | 'again' } {
  if (EFFECTS[kind].refusal !== 'alarming' || !(failed.outcome === 'refused' || TURNED_AWAY.test(failed.reason))) return {};
  return { refused: refusals.includes(failed.reason) ? 'again' : 'new' };
}

/** Any 4xx but those that ask for patience; and our key, which is not taken. */
const TURNED_AWAY = /^(?:http_4(?!08|29)\d\d|signature_invalid)$/;

/** Nobody waits a day for an answer while a threat to life is open. */
function askedPause(state: CaseState, { askedPauseMs = 0 }: Extract<Failed, { outcome: 'unreachable' }>): number {
  return state.duties.some((duty) => duty.state === 'open' && isUrgent(duty)) ? 0 : Math.min(askedPauseMs, LONGEST_ASKED_PAUSE_MS);
}
