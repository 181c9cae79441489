/** Housekeeping, every minute: what nobody needs any more, what somebody forgot, and what the administrator must know. */
import { makeWorkerUtils, type Task } from 'graphile-worker';
import type { Logger } from 'pino';

import { sweepCommands, UNSETTLED_AFTER } from '../db/commands.js';
import { ringForgottenDigests } from '../db/notices.js';
import type { Pool } from '../db/pool.js';
import { watchAdoptions, type WakeAdoption } from './adoption-watch.js';
import { watchAlarms } from './alarm-watch.js';
import { addRelayJobs } from './relay-bell.js';

/** Personal data of refused and abandoned commands, jobs that ended without success, processes long gone; then the alarms. */
export function sweepTask({ pool, log, wakeAdoption }: { pool: Pool; log: Logger; wakeAdoption: WakeAdoption }): Task {
  return async () => {
    const commands = await sweepCommands(pool);
    await pool.query(`delete from heartbeat where at < now() - interval '1 day'`);
    await dropFailedJobs(pool);
    const digests = await ringForgottenDigests(pool);
    if (digests > 0) log.info({ digests }, 'found digests that waited without a job');
    if (commands > 0) log.info({ commands }, 'removed what refused and abandoned commands left behind');
    await watchAlarms(pool, log);
    // Last: it speaks with the engine, which may be away.
    await watchAdoptions(pool, wakeAdoption, log);
  };
}

/** An alert keeps its own record of the failure, and a relay job always leaves a new one behind. */
async function dropFailedJobs(pool: Pool): Promise<void> {
  const utils = await makeWorkerUtils({ pgPool: pool });
  try {
    await utils.cleanup({ tasks: ['DELETE_PERMAFAILED_JOBS'] });
  } finally {
    await utils.release();
  }
}

/**
 * Gives a job to every case with messages that wait without one: their sender's process died before
 * it rang, or the jobs of a restored database are gone. So too where the engine may not know of a
 * command that the ledger has.
 *
 * @returns the number of cases
 */
export async function patrolInbox(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ case_id: string }>(
    `select case_id from (
       select case_id from inbox where state = 'waiting' and received_at < clock_timestamp() - interval '2 seconds'
       union
       select case_id from command
        where answered_at < clock_timestamp() - interval '${UNSETTLED_AFTER}' and settled_at is null and case_id is not null
     ) neglected
      where not exists (select from graphile_worker.jobs where key = 'relay:' || neglected.case_id and attempts < max_attempts)
      limit 500`,
  );
  await addRelayJobs(pool, rows.map((row) => row.case_id));
  return rows.length;
}
