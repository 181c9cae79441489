/** People who were erased, by the list of who is due or each alone, stay so: a database that is restored to before is found, and they are erased again. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listErasures } from '../../db/erasure.js';
import { createPool, type Pool } from '../../db/pool.js';
import { readProof } from '../../process/signing.js';
import { setHold } from '../../db/legal-holds.js';
import { ErasureFiles } from '../../work/watch/erasures.js';
import { startApiUnderTest } from '../api/api-under-test.js';
import { TEST_KEYS_FILE, TEST_VAULT } from '../stack/keys.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { signingEnv, type SigningEnv } from '../stack/signing-env.js';
import { jsonOf, tirekIn, type Heard } from '../unit/cli-listen.js';

/** As it was when it was backed up, and as it went on. */
let backup: TestDatabase;
let live: TestDatabase;
let owner: Pool;
let restored: Pool;
let env: SigningEnv;
let dir: string;
let files: (pool: Pool) => ErasureFiles;
let due: string[];
let other: string;

const tirek = (database: TestDatabase, ...args: string[]): Promise<Heard> =>
  tirekIn(
    {
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
      TIREK_KEYS_FILE: TEST_KEYS_FILE,
      TIREK_SIGNING_KEYS: env.TIREK_SIGNING_KEYS,
      TIREK_ANCHOR_DIR: dir,
    },
    ...args,
    '--json',
  );

async function family(api: Awaited<ReturnType<typeof startApiUnderTest>>, fullName: string, months: number): Promise<string> {
  const { body } = await api.post<{ caseId: string; personId: string }>('/v1/appeals', { channel: 1, threat: false, applicant: { fullName }, text: 'Слова' });
  await api.owner.query(`update subject_file set stage = 'closed', running = false, clock_at = now() - make_interval(months => $2) where subject_id = $1`, [
    body.caseId,
    months,
  ]);
  return body.personId;
}

