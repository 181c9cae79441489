import { describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21, CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18, amendCalendar } from '../../domain/law/calendar-data.js';
import {
  CalendarError,
  CalendarGap,
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
  weekdayOf,
  workingDayFromEnd,
  workingDaysBetween,
  workingDaysPerMonth,
} from '../../domain/law/calendar.js';
import type { Calendar, CalendarYear } from '../../domain/law/calendar.js';

const calendar = CALENDAR_2026_11_21;

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CalendarError) return error.code;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('legal days are days in Asia/Almaty, UTC+5', () => {
  it('turns over at 19:00 UTC', () => {
    expect(legalDayOf(Date.parse('2026-12-15T18:59:59.999Z'))).toBe('2026-12-15');
    expect(legalDayOf(Date.parse('2026-12-15T19:00:00Z'))).toBe('2026-12-16');
  });

  it('starts at 00:00 and ends at 24:00 local, the instant at which the next day starts', () => {
    expect(new Date(startOfDay('2026-12-16')).toISOString()).toBe('2026-12-15T19:00:00.000Z');
    expect(new Date(endOfDay('2026-12-16')).toISOString()).toBe('2026-12-16T19:00:00.000Z');
    expect(endOfDay('2026-12-31')).toBe(startOfDay('2027-01-01'));
  });

  it('is right before 1970 too, where day numbers are negative', () => {
    expect(legalDayOf(startOfDay('1969-12-31'))).toBe('1969-12-31');
    expect(weekdayOf('1969-12-31')).toBe(3);
    expect(weekdayOf('1954-03-07')).toBe(7);
  });

  it('knows the weekdays', () => {
    expect(weekdayOf('2026-11-21')).toBe(6);
    expect(weekdayOf('2026-11-22')).toBe(7);
    expect(weekdayOf('2026-11-23')).toBe(1);
  });

  it('adds days over months, years and 29 February', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2025-02-28', 1)).toBe('2025-03-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(daysBetween('2024-01-01', '2025-01-01')).toBe(366);
    expect(daysBetween('2025-01-01', '2024-01-01')).toBe(-366);
  });

  it('refuses what is no day, no instant, no whole number', () => {
    for (const day of ['2026-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '2026-04-31', '26-01-01', '2026-1-1', '', ' 2026-01-01', '2026-01-01T00:00']) {
      expect(
        codeOf(() => startOfDay(day)),
        day,
      ).toBe('invalid_day');
    }
    expect(codeOf(() => legalDayOf(Number.NaN))).toBe('invalid_instant');
    expect(codeOf(() => legalDayOf(Infinity))).toBe('invalid_instant');
    expect(codeOf(() => addDays('2026-01-01', 0.5))).toBe('invalid_count');
    expect(codeOf(() => addDays('9999-12-31', 1))).toBe('invalid_day');
    expect(codeOf(() => addMonths('9999-12-31', 1))).toBe('invalid_day');
  });
});

describe('months and years (Civil Code 174, P11, P24)', () => {
  it('31 January + 1 month is the last day of February', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
  });

  it('clamps from the date itself, not step by step', () => {
    expect(addMonths('2026-01-31', 2)).toBe('2026-03-31');
    expect(addMonths('2026-08-31', 1)).toBe('2026-09-30');
  });

  it('29 February + 1 year is 28 February; + 4 years is 29 February', () => {
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
    expect(addMonths('2024-02-29', 48)).toBe('2028-02-29');
  });

  it('crosses the year both ways', () => {
    expect(addMonths('2026-11-30', 3)).toBe('2027-02-28');
    expect(addMonths('2026-12-15', 1)).toBe('2027-01-15');
    expect(addMonths('2026-01-15', -1)).toBe('2025-12-15');
    expect(addMonths('2026-03-31', -13)).toBe('2025-02-28');
  });
});

