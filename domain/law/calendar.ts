/**
 * Legal days and working days of Kazakhstan.
 *
 * A legal day is a day in Asia/Almaty. The whole country has been on UTC+5 without daylight saving since
 * 01.03.2024, so a fixed offset is exact for every term the engine computes, and the result cannot depend on
 * the machine's zone or on the age of its tz data (images older than tz 2024a still say +06).
 *
 * Which days are worked is data with a version (see `calendar-data.ts`), never a rule of thumb: the Ministry
 * moves days off each year, sometimes days before they come.
 */
import { civilDay, dayNumber, daysInMonth, dayText, firstDayOfYear, numberOfText, yearOfDay } from './civil-day.js';

/** A day in Asia/Almaty, `YYYY-MM-DD`. */
export type LegalDay = string;

/** UTC epoch milliseconds. */
export type Instant = number;

/** ISO weekday: 1 = Monday … 7 = Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface CalendarYear {
  /** true: rests on published official calendars; false: derived from the law alone. */
  readonly official: boolean;
  /** `MM-DD`, weekdays (Monday to Friday) that are off. Weekend days are off anyway and must not be listed. */
  readonly off: readonly string[];
  /** `MM-DD`, weekend days that are worked. */
  readonly worked: readonly string[];
}

/** Plain JSON: it travels through Temporal and Postgres. Treat as immutable, see `indexes`. */
export interface Calendar {
  /** Version of this data set; stored with every computed deadline. */
  readonly version: string;
  /** The act or source that made this version. */
  readonly act?: string;
  /** Tables by year, key `YYYY`. */
  readonly years: Readonly<Record<string, CalendarYear>>;
}

export type DayKind = { readonly counted: true; readonly note?: 'worked_weekend' } | { readonly counted: false; readonly reason: 'weekend' | 'day_off' };

export type CalendarErrorCode = 'calendar_year_missing' | 'calendar_invalid' | 'invalid_day' | 'invalid_instant' | 'invalid_count';

/** A date that cannot be computed. `code` is stable; the message names the remedy where there is one. */
export class CalendarError extends Error {
  override readonly name: string = 'CalendarError';
  readonly code: CalendarErrorCode;

