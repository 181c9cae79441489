/**
 * What the Center sends, as a table: one row per kind. Who composes its message is the other half of it, in
 * ledger/agency-messages.ts, by the same names: a kind without a row or without a composer does not compile.
 */
import type { DispatchKind } from './roads/execution/facts.js';
import { ALWAYS, WHILE_OPEN } from './road.js';
import type { Stage } from './state.js';

/** When a message that nobody has taken goes again, pauses in milliseconds. */
export interface RetryPlan {
  /** The pauses behind the first attempts, in their order, each so many times. */
  pauses: readonly { ms: number; times: number }[];
  /** Every further one. */
  thenMs: number;
  /** It is transmitted no oftener; then people look. Without it: until it is taken, or brought on paper. */
  mostAttempts?: number;
}

export interface EffectKind {
  retry: RetryPlan;
  /** `final`: no attempt helps, people look. `alarming`: people hear of it at once, and it is tried again all the same. */
  refusal: 'final' | 'alarming';
  /** What says that it was taken: `any_2xx`, or only one `with_receipt`, where the Center must be able to show it. */
  takenBy: 'any_2xx' | 'with_receipt';
  /** A person may have it sent again: after a refusal under another key, else under its own. */
  againByHand: boolean;
  /** It may be brought on paper instead; `told`: then also when, and to whom. */
  onPaper: 'no' | 'with_document' | 'told';
  /** Where on the main road people may see to it by hand. */
  byHandDuring: readonly Stage[];
  /** Rule that is named where one of these is refused. */
  rule: string;
  /** It goes on through the monitoring, until the case is closed. */
  throughMonitoring?: true;
  /** It is sent although the case has ended meanwhile. */
  outlivesCase: boolean;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A hiccup of the line is over within seconds; what lasts longer is asked again less and less often. With its hundred attempts that is three weeks. */
const WHOEVER_ANSWERS: RetryPlan = {
  pauses: [2_000, 10_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, 3_840_000, 7_680_000].map((ms) => ({ ms, times: 1 })),
  thenMs: 6 * HOUR_MS,
  mostAttempts: 100,
};

const OF_THE_PLAN = {
  retry: WHOEVER_ANSWERS,
  refusal: 'final',
  takenBy: 'any_2xx',
  againByHand: true,
  onPaper: 'with_document',
  byHandDuring: ['execution'],
  rule: '192-9',
  outlivesCase: false,
} as const satisfies EffectKind;

export const EFFECTS: Readonly<Record<DispatchKind, EffectKind>> = {
  // 192-9: sent within two working days, by whatever way.
  referral: OF_THE_PLAN,
  // 192-11-3
  rework_notice: OF_THE_PLAN,
  // 256-26: the body must have it within a day, so every ten minutes for that day; and it must have it.
  minors_notice: {
    retry: { pauses: [{ ms: 10 * MINUTE_MS, times: 144 }], thenMs: HOUR_MS },
    refusal: 'alarming',
    takenBy: 'with_receipt',
    againByHand: true,
    onPaper: 'told',
    byHandDuring: ALWAYS,
    rule: '256-26',
    outlivesCase: true,
  },
  // 256-22-2: whoever is made responsible learns of it at once; nobody waits half a day for a line while a threat is open.
  response_request: {
    ...OF_THE_PLAN,
    retry: { ...WHOEVER_ANSWERS, pauses: WHOEVER_ANSWERS.pauses.filter(({ ms }) => ms <= 10 * MINUTE_MS), thenMs: 10 * MINUTE_MS },
    byHandDuring: WHILE_OPEN,
    rule: '256-22-2',
  },
  // 256-24: two working days, wherever the main road is; also while the family is watched after it.
  identification_referral: {
    ...OF_THE_PLAN,
    retry: { ...WHOEVER_ANSWERS, thenMs: HOUR_MS },
    byHandDuring: WHILE_OPEN,
    rule: '256-24',
    throughMonitoring: true,
  },
};

/** The pause behind an attempt, in milliseconds; undefined when it was the last. @param attempt from 1 */
export function pauseBehind({ pauses, thenMs, mostAttempts }: RetryPlan, attempt: number): number | undefined {
  if (mostAttempts !== undefined && attempt >= mostAttempts) return undefined;
  let planned = 0;
  for (const { ms, times } of pauses) {
    planned += times;
    if (attempt <= planned) return ms;
  }
  return thenMs;
}

/** An organisation may ask to be left alone for so long, and not longer; where a threat waits, not at all. */
export const LONGEST_ASKED_PAUSE_MS = 24 * HOUR_MS;

/**
 * Nobody of the directory: people bring it on paper. No id of an organisation has a colon, so this stands for none; it says
 * what the one that is missing would be there for.
 */
export function nobodyFor(purpose: string): string {
  return `nobody:${purpose}`;
}

export function isNobody(agency: string): boolean {
  return agency.startsWith('nobody:');
}
