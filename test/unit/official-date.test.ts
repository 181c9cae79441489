/** P6: which dates rest on a year without an official calendar, as the explanation has it. */
import { describe, expect, it } from 'vitest';
import { isOfficialDate, termShapeOf } from '../../office/official-date.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { explain } from '../../domain/law/explain.js';
import { RULES } from '../../domain/law/rules/table.js';
import type { Term } from '../../domain/law/term.js';

const TERMS: readonly [string, Term][] = [
  ['working days', { unit: 'working_days', count: 3 }],
  ['many working days', { unit: 'working_days', count: 30 }],
  ['hours', { unit: 'hours', count: 24 }],
  ['a named day', { unit: 'until_day', day: '2027-06-01' }],
  ['a month shifted', { unit: 'months', count: 1, shift: 'next_working_day' }],
  ['months of a stay', { unit: 'months', count: 3, shift: 'none' }],
];

describe('P6: a mark beside a date says what its explanation says', () => {
  it.each(TERMS)('%s', (_name, term) => {
    for (let day = Date.UTC(2026, 9, 1, 5); day < Date.UTC(2027, 1, 1); day += 24 * 3_600_000) {
      const { dueAt, official } = explain(CALENDAR_2026_11_21, day, term);
      expect([new Date(day).toISOString(), isOfficialDate(CALENDAR_2026_11_21, term, day, dueAt)]).toEqual([new Date(day).toISOString(), official]);
    }
  });

  it('256-13-2: the last three working days of 2026 are official, what reaches over New Year is not', () => {
    const term: Term = { unit: 'working_days', count: 3 };
    const from = (day: string): boolean => {
      const at = Date.parse(`${day}T10:00:00+05:00`);
      return isOfficialDate(CALENDAR_2026_11_21, term, at, explain(CALENDAR_2026_11_21, at, term).dueAt);
    };
    expect([from('2026-12-28'), from('2026-12-29'), from('2026-12-31')]).toEqual([true, false, false]);
  });

  it('a list knows by the rule how its duty counts', () => {
    const counted = RULES.flatMap(({ id, readings }) => readings.slice(-1).flatMap(({ duty }) => (duty === undefined ? [] : [[id, duty.term.unit]])));
    expect(counted.map(([id = '']) => [id, termShapeOf(id).unit])).toEqual(counted);
    expect(termShapeOf('256-99').unit).toBe('working_days');
  });
});