describe('the official tables', () => {
  it('Saturday 4 May 2024 was worked for Wednesday 8 May', () => {
    expect(dayKind(calendar, '2024-05-04')).toEqual({ counted: true, note: 'worked_weekend' });
    expect(dayKind(calendar, '2024-05-08')).toEqual({ counted: false, reason: 'day_off' });
    expect(addWorkingDays(calendar, '2024-05-03', 1)).toBe('2024-05-04');
    expect(addWorkingDays(calendar, '2024-05-06', 1)).toBe('2024-05-10');
  });

  it('Sunday 5 January 2025 was worked for Friday 3 January', () => {
    expect(isWorkingDay(calendar, '2025-01-05')).toBe(true);
    expect(isWorkingDay(calendar, '2025-01-04')).toBe(false);
    expect(isWorkingDay(calendar, '2025-01-03')).toBe(false);
    expect(addWorkingDays(calendar, '2024-12-31', 1)).toBe('2025-01-05');
    expect(addWorkingDays(calendar, '2024-12-31', 2)).toBe('2025-01-06');
    expect(addWorkingDays(calendar, '2024-12-31', 3)).toBe('2025-01-08');
  });

  it('8 May 2025 was not moved', () => {
    expect(isWorkingDay(calendar, '2025-05-08')).toBe(true);
  });

  it('chained transfers: 21 and 22 March 2026 are Saturday and Sunday, so 24 and 25 March are off after 23 March', () => {
    expect(addWorkingDays(calendar, '2026-03-20', 1)).toBe('2026-03-26');
    expect(['2026-03-23', '2026-03-24', '2026-03-25'].map((day) => dayKind(calendar, day))).toEqual([
      { counted: false, reason: 'day_off' },
      { counted: false, reason: 'day_off' },
      { counted: false, reason: 'day_off' },
    ]);
  });

  it('16 March 2026 was worked: 15 March is a holiday from 2027 on', () => {
    expect(isWorkingDay(calendar, '2026-03-16')).toBe(true);
    expect(isWorkingDay(calendar, '2027-03-15')).toBe(false);
  });

  it('Kurban Ait: never moved from a Sunday (2024), a day off on a weekday (2025, 2026)', () => {
    expect(isWorkingDay(calendar, '2024-06-17')).toBe(true);
    expect(isWorkingDay(calendar, '2025-06-06')).toBe(false);
    expect(isWorkingDay(calendar, '2026-05-27')).toBe(false);
    expect(isWorkingDay(calendar, '2027-05-17')).toBe(true);
  });

  it('7 January is never moved from a weekend', () => {
    expect(weekdayOf('2024-01-07')).toBe(7);
    expect(isWorkingDay(calendar, '2024-01-08')).toBe(true);
  });

  it('31 August 2026 is worked, 1 September 2025 was off', () => {
    expect(isWorkingDay(calendar, '2026-08-31')).toBe(true);
    expect(isWorkingDay(calendar, '2025-09-01')).toBe(false);
  });

  it('only 2027 is not official', () => {
    expect(
      Object.entries(calendar.years)
        .filter(([, table]) => !table.official)
        .map(([year]) => year),
    ).toEqual(['2027']);
  });

  // Weekdays of each month less the days off in it, plus worked weekend days; counted by hand from a wall calendar.
  it.each([
    [2024, [23 - 2, 21, 21 - 4, 22, 23 - 4 + 1, 20, 23 - 1, 22 - 1, 21, 23 - 1, 21, 22 - 1], 249],
    [2025, [23 - 4 + 1, 20, 21 - 4, 22, 22 - 3, 21 - 1, 23 - 1, 21, 22 - 1, 23 - 1, 20, 23 - 1], 246],
    [2026, [22 - 3, 20, 22 - 4, 22, 21 - 4, 22, 23 - 1, 21, 22, 22 - 1, 21, 23 - 1], 247],
    [2027, [21 - 3, 20, 23 - 5, 22, 21 - 3, 22, 22 - 1, 22, 22, 21 - 1, 22, 23 - 1], 247],
  ])('working days per month of %i', (year, months, total) => {
    const found = workingDaysPerMonth(calendar, year);
    expect(found).toEqual(months);
    expect(found.reduce((sum, days) => sum + days, 0)).toBe(total);
  });
});

