/** The calendar without holidays in force: dates must not depend on the week in which the tests happen to run. */
import type { Pool } from '../../db/pool.js';
import type { Calendar } from '../../domain/law/calendar.js';
import { PLAIN_LAW_IN_FORCE } from '../lives/plain-calendar.js';

export async function putPlainCalendarInForce(pool: Pool): Promise<void> {
  const { calendar } = PLAIN_LAW_IN_FORCE;
  await keepCalendar(pool, calendar);
  await pool.query(
    `insert into law_in_force (kind, version) values ('calendar', $1)
     on conflict (kind) do update set version = excluded.version, adoption_id = null, act = null, recompute = null`,
    [calendar.version],
  );
}

/** As a version that was adopted now; one that is there stays as it is. */
export async function keepCalendar(pool: Pool, calendar: Calendar): Promise<void> {
  await pool.query('insert into calendar_version (version, data, act, adopted_at) values ($1, $2, $3, clock_timestamp()) on conflict do nothing', [
    calendar.version,
    JSON.stringify(calendar),
    calendar.act,
  ]);
}