beforeAll(async () => {
  [dir, env] = [await mkdtemp(join(tmpdir(), 'tirek-erasures-')), await signingEnv('relay')];
  backup = await createDatabase();
  const api = await startApiUnderTest({ database: backup });
  due = [await family(api, 'Синтетическая Давняя', 14), await family(api, 'Синтетическая Прежняя', 13)].toSorted();
  other = await family(api, 'Синтетическая Новая', 1);
  await api.stop();
  live = await backup.copy();
  owner = createPool(live.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner', max: 1 });
  restored = createPool(backup.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-restored', max: 1 });
  const proof = readProof({ keyFile: env.TIREK_SIGNING_KEY_FILE, keysFile: env.TIREK_SIGNING_KEYS }, 'relay');
  files = (pool) => new ErasureFiles({ pool, proof, dir, log: pino({ level: 'silent' }) });
  await tirek(live, 'retention', 'set', 'people', '--months', '12', '--act', 'Order 7', '--by', 'officer');
});
afterAll(async () => {
  await owner.end();
  await restored.end();
  await live.drop();
  await backup.drop();
  await rm(dir, { recursive: true, force: true });
});

const CHOICES = ['--act', 'Protocol 3', '--texts', 'redact', '--documents', 'erase'] as const;
const erasedIn = async (pool: Pool): Promise<string[]> =>
  (await pool.query<{ id: string }>('select id from person where erased_at is not null order by id')).rows.map(({ id }) => id);
const list = async (): Promise<string> => (jsonOf(await tirek(live, 'retention', 'erase')) as { list: string }).list;

describe('the people who are due', () => {
  it('are shown and not erased, unless two say so over the very list', async () => {
    expect(jsonOf(await tirek(live, 'retention', 'erase'))).toMatchObject({
      people: expect.arrayContaining(due.map((personId) => expect.objectContaining({ personId }))),
    });
    const mark = await list();
    const tries = [
      ['--list', mark],
      ['--list', mark, ...CHOICES, '--by', 'officer'],
      ['--list', mark, ...CHOICES, '--by', 'officer', '--approved-by', 'officer'],
      ['--list', '0123456789abcdef', ...CHOICES, '--by', 'officer', '--approved-by', 'head'],
    ];
    const codes = await Promise.all(
      tries.map(async (args) => (jsonOf(await tirek(live, 'retention', 'erase', ...args)) as { error: { code: string } }).error.code),
    );
    expect(codes).toEqual(['choice_missing', 'choice_missing', 'second_person', 'list_changed']);
    expect(await erasedIn(owner)).toEqual([]);
  });

  it('that are held meanwhile make it another list', async () => {
    const mark = await list();
    await setHold(owner, { personId: due[0] ?? '', act: 'Claim 3', setBy: 'officer' });
    const refused = await tirek(live, 'retention', 'erase', '--list', mark, ...CHOICES, '--by', 'officer', '--approved-by', 'head');
    expect([refused.exitCode, jsonOf(refused)]).toMatchObject([1, { error: { code: 'list_changed' } }]);
    expect(await erasedIn(owner)).toEqual([]);
    await owner.query('update legal_hold set released_at = now(), released_by = $1, released_act = $1', ['test']);
  });

  it('are erased, each as an act with its ground and both names, and nobody else', async () => {
    const done = await tirek(live, 'retention', 'erase', '--list', await list(), ...CHOICES, '--by', 'officer', '--approved-by', 'head');
    expect([done.exitCode, jsonOf(done)]).toMatchObject([0, { erased: 2 }]);
    expect(await erasedIn(owner)).toEqual(due);
    const acts = await listErasures(owner);
    expect(acts.map(({ ground, act, erasedBy, approvedBy }) => ({ ground, act, erasedBy, approvedBy }))).toEqual(
      due.map(() => ({ ground: 'term_ended', act: 'Protocol 3', erasedBy: 'officer', approvedBy: 'head' })),
    );
    expect(jsonOf(await tirek(live, 'retention', 'erase'))).toMatchObject({ people: [] });
  });
});

describe('a database that was restored to before', () => {
  const missing = async (database: TestDatabase): Promise<string[]> => {
    const { erasures } = jsonOf(await tirek(database, 'ledger', 'verify')) as { erasures: { code: string }[] };
    return erasures.map(({ code }) => code);
  };

  it('is found by the relay and by the check of the ledger, for each erasure is in a file outside of it', async () => {
    const relay = files(owner);
    await relay.round();
    await relay.round();
    expect([relay.causes(), await missing(live)]).toEqual([[], []]);
    const after = files(restored);
    await after.round();
    expect(after.causes()).toMatchObject([{ kind: 'erasures_missing', params: { reason: 'restored', count: 2 } }]);
    expect(await missing(backup)).toEqual(['erasure_missing', 'erasure_missing']);
  });

  it('has them erased again, as the same acts, but for who is held there', async () => {
    const holdOf = await setHold(restored, { personId: due[0] ?? '', act: 'Claim of before', setBy: 'officer' });
    const first = await tirek(backup, 'erase', '--replay');
    expect([first.exitCode, jsonOf(first)]).toMatchObject([1, { erased: [expect.anything()], held: [{ act: 'Claim of before' }], faults: [] }]);
    expect(await erasedIn(restored)).toEqual([due[1]]);
    await restored.query('update legal_hold set released_at = now(), released_by = $2, released_act = $2 where id = $1', [holdOf, 'test']);
    expect((await tirek(backup, 'erase', '--replay')).exitCode).toBe(0);
    expect(await erasedIn(restored)).toEqual(due);
    const told = (acts: Awaited<ReturnType<typeof listErasures>>): object[] =>
      acts.map(({ erasedAt: _at, ...act }) => act).toSorted((one, two) => (one.erasureId < two.erasureId ? -1 : 1));
    expect(told(await listErasures(restored))).toEqual(told(await listErasures(owner)));
    expect(jsonOf(await tirek(backup, 'erase', '--replay'))).toMatchObject({ erased: [], held: [] });
    const relay = files(restored);
    await relay.round();
    expect([relay.causes(), await missing(backup)]).toEqual([[], []]);
    const { rows } = await restored.query('select erased_at from person where id = $1', [other]);
    expect(rows).toEqual([{ erased_at: null }]);
  });

  it('believes no file that somebody else has written: nobody is erased by it', async () => {
    const id = '00000000-0000-4000-8000-00000000000a';
    const erasure = { act: 'erasure', id, person: other, ground: 'term_ended', by: 'x', texts: 'redact', documents: 'erase', erasedBy: 'x', approvedBy: null };
    await writeFile(join(dir, `erasure-${id}.json`), JSON.stringify({ erasure, jws: 'a..b' }));
    await writeFile(join(dir, 'erasure-00000000-0000-4000-8000-00000000000b.json'), 'cut');
    const replay = await tirek(backup, 'erase', '--replay');
    expect([replay.exitCode, jsonOf(replay)]).toMatchObject([1, { erased: [], faults: [{ code: 'erasure_unproven' }, { code: 'erasure_broken' }] }]);
    expect(await erasedIn(restored)).toEqual(due);
    const relay = files(restored);
    await relay.round();
    expect(relay.causes()).toMatchObject([{ params: { reason: 'files_changed', count: 2 } }]);
  });
});
