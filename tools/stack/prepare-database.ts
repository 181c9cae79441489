import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { seedDevelopment, seedLaw } from '../../db/seed.js';
import { readKeysConfig } from '../../process/config.js';
import { vaultOfConfig } from '../../vault/of-config.js';
import type { RunningPostgres } from './postgres.js';
import type { AgencyAccess } from './secrets.js';

/**
 * Brings the schema up to date and gives the database the law, and, unless it belongs to an
 * installation with agencies of its own, what a development machine needs: centers, tokens, and the
 * simulated agencies at their addresses of today.
 *
 * @param env names the keys with which the numbers of the staff are sealed
 * @returns a sentence when the development rows were left out
 */
export async function prepareDatabase(
  postgres: Pick<RunningPostgres, 'ownerUrl'>,
  agencies: readonly AgencyAccess[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  await migrate(postgres.ownerUrl);
  const owner = createPool(postgres.ownerUrl, { applicationName: 'tirek-start', vault: vaultOfConfig(readKeysConfig(env)), max: 1 });
  try {
    await seedLaw(owner);
    if (await hasRealAgencies(owner)) {
      return 'The database names agencies outside of this machine: it keeps them and gets no development tokens';
    }
    await seedDevelopment(owner, { agencies });
    return undefined;
  } finally {
    await owner.end();
  }
}

/** Referrals about real families must never be turned to a simulator, nor tokens known to all be let in. */
async function hasRealAgencies(owner: Pool): Promise<boolean> {
  const { rows } = await owner.query("select 1 from organisation where endpoint_url !~ '^http://(127[.]|localhost|\\[::1\\])' limit 1");
  return rows.length > 0;
}