  constructor(code: CalendarErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The term reaches into a year without a table. Falling back to Monday–Friday would set a wrong legal date. */
export class CalendarGap extends CalendarError {
  override readonly name = 'CalendarGap';
  readonly year: number;
  readonly calendarVersion: string;

  constructor(year: number, calendarVersion: string) {
    super('calendar_year_missing', `Calendar version ${calendarVersion} has no table for ${year}: adopt a version that contains this year.`);
    this.year = year;
    this.calendarVersion = calendarVersion;
  }
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ALMATY_OFFSET = 5 * HOUR;

// Day numbers: whole days since 1970-01-01. Years are kept to four digits so that days sort as text.
const FIRST_DAY_NUMBER = dayNumber(1000, 1, 1);
const LAST_DAY_NUMBER = dayNumber(9999, 12, 31);

function numberOf(day: LegalDay): number {
  const number = numberOfText(day);
  if (number !== undefined) return number;
  throw new CalendarError('invalid_day', `"${day}" is not a day of the calendar: write YYYY-MM-DD.`);
}

/** Whether the text is a day of the calendar, written `YYYY-MM-DD`; 30 February is not. */
export function isLegalDay(text: string): boolean {
  return numberOfText(text) !== undefined;
}

function dayOf(number: number): LegalDay {
  if (!(number >= FIRST_DAY_NUMBER && number <= LAST_DAY_NUMBER)) {
    throw new CalendarError('invalid_day', 'The day lies outside the years 1000 to 9999.');
  }
  return dayText(number);
}

function weekdayOfNumber(number: number): Weekday {
  // 1970-01-01 was a Thursday.
  return (((((number + 3) % 7) + 7) % 7) + 1) as Weekday;
}

function requireWhole(value: number, least: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new CalendarError('invalid_count', `${what} must be a whole number${least > 0 ? ` of at least ${least}` : ''}, not ${value}.`);
  }
}

/** The legal day in which the instant lies; 00:00 local belongs to the day that begins. Throws `invalid_instant`. */
export function legalDayOf(instant: Instant): LegalDay {
  const number = Math.floor((instant + ALMATY_OFFSET) / DAY);
  if (!(number >= FIRST_DAY_NUMBER && number <= LAST_DAY_NUMBER)) {
    throw new CalendarError('invalid_instant', `${instant} is not an instant in epoch milliseconds.`);
  }
  return dayOf(number);
}

/** 00:00 Asia/Almaty of the day. Throws `invalid_day`, as do all functions below that take a day. */
export function startOfDay(day: LegalDay): Instant {
  return numberOf(day) * DAY - ALMATY_OFFSET;
}

/** 24:00 Asia/Almaty of the day: the last instant at which a term ending on it can be met. */
export function endOfDay(day: LegalDay): Instant {
  return startOfDay(day) + DAY;
}

/** The weekday, 1 = Monday … 7 = Sunday. */
export function weekdayOf(day: LegalDay): Weekday {
  return weekdayOfNumber(numberOf(day));
}

/** Calendar days later (earlier when negative). */
export function addDays(day: LegalDay, n: number): LegalDay {
  requireWhole(n, -Infinity, 'The number of days');
  return dayOf(numberOf(day) + n);
}

/** Calendar days from one day to the other; negative when `to` is earlier. */
export function daysBetween(from: LegalDay, to: LegalDay): number {
  return numberOf(to) - numberOf(from);
}

/** The corresponding date n months later, or the last day of that month if it has no such date (Civil Code art. 174). */
export function addMonths(day: LegalDay, n: number): LegalDay {
  requireWhole(n, -Infinity, 'The number of months');
  const { year: startYear, month: startMonth, date } = civilDay(numberOf(day));
  const months = startYear * 12 + startMonth - 1 + n;
  const year = Math.floor(months / 12);
  if (year < 1000 || year > 9999) {
    throw new CalendarError('invalid_day', 'The day lies outside the years 1000 to 9999.');
  }
  const month = months - year * 12 + 1;
  return dayOf(dayNumber(year, month, Math.min(date, daysInMonth(year, month))));
}

/** One year of a calendar, prepared so that adding and counting need no walk over days. */
interface YearIndex {
  readonly firstDay: number;
  readonly length: number;
  /** `before[i]`: working days among the first i days of the year. */
  readonly before: readonly number[];
  /** Day numbers of the working days, ascending. */
  readonly workingDays: readonly number[];
}

// Pure memoisation: an index is a function of the (immutable) calendar object alone, so keeping it at module
// level cannot make a second call differ. Whoever changes a Calendar must make a new object.
const indexes = new WeakMap<Calendar, Map<number, YearIndex>>();

function buildYear(calendar: Calendar, year: number): YearIndex {
  const table = calendar.years[String(year)];
  if (table === undefined) throw new CalendarGap(year, calendar.version);
  const [fault] = faultsOfYear(String(year), table);
  if (fault !== undefined) {
    throw new CalendarError('calendar_invalid', `Calendar version ${calendar.version} is faulty: ${fault.message}`);
  }
  const off = new Set(table.off);
  const worked = new Set(table.worked);
  const firstDay = firstDayOfYear(year);
  const length = firstDayOfYear(year + 1) - firstDay;
  const before = [0];
  const workingDays: number[] = [];
  for (let number = firstDay; number < firstDay + length; number += 1) {
    const monthDay = dayOf(number).slice(5);
    const counted = weekdayOfNumber(number) <= 5 ? !off.has(monthDay) : worked.has(monthDay);
    if (counted) workingDays.push(number);
    before.push(workingDays.length);
  }
  return { firstDay, length, before, workingDays };
}

function yearIndex(calendar: Calendar, year: number): YearIndex {
  let years = indexes.get(calendar);
  if (years === undefined) {
    years = new Map();
    indexes.set(calendar, years);
  }
  let index = years.get(year);
  if (index === undefined) {
    index = buildYear(calendar, year);
    years.set(year, index);
  }
  return index;
}

function entry(list: readonly number[], position: number): number {
  const value = list[position];
  if (value === undefined) throw new Error(`calendar index has no position ${position}`);
  return value;
}

/** Working days of the year from its first day up to and including the given one. */
function countedThrough(index: YearIndex, number: number): number {
  return entry(index.before, number - index.firstDay + 1);
}

/** Counted or not, and why. Throws CalendarGap for a year without a table. */
export function dayKind(calendar: Calendar, day: LegalDay): DayKind {
  const number = numberOf(day);
  const index = yearIndex(calendar, yearOfDay(number));
  const counted = countedThrough(index, number) > countedThrough(index, number - 1);
  const weekend = weekdayOfNumber(number) >= 6;
  if (counted) return weekend ? { counted, note: 'worked_weekend' } : { counted };
  return { counted, reason: weekend ? 'weekend' : 'day_off' };
}

/** Whether the day is an official working day. Throws CalendarGap for a year without a table. */
export function isWorkingDay(calendar: Calendar, day: LegalDay): boolean {
  return dayKind(calendar, day).counted;
}

/**
 * The n-th working day after `day`, n >= 1. The day itself is day 0 and never counted, working or not (P1, P2).
 * Throws CalendarGap when a year on the way has no table, `invalid_count` for n < 1.
 */
export function addWorkingDays(calendar: Calendar, day: LegalDay, n: number): LegalDay {
  requireWhole(n, 1, 'The number of working days');
  let first = numberOf(day) + 1;
  let left = n;
  for (;;) {
    const index = yearIndex(calendar, yearOfDay(first));
    const passed = countedThrough(index, first - 1);
    if (passed + left <= index.workingDays.length) return dayOf(entry(index.workingDays, passed + left - 1));
    left -= index.workingDays.length - passed;
    first = index.firstDay + index.length;
  }
}

/**
 * The n-th working day before the end of `day`: the working day W such that W … `day`, both included, hold
 * exactly n working days. n >= 1. Throws CalendarGap.
 */
export function workingDayFromEnd(calendar: Calendar, day: LegalDay, n: number): LegalDay {
  requireWhole(n, 1, 'The number of working days');
  let last = numberOf(day);
  let left = n;
  for (;;) {
    const index = yearIndex(calendar, yearOfDay(last));
    const through = countedThrough(index, last);
    if (through >= left) return dayOf(entry(index.workingDays, through - left));
    left -= through;
    last = index.firstDay - 1;
  }
}

/** Working days after `from` up to and including `to`; 0 when `to` is not later. Throws CalendarGap. */
export function workingDaysBetween(calendar: Calendar, from: LegalDay, to: LegalDay): number {
  const end = numberOf(to);
  let first = numberOf(from) + 1;
  let total = 0;
  while (first <= end) {
    const index = yearIndex(calendar, yearOfDay(first));
    const last = Math.min(end, index.firstDay + index.length - 1);
    total += countedThrough(index, last) - countedThrough(index, first - 1);
    first = last + 1;
  }
  return total;
}

/** The day itself if it is worked, else the next working day (Civil Code art. 175; acts of the Center). Throws CalendarGap. */
export function nextWorkingDay(calendar: Calendar, day: LegalDay): LegalDay {
  return addWorkingDays(calendar, addDays(day, -1), 1);
}

/** Working days of January … December. Throws CalendarGap for a year without a table. */
export function workingDaysPerMonth(calendar: Calendar, year: number): readonly number[] {
  const index = yearIndex(calendar, year);
  return Array.from({ length: 12 }, (_, month) => {
    const first = dayNumber(year, month + 1, 1);
    return countedThrough(index, first + daysInMonth(year, month + 1) - 1) - countedThrough(index, first - 1);
  });
}

export type CalendarFaultCode =
  | 'version_missing'
  | 'years_missing'
  | 'year_malformed'
  | 'table_malformed'
  | 'date_impossible'
  | 'duplicate'
  | 'weekend_listed_off'
  | 'weekday_listed_worked';

export interface CalendarFault {
  readonly code: CalendarFaultCode;
  readonly year?: string;
  /** The entry as written. */
  readonly entry?: string;
  readonly message: string;
}

function faultOfEntry(year: string, list: 'off' | 'worked', monthDay: unknown): CalendarFault | undefined {
  const written = String(monthDay);
  const day = `${year}-${written}`;
  let weekday: Weekday;
  try {
    weekday = weekdayOf(day);
  } catch (error) {
    if (!(error instanceof CalendarError)) throw error;
    return { code: 'date_impossible', year, entry: written, message: `${day} in "${list}" is no date: write MM-DD.` };
  }
  if (list === 'off' && weekday >= 6) {
    return { code: 'weekend_listed_off', year, entry: written, message: `${day} is a weekend day and off anyway: list weekdays only.` };
  }
  if (list === 'worked' && weekday <= 5) {
    return { code: 'weekday_listed_worked', year, entry: written, message: `${day} is a weekday and worked anyway: list weekend days only.` };
  }
  return undefined;
}

function faultsOfList(year: string, list: 'off' | 'worked', entries: readonly unknown[]): CalendarFault[] {
  const faults: CalendarFault[] = [];
  const seen = new Set<unknown>();
  for (const monthDay of entries) {
    const fault = faultOfEntry(year, list, monthDay);
    if (fault !== undefined) faults.push(fault);
    if (seen.has(monthDay)) {
      faults.push({ code: 'duplicate', year, entry: String(monthDay), message: `${year}-${String(monthDay)} stands twice in "${list}".` });
    }
    seen.add(monthDay);
  }
  return faults;
}

function faultsOfYear(year: string, table: CalendarYear): CalendarFault[] {
  if (!/^[1-9]\d{3}$/.test(year)) {
    return [{ code: 'year_malformed', year, message: `"${year}" is no year: write YYYY.` }];
  }
  if (typeof table?.official !== 'boolean' || !Array.isArray(table.off) || !Array.isArray(table.worked)) {
    return [{ code: 'table_malformed', year, message: `The table of ${year} needs official (true or false), off and worked (lists).` }];
  }
  return [...faultsOfList(year, 'off', table.off), ...faultsOfList(year, 'worked', table.worked)];
}

/**
 * Everything that forbids adopting the calendar; empty when it is sound. Takes data from outside, so it trusts
 * no shape. A faulty year is also refused when it is used: `calendar_invalid`.
 */
export function validateCalendar(calendar: Calendar): readonly CalendarFault[] {
  const faults: CalendarFault[] = [];
  if (typeof calendar.version !== 'string' || calendar.version.trim() === '') {
    faults.push({ code: 'version_missing', message: 'The calendar names no version.' });
  }
  const years = Object.entries(calendar.years ?? {});
  if (years.length === 0) faults.push({ code: 'years_missing', message: 'The calendar holds no year.' });
  return [...faults, ...years.flatMap(([year, table]) => faultsOfYear(year, table))];
}
