/** A database of its own for each test file, copied from the migrated template. */
import { randomUUID } from 'node:crypto';
import { Client as PgClient, DatabaseError, type Pool } from 'pg';
import { createPool } from '../../db/pool.js';
import { eventually } from './eventually.js';
import { injectedGround, type Ground } from './ground.js';
import { TEST_VAULT } from './keys.js';

const INSUFFICIENT_PRIVILEGE = '42501';

export interface TestDatabase {
  ownerUrl: string;
  appUrl: string;
  appRole: string;
  pool: Pool;
  /** A copy of it as it is, like a backup that is restored; ends the connections of `pool`, for a source must have none. */
  copy(): Promise<TestDatabase>;
  drop(): Promise<void>;
}

/** Copies the template: milliseconds instead of a migration. */
export async function createDatabase(ground: Pick<Ground, 'templateOwnerUrl' | 'templateAppUrl' | 'appRole'> = injectedGround()): Promise<TestDatabase> {
  const template = new URL(ground.templateOwnerUrl);
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const asOwner = (sql: string): Promise<void> => inMaintenance(ground.templateOwnerUrl, sql);
  await asOwner(`create database ${name} template "${template.pathname.slice(1)}"`);
  const ownerUrl = inDatabase(ground.templateOwnerUrl, name);
  const appUrl = inDatabase(ground.templateAppUrl, name);
  const pool = createPool(appUrl, { vault: TEST_VAULT, applicationName: 'tirek-test' });
  return {
    ownerUrl,
    appUrl,
    appRole: ground.appRole,
    pool,
    copy: async () => {
      await ended(pool);
      return createDatabase({ templateOwnerUrl: ownerUrl, templateAppUrl: appUrl, appRole: ground.appRole });
    },
    drop: async () => {
      await ended(pool);
      await eventually(() => dropped(() => asOwner(`drop database if exists ${name} with (force)`)), `database ${name} can be dropped`);
    },
  };
}

async function ended(pool: Pool): Promise<void> {
  if (!pool.ended) await pool.end();
}

/** A vacuum that Postgres runs by itself may be at work there, and only a superuser may end it: it ends soon by itself. */
async function dropped(drop: () => Promise<void>): Promise<true | undefined> {
  try {
    await drop();
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE) return undefined;
    throw error;
  }
}

/** Copies are made from the maintenance database: a template in use by a session cannot be copied. */
async function inMaintenance(ownerUrl: string, sql: string): Promise<void> {
  const client = new PgClient({ connectionString: inDatabase(ownerUrl, 'postgres') });
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
