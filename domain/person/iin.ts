/**
 * ИИН, the individual identification number of Kazakhstan: twelve digits, the last of which checks
 * the others (Government decree 11.06.2003 № 565). Only the check digit is tested: numbers whose
 * seventh digit is 0 are given to real people, so a check of birth date and century would turn
 * them away.
 */

const FIRST_PASS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] as const;
const SECOND_PASS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2] as const;

function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, place) => sum + weight * (digits[place] ?? 0), 0) % 11;
}

/** The check digit of the first eleven digits; undefined when both passes give 10: such a number is never issued. */
function checkDigit(digits: readonly number[]): number | undefined {
  const first = weighted(digits, FIRST_PASS);
  if (first < 10) return first;
  const second = weighted(digits, SECOND_PASS);
  return second < 10 ? second : undefined;
}

/** True for twelve ASCII digits whose last one is their check digit. */
export function isIin(text: string): boolean {
  if (!/^[0-9]{12}$/.test(text)) return false;
  const digits = text.split('').map(Number);
  return checkDigit(digits) === digits[11];
}
