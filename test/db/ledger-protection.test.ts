import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TABLE_PRIVILEGES } from '../../db/grants.js';
import { migrate } from '../../db/migrate.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';

let database: TestDatabase;
let life: RecordedLife;
let owner: Client;

beforeAll(async () => {
  database = await createDatabase();
  life = new RecordedLife(database.pool);
  await life.open();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

const TAMPERINGS = [
  `update ledger set cause = 'other'`,
  'delete from ledger',
  'truncate ledger',
  'alter table ledger disable trigger ledger_append_only',
  'drop table ledger',
  `insert into ledger (subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision)
    select subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision from ledger on conflict (subject_id, seq) do update set cause = 'other'`,
];

describe('the ledger', () => {
  it.each(TAMPERINGS)('refuses the application: %s', async (sql) => {
    await expect(database.pool.query(sql)).rejects.toMatchObject({ code: '42501' });
    expect((await database.pool.query('select from ledger')).rowCount).toBe(life.caseState.seq);
  });

  it.each(TAMPERINGS.slice(0, 3))('refuses even its owner, by the trigger: %s', async (sql) => {
    await expect(owner.query(sql)).rejects.toMatchObject({ message: expect.stringContaining('append-only') as string });
  });
});

describe('the role of the application', () => {
  it('owns nothing', async () => {
    const { rows } = await owner.query(
      `select relname from pg_class where relowner = $1::regrole union all select proname from pg_proc where proowner = $1::regrole
       union all select nspname from pg_namespace where nspowner = $1::regrole`,
      [database.appRole],
    );
    expect(rows).toEqual([]);
  });

  it('makes no table and reads no bookkeeping of migrations', async () => {
    await expect(database.pool.query('create table mine (a int)')).rejects.toMatchObject({ code: '42501' });
    await expect(database.pool.query('select * from schema_migration')).rejects.toMatchObject({ code: '42501' });
  });

  it('gives itself no token, removes no organisation, and rewrites no history of the directory', async () => {
    const token = `insert into access_token values ('x', 'me', 'center_head', 'c')`;
    for (const sql of [token, 'delete from organisation', 'update organisation_change set version = 2'])
      await expect(database.pool.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('has rights on every table of the house that it should, named one by one', async () => {
    const { rows } = await owner.query<{ tablename: string }>(
      `select tablename from (select schemaname, tablename from pg_tables union all select schemaname, viewname from pg_views) named
        where schemaname = 'public' and tablename <> 'schema_migration'
          and not (select relispartition from pg_class where oid = tablename::regclass) order by tablename collate "C"`,
    );
    expect(rows.map(({ tablename }) => tablename)).toEqual(Object.keys(TABLE_PRIVILEGES).toSorted());
  });

  it('reaches no month of the log of looks but through the log', async () => {
    const { rows } = await owner.query<{ part: string }>(`select inhrelid::regclass::text as part from pg_inherits where inhparent = 'access_log'::regclass`);
    expect(rows.length).toBeGreaterThan(2);
    for (const { part } of rows) await expect(database.pool.query(`select from ${part}`)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('migrations', () => {
  it('run again, and at once from several processes, without a change', async () => {
    const before = await owner.query('select * from schema_migration order by id');
    await Promise.all([1, 2, 3].map(() => migrate(database.ownerUrl, database.appRole)));
    const after = await owner.query('select * from schema_migration order by id');
    expect(after.rows).toEqual(before.rows);
    expect(after.rows.length).toBeGreaterThan(0);
    await expect(database.pool.query('delete from ledger')).rejects.toMatchObject({ code: '42501' });
  });
});
