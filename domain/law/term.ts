/**
 * Terms: from the starting fact to the last instant at which the duty is still met, and the moments around it.
 *
 * A term counted in days ends at 24:00 Asia/Almaty of its last day (P1, P44), which is the same instant as 00:00 of
 * the day after. So the day a deadline belongs to is `deadlineDay(dueAt)`, never `legalDayOf(dueAt)`.
 */
import {
  CalendarError,
  addDays,
  addMonths,
  addWorkingDays,
  daysBetween,
  endOfDay,
  legalDayOf,
  nextWorkingDay,
  startOfDay,
  workingDayFromEnd,
  workingDaysBetween,
} from './calendar.js';
import type { Calendar, Instant, LegalDay } from './calendar.js';

/** P1: day 1 of a term in working days is the first one after the day of the event, or that day itself where it is worked. */
export type CountFrom = 'next_day' | 'event_day';

/** `shift` moves a last day that is off to the next working day: for acts of the Center, not for the end of a stay. */
export type Term =
  | { readonly unit: 'working_days'; readonly count: number; readonly countFrom?: CountFrom }
  | { readonly unit: 'hours'; readonly count: number }
  | { readonly unit: 'months'; readonly count: number; readonly shift: 'next_working_day' | 'none' }
  | { readonly unit: 'years'; readonly count: number; readonly shift: 'next_working_day' | 'none' }
  /** A measure's own date: ends at 24:00 of that day. */
  | { readonly unit: 'until_day'; readonly day: LegalDay };

export type CalendarTerm = Exclude<Term, { unit: 'hours' }>;

const HOUR = 3_600_000;
const REMINDER_TIME = 9 * HOUR;
const WORKING_DAYS_OF_LAST_REMINDER = 3;

function requireCount(count: number, what: string): void {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new CalendarError('invalid_count', `A term in ${what} must be a whole number of at least 1, not ${count}.`);
  }
}

/** The legal day that ends at, or contains, a deadline: 24:00 of a day belongs to that day. */
export function deadlineDay(dueAt: Instant): LegalDay {
  return legalDayOf(dueAt - 1);
}

/**
 * The day at whose 24:00 a term ends. Undefined where it ends at another instant, as a term in hours does: such an
 * end is shown with its minute and never as a day (P4: two hours of a threat found at 23:48 end at 01:48).
 */
export function dayEndingAt(dueAt: Instant): LegalDay | undefined {
  const day = deadlineDay(dueAt);
  return endOfDay(day) === dueAt ? day : undefined;
}

/** The corresponding date of a term in months or years before any shift: clamped to the month's end (Civil Code 174). */
export function nominalLastDay(startDay: LegalDay, term: Extract<Term, { unit: 'months' | 'years' }>): LegalDay {
  requireCount(term.count, term.unit);
  return addMonths(startDay, term.unit === 'years' ? term.count * 12 : term.count);
}

/** The day after which a term in working days is counted (P1). */
export function dayBeforeCount(startDay: LegalDay, { countFrom }: { readonly countFrom?: CountFrom }): LegalDay {
  return countFrom === 'event_day' ? addDays(startDay, -1) : startDay;
}

/**
 * The last day of a term that starts on the given day (day 0).
 * Throws CalendarGap when the table of a year on the way is missing, `invalid_count` or `invalid_day` for a bad term.
 */
export function lastDayOf(calendar: Calendar, startDay: LegalDay, term: CalendarTerm): LegalDay {
  switch (term.unit) {
    case 'working_days':
      return addWorkingDays(calendar, dayBeforeCount(startDay, term), term.count);
    case 'months':
    case 'years': {
      const nominal = nominalLastDay(startDay, term);
      return term.shift === 'next_working_day' ? nextWorkingDay(calendar, nominal) : nominal;
    }
    case 'until_day':
      return term.day;
  }
}

/**
 * The last instant at which the duty is met (P1, P2): 24:00 of the term's last day; for hours, plain elapsed time.
 * `startedAt` is the instant of the starting fact; its local date is day 0. Throws as `lastDayOf`.
 */
export function dueAt(calendar: Calendar, startedAt: Instant, term: Term): Instant {
  if (term.unit === 'hours') {
    requireCount(term.count, 'hours');
    return startedAt + term.count * HOUR;
  }
  return endOfDay(lastDayOf(calendar, legalDayOf(startedAt), term));
}

/** 09:00 of the day that many days before the day of a deadline. */
export function morningsBefore(dueAt: Instant, days: number): readonly Instant[] {
  return [morningOf(addDays(deadlineDay(dueAt), -days))];
}

