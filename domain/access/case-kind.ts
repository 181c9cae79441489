/** Kinds of cases as far as it matters who sees them: what is marked of a case, and which mark counts. */
export const CASE_KINDS = ['ordinary', 'minors', 'threat', 'violence'] as const;

export type CaseKind = (typeof CASE_KINDS)[number];

export interface CaseMarks {
  /** Signs of domestic violence were recorded (256 п.23). */
  violence: boolean;
  /** A threat to life or health waits for its answer (P4). */
  threat: boolean;
  /** A child belongs to the household today. */
  minors: boolean;
}

/**
 * The mark that counts. Violence before all: somebody may be hiding. An open threat before minors: whoever is there must be
 * able to act.
 */
export function kindOfCase({ violence, threat, minors }: CaseMarks): CaseKind {
  if (violence) return 'violence';
  if (threat) return 'threat';
  return minors ? 'minors' : 'ordinary';
}
