/**
 * The working-day tables as versioned data: the seed of the calendar table in Postgres.
 *
 * Checked against the Ministry of Labour's production calendars, the transfer orders named below and, day by day,
 * the Python package `holidays` (tools/check-calendar.py). The npm package `date-holidays` is wrong for
 * Kazakhstan on several of these dates and must not decide deadlines.
 */
import { CalendarError, weekdayOf } from './calendar.js';
import type { Calendar, CalendarYear, LegalDay } from './calendar.js';

/**
 * Holidays: Law "On holidays" art. 5 (a holiday on a weekend moves to the next working day, several in a row
 * push one another on). 7 January and the first day of Kurban Ait are days off that never move (Labour Code art. 84).
 * Transfers of days off: Labour Code art. 85 п.3.
 *
 * 2027 has no official table yet: derived from the law, with Kurban Ait expected on Sunday 16 May. Should the
 * muftiate announce 17 May, that Monday is off and a new version must be adopted.
 */
export const CALENDAR_2026_11_21: Calendar = {
  version: '2026-11-21',
  act:
    'Law "On holidays" art. 5; Labour Code arts. 84, 85; transfers: order of 17.04.2024 (G24G0000109), order G24G0000436; ' +
    'Ministry of Labour 18.03.2026: 30 August is no holiday from 2026, 15 March is one from 2027',
  years: {
    '2024': {
      official: true,
      off: ['01-01', '01-02', '03-08', '03-21', '03-22', '03-25', '05-01', '05-07', '05-08', '05-09', '07-08', '08-30', '10-25', '12-16'],
      worked: ['05-04'],
    },
    '2025': {
      official: true,
      off: ['01-01', '01-02', '01-03', '01-07', '03-10', '03-21', '03-24', '03-25', '05-01', '05-07', '05-09', '06-06', '07-07', '09-01', '10-27', '12-16'],
      worked: ['01-05'],
    },
    '2026': {
      official: true,
      off: ['01-01', '01-02', '01-07', '03-09', '03-23', '03-24', '03-25', '05-01', '05-07', '05-11', '05-27', '07-06', '10-26', '12-16'],
      worked: [],
    },
    '2027': {
      official: false,
      off: ['01-01', '01-04', '01-07', '03-08', '03-15', '03-22', '03-23', '03-24', '05-03', '05-07', '05-10', '07-06', '10-25', '12-16'],
      worked: [],
    },
  },
};

/** One day that another act reads otherwise. */
export interface DayChange {
  readonly day: LegalDay;
  readonly becomes: 'off' | 'working';
}

export interface CalendarAmendment {
  readonly version: string;
  /** The act or announcement, cited in every explanation of a date that it moved. */
  readonly act: string;
  readonly changes: readonly DayChange[];
}

function toggled(entries: readonly string[], monthDay: string, listed: boolean, day: LegalDay): readonly string[] {
  if (entries.includes(monthDay) === listed) {
    throw new CalendarError('calendar_invalid', `The amendment does not change ${day}: it already reads so.`);
  }
  return listed ? [...entries, monthDay].toSorted() : entries.filter((other) => other !== monthDay);
}

function changedYear(table: CalendarYear, { day, becomes }: DayChange): CalendarYear {
  const monthDay = day.slice(5);
  return weekdayOf(day) <= 5
    ? { ...table, off: toggled(table.off, monthDay, becomes === 'off', day) }
    : { ...table, worked: toggled(table.worked, monthDay, becomes === 'working', day) };
}

/**
 * A new version that differs from the given one in the named days only; the given one stays as it is.
 * Throws `calendar_invalid` when a day's year has no table or the day already reads as demanded: an amendment
 * without effect is a mistake in the act's transcription.
 */
export function amendCalendar(calendar: Calendar, amendment: CalendarAmendment): Calendar {
  const years: Record<string, CalendarYear> = { ...calendar.years };
  for (const change of amendment.changes) {
    const year = change.day.slice(0, 4);
    const table = years[year];
    if (table === undefined) {
      throw new CalendarError('calendar_invalid', `The amendment of ${change.day} needs a table for ${year}.`);
    }
    years[year] = changedYear(table, change);
  }
  return { version: amendment.version, act: amendment.act, years };
}

/**
 * The table as read until 07.06.2024: the published calendar had Monday 17 June 2024 off for Kurban Ait.
 * On 7 June the muftiate announced Sunday 16 June and the Ministry of Labour cancelled the day off.
 * Differs from the seed in that day alone, so that the effect of the one correction can be shown; it does not
 * pretend to be all that was known at the time.
 */
export const CALENDAR_BEFORE_2024_06_07: Calendar = amendCalendar(CALENDAR_2026_11_21, {
  version: '2024-04-17',
  act: 'Calendar for 2024 with the order of 17.04.2024 (G24G0000109); 17 June 2024 off for Kurban Ait, cancelled on 07.06.2024',
  changes: [{ day: '2024-06-17', becomes: 'off' }],
});

/**
 * The table as read until 18.03.2026: 30 August 2026, then still Constitution Day, is a Sunday, so Monday 31 August
 * was off in the calendar published in December 2025. Differs from the seed in that day alone (see above).
 */
export const CALENDAR_BEFORE_2026_03_18: Calendar = amendCalendar(CALENDAR_2026_11_21, {
  version: '2025-12-10',
  act: 'Calendar for 2026 published on 10.12.2025; 31 August 2026 off for 30 August, cancelled by the Ministry of Labour on 18.03.2026',
  changes: [{ day: '2026-08-31', becomes: 'off' }],
});
