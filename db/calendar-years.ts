/** Which years of which calendars dates rest on now. */
import { legalDayOf, startOfDay, type Calendar, type Instant } from '../domain/law/calendar.js';
import { calendarByVersion, versionInForce } from './law.js';
import { onClient, type Pool } from './pool.js';

/** The calendar that new cases get; undefined when none was adopted. */
export async function calendarInForce(pool: Pool): Promise<Calendar | undefined> {
  const version = await versionInForce(pool, 'calendar');
  return version === undefined ? undefined : calendarByVersion(pool, version);
}

/** Open duties that end in a year, counted by one calendar; beyond ten thousand they are counted no further. */
export interface DutyYear {
  year: number;
  calendar: Calendar;
  duties: number;
}

const MOST_COUNTED = 10_000;

/**
 * The years without an official table, of the calendars of running cases, in which open duties end. Asked year by
 * year, from indexes: of a year that is official nothing is counted.
 */
export async function yearsOfOpenDuties(pool: Pool): Promise<DutyYear[]> {
  const [versions, years] = await Promise.all([calendarsInUse(pool), yearsOfTerms(pool)]);
  const found: DutyYear[] = [];
  for (const version of versions) {
    const calendar = await calendarByVersion(pool, version);
    for (const year of years) {
      if (calendar.years[year]?.official === true) continue;
      const duties = await countDuties(pool, version, year, versions.length === 1);
      if (duties > 0) found.push({ year, calendar, duties });
    }
  }
  return found;
}

/** Each version once, leaping from one to the next in the index. */
async function calendarsInUse(pool: Pool): Promise<string[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ calendar: string }>(
      `with recursive used as (
         (select calendar from subject_file where running order by calendar limit 1)
         union all
         select (select calendar from subject_file where running and calendar > used.calendar order by calendar limit 1) from used where calendar is not null
       )
       select calendar from used where calendar is not null`,
    ),
  );
  return rows.map(({ calendar }) => calendar);
}

const OPEN = `standing in ('open', 'overdue', 'exceeded') and due_at is not null`;

/** From the year of the first open term to that of the last. */
async function yearsOfTerms(pool: Pool): Promise<number[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ first: Date | null; last: Date | null }>(
      `select (select due_at from duty where ${OPEN} order by due_at limit 1) as first, (select due_at from duty where ${OPEN} order by due_at desc limit 1) as last`,
    ),
  );
  const { first, last } = rows[0] ?? { first: null, last: null };
  if (first === null || last === null) return [];
  const from = yearOfEnd(first.getTime());
  return Array.from({ length: yearOfEnd(last.getTime()) - from + 1 }, (_, place) => from + place);
}

/** A term ends at 24:00, the first instant of the next day: the day before counts. */
function yearOfEnd(dueAt: Instant): number {
  return Number(legalDayOf(dueAt - 1).slice(0, 4));
}

async function countDuties(pool: Pool, version: string, year: number, isOnly: boolean): Promise<number> {
  const [from, to] = [year, year + 1].map((each) => new Date(startOfDay(`${each}-01-01`)));
  const within = `${OPEN} and due_at > $1 and due_at <= $2`;
  // With one calendar in use the case need not be asked for its own.
  const counted = isOnly
    ? `select from duty where ${within}`
    : `select from duty join subject_file using (subject_id) where ${within} and subject_file.calendar = $3`;
  const { rows } = await onClient(pool, (client) =>
    client.query<{ duties: number }>(
      `select count(*)::int as duties from (${counted} limit ${MOST_COUNTED}) counted`,
      isOnly ? [from, to] : [from, to, version],
    ),
  );
  return rows[0]?.duties ?? 0;
}
