/** Who is a child on a day (256-26, 192-7-2): by the day of birth, or by the year where only that is known. */
import { addMonths, type LegalDay } from '../law/calendar.js';

export const ADULT_AT_YEARS = 18;

/** The day of birth, or the year in which somebody was born as far as is known; never both. */
export interface Birth {
  birthDate?: LegalDay;
  bornAbout?: number;
}

/**
 * A child until the day on which eighteen years are full. Where only the year is known, to the end of the year in which
 * they may be: a child must not lose a child's protection by a guess.
 * @returns undefined when nothing is known of the birth
 */
export function isChildOn(day: LegalDay, { birthDate, bornAbout }: Birth): boolean | undefined {
  if (birthDate !== undefined) return day < addMonths(birthDate, 12 * ADULT_AT_YEARS);
  return bornAbout === undefined ? undefined : Number(day.slice(0, 4)) <= bornAbout + ADULT_AT_YEARS;
}

/** Full years on a day. */
export function ageOn(day: LegalDay, birthDate: LegalDay): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years;
}
