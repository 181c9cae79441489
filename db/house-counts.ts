/** Counts of the whole house, for metrics: how much waits, and for how long. No ids, no centers. */
import type { Instant } from '../domain/law/calendar.js';
import { readPastMoments } from './past-moments.js';
import type { Pool } from './pool.js';

export interface HouseCounts {
  pastMoments: { cases: number; oldestSeconds: number };
  inbox: { waiting: readonly { kind: string; rows: number }[]; oldestSeconds: number };
  /** Waiting, held back by quiet hours, and given up. */
  deliveries: readonly { channel: string; state: string; rows: number }[];
  alarms: readonly { kind: string; rows: number }[];
}

/** A minute of grace: a case that wakes up now has its moment in the past while it writes. */
const PAST_AFTER_MS = 60_000;

/** @throws the error of Postgres */
export async function readHouseCounts(pool: Pool, now: Instant): Promise<HouseCounts> {
  const [past, inbox, deliveries, alarms] = await Promise.all([
    readPastMoments(pool, now, PAST_AFTER_MS),
    pool.query<{ kind: string; rows: number; age: number }>(
      `select kind, count(*)::int as rows, extract(epoch from clock_timestamp() - min(received_at))::float8 as age
         from inbox where state = 'waiting' group by kind`,
    ),
    pool.query<{ channel: string; state: string; rows: number }>(
      `select channel, case when held_until > clock_timestamp() then 'held' else state end as state, count(*)::int as rows
         from alert_delivery where state in ('waiting', 'failed') group by 1, 2`,
    ),
    pool.query<{ kind: string; rows: number }>('select kind, count(*)::int as rows from alarm where cleared_at is null group by kind'),
  ]);
  return {
    pastMoments: { cases: past.cases, oldestSeconds: past.oldest === undefined ? 0 : (now - past.oldest) / 1_000 },
    inbox: { waiting: inbox.rows, oldestSeconds: Math.max(0, ...inbox.rows.map(({ age }) => age)) },
    deliveries: deliveries.rows,
    alarms: alarms.rows,
  };
}
