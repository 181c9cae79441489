/**
 * Wakes the relay for the cases that got a message. Adding a job costs more than the message itself
 * (its notification serialises commits), so the jobs of all messages that arrived during one call
 * are added by the next. The waiting rows are the truth: should a process die before it has rung,
 * the relay's patrol finds them within seconds.
 */
import { MOST_ATTEMPTS, RELAY_JOB, relayJobKey, relayQueue } from '../db/jobs.js';
import type { Pool } from '../db/pool.js';

const bells = new WeakMap<Pool, RelayBell>();

/** Wakes the relay for a case, soon; never throws and never makes the caller wait. */
export function ringForCase(pool: Pool, caseId: string): void {
  const bell = bells.get(pool) ?? new RelayBell(pool);
  bells.set(pool, bell);
  bell.ring(caseId);
}

class RelayBell {
  readonly #pool: Pool;
  #waiting = new Set<string>();
  #ringing = false;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  ring(caseId: string): void {
    this.#waiting.add(caseId);
    if (!this.#ringing) void this.#ringOut();
  }

  async #ringOut(): Promise<void> {
    this.#ringing = true;
    while (this.#waiting.size > 0) {
      const cases = [...this.#waiting];
      this.#waiting.clear();
      // A bell that cannot ring loses nothing: the patrol comes by.
      await addRelayJobs(this.#pool, cases).catch(() => undefined);
    }
    this.#ringing = false;
  }
}

/** Adds one relay job per case; a job that waits already is made to run now. */
export async function addRelayJobs(pool: Pool, caseIds: readonly string[]): Promise<void> {
  if (caseIds.length === 0) return;
  const specs = caseIds.map((caseId) => ({
    identifier: RELAY_JOB,
    payload: { caseId },
    queue_name: relayQueue(caseId),
    max_attempts: MOST_ATTEMPTS,
    job_key: relayJobKey(caseId),
  }));
  await pool.query({
    name: 'add-relay-jobs',
    text: `select count(*) from graphile_worker.add_jobs(array(select json_populate_recordset(null::graphile_worker.job_spec, $1::json)))`,
    values: [JSON.stringify(specs)],
  });
}
