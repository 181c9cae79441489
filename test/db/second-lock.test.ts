/** The second lock: queries that have forgotten every filter, as the role by which the API reads. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool, type Pool } from '../../db/pool.js';
import { poolForReaders, readingAs, type Reach } from '../../db/reading-as.js';
import { assertRole, RoleUnfit, watchRole } from '../../db/role-check.js';
import { roleName, TABLE_RIGHTS, type DatabaseLogin } from '../../db/roles.js';
import { POLICIES } from '../../db/second-lock.js';
import { startApiUnderTest, type ApiUnderTest } from '../api/api-under-test.js';
import { createDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { TEST_VAULT } from '../stack/keys.js';

const HERE = 'almaty-auezov';
const THERE = 'shymkent-abay';

let api: ApiUnderTest;
let raw: Pool;
let readers: Pool;
let plain: string;
let hidden: string;

beforeAll(async () => {
  api = await startApiUnderTest();
  // One connection: what one viewer leaves on it must not be the next one's.
  raw = createPool(api.database.urls.api, { vault: TEST_VAULT, applicationName: 'tirek-test-lock', max: 1 });
  readers = poolForReaders(raw, api.database.house);
  plain = await furnished('dev-manager');
  hidden = await furnished('dev-manager');
  await furnished('dev-manager-2');
  await api.owner.query('update subject_file set violence = true, team = $2 where subject_id = $1', [hidden, ['member']]);
});
afterAll(async () => {
  await raw.end();
  await api.stop();
});

/** A case with a row in every table that the lock is on. */
async function furnished(token: string): Promise<string> {
  const appeal = { channel: 1, threat: false, text: 'synthetic words', applicant: { fullName: `Synthetic ${randomUUID()}`, phone: '+7 700 000 00 00' } };
  const registered = await api.post<{ caseId: string }>('/v1/appeals', appeal, { token });
  expect(registered.status).toBe(201);
  const { caseId } = registered.body;
  await api.signed(caseId, { token });
  const add = (sql: string, ...more: unknown[]): Promise<unknown> => api.owner.query(sql, [caseId, ...more]);
  const [inbox, alert] = [randomUUID(), `${caseId}:duty:step`];
  await add(`insert into subject_state select $1, 1, '{}' on conflict do nothing`);
  await add(
    `insert into effect (key, subject_id, kind, agency, measure_ids, seq, state, series) values (gen_random_uuid(), $1, 'referral', 'health', '{}', 1, 'pending', 1)`,
  );
  await add(
    `insert into inbox (id, kind, source, delivery_id, content_sha256, subject_id, payload) values ($2::uuid, 'report', 'health', $2::text, '', $1, '{}')`,
    inbox,
  );
  await api.owner.query(`insert into inbox_conflict (inbox_id, content_sha256) values ($1, 'other')`, [inbox]);
  await add(
    `insert into alert (id, subject_id, seq, turn, center, duty_key, rule, force, step, moment, due_at, raised_at, recipients)
     select $2, $1, 1, gen_random_uuid(), center, 'duty', '256-13-2', 'law', 'reminder', now(), now(), now(), '{}' from subject_file where subject_id = $1`,
    alert,
  );
  await api.owner.query(`insert into alert_delivery (alert_id, channel, turn, lane, state) values ($1, 'mail', gen_random_uuid(), 2, 'delivered')`, [alert]);
  await api.owner.query(
    `insert into notice (alert_id, person, channel, holder, roles, state, recorded_at) values ($1, 'told', 'in_app', 'x', '{}', 'delivered', now())`,
    [alert],
  );
  await api.owner.query(`insert into alert_taken (alert_id, person, role, way) values ($1, 'told', 'case_manager', 'signed_in')`, [alert]);
  await add(`insert into said_message (effect_key, digest, subject_id) values (gen_random_uuid(), $2, $1)`, 'a'.repeat(64));
  await add(
    `insert into person_history (person_id, version, was, changed_by, command_id)
     select person.id, 1, '{}', 'me', gen_random_uuid() from person join subject_file using (household_id) where subject_id = $1`,
  );
  return caseId;
}

const as = (reach: Partial<Reach>): Pool => readingAs(readers, { center: HERE, team: [], person: 'somebody', violence: 'none', ...reach });
const TABLES = Object.keys(POLICIES);
/** Whatever is readable: without a filter, as a query that has forgotten it. */
const LOCKED = TABLES.filter((table) => TABLE_RIGHTS[table]?.api?.includes('select'));

async function countIn(pool: Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]?.n ?? -1;
}

