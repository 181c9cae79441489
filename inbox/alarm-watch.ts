/** Looks, at every sweep, for what endangers the terms of many cases, and tells the administrator once. */
import type { Logger } from 'pino';

import type { AlarmCause, AlarmKind } from '../contracts/alarm.js';
import { settleAlarms } from '../db/alarms.js';
import { calendarInForce, yearsOfOpenDuties, type DutyYear } from '../db/calendar-years.js';
import { readPastMoments } from '../db/past-moments.js';
import type { Pool } from '../db/pool.js';
import { legalDayOf, type Calendar, type Instant } from '../domain/law/calendar.js';

/** Longer than a restart of the worker takes, shorter than anybody's term. */
const MOMENT_PAST_AFTER_MS = 2 * 60_000;

/** @param now wall time */
export async function watchAlarms(pool: Pool, log: Logger, now: Instant = Date.now()): Promise<void> {
  const { raised, cleared } = await settleAlarms(pool, await findCauses(pool, now), now);
  for (const alarmId of raised) log.error({ alarmId }, 'an alarm was raised');
  for (const alarmId of cleared) log.info({ alarmId }, 'an alarm was cleared');
}

async function findCauses(pool: Pool, now: Instant): Promise<AlarmCause[]> {
  const [calendar, dutyYears, past] = await Promise.all([
    calendarInForce(pool),
    yearsOfOpenDuties(pool),
    readPastMoments(pool, now, MOMENT_PAST_AFTER_MS),
  ]);
  const moments: AlarmCause[] =
    past.oldest === undefined
      ? []
      : [{ key: 'case_moment_in_past', kind: 'case_moment_in_past', params: { cases: past.cases, oldest: new Date(past.oldest).toISOString() } }];
  return [...calendarCauses(calendar, dutyYears, now), ...moments];
}

/**
 * The years without an official table, and those without any: of the calendar that new cases get this
 * year and the next, into which a plan of one year reaches; of each open case's calendar the years in
 * which something of it ends.
 */
export function calendarCauses(calendar: Calendar | undefined, dutyYears: readonly DutyYear[], now: Instant): AlarmCause[] {
  const thisYear = Number(legalDayOf(now).slice(0, 4));
  const looked = [
    ...[thisYear, thisYear + 1].map((year) => ({ year, duties: 0, version: calendar?.version ?? '—', table: calendar?.years[year] })),
    ...dutyYears.map(({ year, duties, calendar: own }) => ({ year, duties, version: own.version, table: own.years[year] })),
  ];
  const causes = new Map<string, { kind: AlarmKind; year: number; versions: Set<string>; duties: number }>();
  for (const { year, duties, version, table } of looked) {
    if (table?.official === true) continue;
    const kind = table === undefined ? 'calendar_year_missing' : 'calendar_year_not_official';
    const key = `${kind}:${year}`;
    const cause = causes.get(key) ?? { kind, year, versions: new Set<string>(), duties: 0 };
    cause.versions.add(version);
    cause.duties += duties;
    causes.set(key, cause);
  }
  return [...causes].map(([key, { kind, year, versions, duties }]) => ({ key, kind, params: { year, calendar: [...versions].join(', '), duties } }));
}
