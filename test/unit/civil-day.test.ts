import { describe, expect, it } from 'vitest';
import { civilDay, dayNumber, dayText, daysInMonth, firstDayOfYear, numberOfText, yearOfDay } from '../../domain/law/civil-day.js';

const DAY = 86_400_000;
const FIRST = Date.UTC(1000, 0, 1) / DAY;
const LAST = Date.UTC(9999, 11, 31) / DAY;

/** Days of which the arithmetic and the machine's own calendar say different things. */
function misread(numbers: readonly number[]): string[] {
  return numbers.flatMap((number) => {
    const date = new Date(number * DAY);
    const text = date.toISOString().slice(0, 10);
    const { year, month, date: dayOfMonth } = civilDay(number);
    const read = [year, month, dayOfMonth, yearOfDay(number), dayText(number), numberOfText(text), dayNumber(year, month, dayOfMonth)];
    const wanted = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCFullYear(), text, number, number];
    return read.join() === wanted.join() ? [] : [`${text}: ${read.join()}`];
  });
}

describe('days by arithmetic', () => {
  it('agree with the machine for every day from 1990 to 2110', () => {
    const first = Date.UTC(1990, 0, 1) / DAY;
    expect(misread(Array.from({ length: Date.UTC(2110, 11, 31) / DAY - first + 1 }, (_, index) => first + index))).toEqual([]);
  });

  it('agree with it on the first and last days of every year of four digits, and around the end of its February', () => {
    const years = Array.from({ length: 9000 }, (_, index) => 1000 + index);
    const edges = years.flatMap((year) => [firstDayOfYear(year), firstDayOfYear(year + 1) - 1, Date.UTC(year, 2, 1) / DAY - 1, Date.UTC(year, 2, 1) / DAY]);
    expect(misread(edges)).toEqual([]);
    expect(years.filter((year) => daysInMonth(year, 2) !== new Date(Date.UTC(year, 2, 0)).getUTCDate())).toEqual([]);
    expect([edges[0], edges.at(-3)]).toEqual([FIRST, LAST]);
  });

  it.each([
    '2026-02-29',
    '2100-02-29',
    '2026-04-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '2026-1-01',
    '2026-01-1',
    '0999-12-31',
    '02026-01-01',
    '2026/01/01',
    '2026-01-01 ',
    ' 2026-01-01',
    '2026-0a-01',
    '2026-01-0-',
    '٢٠٢٦-٠١-٠١',
    '-026-01-01',
    '+026-01-01',
    '2.26-01-01',
    '',
  ])('does not read %j as a day', (text) => {
    expect(numberOfText(text)).toBeUndefined();
  });

  it.each([undefined, null, 20_260_101, {}, ['2026-01-01']])('does not read %j as a day: it is no text', (value) => {
    expect(numberOfText(value)).toBeUndefined();
  });
});
