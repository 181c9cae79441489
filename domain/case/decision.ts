/** The answer of the core to anything that is asked of a case. */
import type { Instant } from '../law/calendar.js';
import type { Law } from '../law/law.js';
import type { Fact } from './facts.js';
import { refuse, type Refusal } from './refusal.js';
import type { CaseState, Stage } from './state.js';

export type Decision = { ok: true; facts: readonly Fact[] } | { ok: false; refusal: Refusal };

/** Time and law as arguments: the same question at the same moment has the same answer. */
export interface Moment {
  /** Case time (UTC). */
  now: Instant;
  law: Law;
  /** Ledger place that the first fact will get; ids of effects are made of it. */
  nextSeq: number;
}

export function accept(...facts: readonly Fact[]): Decision {
  return { ok: true, facts };
}

/** A refusal when the case is not where the command belongs, or undefined. */
export function outsideStage(state: CaseState, ...stages: readonly Stage[]): Decision | undefined {
  if (stages.includes(state.stage)) return undefined;
  if (state.stage === 'closed') return refuse('case_not_open');
  return refuse('wrong_stage', undefined, { stage: state.stage, expected: stages.join(', ') });
}
