/**
 * ИИН, the individual identification number of Kazakhstan: twelve digits, the first six a date of birth
 * (yymmdd), the last a check of the others (Government decree 11.06.2003 № 565). What identifies nobody
 * is refused: by it strangers would become one family (P30). Century and serial are not tested: numbers
 * whose seventh digit is 0, and with the serial 0000, are given to real people.
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

const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** The century is not read: a year ending in 00 may be 2000, which had a 29 February. */
function isBirthday(text: string): boolean {
  const [year, month, day] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)].map(Number) as [number, number, number];
  if (month === 2 && day === 29) return year % 4 === 0;
  return day >= 1 && day <= (DAYS_OF_MONTH[month - 1] ?? 0);
}

/** The ИИН that begins with these eleven digits; undefined where none is issued. */
export function iinOf(eleven: string): string | undefined {
  const check = checkDigit(eleven.split('').map(Number));
  const iin = `${eleven}${check}`;
  return check !== undefined && isIin(iin) ? iin : undefined;
}

/** True for twelve ASCII digits that begin with a day of the calendar and end with their check digit. Of twelve equal ones none passes both. */
export function isIin(text: string): boolean {
  if (!/^[0-9]{12}$/.test(text) || !isBirthday(text)) return false;
  const digits = text.split('').map(Number);
  return checkDigit(digits) === digits[11];
}