describe('adding and counting working days (P1, P2)', () => {
  it('never counts the day itself', () => {
    expect(addWorkingDays(calendar, '2026-11-23', 1)).toBe('2026-11-24');
  });

  it('an event on a day off keeps its date; counting starts with the next working day', () => {
    expect(addWorkingDays(calendar, '2026-11-21', 1)).toBe('2026-11-23');
    expect(addWorkingDays(calendar, '2026-11-22', 1)).toBe('2026-11-23');
    expect(addWorkingDays(calendar, '2026-12-16', 1)).toBe('2026-12-17');
  });

  it('crosses years', () => {
    expect(addWorkingDays(calendar, '2026-12-31', 1)).toBe('2027-01-05');
    expect(addWorkingDays(calendar, '2025-12-31', 2)).toBe('2026-01-06');
    expect(addWorkingDays(calendar, '2023-12-31', 249 + 246 + 247 + 1)).toBe('2027-01-05');
  });

  it('counts the days after the first up to and including the last', () => {
    expect(workingDaysBetween(calendar, '2026-12-15', '2026-12-21')).toBe(3);
    expect(workingDaysBetween(calendar, '2026-12-15', '2026-12-15')).toBe(0);
    expect(workingDaysBetween(calendar, '2026-12-15', '2026-12-14')).toBe(0);
    expect(workingDaysBetween(calendar, '2023-12-31', '2026-12-31')).toBe(249 + 246 + 247);
  });

  it('finds the working day that leaves n working days to the end', () => {
    expect(workingDayFromEnd(calendar, '2026-12-18', 1)).toBe('2026-12-18');
    expect(workingDayFromEnd(calendar, '2026-12-20', 1)).toBe('2026-12-18');
    expect(workingDayFromEnd(calendar, '2026-12-20', 3)).toBe('2026-12-15');
    expect(workingDayFromEnd(calendar, '2027-01-05', 2)).toBe('2026-12-31');
  });

  it('shifts a day off to the next working day and leaves a working day alone', () => {
    expect(nextWorkingDay(calendar, '2026-03-21')).toBe('2026-03-26');
    expect(nextWorkingDay(calendar, '2026-03-20')).toBe('2026-03-20');
    expect(nextWorkingDay(calendar, '2024-05-04')).toBe('2024-05-04');
  });

  it('refuses counts that are no whole number of at least 1', () => {
    for (const n of [0, -1, 1.5, Number.NaN, Infinity]) {
      expect(
        codeOf(() => addWorkingDays(calendar, '2026-01-05', n)),
        String(n),
      ).toBe('invalid_count');
      expect(
        codeOf(() => workingDayFromEnd(calendar, '2026-01-05', n)),
        String(n),
      ).toBe('invalid_count');
    }
  });
});

