/**
 * Days as numbers (whole days since 1970-01-01) and as texts, by arithmetic alone: every term is made of
 * many such steps, and the machine's own dates are several times slower. Gregorian, years 1000 to 9999,
 * so that days sort as text.
 */

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
const DAYS_BEFORE_1970 = daysBeforeYear(1970);
const MEAN_YEAR = 365.2425;

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of the years 1 … year − 1. */
function daysBeforeYear(year: number): number {
  const passed = year - 1;
  return 365 * passed + Math.floor(passed / 4) - Math.floor(passed / 100) + Math.floor(passed / 400);
}

/** Days of the year before the month, 1 … 13. */
function daysBeforeMonth(leap: boolean, month: number): number {
  return (DAYS_BEFORE_MONTH[month - 1] ?? 0) + (leap && month > 2 ? 1 : 0);
}

/** Days of the month, 1 … 12. */
export function daysInMonth(year: number, month: number): number {
  const leap = isLeapYear(year);
  return daysBeforeMonth(leap, month + 1) - daysBeforeMonth(leap, month);
}

/** The number of 1 January. */
export function firstDayOfYear(year: number): number {
  return daysBeforeYear(year) - DAYS_BEFORE_1970;
}

/** The number of a date that exists. */
export function dayNumber(year: number, month: number, date: number): number {
  return firstDayOfYear(year) + daysBeforeMonth(isLeapYear(year), month) + date - 1;
}

export function yearOfDay(number: number): number {
  // At most one year off, because the mean is at most a few days off.
  const guess = 1970 + Math.floor(number / MEAN_YEAR);
  if (number < firstDayOfYear(guess)) return guess - 1;
  return number < firstDayOfYear(guess + 1) ? guess : guess + 1;
}

export interface CivilDay {
  year: number;
  /** 1 … 12 */
  month: number;
  date: number;
}

export function civilDay(number: number): CivilDay {
  const year = yearOfDay(number);
  const leap = isLeapYear(year);
  const passed = number - firstDayOfYear(year);
  // No month is longer than 31 days, so the month is this one or the next.
  const guess = Math.floor(passed / 31) + 1;
  const month = passed < daysBeforeMonth(leap, guess + 1) ? guess : guess + 1;
  return { year, month, date: passed - daysBeforeMonth(leap, month) + 1 };
}

/** `YYYY-MM-DD` */
export function dayText(number: number): string {
  const { year, month, date } = civilDay(number);
  return `${year}-${month < 10 ? '0' : ''}${month}-${date < 10 ? '0' : ''}${date}`;
}

/** The number of a day written `YYYY-MM-DD`; undefined for anything else, also for a day that does not exist. */
export function numberOfText(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length !== 10 || text[4] !== '-' || text[7] !== '-') return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const date = digits(text, 8, 10);
  const exists = year >= 1000 && month >= 1 && month <= 12 && date >= 1 && date <= daysInMonth(year, month);
  return exists ? dayNumber(year, month, date) : undefined;
}

/** The whole number written there; NaN, which no comparison accepts, when anything but digits is. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let place = from; place < to; place += 1) {
    const digit = text.charCodeAt(place) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
