import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { DATABASE_ROLES, LOGINS, roleName, TABLE_RIGHTS, type DatabaseRole } from '../../db/roles.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';

let database: TestDatabase;
let life: RecordedLife;
let owner: Client;
const pools = new Map<DatabaseRole, Pool>();

beforeAll(async () => {
  database = await createDatabase();
  life = new RecordedLife(database.pool);
  await life.open();
  owner = new Client({ connectionString: database.ownerUrl });
  await owner.connect();
  // So that what a trigger refuses has a row to be refused of.
  await owner.query(`insert into data_key (id, owner_kind, owner_id, wrapped, wrapped_by) values (gen_random_uuid(), 'holder', 'c', 'x', 1)`);
  for (const login of LOGINS) pools.set(login, createPool(database.urls[login], { applicationName: 'tirek-test-role', max: 1 }));
  pools.set('desk', createPool(database.urls.api, { applicationName: 'tirek-test-role', role: 'desk', max: 1 }));
});

afterAll(async () => {
  await Promise.all([...pools.values()].map((pool) => pool.end()));
  await owner.end();
  await database.drop();
});

const as = (role: DatabaseRole): Pool => pools.get(role)!;
const REFUSED = { code: '42501' };

const TAMPERINGS = [
  `update ledger set cause = 'other'`,
  'delete from ledger',
  'truncate ledger',
  'alter table ledger disable trigger ledger_append_only',
  'alter table ledger disable row level security',
  'drop table ledger',
  `insert into ledger (subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision)
    select subject_id, seq, type, at, occurred_at, cause, entry, digest, turn, decision from ledger on conflict (subject_id, seq) do update set cause = 'other'`,
  `update access_log set person = 'other'`,
  'delete from access_log',
  'truncate access_log',
];

describe.each(DATABASE_ROLES)('the role %s', (role) => {
  it.each(TAMPERINGS)('is refused: %s', async (sql) => {
    await expect(as(role).query(sql)).rejects.toMatchObject(REFUSED);
    expect((await database.pool.query('select from ledger')).rowCount).toBe(life.caseState.seq);
  });

  it('owns nothing, has no power over the server, makes no table and reads no bookkeeping of migrations', async () => {
    const { rows } = await owner.query(
      `select relname from pg_class where relowner = $1::regrole union all select proname from pg_proc where proowner = $1::regrole
       union all select nspname from pg_namespace where nspowner = $1::regrole
       union all select rolname from pg_roles where oid = $1::regrole and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)`,
      [roleName(role)],
    );
    expect(rows).toEqual([]);
    await expect(as(role).query('create table mine (a int)')).rejects.toMatchObject(REFUSED);
    await expect(as(role).query('select * from schema_migration')).rejects.toMatchObject(REFUSED);
  });

  it('gives itself no token, removes no organisation, and rewrites no history of the directory', async () => {
    const token = `insert into access_token values ('x', 'me', 'center_head', 'c')`;
    for (const sql of [token, 'delete from organisation', 'update organisation_change set version = 2'])
      await expect(as(role).query(sql)).rejects.toMatchObject(REFUSED);
  });

  it('destroys no data key, wraps none anew, and erases nobody', async () => {
    for (const sql of [
      `update data_key set wrapped = null, destroyed_at = now()`,
      `update data_key set wrapped = 'x', wrapped_by = 9`,
      'delete from person',
      'delete from narrative',
      'delete from signature_content',
      'insert into erasure default values',
      'update legal_hold set released_at = now()',
    ])
      await expect(as(role).query(sql)).rejects.toMatchObject(REFUSED);
  });

  it('reaches no month of the log of looks but through the log', async () => {
    const { rows } = await owner.query<{ part: string }>(`select inhrelid::regclass::text as part from pg_inherits where inhparent = 'access_log'::regclass`);
    expect(rows.length).toBeGreaterThan(2);
    for (const { part } of rows) await expect(as(role).query(`select from ${part}`)).rejects.toMatchObject(REFUSED);
  });

  it('is refused everything that the table of rights does not name', async () => {
    const { rows } = await owner.query<{ name: string; privilege: string; held: boolean }>(
      `select name, privilege, has_table_privilege($1, format('public.%I', name), privilege) as held
         from unnest($2::text[]) name, unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) privilege`,
      [roleName(role), Object.keys(TABLE_RIGHTS)],
    );
    for (const { name, privilege, held } of rows)
      expect(`${name} ${privilege}: ${held}`).toBe(`${name} ${privilege}: ${TABLE_RIGHTS[name]?.[role]?.includes(privilege) ?? false}`);
  });
});

