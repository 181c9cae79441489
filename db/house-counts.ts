/** Counts of the whole house, for metrics: how much waits, and for how long. No ids, no centers. Every one from an index. */
import type { Instant } from '../domain/law/calendar.js';
import { missingClocks, readEffectsHold, unheardWakes } from './clocks.js';
import { readPastMoments } from './past-moments.js';
import { onClient, type Pool } from './pool.js';

export interface HouseCounts {
  pastMoments: { cases: number; oldestSeconds: number };
  inbox: { waiting: readonly { kind: string; rows: number }[]; oldestSeconds: number };
  /** Waiting, held back by quiet hours, and given up. */
  deliveries: readonly { channel: string; state: string; rows: number }[];
  alarms: readonly { kind: string; rows: number }[];
  clocks: { missing: number; unheard: number; wakes: number };
  effectsHeld: boolean;
}

/** A minute of grace: a case that wakes up now has its moment in the past while it writes. */
const PAST_AFTER_MS = 60_000;
/** Counted no further. */
const MOST_MISSING = 1_000;

/** @throws the error of Postgres */
export async function readHouseCounts(pool: Pool, now: Instant): Promise<HouseCounts> {
  const [past, inbox, deliveries, alarms, missing, unheard, wakes, hold] = await Promise.all([
    readPastMoments(pool, now, PAST_AFTER_MS),
    rowsOf<{ kind: string; rows: number; age: number }>(
      pool,
      `select kind, count(*)::int as rows, extract(epoch from clock_timestamp() - min(received_at))::float8 as age from inbox where state = 'waiting' group by kind`,
    ),
    rowsOf<{ channel: string; state: string; rows: number }>(
      pool,
      `select channel, case when held_until > statement_timestamp() then 'held' else 'waiting' end as state, count(*)::int as rows
         from alert_delivery where state = 'waiting' group by 1, 2
       union all
       select channel, 'failed', count(*)::int from alert_delivery where state = 'failed' group by channel`,
    ),
    rowsOf<{ kind: string; rows: number }>(pool, 'select kind, count(*)::int as rows from alarm where cleared_at is null group by kind'),
    missingClocks(pool, PAST_AFTER_MS, MOST_MISSING),
    unheardWakes(pool),
    rowsOf<{ rows: number }>(pool, 'select count(*)::int as rows from wake'),
    readEffectsHold(pool),
  ]);
  return {
    pastMoments: { cases: past.cases, oldestSeconds: past.oldest === undefined ? 0 : (now - past.oldest) / 1_000 },
    inbox: { waiting: inbox, oldestSeconds: Math.max(0, ...inbox.map(({ age }) => age)) },
    deliveries,
    alarms,
    clocks: { missing: missing.length, unheard: unheard.wakes, wakes: wakes[0]?.rows ?? 0 },
    effectsHeld: hold !== undefined,
  };
}

async function rowsOf<R extends object>(pool: Pool, text: string): Promise<R[]> {
  return (await onClient(pool, (client) => client.query<R>(text))).rows;
}
