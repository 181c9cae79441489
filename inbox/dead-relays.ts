/** What a relay held in its hands when it died. */
import type { Pool } from '../db/pool.js';

/** Five heartbeats missed: the process is gone, or so stuck that others must take its jobs. */
const DEAD_AFTER = '10 seconds';

/**
 * Frees the jobs of relays that died with them: the library itself waits four hours. A job of a
 * relay that only seemed dead may then run twice, which changes nothing: every step is idempotent.
 *
 * @returns how many relays were found dead with jobs in their hands
 */
export async function freeJobsOfDeadRelays(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ dead: number }>(
    `with dead as (
       select distinct locked_by from graphile_worker.jobs
        where locked_by is not null and locked_at < now() - interval '${DEAD_AFTER}'
          and locked_by not in (select instance from heartbeat where process = 'relay' and at > clock_timestamp() - interval '${DEAD_AFTER}')
     )
     select count(*)::int as dead, graphile_worker.force_unlock_workers(array_agg(locked_by)) from dead having count(*) > 0`,
  );
  return rows[0]?.dead ?? 0;
}
