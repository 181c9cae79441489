/** How the API stands on Postgres. */
import type { Logger } from 'pino';
import { createPool, type Pool } from '../db/pool.js';
import { poolForReaders } from '../db/reading-as.js';
import { watchRole } from '../db/role-check.js';
import type { Config } from '../process/config.js';
import { vaultOfConfig } from '../vault/of-config.js';

/** Most connections: of readers each waits for one statement, of takes some hold theirs for a few. */
const READERS = 10;
const TAKES = 14;

/**
 * One login, two hands: it reads for somebody as itself, behind the second lock, and does what it does as the desk.
 * @throws RoleUnfit
 */
export async function connectionsOf({ databaseUrl, keys }: Config, log: Logger): Promise<{ pool: Pool; readers: Pool; endPools: () => Promise<void> }> {
  const options = {
    applicationName: 'tirek-api',
    vault: vaultOfConfig(keys),
    // Nobody waits longer for an answer: what still runs then gives its connection back.
    statementTimeoutMs: 6_000,
    onBrokenConnection: (error: Error) => log.warn({ error: error.message }, 'a connection to Postgres broke'),
  };
  const pool = createPool(databaseUrl, { ...options, role: 'desk', max: TAKES });
  const raw = createPool(databaseUrl, { ...options, max: READERS });
  const endPools = async (): Promise<void> => {
    roleWatch();
    await Promise.all([pool.end(), raw.end()]);
  };
  const roleWatch = await watchRole(raw, 'api', (reason) => {
    log.fatal({ reason: reason.message }, 'the api ends: its role of the database is unfit');
    process.exit(1);
  }).catch(async (error: unknown) => {
    await Promise.all([pool.end(), raw.end()]);
    throw error;
  });
  return { pool, readers: poolForReaders(raw, pool), endPools };
}