describe('without a filter', () => {
  it.each(LOCKED)('%s shows its own Center alone, of violence nothing to whom it is not shown, and to nobody anything', async (table) => {
    const total = await countIn(api.owner, table);
    const [calm, all, there] = [
      await countIn(as({}), table),
      await countIn(as({ violence: 'all' }), table),
      await countIn(as({ center: THERE, violence: 'all' }), table),
    ];
    expect(calm).toBeGreaterThan(0);
    expect(there).toBeGreaterThan(0);
    expect(all).toBeGreaterThan(calm);
    expect(all + there).toBe(total);
    expect(await countIn(as({ violence: 'team', team: ['stranger'] }), table)).toBe(calm);
    expect(await countIn(as({ violence: 'team', team: ['stranger', 'member'] }), table)).toBe(all);
    expect(await countIn(as({ center: 'nowhere', violence: 'all' }), table)).toBe(0);
    // The connection that showed all of that a moment ago.
    expect(await countIn(readers, table)).toBe(0);
    expect(await countIn(raw, table)).toBe(0);
  });

  it('every table that the reader may read, and that names a case, a family or a person, has the lock', async () => {
    const { rows } = await api.owner.query<{ name: string }>(
      `select distinct relname as name from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'public'::regnamespace and relkind = 'r' and not attisdropped and relname <> 'center'
          and attname in ('subject_id', 'case_id', 'household_id', 'person_id', 'document_id', 'signature_id', 'alert_id') order by 1`,
    );
    const open = rows.map(({ name }) => name).filter((name) => TABLE_RIGHTS[name]?.api !== undefined && !TABLES.includes(name));
    expect(open).toEqual([]);
  });

  it('the view of cases is held by the lock of its reader', async () => {
    expect(await countIn(as({}), 'case_file')).toBe(1);
    expect(await countIn(readers, 'case_file')).toBe(0);
  });

  it('P59: what was opened to somebody is seen by them until it is over', async () => {
    const until = (minutes: number): Promise<unknown> =>
      api.owner.query(
        `update subject_file set emergencies = jsonb_build_array(jsonb_build_object('person', 'helper', 'to', now() + $2 * interval '1 minute')) where subject_id = $1`,
        [hidden, minutes],
      );
    const seen = async (person: string): Promise<boolean> =>
      (await as({ person, violence: 'team' }).query('select from subject_file where subject_id = $1', [hidden])).rowCount === 1;
    await until(5);
    expect([await seen('helper'), await seen('other')]).toEqual([true, false]);
    await until(-5);
    expect(await seen('helper')).toBe(false);
  });

  it('what somebody was told stays theirs to read, and no more than the alert', async () => {
    const told = as({ person: 'told' });
    expect((await told.query('select from alert where subject_id = $1', [hidden])).rowCount).toBe(1);
    expect((await told.query('select from duty where subject_id = $1', [hidden])).rowCount).toBe(0);
  });

  it('a viewer is another one on the same connection at once, in transactions too', async () => {
    const seen = async (pool: Pool): Promise<number | null> => {
      const client = await pool.connect();
      try {
        return (await client.query('select from subject_file where subject_id = $1', [plain])).rowCount;
      } finally {
        client.release();
      }
    };
    expect([await seen(as({})), await seen(as({ center: THERE })), await seen(readers), await seen(as({}))]).toEqual([1, 0, 0, 1]);
  });
});

describe('a process looks at its login', () => {
  const OWNERS_URL = 'logs in as';
  const looked = async (url: string, login: DatabaseLogin): Promise<string> => {
    const pool = createPool(url, { applicationName: 'tirek-test-login', max: 1 });
    try {
      return await assertRole(pool, login).then(
        () => 'fit',
        (error: unknown) => (error instanceof RoleUnfit ? error.message : Promise.reject(error as Error)),
      );
    } finally {
      await pool.end();
    }
  };

  it.each(['api', 'clock', 'work', 'auditor'] as const)('%s is fit as itself', async (login) => {
    expect(await looked(api.database.urls[login], login)).toBe('fit');
  });

  it('the owner of the tables is too much, and so is whoever may do the work of several', async () => {
    expect(await looked(api.database.ownerUrl, 'api')).toMatch(/logs in as tirek_owner, which may too much \(.*owner of \d+ tables.*works as tirek_api/);
    expect(await looked(api.database.appUrl, 'clock')).toMatch(/too much \(member of tirek_desk, tirek_work\)/);
  });

  it("another process's role is the wrong one", async () => {
    expect(await looked(api.database.urls.auditor, 'work')).toMatch(
      new RegExp(`${OWNERS_URL} tirek_auditor, which may too much .*works as ${roleName('work')}`),
    );
  });

  it('a right too few and one too many are named, with what to do', async () => {
    const own = await createDatabase();
    const owner = createPool(own.ownerUrl, { applicationName: 'tirek-test-owner', max: 1 });
    try {
      await owner.query('revoke insert on wake from tirek_work; grant delete on inbox to tirek_work');
      expect(await looked(own.urls.work, 'work')).toBe(
        'The role tirek_work may too much (inbox: DELETE) and too little (wake: INSERT): run the migrations (node dist/migrate.js), which give each role its rights, and start again.',
      );
      await owner.query('drop table wake cascade');
      expect(await looked(own.urls.work, 'work')).toMatch(/The database is not prepared .*run the migrations/);
    } finally {
      await owner.end();
      await own.drop();
    }
  });

  it('one that did not answer is looked at as soon as it does', async () => {
    const pool = createPool(api.database.ownerUrl, { applicationName: 'tirek-test-late', max: 1 });
    let answers = false;
    const late = { query: (...asked: [string]) => (answers ? pool.query(...asked) : Promise.reject(new Error('away'))) } as unknown as Pool;
    let told: RoleUnfit | undefined;
    const stop = await watchRole(late, 'work', (reason) => (told = reason));
    expect(told).toBeUndefined();
    answers = true;
    expect(await eventually(async () => told?.message, 'it is told')).toContain('too much');
    stop();
    await pool.end();
  });
});
