import { describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21, CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18 } from '../../domain/law/calendar-data.js';
import { CalendarError, CalendarGap } from '../../domain/law/calendar.js';
import { dayEndingAt, deadlineDay, dueAt, endOfQuarter, latenessInWorkingDays, reminderAt, workingDaysAfter } from '../../domain/law/term.js';
import { dateOf } from '../../domain/law/duty.js';
import { explain } from '../../domain/law/explain.js';
import type { Term } from '../../domain/law/term.js';

const calendar = CALENDAR_2026_11_21;
/** An instant from a wall-clock reading in Asia/Almaty. */
const at = (local: string) => Date.parse(`${local}+05:00`);
const workingDays = (count: number): Term => ({ unit: 'working_days', count });
const months = (count: number, shift: 'next_working_day' | 'none'): Term => ({ unit: 'months', count, shift });
const years = (count: number, shift: 'next_working_day' | 'none'): Term => ({ unit: 'years', count, shift });
const untilDay = (day: string): Term => ({ unit: 'until_day', day });
const local = (instant: number) => new Date(instant + 5 * 3_600_000).toISOString().slice(0, 16);
const due = (from: string, term: Term) => local(dueAt(calendar, at(from), term));
const reminders = (from: string, term: Term) => reminderAt(calendar, at(from), term).map(local);

describe('terms in working days (P1, P2)', () => {
  it('256-13-2: three working days from the day after registration; 16 December is off', () => {
    const end = dueAt(calendar, at('2026-12-15T10:00:00'), workingDays(3));
    expect(new Date(end).toISOString()).toBe('2026-12-21T19:00:00.000Z');
  });

  it('the hour of the event does not matter, its local date does', () => {
    expect(due('2026-12-15T00:00:00', workingDays(3))).toBe('2026-12-22T00:00');
    expect(due('2026-12-15T23:59:59.999', workingDays(3))).toBe('2026-12-22T00:00');
    expect(due('2026-12-16T00:00:00', workingDays(3))).toBe('2026-12-22T00:00');
    expect(due('2026-12-17T00:00:00', workingDays(3))).toBe('2026-12-23T00:00');
  });

  it('256-13-1: an appeal on Saturday is redirected by the end of Monday', () => {
    expect(due('2026-11-21T12:00:00', workingDays(1))).toBe('2026-11-24T00:00');
  });

  it('a worked Saturday counts', () => {
    expect(due('2024-05-03T12:00:00', workingDays(2))).toBe('2024-05-07T00:00');
  });

  it('a corrected calendar gives another date: 17 June 2024 and 31 August 2026', () => {
    expect(local(dueAt(CALENDAR_BEFORE_2024_06_07, at('2024-06-13T10:00'), workingDays(3)))).toBe('2024-06-20T00:00');
    expect(due('2024-06-13T10:00', workingDays(3))).toBe('2024-06-19T00:00');
    expect(local(dueAt(CALENDAR_BEFORE_2026_03_18, at('2026-08-27T10:00'), workingDays(2)))).toBe('2026-09-02T00:00');
    expect(due('2026-08-27T10:00', workingDays(2))).toBe('2026-09-01T00:00');
  });
});

describe('the day from which working days are counted (P1)', () => {
  const fromTheDay = (count: number): Term => ({ unit: 'working_days', count, countFrom: 'event_day' });

  it('256-13-1: by the policy the day of the event itself, where it is worked', () => {
    expect(due('2026-12-15T10:00:00', fromTheDay(1))).toBe('2026-12-16T00:00');
    expect(due('2026-12-15T10:00:00', fromTheDay(3))).toBe('2026-12-19T00:00');
    expect(reminders('2026-12-15T10:00:00', fromTheDay(3))).toEqual(['2026-12-17T09:00']);
  });

  it('an event on a day off is counted from the next day that is worked, either way', () => {
    expect(due('2026-12-19T10:00:00', fromTheDay(2))).toBe(due('2026-12-19T10:00:00', workingDays(2)));
  });

  it('each date explains itself: day by day the same end', () => {
    for (const count of [1, 2, 3, 5, 12]) {
      const explained = explain(calendar, at('2026-12-15T10:00:00'), fromTheDay(count));
      expect(local(explained.dueAt)).toBe(due('2026-12-15T10:00:00', fromTheDay(count)));
      expect(explained.days[0]).toMatchObject({ day: '2026-12-15', counted: true, ordinal: 1 });
    }
  });
});

describe('hours (256-26, P4): elapsed, no calendar', () => {
  it('24 hours run through the night and through days off', () => {
    expect(due('2026-12-15T18:30:00', { unit: 'hours', count: 24 })).toBe('2026-12-16T18:30');
  });

  it('need no table at all', () => {
    expect(due('2031-01-01T00:00:00', { unit: 'hours', count: 2 })).toBe('2031-01-01T02:00');
  });
});