describe('a year without a table is refused, never read as Monday to Friday', () => {
  it('names the year and the version', () => {
    let caught: unknown;
    try {
      isWorkingDay(calendar, '2028-01-03');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(CalendarGap);
    expect(caught).toMatchObject({ code: 'calendar_year_missing', year: 2028, calendarVersion: '2026-11-21', name: 'CalendarGap' });
  });

  it('wherever a year is needed', () => {
    const gap = 'calendar_year_missing';
    expect(codeOf(() => addWorkingDays(calendar, '2027-12-31', 1))).toBe(gap);
    expect(codeOf(() => addWorkingDays(calendar, '2027-12-30', 2))).toBe(gap);
    expect(codeOf(() => workingDaysBetween(calendar, '2027-12-30', '2028-01-03'))).toBe(gap);
    expect(codeOf(() => nextWorkingDay(calendar, '2028-01-01'))).toBe(gap);
    expect(codeOf(() => workingDayFromEnd(calendar, '2024-01-03', 2))).toBe(gap);
    expect(codeOf(() => workingDaysPerMonth(calendar, 2023))).toBe(gap);
  });

  it('but the day of the event needs no table: only the days counted do', () => {
    expect(addWorkingDays(calendar, '2023-12-31', 1)).toBe('2024-01-03');
    expect(addWorkingDays(calendar, '2027-12-30', 1)).toBe('2027-12-31');
  });
});

describe('what was corrected while terms were running', () => {
  it('Monday 17 June 2024 was off until the correction of 7 June 2024', () => {
    expect(addWorkingDays(CALENDAR_BEFORE_2024_06_07, '2024-06-14', 1)).toBe('2024-06-18');
    expect(addWorkingDays(calendar, '2024-06-14', 1)).toBe('2024-06-17');
    expect(workingDaysPerMonth(CALENDAR_BEFORE_2024_06_07, 2024)[5]).toBe(19);
  });

  it('Monday 31 August 2026 was off until the correction of 18 March 2026', () => {
    expect(addWorkingDays(CALENDAR_BEFORE_2026_03_18, '2026-08-28', 1)).toBe('2026-09-01');
    expect(addWorkingDays(calendar, '2026-08-28', 1)).toBe('2026-08-31');
    expect(workingDaysPerMonth(CALENDAR_BEFORE_2026_03_18, 2026)[7]).toBe(20);
  });

  it('each version is sound, cites its act, and versions sort by age', () => {
    const versions = [CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18, calendar];
    for (const each of versions) {
      expect(validateCalendar(each)).toEqual([]);
      expect(each.act).toMatch(/\d/);
    }
    expect(versions.map((each) => each.version)).toEqual(versions.map((each) => each.version).toSorted());
  });

  it('an amendment makes a new calendar and undoes exactly', () => {
    const before = JSON.stringify(calendar);
    const back = amendCalendar(CALENDAR_BEFORE_2026_03_18, {
      version: '2026-03-18',
      act: 'Ministry of Labour, 18.03.2026',
      changes: [{ day: '2026-08-31', becomes: 'working' }],
    });
    expect(back.years).toEqual(calendar.years);
    expect(JSON.stringify(calendar)).toBe(before);
  });

  it('a worked weekend day is added and taken back by amendment', () => {
    const moved = amendCalendar(calendar, {
      version: 'test',
      act: 'order of transfer',
      changes: [
        { day: '2027-05-08', becomes: 'working' },
        { day: '2027-05-06', becomes: 'off' },
      ],
    });
    expect(addWorkingDays(moved, '2027-05-05', 1)).toBe('2027-05-08');
    expect(validateCalendar(moved)).toEqual([]);
  });

  it('an amendment without effect, of an impossible day or of a year without a table is refused', () => {
    const amend = (day: string, becomes: 'off' | 'working') => () => amendCalendar(calendar, { version: 'test', act: 'test', changes: [{ day, becomes }] });
    expect(codeOf(amend('2026-08-31', 'working'))).toBe('calendar_invalid');
    expect(codeOf(amend('2026-08-30', 'off'))).toBe('calendar_invalid');
    expect(codeOf(amend('2026-02-30', 'off'))).toBe('invalid_day');
    expect(codeOf(amend('2028-01-03', 'off'))).toBe('calendar_invalid');
  });
});

describe('validation of a calendar from outside', () => {
  const withYear = (table: Partial<CalendarYear>, year = '2026'): Calendar => ({
    version: 'draft',
    years: { [year]: { official: true, off: [], worked: [], ...table } },
  });
  const codes = (draft: Calendar) => validateCalendar(draft).map((fault) => fault.code);

  it.each([
    ['an impossible date', withYear({ off: ['02-30'] }), ['date_impossible']],
    ['29 February of a common year', withYear({ off: ['02-29'] }), ['date_impossible']],
    ['a date in another spelling', withYear({ off: ['1-5'] }), ['date_impossible']],
    ['a duplicate', withYear({ off: ['05-01', '05-01'] }), ['duplicate']],
    ['a weekend day listed as off', withYear({ off: ['08-30'] }), ['weekend_listed_off']],
    ['a weekday listed as worked', withYear({ worked: ['08-31'] }), ['weekday_listed_worked']],
    ['no version', { ...withYear({}), version: ' ' }, ['version_missing']],
    ['no years', { version: 'draft', years: {} }, ['years_missing']],
    ['a malformed year', withYear({}, '26'), ['year_malformed']],
    [
      'several faults at once',
      withYear({ off: ['02-30', '08-30'], worked: ['08-31', '08-31'] }),
      ['date_impossible', 'weekend_listed_off', 'weekday_listed_worked', 'weekday_listed_worked', 'duplicate'],
    ],
  ])('%s', (_, draft, expected) => {
    expect(codes(draft)).toEqual(expected);
  });

  it('survives data of the wrong shape', () => {
    const parse = (json: string) => JSON.parse(json) as Calendar;
    expect(codes(parse('{}'))).toEqual(['version_missing', 'years_missing']);
    expect(codes(parse('{"version":"x","years":{"2026":{}}}'))).toEqual(['table_malformed']);
    expect(codes(parse('{"version":"x","years":{"2026":null}}'))).toEqual(['table_malformed']);
    expect(codes(parse('{"version":"x","years":{"2026":{"official":true,"off":[7,null],"worked":[]}}}'))).toEqual(['date_impossible', 'date_impossible']);
  });

  it('29 February of a leap year is a date', () => {
    expect(codes(withYear({ off: ['02-29'] }, '2028'))).toEqual([]);
  });

  it('a faulty year computes nothing', () => {
    expect(codeOf(() => isWorkingDay(withYear({ off: ['02-30'] }), '2026-03-02'))).toBe('calendar_invalid');
  });
});
