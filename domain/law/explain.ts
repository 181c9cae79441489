/**
 * Why this date: the days between the starting fact and the deadline, each counted or skipped with its reason.
 *
 * Working days are walked here one by one, apart from the indexed arithmetic of `addWorkingDays`, so that the
 * explanation checks the date instead of repeating it.
 */
import { CalendarError, addDays, dayKind, endOfDay, legalDayOf, weekdayOf } from './calendar.js';
import type { Calendar, Instant, LegalDay, Weekday } from './calendar.js';
import { dayEndingAt, dueAt, lastDayOf, nominalLastDay } from './term.js';
import type { Term } from './term.js';

export interface ExplainedDay {
  readonly day: LegalDay;
  readonly weekday: Weekday;
  /** The day is part of the term's count: a working day of a working-day term, a plain day of a calendar term. */
  readonly counted: boolean;
  /** 1..n; on the counted days of working-day terms only. */
  readonly ordinal?: number;
  readonly reason: 'event_day' | 'counted' | 'worked_weekend' | 'weekend' | 'day_off' | 'calendar_day' | 'shifted';
}

export interface Explanation {
  readonly startedAt: Instant;
  readonly startDay: LegalDay;
  readonly term: Term;
  /**
   * Working days: every day from the start day to the last. Months, years and measures' dates: the start day, the
   * corresponding date and, where the end was shifted, the days off skipped and the day it moved to. Hours: none.
   */
  readonly days: ExplainedDay[];
  readonly dueAt: Instant;
  /** Absent where the term ends within a day, as one in hours does. */
  readonly lastDay?: LegalDay;
  readonly calendarVersion: string;
  /**
   * false when the date rests on the table of a year that is not official. Dates that rest on no table (hours,
   * unshifted dates) are true: no announcement can move them.
   */
  readonly official: boolean;
}

interface Walk {
  readonly days: ExplainedDay[];
  readonly dueAt: Instant;
  /** Days whose table entry decided the date. */
  readonly consulted: readonly LegalDay[];
}

function eventDay(day: LegalDay): ExplainedDay {
  return { day, weekday: weekdayOf(day), counted: false, reason: 'event_day' };
}

function plainDay(day: LegalDay): ExplainedDay {
  return { day, weekday: weekdayOf(day), counted: true, reason: 'calendar_day' };
}

function workingDaysWalk(calendar: Calendar, startDay: LegalDay, { count, countFrom }: Extract<Term, { unit: 'working_days' }>): Walk {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new CalendarError('invalid_count', `A term in working days must be a whole number of at least 1, not ${count}.`);
  }
  const days: ExplainedDay[] = [];
  const isEventDayCounted = countFrom === 'event_day';
  let day = isEventDayCounted ? addDays(startDay, -1) : startDay;
  let ordinal = 0;
  while (ordinal < count) {
    day = addDays(day, 1);
    const kind = dayKind(calendar, day);
    const weekday = weekdayOf(day);
    if (kind.counted) {
      ordinal += 1;
      days.push({ day, weekday, counted: true, ordinal, reason: kind.note ?? 'counted' });
    } else {
      days.push({ day, weekday, counted: false, reason: kind.reason });
    }
  }
  return { days: isEventDayCounted ? days : [eventDay(startDay), ...days], dueAt: endOfDay(day), consulted: days.map((each) => each.day) };
}

function fixedDayWalk(startDay: LegalDay, lastDay: LegalDay): Walk {
  const days = lastDay === startDay ? [eventDay(startDay)] : [eventDay(startDay), plainDay(lastDay)];
  return { days, dueAt: endOfDay(lastDay), consulted: [] };
}

function shiftedWalk(calendar: Calendar, startDay: LegalDay, nominal: LegalDay, lastDay: LegalDay): Walk {
  if (nominal === lastDay) return { ...fixedDayWalk(startDay, lastDay), consulted: [lastDay] };
  const days = [eventDay(startDay)];
  const consulted: LegalDay[] = [];
  for (let day = nominal; day <= lastDay; day = addDays(day, 1)) {
    const kind = dayKind(calendar, day);
    const weekday = weekdayOf(day);
    days.push({ day, weekday, counted: kind.counted, reason: kind.counted ? 'shifted' : kind.reason });
    consulted.push(day);
  }
  return { days, dueAt: endOfDay(lastDay), consulted };
}

function walk(calendar: Calendar, startedAt: Instant, startDay: LegalDay, term: Term): Walk {
  switch (term.unit) {
    case 'working_days':
      return workingDaysWalk(calendar, startDay, term);
    case 'hours':
      return { days: [], dueAt: dueAt(calendar, startedAt, term), consulted: [] };
    case 'months':
    case 'years': {
      const nominal = nominalLastDay(startDay, term);
      return term.shift === 'none' ? fixedDayWalk(startDay, nominal) : shiftedWalk(calendar, startDay, nominal, lastDayOf(calendar, startDay, term));
    }
    case 'until_day':
      return fixedDayWalk(startDay, term.day);
  }
}

/**
 * Explains a deadline; its `dueAt` always equals `dueAt(calendar, startedAt, term)`.
 * Throws CalendarGap when a year on the way has no table, and as `dueAt` for a bad term.
 */
export function explain(calendar: Calendar, startedAt: Instant, term: Term): Explanation {
  const startDay = legalDayOf(startedAt);
  const { days, dueAt: end, consulted } = walk(calendar, startedAt, startDay, term);
  const lastDay = dayEndingAt(end);
  const official = consulted.every((day) => calendar.years[day.slice(0, 4)]?.official === true);
  return { startedAt, startDay, term, days, dueAt: end, ...(lastDay === undefined ? {} : { lastDay }), calendarVersion: calendar.version, official };
}
