import { describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21, CALENDAR_BEFORE_2026_03_18 } from '../../domain/law/calendar-data.js';
import { CalendarGap } from '../../domain/law/calendar.js';
import { explain } from '../../domain/law/explain.js';
import type { Explanation } from '../../domain/law/explain.js';
import { dueAt } from '../../domain/law/term.js';
import type { Term } from '../../domain/law/term.js';

const calendar = CALENDAR_2026_11_21;
const at = (local: string) => Date.parse(`${local}+05:00`);
const brief = (explanation: Explanation) => explanation.days.map(({ day, reason, ordinal }) => `${day} ${reason}${ordinal === undefined ? '' : ` ${ordinal}`}`);

describe('why this date', () => {
  it('256-13-2: names each day, counted or off', () => {
    const startedAt = at('2026-12-15T10:00');
    const term: Term = { unit: 'working_days', count: 3 };
    const explanation = explain(calendar, startedAt, term);
    expect(explanation).toMatchObject({
      startedAt,
      startDay: '2026-12-15',
      term,
      lastDay: '2026-12-21',
      dueAt: Date.parse('2026-12-21T19:00:00Z'),
      calendarVersion: '2026-11-21',
      official: true,
    });
    expect(explanation.days).toEqual([
      { day: '2026-12-15', weekday: 2, counted: false, reason: 'event_day' },
      { day: '2026-12-16', weekday: 3, counted: false, reason: 'day_off' },
      { day: '2026-12-17', weekday: 4, counted: true, ordinal: 1, reason: 'counted' },
      { day: '2026-12-18', weekday: 5, counted: true, ordinal: 2, reason: 'counted' },
      { day: '2026-12-19', weekday: 6, counted: false, reason: 'weekend' },
      { day: '2026-12-20', weekday: 7, counted: false, reason: 'weekend' },
      { day: '2026-12-21', weekday: 1, counted: true, ordinal: 3, reason: 'counted' },
    ]);
  });

  it('shows a worked weekend day as such', () => {
    expect(brief(explain(calendar, at('2024-05-03T10:00'), { unit: 'working_days', count: 2 }))).toEqual([
      '2024-05-03 event_day',
      '2024-05-04 worked_weekend 1',
      '2024-05-05 weekend',
      '2024-05-06 counted 2',
    ]);
  });

  it('shows what the calendar of another version read', () => {
    const term: Term = { unit: 'working_days', count: 1 };
    const old = explain(CALENDAR_BEFORE_2026_03_18, at('2026-08-28T10:00'), term);
    expect(old.calendarVersion).toBe('2025-12-10');
    expect(brief(old).slice(-2)).toEqual(['2026-08-31 day_off', '2026-09-01 counted 1']);
  });

  it('P4: hours are no days: none is counted, and there is a last day only where they end at its 24:00', () => {
    const overnight = explain(calendar, at('2026-12-15T23:48'), { unit: 'hours', count: 2 });
    expect(overnight).toMatchObject({ days: [], dueAt: at('2026-12-16T01:48') });
    expect(overnight).not.toHaveProperty('lastDay');
    expect(explain(calendar, at('2026-12-15T22:00'), { unit: 'hours', count: 2 })).toMatchObject({ days: [], lastDay: '2026-12-15' });
  });

  it('an act of the Center: the date, the days off it skips, the day it moves to', () => {
    expect(brief(explain(calendar, at('2026-02-21T10:00'), { unit: 'months', count: 1, shift: 'next_working_day' }))).toEqual([
      '2026-02-21 event_day',
      '2026-03-21 weekend',
      '2026-03-22 weekend',
      '2026-03-23 day_off',
      '2026-03-24 day_off',
      '2026-03-25 day_off',
      '2026-03-26 shifted',
    ]);
    expect(brief(explain(calendar, at('2026-02-20T10:00'), { unit: 'months', count: 1, shift: 'next_working_day' }))).toEqual([
      '2026-02-20 event_day',
      '2026-03-20 calendar_day',
    ]);
  });

  it('the end of a stay and a measure’s own date stay where they are', () => {
    expect(brief(explain(calendar, at('2026-02-21T10:00'), { unit: 'months', count: 1, shift: 'none' }))).toEqual([
      '2026-02-21 event_day',
      '2026-03-21 calendar_day',
    ]);
    expect(brief(explain(calendar, at('2026-02-21T10:00'), { unit: 'until_day', day: '2026-02-21' }))).toEqual(['2026-02-21 event_day']);
  });
});

describe('official or not', () => {
  const official = (from: string, term: Term) => explain(calendar, at(from), term).official;

  it('a date that rests on the table of 2027 is not official', () => {
    expect(official('2026-12-31T10:00', { unit: 'working_days', count: 1 })).toBe(false);
    expect(official('2026-12-28T10:00', { unit: 'working_days', count: 3 })).toBe(true);
    expect(official('2026-12-05T10:00', { unit: 'months', count: 1, shift: 'next_working_day' })).toBe(false);
  });

  it('a date that rests on no table is', () => {
    expect(official('2026-12-05T10:00', { unit: 'months', count: 1, shift: 'none' })).toBe(true);
    expect(official('2027-05-05T10:00', { unit: 'hours', count: 24 })).toBe(true);
    expect(official('2026-12-05T10:00', { unit: 'until_day', day: '2027-05-17' })).toBe(true);
  });
});

it('refuses a year without a table', () => {
  expect(() => explain(calendar, at('2027-12-30T10:00'), { unit: 'working_days', count: 2 })).toThrow(CalendarGap);
  expect(() => explain(calendar, at('2027-12-05T10:00'), { unit: 'months', count: 1, shift: 'next_working_day' })).toThrow(CalendarGap);
});

it.each([0, -2, 2.5, Number.NaN])('refuses a term of %d working days as dueAt does', (count) => {
  const refusal = expect.objectContaining({ code: 'invalid_count' });
  expect(() => explain(calendar, at('2026-12-15T10:00'), { unit: 'working_days', count })).toThrow(refusal);
  expect(() => dueAt(calendar, at('2026-12-15T10:00'), { unit: 'working_days', count })).toThrow(refusal);
});
