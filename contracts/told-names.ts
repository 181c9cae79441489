/**
 * Under which name the engine is told of a fact, of a row of the law, or of a message. Whoever reads the history of a case there may be somebody
 * who must not know that a family hides: what is about violence is told under a word that says nothing (P43).
 */
import type { SubjectFactType } from '../domain/subject/facts.js';

const NOTED = 'Noted';

const NEUTRAL: Readonly<Partial<Record<SubjectFactType, string>>> = {
  ViolenceSignsRecorded: NOTED,
  VictimHelpRecorded: NOTED,
  IdentificationOrdered: NOTED,
  IdentificationRefused: NOTED,
  IdentificationAnswered: NOTED,
};

export function toldName(type: string): string {
  return NEUTRAL[type as SubjectFactType] ?? type;
}

/** Rows of 256 п.24 and their like: whoever is on the case reads which one it is in the case. */
const UNTOLD_RULES: ReadonlySet<string> = new Set(['256-23-5', '256-24']);

/** What stands in the place of a row's id; undefined where the row may be named. */
export function untoldRule(rule: string): string | undefined {
  return UNTOLD_RULES.has(rule) ? NOTED : undefined;
}

/** Kinds of messages whose receiver tells. */
const UNTOLD_EFFECTS: ReadonlySet<string> = new Set(['identification_referral']);

/** What stands in the place of the kind and of the receiver of a message; undefined where both may be named. */
export function untoldEffect(kind: string): string | undefined {
  return UNTOLD_EFFECTS.has(kind) ? NOTED : undefined;
}
