/** Which years of which calendars dates rest on now. */
import type { Calendar } from '../domain/law/calendar.js';
import { calendarByVersion, versionInForce } from './law.js';
import type { Pool } from './pool.js';

/** The calendar that new cases get; undefined when none was adopted. */
export async function calendarInForce(pool: Pool): Promise<Calendar | undefined> {
  const version = await versionInForce(pool, 'calendar');
  return version === undefined ? undefined : calendarByVersion(pool, version);
}

/** Open duties that end in a year, counted by one calendar. */
export interface DutyYear {
  year: number;
  calendar: Calendar;
  duties: number;
}

/** The years in which open duties end. A term ends at 24:00, the first instant of the next day: the day before counts. */
export async function yearsOfOpenDuties(pool: Pool): Promise<DutyYear[]> {
  const { rows } = await pool.query<DutyYear & { calendar: Calendar }>(
    `select ending.year, calendar_version.data as calendar, ending.duties
       from (
         select case_file.calendar as version, count(*)::int as duties,
                extract(year from (due_at - interval '1 millisecond') at time zone interval '5 hours')::int as year
           from duty join case_file using (case_id)
          where standing in ('open', 'overdue', 'exceeded') and due_at is not null
          group by version, year
       ) ending join calendar_version using (version)
      order by ending.year, version`,
  );
  return rows;
}
