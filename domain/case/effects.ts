/**
 * What the Center sends, as a table: one row per kind. Who composes its message is the other half of it, in
 * ledger/agency-messages.ts, by the same names: a kind without a row or without a composer does not compile.
 */
import { WHILE_OPEN } from './road.js';
import type { DispatchKind } from './roads/execution/facts.js';
import type { Stage } from './state.js';

export interface EffectKind {
  /** The longest pause between two attempts, in milliseconds. */
  longestPauseMs: number;
  /** A person may have it sent again: after a refusal under another key, else under its own. */
  againByHand: boolean;
  /** It may be brought on paper instead. */
  onPaper: boolean;
  /** Where on the main road people may see to it by hand. */
  byHandDuring: readonly Stage[];
  /** Rule that is named where one of these is refused. */
  rule: string;
  /** It goes on through the monitoring, until the case is closed. */
  throughMonitoring: boolean;
}

const HOUR_MS = 3_600_000;

const OF_THE_PLAN: EffectKind = {
  longestPauseMs: 6 * HOUR_MS,
  againByHand: true,
  onPaper: true,
  byHandDuring: ['execution'],
  rule: '192-9',
  throughMonitoring: false,
};

export const EFFECTS: Readonly<Record<DispatchKind, EffectKind>> = {
  // 192-9: sent within two working days, by whatever way.
  referral: OF_THE_PLAN,
  // 192-11-3
  rework_notice: OF_THE_PLAN,
  // 256-22-2: whoever is made responsible learns of it at once; nobody waits half a day for a line while a threat is open.
  response_request: { ...OF_THE_PLAN, longestPauseMs: HOUR_MS / 6, byHandDuring: WHILE_OPEN, rule: '256-22-2' },
  // 256-24: two working days, wherever the main road is; also while the family is watched after it.
  identification_referral: { ...OF_THE_PLAN, longestPauseMs: HOUR_MS, byHandDuring: WHILE_OPEN, rule: '256-24', throughMonitoring: true },
};

/** One message is transmitted no oftener; with the pauses of the plan that is three weeks. Then people look. */
export const MOST_ATTEMPTS = 100;

/** An organisation may ask to be left alone for so long, and not longer; where a threat waits, not at all. */
export const LONGEST_ASKED_PAUSE_MS = 24 * HOUR_MS;