describe('what each process may not', () => {
  it.each<[DatabaseRole, string]>([
    ['api', `insert into ledger default values`],
    ['api', `insert into command default values`],
    ['api', `update subject_file set violence = false`],
    ['api', 'select secret from organisation_key'],
    ['api', 'select from session'],
    ['api', 'select mail, iin from staff'],
    ['clock', 'select from session'],
    ['clock', 'select from proposal'],
    ['clock', `insert into appeal default values`],
    ['clock', `update organisation set endpoint_url = 'https://elsewhere.example'`],
    ['clock', `insert into staffing default values`],
    ['clock', `select from access_log`],
    ['clock', `update alert_delivery set state = 'delivered'`],
    ['work', `insert into appeal default values`],
    ['work', `insert into organisation_key default values`],
    ['work', `insert into staffing default values`],
    ['work', `insert into law_adoption default values`],
    ['work', 'select from proposal'],
    ['desk', `update data_key set ring = 'violence'`],
    ['desk', `update data_key set retired_at = now()`],
    ['clock', `update data_key set ring = 'violence', retired_at = now()`],
    ['work', `update data_key set ring = 'violence', retired_at = now()`],
    ['work', 'insert into transfer_question default values'],
    ['api', 'select from transfer_question'],
    ['api', 'select from place_use'],
    ['api', 'select from family_code'],
    ['clock', 'select from transfer_order'],
    ['auditor', 'insert into access_log default values'],
    ['auditor', `select access_log_month(now())`],
    ['auditor', 'select full_name from person'],
    ['auditor', 'select iin_index from person'],
    ...['person_history', 'person_token', 'narrative', 'receipt', 'document', 'document_content', 'signature_content', 'staff', 'household'].map(
      (table): [DatabaseRole, string] => ['auditor', `select from ${table}`],
    ),
    ...['data_key', 'organisation_key', 'access_token', 'session', 'proposal', 'family_code', 'family_session', 'said_message'].map(
      (table): [DatabaseRole, string] => ['auditor', `select from ${table}`],
    ),
  ])('%s: %s', async (role, sql) => {
    await expect(as(role).query(sql)).rejects.toMatchObject(REFUSED);
  });

  it('the desk moves a key to the ring of families with signs of violence, where it seals nothing more', async () => {
    const moved = `update data_key set wrapped = 'y', wrapped_by = 1, ring = 'violence', retired_at = now()`;
    const client = await as('desk').connect();
    try {
      await client.query('begin');
      expect((await client.query(moved)).rowCount).toBe(1);
      await expect(client.query(moved)).rejects.toMatchObject(REFUSED);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('the auditor writes nowhere', () => {
    for (const [table, { auditor = [] }] of Object.entries(TABLE_RIGHTS))
      expect([table, ...auditor.filter((privilege) => !/^select(?: \(|$)/.test(privilege))]).toEqual([table]);
  });

  it('the auditor learns of a person whether they were erased, and nothing else', async () => {
    await expect(as('auditor').query('select id, erased_at from person')).resolves.toBeDefined();
  });
});

describe('the table of rights', () => {
  it('names every table of the house', async () => {
    const { rows } = await owner.query<{ tablename: string }>(
      `select tablename from (select schemaname, tablename from pg_tables union all select schemaname, viewname from pg_views) named
        where schemaname = 'public' and tablename <> 'schema_migration'
          and not (select relispartition from pg_class where oid = tablename::regclass) order by tablename collate "C"`,
    );
    expect(rows.map(({ tablename }) => tablename)).toEqual(Object.keys(TABLE_RIGHTS).toSorted());
  });

  it.each(TAMPERINGS.slice(0, 3))('the ledger refuses even its owner, by the trigger: %s', async (sql) => {
    await expect(owner.query(sql)).rejects.toMatchObject({ message: expect.stringContaining('append-only') as string });
  });
});

describe('migrations', () => {
  it('run again, and at once from several processes, without a change', async () => {
    const standing = `select (select jsonb_agg(m order by id) from schema_migration m) as migrations,
      (select jsonb_agg(p order by tablename, policyname) from pg_policies p) as policies,
      (select jsonb_agg(jsonb_build_array(relname, relacl::text[]) order by relname) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'p')) as rights`;
    const before = await owner.query<{ migrations: unknown[]; policies: unknown[] }>(standing);
    await Promise.all([1, 2, 3].map(() => migrate(database.ownerUrl)));
    const after = await owner.query(standing);
    expect(after.rows).toEqual(before.rows);
    expect(before.rows[0]?.migrations.length).toBeGreaterThan(0);
    expect(before.rows[0]?.policies.length).toBeGreaterThan(20);
  });
});
