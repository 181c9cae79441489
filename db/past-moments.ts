/** Running cases whose moment came and was not looked at: the engine, the worker or the case itself stands still. */
import type { Instant } from '../domain/law/calendar.js';
import { ARE_HELD } from './clocks.js';
import { onClient, type Pool } from './pool.js';

export interface PastMoments {
  cases: number;
  /** The earliest of the moments; absent when there is none. */
  oldest?: Instant;
}

/** Running cases whose next moment, in wall time, passed more than `longerThanMs` before `now`. */
export async function readPastMoments(pool: Pool, now: Instant, longerThanMs: number): Promise<PastMoments> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ cases: number; oldest: Date | null }>({
      name: 'past-moments',
      text: `select count(*)::int as cases, min(wakes_at) as oldest from subject_clock where running and wakes_at < $1 and (not ${ARE_HELD} or rings_at < $1)`,
      values: [new Date(now - longerThanMs)],
    }),
  );
  const { cases, oldest } = rows[0] ?? { cases: 0, oldest: null };
  return { cases, ...(oldest === null ? {} : { oldest: oldest.getTime() }) };
}
