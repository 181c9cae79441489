/** A database beside the stack's own, so that a generated house weighs on no other part of the measurement. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { poolForReaders } from '../../db/reading-as.js';
import { seedDevelopment, seedLaw } from '../../db/seed.js';
import { vaultOfConfig } from '../../vault/of-config.js';
import { developmentKeys } from '../stack/keys.js';
import type { DatabaseUrls } from '../stack/postgres.js';

export interface ServerUrls {
  /** The owner may make databases. */
  ownerUrl: string;
  urls: DatabaseUrls;
}

export interface OwnDatabase {
  /** As the API does what it does. */
  pool: Pool;
  /** As the API reads for somebody. */
  readers: Pool;
  owner: Pool;
  drop(): Promise<void>;
}

/** A migrated and seeded one, with the Centers and tokens of development. */
export async function ownDatabase({ ownerUrl, urls }: ServerUrls): Promise<OwnDatabase> {
  const name = `house_${randomUUID().replaceAll('-', '')}`;
  await asOwner(ownerUrl, `create database ${name}`);
  await migrate(urlOf(ownerUrl, name));
  const keysDir = await mkdtemp(join(tmpdir(), 'tirek-bench-keys-'));
  const vault = vaultOfConfig({ by: 'file', path: await developmentKeys(keysDir) });
  const pool = createPool(urlOf(urls.api, name), { applicationName: 'tirek-bench-house', vault, role: 'desk' });
  const raw = createPool(urlOf(urls.api, name), { applicationName: 'tirek-bench-readers', vault });
  const owner = createPool(urlOf(ownerUrl, name), { applicationName: 'tirek-bench-house-owner', vault, statementTimeoutMs: 600_000 });
  await seedLaw(owner);
  await seedDevelopment(owner, { agencies: [] });
  return {
    pool,
    readers: poolForReaders(raw, pool),
    owner,
    drop: async () => {
      await Promise.all([pool.end(), raw.end(), owner.end()]);
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