describe('months and years', () => {
  it('256-23-5: a stay of a month ends on its date, day off or not', () => {
    expect(due('2026-11-16T15:00:00', months(1, 'none'))).toBe('2026-12-17T00:00');
    expect(due('2026-01-31T15:00:00', months(1, 'none'))).toBe('2026-03-01T00:00');
  });

  it('an act of the Center is shifted to the next working day', () => {
    expect(due('2026-11-16T15:00:00', months(1, 'next_working_day'))).toBe('2026-12-18T00:00');
    expect(due('2026-02-21T15:00:00', months(1, 'next_working_day'))).toBe('2026-03-27T00:00');
    expect(due('2026-11-17T15:00:00', months(1, 'next_working_day'))).toBe('2026-12-18T00:00');
  });

  it('256-15-1, P11: a plan of a year ends on the same date a year on, 29 February on the 28th', () => {
    expect(due('2026-11-21T15:00:00', years(1, 'none'))).toBe('2027-11-22T00:00');
    expect(due('2024-02-29T15:00:00', years(1, 'none'))).toBe('2025-03-01T00:00');
  });

  it('a date that needs no shift needs no table; a shifted one does', () => {
    expect(due('2027-11-21T15:00:00', years(1, 'none'))).toBe('2028-11-22T00:00');
    expect(() => due('2027-11-21T15:00:00', years(1, 'next_working_day'))).toThrow(CalendarGap);
  });
});

describe("a measure's own date (256-16-3, 192-11-1)", () => {
  it('ends at 24:00 of that day', () => {
    expect(due('2026-11-21T15:00:00', untilDay('2026-12-16'))).toBe('2026-12-17T00:00');
  });

  it('is refused when it is no day', () => {
    expect(() => due('2026-11-21T15:00:00', untilDay('2026-11-31'))).toThrow(CalendarError);
  });
});

it.each([
  workingDays(0),
  workingDays(1.5),
  { unit: 'hours', count: -1 } as Term,
  { unit: 'hours', count: Number.NaN } as Term,
  months(0, 'none'),
  years(Infinity, 'none'),
])('a term that is no whole number of at least 1 is refused: %o', (term) => {
  expect(() => dueAt(calendar, at('2026-11-21T15:00'), term)).toThrow(expect.objectContaining({ code: 'invalid_count' }));
  expect(() => reminderAt(calendar, at('2026-11-21T15:00'), term)).toThrow(expect.objectContaining({ code: 'invalid_count' }));
});

describe('reminders (P52)', () => {
  it('working days: 09:00 of counted day ⌈n/2⌉', () => {
    expect(reminders('2026-12-15T10:00', workingDays(1))).toEqual(['2026-12-17T09:00']);
    expect(reminders('2026-12-15T10:00', workingDays(3))).toEqual(['2026-12-18T09:00']);
    expect(reminders('2026-12-15T10:00', workingDays(5))).toEqual(['2026-12-21T09:00']);
    expect(reminders('2026-12-15T10:00', workingDays(10))).toEqual(['2026-12-23T09:00']);
  });

  it('192-11-2, P15: the two-day mark is called for on the morning of the first counted day', () => {
    expect(reminders('2026-12-14T10:00', workingDays(2))).toEqual(['2026-12-15T09:00']);
  });

  it('hours: after half of them, at night too', () => {
    expect(reminders('2026-12-15T20:00', { unit: 'hours', count: 24 })).toEqual(['2026-12-16T08:00']);
    expect(reminders('2026-12-15T23:00', { unit: 'hours', count: 2 })).toEqual(['2026-12-16T00:00']);
  });

  it('a year: the middle, moved off a weekend, and the last three working days', () => {
    // 365 days; day 183 after 04.01.2026 is Monday 06.07.2026, a day off. Last day Monday 04.01.2027, off as well:
    // the three working days that end with it are 29, 30 and 31 December.
    expect(reminders('2026-01-04T10:00', years(1, 'none'))).toEqual(['2026-07-07T09:00', '2026-12-29T09:00']);
  });

  it('a month: the middle and the last three working days', () => {
    // 16.11 – 16.12.2026, 30 days: the middle is 1 December; the last three working days are 11, 14 and 15.
    expect(reminders('2026-11-16T15:00', months(1, 'none'))).toEqual(['2026-12-01T09:00', '2026-12-11T09:00']);
    // Shifted to 17 December: 31 days, ⌈31/2⌉ = 16 → 2 December; the last three working days are 14, 15 and 17.
    expect(reminders('2026-11-16T15:00', months(1, 'next_working_day'))).toEqual(['2026-12-02T09:00', '2026-12-14T09:00']);
  });

  it("a measure's date: one moment when both fall together, none outside the term", () => {
    // Thu 19.11 – Wed 25.11, 6 days: middle Sunday 22 → Monday 23; the last three working days are 23, 24, 25.
    expect(reminders('2026-11-19T10:00', untilDay('2026-11-25'))).toEqual(['2026-11-23T09:00']);
    // Two days: the "three days before" lies before the start.
    expect(reminders('2026-11-24T10:00', untilDay('2026-11-25'))).toEqual(['2026-11-25T09:00']);
    // Over a weekend: the middle would move behind the end.
    expect(reminders('2026-11-21T10:00', untilDay('2026-11-22'))).toEqual([]);
    expect(reminders('2026-11-24T10:00', untilDay('2026-11-24'))).toEqual([]);
    expect(reminders('2026-11-24T08:00', untilDay('2026-11-24'))).toEqual(['2026-11-24T09:00']);
    expect(reminders('2026-11-24T10:00', untilDay('2026-11-20'))).toEqual([]);
    // From Saturday 12.12 with exactly three working days left, 14, 15 and 17 December: the first of them, and the middle.
    expect(reminders('2026-12-12T10:00', untilDay('2026-12-17'))).toEqual(['2026-12-14T09:00', '2026-12-15T09:00']);
    // Needs nothing of 2023, which has no table.
    expect(reminders('2024-01-02T10:00', untilDay('2024-01-04'))).toEqual(['2024-01-03T09:00']);
  });
});

