import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21, CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18, amendCalendar } from '../../domain/law/calendar-data.js';
import {
  addDays,
  addMonths,
  addWorkingDays,
  dayKind,
  daysBetween,
  endOfDay,
  isWorkingDay,
  legalDayOf,
  nextWorkingDay,
  startOfDay,
  validateCalendar,
  workingDayFromEnd,
  workingDaysBetween,
  workingDaysPerMonth,
} from '../../domain/law/calendar.js';
import type { Calendar, CalendarYear, LegalDay } from '../../domain/law/calendar.js';
import { dateOf } from '../../domain/law/duty.js';
import { explain } from '../../domain/law/explain.js';
import { deadlineDay, dueAt, endOfQuarter, latenessInWorkingDays, reminderAt, workingDaysAfter } from '../../domain/law/term.js';
import type { Term } from '../../domain/law/term.js';

const DAY = 86_400_000;
const HOUR = 3_600_000;

// Starts stay in 2024–2025 and terms under a year and a half, so that the tables (to 2027, and the random ones) suffice.
const startDays = fc.integer({ min: 0, max: 730 }).map((n) => addDays('2024-01-01', n));
const instants = fc.integer({ min: startOfDay('2024-01-01'), max: startOfDay('2026-01-01') - 1 });
const counts = fc.integer({ min: 1, max: 120 });
const shifts = fc.constantFrom('next_working_day' as const, 'none' as const);

/** A sound random calendar of 2023–2027: holidays and worked weekends anywhere, up to a third of the weekdays off. */
function randomYear(year: number): fc.Arbitrary<CalendarYear> {
  return fc
    .record({
      official: fc.boolean(),
      picks: fc.uniqueArray(fc.integer({ min: 0, max: 364 }), { maxLength: 120 }),
    })
    .map(({ official, picks }) => {
      const days = picks.map((n) => new Date(Date.UTC(year, 0, 1) + n * DAY));
      const monthDays = (weekend: boolean) => days.filter((day) => [0, 6].includes(day.getUTCDay()) === weekend).map((day) => day.toISOString().slice(5, 10));
      return { official, off: monthDays(false), worked: monthDays(true) };
    });
}

const randomCalendars: fc.Arbitrary<Calendar> = fc
  .tuple(randomYear(2023), randomYear(2024), randomYear(2025), randomYear(2026), randomYear(2027))
  .map((tables) => ({
    version: 'random',
    years: Object.fromEntries(tables.map((table, index) => [String(2023 + index), table])),
  }));

const calendars = fc.oneof(fc.constantFrom(CALENDAR_2026_11_21, CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18), randomCalendars);

const terms: fc.Arbitrary<Term> = fc.oneof(
  counts.map((count) => ({ unit: 'working_days', count }) as const),
  fc.integer({ min: 1, max: 200 }).map((count) => ({ unit: 'hours', count }) as const),
  fc.tuple(fc.integer({ min: 1, max: 15 }), shifts).map(([count, shift]) => ({ unit: 'months', count, shift }) as const),
  shifts.map((shift) => ({ unit: 'years', count: 1, shift }) as const),
  fc.integer({ min: 0, max: 1000 }).map((n) => ({ unit: 'until_day', day: addDays('2024-01-01', n) }) as const),
);

/** Reads the table as a clerk would, day by day, with nothing of the code under test. */
function clerkCounts(calendar: Calendar, day: LegalDay): boolean {
  const table = calendar.years[day.slice(0, 4)];
  if (table === undefined) throw new Error(`no table for ${day}`);
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6 ? table.worked.includes(day.slice(5)) : !table.off.includes(day.slice(5));
}

function clerkAdds(calendar: Calendar, day: LegalDay, n: number): LegalDay {
  let time = Date.parse(`${day}T00:00:00Z`);
  for (let left = n; left > 0; ) {
    time += DAY;
    if (clerkCounts(calendar, new Date(time).toISOString().slice(0, 10))) left -= 1;
  }
  return new Date(time).toISOString().slice(0, 10);
}

