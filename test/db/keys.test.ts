/** A house whose keys are kept by a key service: what it asks of it, what happens when that is away, and its rotation. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppealRegistered } from '../../contracts/http/appeals.js';
import { findPeople } from '../../db/find-people.js';
import { poolForReaders } from '../../db/reading-as.js';
import { createPool, type Pool } from '../../db/pool.js';
import { createTransitKeys } from '../../vault/transit-keys.js';
import { Vault } from '../../vault/vault.js';
import { rowCounts, sendReport, startApiUnderTest, type ApiUnderTest } from '../api/api-under-test.js';
import { membersOf, textsOf } from '../fixtures/sealed.js';
import { startTransitStandIn, TRANSIT_TOKEN, type TransitStandIn } from '../fixtures/transit-stand-in.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { jsonOf, tirekIn } from '../unit/cli-listen.js';

let dir: string;
let transit: TransitStandIn;
let database: TestDatabase;
let pool: Pool;
let raw: Pool;
let api: ApiUnderTest;

const CENTER = 'almaty-auezov';
const keys = () => createTransitKeys({ url: transit.url, tokenFile: join(dir, 'token'), key: 'tirek', digestKey: 'tirek-digests', timeoutMs: 500 });

/** Another process of the house: it has no key at hand. */
async function fresh<T>(work: (pool: Pool) => Promise<T>): Promise<T> {
  const other = createPool(database.appUrl, { vault: new Vault(keys()), applicationName: 'tirek-test-fresh', max: 2 });
  try {
    return await work(other);
  } finally {
    await other.end();
  }
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-keys-test-'));
  await writeFile(join(dir, 'token'), TRANSIT_TOKEN);
  transit = await startTransitStandIn();
  database = await createDatabase();
  pool = createPool(database.urls.api, { vault: new Vault(keys()), applicationName: 'tirek-test', role: 'desk' });
  raw = createPool(database.urls.api, { vault: new Vault(keys()), applicationName: 'tirek-test-readers' });
  api = await startApiUnderTest({ database, vault: new Vault(keys()), pools: { house: pool, readers: poolForReaders(raw, pool) } });
});
afterAll(async () => {
  await api.stop();
  await Promise.all([pool.end(), raw.end()]);
  await database.drop();
  await transit.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Without an ИИН, by which all of them would be one family. */
const PERSON = { fullName: 'Әлия Synthetic', phone: '+7 700 123 45 67', birthDate: '1990-01-01' } as const;

async function opened(): Promise<{ caseId: string; householdId: string; personId: string }> {
  const { body } = await api.post<unknown>('/v1/appeals', { channel: 1, threat: false, applicant: PERSON, text: 'words of the family' });
  const { caseId, householdId, personId = '' } = AppealRegistered.parse(body);
  return { caseId, householdId, personId };
}

describe('a key service', () => {
  it('is asked once for all the people of a page, and not at all for what is at hand', async () => {
    const { caseId, householdId } = await opened();
    for (const fullName of ['Second Synthetic', 'Third Synthetic'])
      expect((await api.post(`/v1/cases/${caseId}/members`, { kinship: 'child', person: { fullName } })).status).toBe(200);
    await fresh(async (other) => {
      const page = async (): Promise<string[]> => {
        const before = transit.asked.length;
        expect(await membersOf(other, householdId)).toHaveLength(3);
        return transit.asked.slice(before);
      };
      expect(await page()).toEqual(['POST /v1/transit/decrypt/tirek']);
      expect(await page()).toEqual([]);
    });
  });

  it.each(['sealed', 'silent'] as const)('that is %s: 503 for who brings people or words, nothing is half written, and the repeat is taken', async (how) => {
    const { caseId, householdId } = await opened();
    const [appealKey, memberKey] = [randomUUID(), randomUUID()];
    const appeal = { channel: 1, threat: false, applicant: { fullName: 'Another Synthetic' }, text: 'other words' };
    const member = { kinship: 'child', person: { fullName: 'Child Synthetic' } };
    const before = await rowCounts(api.owner);
    transit.be(how);
    expect(await api.post('/v1/appeals', appeal, { key: appealKey })).toMatchObject({ status: 503, body: { code: 'keys_unavailable' } });
    expect(await api.post(`/v1/cases/${caseId}/members`, member, { key: memberKey })).toMatchObject({ status: 503, body: { code: 'keys_unavailable' } });
    expect(await rowCounts(api.owner)).toEqual(before);
    // The key of this family is at hand, so what is said of it goes on, and so does all that has no words.
    expect((await api.post(`/v1/cases/${caseId}/interview`, { note: 'words while it was away' })).status).toBe(200);
    expect((await api.get('/v1/cases')).status).toBe(200);
    transit.be('well');
    expect((await api.post('/v1/appeals', appeal, { key: appealKey })).status).toBe(201);
    expect((await api.post(`/v1/cases/${caseId}/members`, member, { key: memberKey })).status).toBe(200);
    expect(await fresh((other) => membersOf(other, householdId))).toMatchObject([PERSON, { fullName: 'Child Synthetic' }]);
    expect(await fresh((other) => textsOf(other, caseId))).toEqual(['words of the family', 'words while it was away']);
  });

  it('that is away keeps no words of an agency whose key is not at hand: 503, and the report is sent again', async () => {
    const id = randomUUID();
    const report = { type: 'report', caseId: randomUUID(), measureId: randomUUID(), outcome: 'performed', note: 'words' };
    const before = await rowCounts(api.owner);
    transit.be('sealed');
    const refused = await sendReport(api, report, { id });
    transit.be('well');
    expect([refused.status, await rowCounts(api.owner)]).toEqual([503, before]);
    expect(await sendReport(api, report, { id })).toMatchObject({ status: 202, body: { duplicate: false } });
    expect(await fresh((other) => textsOf(other, report.caseId))).toEqual(['words']);
  });
});

describe('rotation', () => {
  it('goes on under commands: every data key is wrapped again, and all that was said opens', async () => {
    const { caseId, householdId } = await opened();
    const env = {
      DATABASE_OWNER_URL: database.ownerUrl,
      TIREK_OPENBAO_URL: transit.url,
      TIREK_OPENBAO_TOKEN_FILE: join(dir, 'token'),
    };
    const cli = async (...args: string[]) => jsonOf(await tirekIn(env, 'keys', ...args, '--json'));
    const before = (await cli('list')) as { versions: { version: number; keys: number }[] };
    expect(before.versions.map(({ version }) => version)).toEqual([1]);
    expect(await cli('rotate')).toEqual({ version: 2 });
    const notes = Array.from({ length: 8 }, (_, place) => `note ${place}`);
    const [rewrapped] = await Promise.all([cli('rewrap'), ...notes.map((note) => api.post(`/v1/cases/${caseId}/interview`, { note }))]);
    expect(rewrapped).toMatchObject({ version: 2 });
    const { versions } = (await cli('list')) as typeof before;
    expect(versions.map(({ version }) => version)).toEqual([2]);
    expect(await cli('rewrap')).toEqual({ keys: 0, version: 2 });
    expect((await fresh((other) => textsOf(other, caseId))).toSorted()).toEqual([...notes, 'words of the family'].toSorted());
    expect(await fresh((other) => membersOf(other, householdId))).toMatchObject([PERSON]);
  });
});

describe('finding people', () => {
  it.each([
    ['a word of the name, in other letters', { fullName: 'алия' }],
    ['the whole name, in another order', { fullName: 'SYNTHETIC Әлия' }],
    ['the telephone, written otherwise', { phone: '8 (700) 1234567' }],
    ['the day of birth and a word', { fullName: 'synthetic', birthDate: '1990-01-01' }],
  ])('by %s', async (_what, said) => {
    const { personId, householdId } = await opened();
    expect(await findPeople(pool, CENTER, said, 1_000)).toContainEqual({ personId, householdId });
    expect(await findPeople(pool, 'almaty-medeu', said, 1_000)).toEqual([]);
  });

  it('by what does not fit, or by nothing, finds nobody', async () => {
    await opened();
    for (const said of [{ fullName: 'алия', birthDate: '1990-01-02' }, { fullName: 'А.' }, {}]) expect(await findPeople(pool, CENTER, said, 10)).toEqual([]);
  });

  it('follows a correction: by the name of before nobody is found any more', async () => {
    const { caseId, personId, householdId } = await opened();
    const corrected = await api.post(`/v1/cases/${caseId}/members/${personId}/correction`, { fullName: 'Corrected Synthetic', phone: null });
    expect(corrected.status).toBe(200);
    expect(await findPeople(pool, CENTER, { fullName: 'corrected' }, 10)).toEqual([{ personId, householdId }]);
    for (const said of [{ fullName: 'алия' }, { phone: PERSON.phone }]) {
      expect((await findPeople(pool, CENTER, said, 1_000)).map((found) => found.personId)).not.toContain(personId);
    }
    expect(await findPeople(pool, CENTER, { fullName: 'corrected', birthDate: PERSON.birthDate }, 10)).toHaveLength(1);
  });
});
