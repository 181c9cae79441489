/** Connections come back to the pool, or are closed, whatever became of what they carried; and the first error is the one that is told. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool, onClient, transaction, type Pool } from '../../db/pool.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { openPostgresLink, type PostgresLink } from '../stack/postgres-link.js';
import { TEST_VAULT } from '../stack/keys.js';

let database: TestDatabase;
let link: PostgresLink;
let pool: Pool;

beforeAll(async () => {
  database = await createDatabase();
  link = await openPostgresLink(database.appUrl);
  pool = createPool(link.url, { vault: TEST_VAULT, applicationName: 'tirek-test-pool', max: 3, statementTimeoutMs: 1_000 });
});
afterAll(async () => {
  await pool.end();
  await link.close();
  await database.drop();
});

/** Nothing is held by anybody, and what is kept works. */
async function isWhole(): Promise<boolean> {
  const whole = await eventually(
    () => Promise.resolve((pool.idleCount === pool.totalCount && pool.waitingCount === 0) || undefined),
    'every connection is back',
  );
  const answers = await Promise.all(Array.from({ length: 6 }, () => pool.query<{ one: number }>('select 1 as one')));
  return whole && answers.every(({ rows }) => rows[0]?.one === 1);
}

async function pidOf(work: (own: (sql: string) => Promise<unknown>) => Promise<unknown>): Promise<number> {
  return onClient(pool, async (client) => {
    await work((sql) => client.query(sql)).catch(() => undefined);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return rows[0]?.pid ?? 0;
  });
}

it('an expected refusal leaves the connection in use', async () => {
  const before = await pidOf(async () => undefined);
  await expect(onClient(pool, (client) => client.query('select 1/0'))).rejects.toMatchObject({ code: '22012' });
  expect(await pidOf(async () => undefined)).toBe(before);
});

it('a transaction that is refused is undone, and its connection goes on', async () => {
  await expect(
    transaction(pool, async (client) => {
      await client.query(`insert into household (id) values (gen_random_uuid())`);
      await client.query('select 1/0');
    }),
  ).rejects.toMatchObject({ code: '22012' });
  await expect(
    transaction(pool, async (client) => {
      await client.query(`insert into household (id) values (gen_random_uuid())`);
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  expect((await pool.query('select from household')).rowCount).toBe(0);
  expect(await isWhole()).toBe(true);
});

it('the server ends the session in the middle of a transaction: its own word is told, not that of the pool', async () => {
  const killed = transaction(pool, async (client) => {
    await client.query('select pg_terminate_backend(pg_backend_pid())');
  });
  await expect(killed).rejects.toMatchObject({ code: '57P01' });
  expect(await isWhole()).toBe(true);
});

it('a transaction that takes longer than it may is ended by the server within its bound', async () => {
  const begun = Date.now();
  const late = transaction(pool, async (client) => {
    // Each statement is short: only the whole is too long.
    for (;;) await client.query('select pg_sleep(0.5)');
  });
  await expect(late).rejects.toThrow(/transaction timeout|Connection terminated/);
  expect(Date.now() - begun).toBeLessThan(8_000);
  expect(await isWhole()).toBe(true);
});

it('a link that falls silent in a transaction: an error within the bound of a query, and nothing stays held', async () => {
  const begun = Date.now();
  const unheard = transaction(pool, async (client) => {
    await client.query('insert into household (id) values (gen_random_uuid())');
    link.silence();
    await client.query('select 1');
  });
  await expect(unheard).rejects.toThrow('Query read timeout');
  expect(Date.now() - begun).toBeLessThan(6_000);
  link.heal();
  expect(await isWhole()).toBe(true);
  expect((await database.pool.query('select from household')).rowCount).toBe(0);
});
