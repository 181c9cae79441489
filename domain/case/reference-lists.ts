/** The lists of codes that commands may use, and their codes as they are looked up. What a list holds is data: a Center's administrator changes it. */

export const REFERENCE_LISTS = ['kinship', 'need', 'support_kind', 'service', 'stay_reason'] as const;

/** What a member is to the family (P31), what a family needs (256-13-3), the kinds of support in a plan (256-16), the services of the register of state services (192-10), why somebody leaves a temporary stay (J-EV-TEMP). */
export type ReferenceList = (typeof REFERENCE_LISTS)[number];

/** A code is known by its list and itself: two lists may have the same code. */
export function termKey(list: ReferenceList, code: string): string {
  return `${list}:${code}`;
}