describe('working days, on the real and on random calendars', () => {
  it('the generator makes sound calendars', () => {
    fc.assert(
      fc.property(randomCalendars, (calendar) => {
        expect(validateCalendar(calendar)).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('agree with a clerk who turns the pages day by day', () => {
    fc.assert(
      fc.property(calendars, startDays, counts, (calendar, day, n) => {
        expect(addWorkingDays(calendar, day, n)).toBe(clerkAdds(calendar, day, n));
        expect(isWorkingDay(calendar, day)).toBe(clerkCounts(calendar, day));
      }),
    );
  });

  it('adding and counting agree', () => {
    fc.assert(
      fc.property(calendars, startDays, counts, (calendar, day, n) => {
        const last = addWorkingDays(calendar, day, n);
        expect(workingDaysBetween(calendar, day, last)).toBe(n);
        expect(workingDaysBetween(calendar, day, addDays(last, -1))).toBe(n - 1);
        expect(workingDayFromEnd(calendar, last, n)).toBe(addWorkingDays(calendar, day, 1));
      }),
    );
  });

  it('n and then m working days are n + m working days', () => {
    fc.assert(
      fc.property(calendars, startDays, counts, counts, (calendar, day, n, m) => {
        expect(addWorkingDays(calendar, addWorkingDays(calendar, day, n), m)).toBe(addWorkingDays(calendar, day, n + m));
      }),
    );
  });

  it('never end on a day off', () => {
    fc.assert(
      fc.property(calendars, startDays, counts, (calendar, day, n) => {
        expect(dayKind(calendar, addWorkingDays(calendar, day, n)).counted).toBe(true);
      }),
    );
  });

  it('grow strictly with n and never fall with the start', () => {
    fc.assert(
      fc.property(calendars, startDays, fc.nat({ max: 200 }), counts, (calendar, day, later, n) => {
        const last = addWorkingDays(calendar, day, n);
        expect(addWorkingDays(calendar, day, n + 1) > last).toBe(true);
        expect(addWorkingDays(calendar, addDays(day, later), n) >= last).toBe(true);
      }),
    );
  });

  it('of the months add up to the year', () => {
    fc.assert(
      fc.property(calendars, (calendar) => {
        const total = workingDaysPerMonth(calendar, 2025).reduce((sum, days) => sum + days, 0);
        expect(total).toBe(workingDaysBetween(calendar, '2024-12-31', '2025-12-31'));
      }),
    );
  });

  it('the next working day is the day itself or the first one after it', () => {
    fc.assert(
      fc.property(calendars, startDays, (calendar, day) => {
        const next = nextWorkingDay(calendar, day);
        expect(next).toBe(clerkCounts(calendar, day) ? day : clerkAdds(calendar, day, 1));
        expect(nextWorkingDay(calendar, next)).toBe(next);
      }),
    );
  });

  it('making one weekday off never brings a date forward, and undoing it restores every date', () => {
    fc.assert(
      fc.property(startDays, counts, fc.integer({ min: 1, max: 60 }), (day, n, ahead) => {
        const changed = addWorkingDays(CALENDAR_2026_11_21, day, ahead);
        const weekday = new Date(`${changed}T00:00:00Z`).getUTCDay();
        fc.pre(weekday !== 0 && weekday !== 6);
        const amended = amendCalendar(CALENDAR_2026_11_21, { version: 'a', act: 'test', changes: [{ day: changed, becomes: 'off' }] });
        const restored = amendCalendar(amended, { version: 'b', act: 'test', changes: [{ day: changed, becomes: 'working' }] });
        const date = addWorkingDays(CALENDAR_2026_11_21, day, n);
        expect(addWorkingDays(amended, day, n)).toBe(date < changed ? date : addWorkingDays(CALENDAR_2026_11_21, day, n + 1));
        expect(addWorkingDays(restored, day, n)).toBe(date);
      }),
    );
  });
});

describe('legal days', () => {
  it('hold every instant between their ends', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const day = legalDayOf(instant);
        expect(startOfDay(day) <= instant && instant < endOfDay(day)).toBe(true);
        expect(deadlineDay(endOfDay(day))).toBe(day);
      }),
    );
  });

  it('add and measure days alike', () => {
    fc.assert(
      fc.property(startDays, fc.integer({ min: -4000, max: 4000 }), (day, n) => {
        expect(daysBetween(day, addDays(day, n))).toBe(n);
      }),
    );
  });

  it('months keep the date or end on the last day of the month', () => {
    fc.assert(
      fc.property(startDays, fc.integer({ min: -60, max: 60 }), (day, n) => {
        const moved = addMonths(day, n);
        const kept = moved.slice(8) === day.slice(8);
        const clamped = moved.slice(8) < day.slice(8) && addDays(moved, 1).slice(8) === '01';
        expect(kept || clamped).toBe(true);
        const distance = Number(moved.slice(0, 4)) * 12 + Number(moved.slice(5, 7)) - Number(day.slice(0, 4)) * 12 - Number(day.slice(5, 7));
        expect(distance).toBe(n);
      }),
    );
  });
});

describe('terms', () => {
  it('depend on the local date of the event alone, except hours', () => {
    fc.assert(
      fc.property(calendars, terms, instants, (calendar, term, startedAt) => {
        fc.pre(term.unit !== 'hours');
        const day = legalDayOf(startedAt);
        expect(dueAt(calendar, startedAt, term)).toBe(dueAt(calendar, startOfDay(day), term));
        expect(dueAt(calendar, startedAt, term)).toBe(dueAt(calendar, endOfDay(day) - 1, term));
      }),
    );
  });

  it('never fall with the start', () => {
    fc.assert(
      fc.property(calendars, terms, instants, fc.nat({ max: 100 * DAY }), (calendar, term, startedAt, later) => {
        expect(dueAt(calendar, startedAt + later, term)).toBeGreaterThanOrEqual(dueAt(calendar, startedAt, term));
      }),
    );
  });

  it('a shifted term ends on a working day with nothing but days off since the unshifted date', () => {
    fc.assert(
      fc.property(calendars, instants, fc.integer({ min: 1, max: 15 }), (calendar, startedAt, count) => {
        const plain = deadlineDay(dueAt(calendar, startedAt, { unit: 'months', count, shift: 'none' }));
        const shifted = deadlineDay(dueAt(calendar, startedAt, { unit: 'months', count, shift: 'next_working_day' }));
        expect(shifted >= plain && isWorkingDay(calendar, shifted)).toBe(true);
        expect(workingDaysBetween(calendar, addDays(plain, -1), shifted)).toBe(1);
      }),
    );
  });

  it('are explained by days that add up: counted days are n, the date is the same', () => {
    fc.assert(
      fc.property(calendars, terms, instants, (calendar, term, startedAt) => {
        const explanation = explain(calendar, startedAt, term);
        expect(explanation.dueAt).toBe(dueAt(calendar, startedAt, term));
        if (term.unit === 'hours') {
          expect(explanation.days).toEqual([]);
          return;
        }
        expect(explanation.lastDay).toBe(deadlineDay(explanation.dueAt));
        expect(explanation.days[0]).toMatchObject({ day: legalDayOf(startedAt), counted: false, reason: 'event_day' });
        expect(explanation.days.at(-1)?.day).toBe(explanation.lastDay);
        if (term.unit !== 'working_days') return;
        const counted = explanation.days.filter((day) => day.counted);
        expect(counted.map((day) => day.ordinal)).toEqual(Array.from({ length: term.count }, (_, index) => index + 1));
        expect(counted.every((day) => clerkCounts(calendar, day.day))).toBe(true);
        expect(
          explanation.days
            .slice(1)
            .filter((day) => !day.counted)
            .some((day) => clerkCounts(calendar, day.day)),
        ).toBe(false);
        expect(explanation.days.map((day) => day.day)).toEqual(explanation.days.map((_, index) => addDays(explanation.startDay, index)));
      }),
    );
  });

  it('are official exactly when every table consulted is', () => {
    fc.assert(
      fc.property(calendars, instants, counts, (calendar, startedAt, count) => {
        const { official, days } = explain(calendar, startedAt, { unit: 'working_days', count });
        const years = new Set(days.slice(1).map((day) => day.day.slice(0, 4)));
        expect(official).toBe([...years].every((year) => calendar.years[year]?.official));
      }),
    );
  });

  it('are recomputed to the same date by a copy of the calendar that travelled as JSON', () => {
    fc.assert(
      fc.property(calendars, terms, instants, (calendar, term, startedAt) => {
        const travelled = JSON.parse(JSON.stringify(calendar)) as Calendar;
        expect(explain(travelled, startedAt, term)).toEqual(explain(calendar, startedAt, term));
      }),
      { numRuns: 30 },
    );
  });
});

describe('moments around a deadline', () => {
  it('reminders lie strictly inside the term, ascending; those of days at 09:00 of a working day', () => {
    fc.assert(
      fc.property(calendars, terms, instants, (calendar, term, startedAt) => {
        const moments = reminderAt(calendar, startedAt, term);
        const end = dueAt(calendar, startedAt, term);
        for (const [index, moment] of moments.entries()) {
          expect(moment > startedAt && moment < end && moment > (moments[index - 1] ?? -Infinity)).toBe(true);
          if (term.unit === 'hours') continue;
          const day = legalDayOf(moment);
          expect(moment).toBe(startOfDay(day) + 9 * HOUR);
          expect(isWorkingDay(calendar, day)).toBe(true);
        }
        if (term.unit === 'working_days' || term.unit === 'hours') expect(moments).toHaveLength(1);
      }),
    );
  });

  it('a long term is reminded of when exactly three working days are left', () => {
    fc.assert(
      fc.property(calendars, instants, fc.integer({ min: 2, max: 15 }), shifts, (calendar, startedAt, count, shift) => {
        const term: Term = { unit: 'months', count, shift };
        const last = deadlineDay(dueAt(calendar, startedAt, term));
        fc.pre(workingDaysBetween(calendar, legalDayOf(startedAt), last) > 3);
        const left = reminderAt(calendar, startedAt, term).map((moment) => workingDaysBetween(calendar, addDays(legalDayOf(moment), -1), last));
        expect(left).toContain(3);
      }),
    );
  });

  it('ladder steps ascend, end a working day, and are exactly n working days late', () => {
    fc.assert(
      fc.property(calendars, terms, instants, fc.integer({ min: 1, max: 10 }), (calendar, term, startedAt, n) => {
        const end = dueAt(calendar, startedAt, term);
        const step = workingDaysAfter(calendar, end, n);
        expect(step).toBeGreaterThan(end);
        expect(isWorkingDay(calendar, deadlineDay(step))).toBe(true);
        expect(latenessInWorkingDays(calendar, end, step)).toBe(n);
        expect(workingDaysAfter(calendar, end, n + 1)).toBeGreaterThan(step);
        expect(latenessInWorkingDays(calendar, end, end)).toBe(0);
      }),
    );
  });

  it('a quarter ends where the next begins, at most 92 days on', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        const end = endOfQuarter(instant);
        expect(end >= instant && end - instant < 93 * DAY).toBe(true);
        expect(['01-01', '04-01', '07-01', '10-01']).toContain(legalDayOf(end).slice(5));
        expect(endOfQuarter(end)).toBe(end);
      }),
    );
  });

  it('P5: a threat never lengthens a term and leaves at most one working day', () => {
    fc.assert(
      fc.property(calendars, instants, counts, fc.nat({ max: 30 * DAY }), (calendar, startedAt, count, later) => {
        const old = dueAt(calendar, startedAt, { unit: 'working_days', count });
        const term: Term = { unit: 'working_days', count: 1 };
        const noLaterThan = { key: '256-13-2:case', rule: '256-13-2', startedAt, term: { unit: 'working_days' as const, count } };
        const shortened = dateOf(calendar, { startedAt: startedAt + later, noLaterThan }, term);
        const own = dueAt(calendar, startedAt + later, term);
        expect(shortened).toBe(old < own ? old : own);
      }),
    );
  });
});
