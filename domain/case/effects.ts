/**
 * What the Center sends, as a table: one row per kind. Who composes its message is the other half of it, in
 * ledger/agency-messages.ts, by the same names: a kind without a row or without a composer does not compile.
 */
import type { DispatchKind } from './roads/execution/facts.js';

export interface EffectKind {
  /** The longest pause between two attempts, in milliseconds. */
  longestPauseMs: number;
  /** A person may have it sent again: after a refusal under another key, else under its own. */
  againByHand: boolean;
  /** It may be brought on paper instead. */
  onPaper: boolean;
}

const HOUR_MS = 3_600_000;

export const EFFECTS: Readonly<Record<DispatchKind, EffectKind>> = {
  // 192-9: sent within two working days, by whatever way.
  referral: { longestPauseMs: 6 * HOUR_MS, againByHand: true, onPaper: true },
  // 192-11-3
  rework_notice: { longestPauseMs: 6 * HOUR_MS, againByHand: true, onPaper: true },
  // 256-22-2: whoever is made responsible learns of it at once; nobody waits half a day for a line while a threat is open.
  response_request: { longestPauseMs: HOUR_MS / 6, againByHand: true, onPaper: true },
};

/** One message is transmitted no oftener; with the pauses of the plan that is three weeks. Then people look. */
export const MOST_ATTEMPTS = 100;

/** An organisation may ask to be left alone for so long, and not longer; where a threat waits, not at all. */
export const LONGEST_ASKED_PAUSE_MS = 24 * HOUR_MS;
