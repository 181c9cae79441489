/** What the administrator must know of the calendar, and in which words. */
import { describe, expect, it } from 'vitest';
import { ALARM_KINDS } from '../../contracts/alarm.js';
import { alarmMail, alarmSentence } from '../../contracts/messages/alarm-text.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import type { DutyYear } from '../../db/calendar-years.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import type { Calendar, CalendarYear } from '../../domain/law/calendar.js';
import { calendarCauses } from '../../work/watch/alarm-watch.js';

const at = (day: string): number => Date.parse(`${day}T12:00:00+05:00`);

function calendarOf(version: string, years: Readonly<Record<string, boolean>>): Calendar {
  const tables = Object.entries(years).map(([year, official]) => [year, { official, off: [], worked: [] } satisfies CalendarYear]);
  return { version, years: Object.fromEntries(tables) as Calendar['years'] };
}

function keysOn(day: string, calendar: Calendar | undefined, duties: readonly DutyYear[] = []): string[] {
  return calendarCauses(calendar, duties, at(day)).map(({ key }) => key);
}

describe('P6: the years of the calendar', () => {
  it('2027 without an official table is an alarm from 2026 on, because plans of a year reach into it', () => {
    expect(calendarCauses(CALENDAR_2026_11_21, [], at('2026-11-22'))).toEqual([
      { key: 'calendar_year_not_official:2027', kind: 'calendar_year_not_official', params: { year: 2027, calendar: '2026-11-21', duties: 0 } },
    ]);
    expect(keysOn('2025-12-31', CALENDAR_2026_11_21)).toEqual([]);
  });

  it('the year turns at midnight in Almaty', () => {
    expect(calendarCauses(CALENDAR_2026_11_21, [], Date.parse('2025-12-31T18:59:59Z'))).toEqual([]);
    expect(calendarCauses(CALENDAR_2026_11_21, [], Date.parse('2025-12-31T19:00:00Z'))).toHaveLength(1);
  });

  it('a calendar that ends with this year is an alarm of its own', () => {
    expect(keysOn('2027-02-01', CALENDAR_2026_11_21)).toEqual(['calendar_year_not_official:2027', 'calendar_year_missing:2028']);
  });

  it('no adopted calendar at all lacks both years', () => {
    expect(keysOn('2026-11-22', undefined)).toEqual(['calendar_year_missing:2026', 'calendar_year_missing:2027']);
  });

  it('an open duty is looked at by the calendar of its own case, one alarm for a year', () => {
    const sound = calendarOf('new', { 2026: true, 2027: true, 2028: true });
    const old = calendarOf('old', { 2026: true, 2027: false });
    const older = calendarOf('older', { 2026: true, 2027: false });
    const duties = [
      { year: 2027, calendar: sound, duties: 9 },
      { year: 2027, calendar: old, duties: 2 },
      { year: 2027, calendar: older, duties: 3 },
    ];
    expect(calendarCauses(sound, duties, at('2026-11-22'))).toEqual([
      { key: 'calendar_year_not_official:2027', kind: 'calendar_year_not_official', params: { year: 2027, calendar: 'old, older', duties: 5 } },
    ]);
  });
});

describe('the words of an alarm', () => {
  const AT = '2026-11-21T19:00:00.000Z';
  const PARAMS = {
    year: 2027,
    calendar: '2026-11-21',
    duties: 3,
    cases: 2,
    oldest: AT,
    since: AT,
    agencies: 'health',
    clocks: 2,
    wakes: 2,
    stays: 2,
    ghosts: 2,
    running: 9,
    list: 'inbox',
    minutes: 3,
    queues: 'http',
    rows: 4,
    seconds: 31,
    person: 'manager-1',
    center: 'almaty-auezov',
    families: 31,
    outside: 6,
    persons: 1,
    addresses: 2,
    bound: 20,
    rule: 'P4',
    number: 'almaty-auezov-2026-000001',
    post: 'duty_officer',
    count: 2,
    standing: 'incomplete',
    lacks: 'health',
    calls: 2,
  };

  it.each(LANGUAGES)('are complete in %s', (language) => {
    for (const kind of ALARM_KINDS) {
      for (const event of ['raised', 'cleared'] as const) {
        expect(alarmSentence({ kind, params: PARAMS }, event, language)).not.toMatch(/\{\w+\}|undefined/);
      }
    }
  });

  it('name the moment in the time of Kazakhstan', () => {
    const sentence = alarmSentence({ kind: 'case_moment_in_past', params: PARAMS }, 'raised', 'ru');
    expect(sentence).toContain('не проснулись в свой момент: 2');
    expect(sentence).toContain('22 ноября 2026 года, 00:00');
  });

  it('go out in all languages under a subject of codes', () => {
    const { subject, text } = alarmMail({ kind: 'calendar_year_missing', params: PARAMS }, 'raised');
    expect(subject).toBe('Tirek · alarm.raised · calendar_year_missing · 2027');
    expect(text.split('\n\n')).toHaveLength(LANGUAGES.length);
  });
});