/** The next 09:00 after an instant, whatever day it is. */
export function nextMorning(instant: Instant): Instant {
  const today = morningOf(legalDayOf(instant));
  return today > instant ? today : morningOf(addDays(legalDayOf(instant), 1));
}

function morningOf(day: LegalDay): Instant {
  return startOfDay(day) + REMINDER_TIME;
}

/** Long terms: the middle, then the last three working days (see `reminderAt`). */
function longTermReminders(calendar: Calendar, startDay: LegalDay, lastDay: LegalDay): Instant[] {
  const length = daysBetween(startDay, lastDay);
  if (length < 0) return [];
  const reminders = [morningOf(nextWorkingDay(calendar, addDays(startDay, Math.ceil(length / 2))))];
  // A shorter term has no such day inside it; looking before its start could ask for a year without a table.
  if (workingDaysBetween(calendar, addDays(startDay, -1), lastDay) >= WORKING_DAYS_OF_LAST_REMINDER) {
    reminders.push(morningOf(workingDayFromEnd(calendar, lastDay, WORKING_DAYS_OF_LAST_REMINDER)));
  }
  return reminders;
}

function reminderCandidates(calendar: Calendar, startedAt: Instant, end: Instant, term: Term): Instant[] {
  const startDay = legalDayOf(startedAt);
  switch (term.unit) {
    case 'working_days':
      requireCount(term.count, 'working days');
      return [morningOf(addWorkingDays(calendar, dayBeforeCount(startDay, term), Math.ceil(term.count / 2)))];
    case 'hours':
      requireCount(term.count, 'hours');
      return [startedAt + (term.count * HOUR) / 2];
    case 'months':
    case 'years':
    case 'until_day':
      return longTermReminders(calendar, startDay, deadlineDay(end));
  }
}

/**
 * When the executor is reminded (P52), ascending, each once, strictly between start and deadline; may be empty.
 *
 * - n working days: 09:00 local of counted day ⌈n/2⌉ (P15: for 2 days that is the first counted day).
 * - hours: after half of them, round the clock.
 * - months, years, a measure's date: with d calendar days from the start day to the last day, 09:00 of the day ⌈d/2⌉
 *   days after the start day, moved to the next working day if that is off; and "3 working days before the end":
 *   09:00 of the working day W for which W … last day, both included, hold exactly three working days.
 *   The deadline being 24:00 of the last day, three full working days are left on that morning.
 *
 * Quiet hours and repeats are the ladder's affair. Throws CalendarGap when a reminder needs a year without a table,
 * even where the deadline itself (an unshifted date) does not.
 */
export function reminderAt(calendar: Calendar, startedAt: Instant, term: Term): readonly Instant[] {
  return remindersBefore(calendar, startedAt, dueAt(calendar, startedAt, term), term);
}

/** As `reminderAt`, where the deadline of the term is known already. */
export function remindersBefore(calendar: Calendar, startedAt: Instant, end: Instant, term: Term): readonly Instant[] {
  const inside = reminderCandidates(calendar, startedAt, end, term).filter((at) => at > startedAt && at < end);
  return inside.length < 2 ? inside : [...new Set(inside)].toSorted((a, b) => a - b);
}

/**
 * 24:00 of the n-th working day after a deadline's day: the ladder's +1 and +3 working days. n >= 1.
 * Takes the deadline instant itself. Throws CalendarGap.
 */
export function workingDaysAfter(calendar: Calendar, instant: Instant, n: number): Instant {
  return endOfDay(addWorkingDays(calendar, deadlineDay(instant), n));
}

/** 24:00 of the last day of the deadline's quarter; 24:00 of the quarter's last day still belongs to that quarter. */
export function endOfQuarter(instant: Instant): Instant {
  const day = deadlineDay(instant);
  const month = Number(day.slice(5, 7));
  const firstOfQuarter = `${day.slice(0, 4)}-${String(month - ((month - 1) % 3)).padStart(2, '0')}-01`;
  return startOfDay(addMonths(firstOfQuarter, 3));
}

/**
 * Working days after the deadline's day up to and including the day on which the duty was met; 0 when met in time.
 * Also 0 for a duty met late but before another working day came (due Friday, met on Saturday): whether it was late
 * is `metAt > dueAt`, this only says by how many working days. Throws CalendarGap.
 */
export function latenessInWorkingDays(calendar: Calendar, dueAt: Instant, metAt: Instant): number {
  return metAt <= dueAt ? 0 : workingDaysBetween(calendar, deadlineDay(dueAt), deadlineDay(metAt));
}
