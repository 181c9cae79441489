/** The answer of the core to anything that is asked of a case. */
import type { Instant } from '../law/calendar.js';
import type { Law } from '../law/law.js';
import type { Fact } from './facts.js';
import type { Known } from './references.js';
import type { Refusal } from './refusal.js';
import type { CaseState, Stage } from './state.js';

export type Decision = { ok: true; facts: readonly Fact[]; claims?: readonly Claim[] } | { ok: false; refusal: Refusal };

/** A thing that only one case may have at a time: a household's one open case, a place. Whoever has it, another is refused. */
export interface Claim {
  kind: string;
  thing: string;
}

/** Time and law as arguments: the same question at the same moment has the same answer. */
export interface Moment {
  /** Case time (UTC). */
  now: Instant;
  law: Law;
  /** A random id at each call, for what is sent to the outside. */
  newId: () => string;
  /** What exists of that to which the command refers. */
  known: Known;
}

export function accept(...facts: readonly Fact[]): Decision {
  return { ok: true, facts };
}

/** A refusal when the case is not where the command belongs, or undefined. */
export function outsideStage({ stage }: CaseState, ...stages: readonly Stage[]): Decision | undefined {
  const refusal = refusalOutside(stage, stages);
  return refusal === undefined ? undefined : { ok: false, refusal };
}

/** The same for a stage alone. */
export function refusalOutside(stage: Stage, stages: readonly Stage[]): Refusal | undefined {
  if (stages.includes(stage)) return undefined;
  if (stage === 'closed') return { code: 'case_not_open' };
  return { code: 'wrong_stage', params: { stage, expected: stages.join(', ') } };
}
