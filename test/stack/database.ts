/** A database of its own for each test file, copied from the migrated template. */
import { randomUUID } from 'node:crypto';
import { Client as PgClient, DatabaseError, type Pool } from 'pg';
import { createPool } from '../../db/pool.js';
import { poolForReaders } from '../../db/reading-as.js';
import type { DatabaseUrls } from '../../tools/stack/postgres.js';
import { eventually } from './eventually.js';
import { injectedGround, type Ground } from './ground.js';
import { TEST_VAULT } from './keys.js';

const INSUFFICIENT_PRIVILEGE = '42501';

export interface TestDatabase {
  ownerUrl: string;
  /** As each process, and as the auditor. */
  urls: DatabaseUrls;
  /** As the hands of the tests, which may do what all processes may, and no more. */
  appUrl: string;
  pool: Pool;
  /** As the API works: its role, and for what it does itself that of the desk. */
  house: Pool;
  /** As the API reads for somebody: held by the second lock. */
  readers: Pool;
  /** As whoever checks the ledger. */
  auditor: Pool;
  /** A copy of it as it is, like a backup that is restored; ends the connections of `pool`, for a source must have none. */
  copy(): Promise<TestDatabase>;
  drop(): Promise<void>;
}

/** Copies the template: milliseconds instead of a migration. */
export async function createDatabase(ground: Pick<Ground, 'templateOwnerUrl' | 'templateAppUrl' | 'templateUrls'> = injectedGround()): Promise<TestDatabase> {
  const template = new URL(ground.templateOwnerUrl);
  const name = `t_${randomUUID().replaceAll('-', '')}`;
  const asOwner = (sql: string): Promise<void> => inMaintenance(ground.templateOwnerUrl, sql);
  await asOwner(`create database ${name} template "${template.pathname.slice(1)}"`);
  const ownerUrl = inDatabase(ground.templateOwnerUrl, name);
  const appUrl = inDatabase(ground.templateAppUrl, name);
  const { api, clock, work, auditor } = ground.templateUrls;
  const urls = { api: inDatabase(api, name), clock: inDatabase(clock, name), work: inDatabase(work, name), auditor: inDatabase(auditor, name) };
  const pool = createPool(appUrl, { vault: TEST_VAULT, applicationName: 'tirek-test' });
  const house = createPool(urls.api, { vault: TEST_VAULT, applicationName: 'tirek-test-api', role: 'desk' });
  const raw = createPool(urls.api, { vault: TEST_VAULT, applicationName: 'tirek-test-readers' });
  const auditorPool = createPool(urls.auditor, { applicationName: 'tirek-test-auditor', max: 2 });
  const end = async (): Promise<void> => void (await Promise.all([pool, house, raw, auditorPool].map(ended)));
  return {
    ownerUrl,
    appUrl,
    urls,
    pool,
    house,
    readers: poolForReaders(raw, house),
    auditor: auditorPool,
    copy: async () => {
      await end();
      return createDatabase({ templateOwnerUrl: ownerUrl, templateAppUrl: appUrl, templateUrls: urls });
    },
    drop: async () => {
      await end();
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
