/** A database beside the stack's own, so that a generated house weighs on no other part of the measurement. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { seedDevelopment, seedLaw } from '../../db/seed.js';
import { vaultOfConfig } from '../../vault/of-config.js';
import { developmentKeys } from '../stack/keys.js';

export interface DatabaseUrls {
  /** The owner may make databases. */
  ownerUrl: string;
  appUrl: string;
  appRole: string;
}

export interface OwnDatabase {
  pool: Pool;
  owner: Pool;
  drop(): Promise<void>;
}

/** A migrated and seeded one, with the Centers and tokens of development. */
export async function ownDatabase({ ownerUrl, appUrl, appRole }: DatabaseUrls): Promise<OwnDatabase> {
  const name = `house_${randomUUID().replaceAll('-', '')}`;
  await asOwner(ownerUrl, `create database ${name}`);
  await migrate(urlOf(ownerUrl, name), appRole);
  const keysDir = await mkdtemp(join(tmpdir(), 'tirek-bench-keys-'));
  const vault = vaultOfConfig({ by: 'file', path: await developmentKeys(keysDir) });
  const pool = createPool(urlOf(appUrl, name), { applicationName: 'tirek-bench-house', vault });
  const owner = createPool(urlOf(ownerUrl, name), { applicationName: 'tirek-bench-house-owner', vault, statementTimeoutMs: 600_000 });
  await seedLaw(pool);
  await seedDevelopment(owner, { agencies: [] });
  return {
    pool,
    owner,
    drop: async () => {
      await Promise.all([pool.end(), owner.end()]);
      await rm(keysDir, { recursive: true, force: true });
      await asOwner(ownerUrl, `drop database ${name}`);
    },
  };
}

function urlOf(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

async function asOwner(ownerUrl: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
