/** A database of its own for each test file, copied from the migrated template. */
import { randomUUID } from 'node:crypto';
import { Client as PgClient, type Pool } from 'pg';
import { inject } from 'vitest';
import { createPool } from '../../db/pool.js';

export interface TestDatabase {
  ownerUrl: string;
  appUrl: string;
  appRole: string;
  pool: Pool;
  drop(): Promise<void>;
}

/** Copies the template: milliseconds instead of a migration. */
export async function createDatabase(): Promise<TestDatabase> {
  const template = new URL(inject('templateOwnerUrl'));
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  await asOwner(`create database ${name} template "${template.pathname.slice(1)}"`);
  const ownerUrl = inDatabase(inject('templateOwnerUrl'), name);
  const appUrl = inDatabase(inject('templateAppUrl'), name);
  const pool = createPool(appUrl, { applicationName: 'tirek-test' });
  return {
    ownerUrl,
    appUrl,
    appRole: inject('appRole'),
    pool,
    drop: async () => {
      await pool.end();
      await asOwner(`drop database if exists ${name} with (force)`);
    },
  };
}

/** Copies are made from the maintenance database: a template in use by a session cannot be copied. */
async function asOwner(sql: string): Promise<void> {
  const client = new PgClient({ connectionString: inDatabase(inject('templateOwnerUrl'), 'postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.toString();
}
