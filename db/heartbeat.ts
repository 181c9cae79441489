/**
 * A process says itself that it lives: a worker that was killed stays in Temporal's list of pollers
 * for minutes, so the list cannot tell readiness.
 */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Logger } from 'pino';

const EVERY_MS = 2_000;

/**
 * Writes a heartbeat every two seconds while `isAlive` holds; stopping removes the row.
 * @param isAlive does the process do its work, not only exist?
 * @param instance tells one process of the name from another
 */
export function startHeartbeat(
  pool: Pool,
  process: 'worker' | 'relay',
  isAlive: () => boolean | Promise<boolean>,
  log: Pick<Logger, 'warn'>,
  instance: string = randomUUID(),
): { stop(): Promise<void> } {
  const beat = async (): Promise<void> => {
    if (!(await isAlive())) return;
    await pool.query(
      `insert into heartbeat (process, instance, at) values ($1, $2, clock_timestamp())
       on conflict (process, instance) do update set at = excluded.at`,
      [process, instance],
    );
  };
  const beatOrWarn = (): Promise<void> => beat().catch((error: unknown) => log.warn({ err: error }, 'the heartbeat could not be written'));
  let last = beatOrWarn();
  const timer = setInterval(() => {
    last = beatOrWarn();
  }, EVERY_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      await last;
      await pool
        .query('delete from heartbeat where process = $1 and instance = $2', [process, instance])
        .catch((error: unknown) => log.warn({ err: error }, 'the heartbeat could not be removed'));
    },
  };
}
