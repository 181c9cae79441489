/** What somebody forgot, and what nobody needs any more. */
import type { Logger } from 'pino';
import { prepareMonths } from '../db/access-log.js';
import { removeExpiredCounts } from '../db/bound-counts.js';
import { removeExpired } from '../db/documents.js';
import { ringForgottenDigests } from '../db/notices.js';
import { onClient, type Pool } from '../db/pool.js';
import { removeEndedFamilySessions } from '../db/family-codes.js';
import { removeEndedSessions } from '../db/sessions.js';
import { removeOverUntaken } from '../db/untaken-alerts.js';

/** What was counted against a bound stays so long after its time, for whoever asks what an alarm was about. */
const COUNTS_KEPT_MS = 60 * 60_000;

/** Documents to which no command has referred within a day, mail that waits without a round, heartbeats of processes long gone, leases of cases that nobody took further, sessions that are over, counts of bounds that have expired. */
export async function keepHouse(pool: Pool, log: Logger): Promise<void> {
  const digests = await ringForgottenDigests(pool);
  if (digests > 0) log.info({ digests }, 'found digests that waited for nobody');
  const documents = await removeExpired(pool);
  if (documents > 0) log.info({ documents }, 'removed documents that nothing refers to');
  await removeOverUntaken(pool);
  await prepareMonths(pool);
  await removeExpiredCounts(pool, Date.now() - COUNTS_KEPT_MS);
  await removeEndedSessions(pool);
  await removeEndedFamilySessions(pool);
  await onClient(pool, async (client) => {
    await client.query(`delete from heartbeat where at < statement_timestamp() - interval '1 day'`);
    await client.query(`delete from inbox_lease where lease_until < statement_timestamp() - interval '1 hour'`);
  });
}