describe('the ladder after a deadline', () => {
  it('+1 and +3 working days are counted from the deadline day, not from the day that begins at 24:00', () => {
    const friday = dueAt(calendar, at('2026-11-17T10:00'), workingDays(3));
    expect(local(friday)).toBe('2026-11-21T00:00');
    expect(deadlineDay(friday)).toBe('2026-11-20');
    expect(local(workingDaysAfter(calendar, friday, 1))).toBe('2026-11-24T00:00');
    expect(local(workingDaysAfter(calendar, friday, 3))).toBe('2026-11-26T00:00');
    const monday = dueAt(calendar, at('2026-11-20T10:00'), workingDays(1));
    expect(local(workingDaysAfter(calendar, monday, 1))).toBe('2026-11-25T00:00');
  });

  it('a deadline in the middle of a day (hours) belongs to that day', () => {
    const noon = dueAt(calendar, at('2026-11-19T12:00'), { unit: 'hours', count: 24 });
    expect(local(workingDaysAfter(calendar, noon, 1))).toBe('2026-11-24T00:00');
  });

  it('a step into a year without a table is a gap', () => {
    const last = dueAt(calendar, at('2027-12-30T10:00'), workingDays(1));
    expect(() => workingDaysAfter(calendar, last, 1)).toThrow(CalendarGap);
  });

  it.each([
    ['2026-01-01T00:00', '2026-01-01T00:00'],
    ['2026-01-01T00:00:00.001', '2026-04-01T00:00'],
    ['2026-03-31T23:59', '2026-04-01T00:00'],
    ['2026-04-01T00:00', '2026-04-01T00:00'],
    ['2026-05-20T12:00', '2026-07-01T00:00'],
    ['2026-09-30T12:00', '2026-10-01T00:00'],
    ['2026-10-01T12:00', '2027-01-01T00:00'],
    ['2026-12-31T12:00', '2027-01-01T00:00'],
  ])('the quarter of %s ends at %s: 24:00 of a last day belongs to the quarter it ends', (instant, end) => {
    expect(local(endOfQuarter(at(instant)))).toBe(end);
  });
});

describe('the day at whose 24:00 a term ends', () => {
  it('P1, P44: is the day before the midnight', () => {
    expect(dayEndingAt(at('2026-12-16T00:00'))).toBe('2026-12-15');
  });

  it.each(['2026-12-16T01:48', '2026-12-15T23:59', '2026-12-16T00:01'])('P4: is none for a term that ends at %s', (end) => {
    expect(dayEndingAt(at(end))).toBeUndefined();
  });

  it('P5: is that of the term which ran already and ends first', () => {
    const capped = dateOf(
      calendar,
      { startedAt: at('2026-12-15T23:48'), noLaterThan: { key: 'a', rule: 'a', startedAt: at('2026-12-14T10:00'), term: { unit: 'working_days', count: 1 } } },
      { unit: 'hours', count: 2 },
    );
    expect(capped).toBe(at('2026-12-16T00:00'));
    expect(dayEndingAt(capped)).toBe('2026-12-15');
  });
});

describe('lateness in working days', () => {
  const friday = at('2026-11-21T00:00');
  it.each([
    ['2026-11-20T18:00', 0],
    ['2026-11-21T00:00', 0],
    ['2026-11-21T10:00', 0],
    ['2026-11-23T09:00', 1],
    ['2026-11-24T00:00', 1],
    ['2026-11-24T00:00:00.001', 2],
    ['2026-11-27T10:00', 5],
  ])('due Friday 24:00, met %s: %i', (metAt, late) => {
    expect(latenessInWorkingDays(calendar, friday, at(metAt))).toBe(late);
  });

  it('of a term in hours counts whole days only', () => {
    expect(latenessInWorkingDays(calendar, at('2026-11-19T12:00'), at('2026-11-19T18:00'))).toBe(0);
    expect(latenessInWorkingDays(calendar, at('2026-11-19T12:00'), at('2026-11-20T09:00'))).toBe(1);
  });
});
