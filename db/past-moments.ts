/** Open cases that should have woken up and did not: the engine, the worker or the case itself stands still. */
import type { Instant } from '../domain/law/calendar.js';
import type { Pool } from './pool.js';

export interface PastMoments {
  cases: number;
  /** The earliest of the moments; absent when there is none. */
  oldest?: Instant;
}

/**
 * Open cases whose next moment passed more than `longerThanMs` before `now`. A case whose own clock is
 * ahead of the wall clock is left out: its moments are not to be compared with it.
 */
export async function readPastMoments(pool: Pool, now: Instant, longerThanMs: number): Promise<PastMoments> {
  const { rows } = await pool.query<{ cases: number; oldest: Date | null }>(
    `select count(*)::int as cases, min(next_moment) as oldest from case_file
      where stage <> 'closed' and next_moment < $1 and clock_at <= $2`,
    [new Date(now - longerThanMs), new Date(now)],
  );
  const { cases, oldest } = rows[0] ?? { cases: 0, oldest: null };
  return { cases, ...(oldest === null ? {} : { oldest: oldest.getTime() }) };
}
