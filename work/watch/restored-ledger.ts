/** What is done by itself when a clock has found the ledger restored to an earlier state. */
import type { Logger } from 'pino';

import type { AlarmCause } from '../../contracts/alarm.js';
import type { Pool } from '../../db/pool.js';
import { askAfterRestore, resendTasks } from '../../db/resend-requests.js';

/** Has the agencies asked for what they had sent since, once for each restore. @returns whether somebody is asked now */
export async function watchRestoredLedger(pool: Pool, log: Logger): Promise<boolean> {
  const restored = await askAfterRestore(pool);
  if (restored === undefined) return false;
  const since = new Date(restored.since).toISOString();
  log.warn({ agencies: restored.asked, since }, 'the ledger was restored to an earlier state; agencies are asked to send again what they have sent since');
  return restored.asked.length > 0;
}

/** An alarm for each agency that a person must ask: one that comes to it days after the others is told, too. */
export async function resendCauses(pool: Pool): Promise<AlarmCause[]> {
  const causes = new Map<string, AlarmCause>();
  for (const { agency, since } of await resendTasks(pool)) {
    const key = `resend_by_hand:${agency}`;
    // Of several the earliest: it asks for what the others ask for.
    if (!causes.has(key)) causes.set(key, { key, kind: 'resend_by_hand', params: { agencies: agency, since: new Date(since).toISOString() } });
  }
  return [...causes.values()];
}
