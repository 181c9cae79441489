/**
 * P43: what is sealed of a family with signs of violence is under a key of its own, from the transaction on that records the
 * signs: whoever holds the ordinary key reads nothing, and a process that needs none of it goes on without.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEffectActivities } from '../../activities/effects.js';
import { createAgencyHttp } from '../../adapters/agency-http.js';
import { developmentIin } from '../../db/development-iin.js';
import { erasePerson } from '../../db/erasure.js';
import { createPool, type Pool } from '../../db/pool.js';
import { readPersons } from '../../db/reads.js';
import { readConfig } from '../../process/config.js';
import { createDesk } from '../../ledger/desk.js';
import { previewMessages } from '../../office/messages.js';
import { createFileKeys, createKeyFile } from '../../vault/file-keys.js';
import { KeyNotHeld, KeysAway, type KeyService } from '../../vault/key-service.js';
import { Vault } from '../../vault/vault.js';
import { accepted, asking, MANAGER, openCase, openHouse, planApproved, type House } from '../ledger/take-desk.js';
import { membersOf, textsOf } from '../fixtures/sealed.js';
import { TEST_KEYS_FILE, TEST_VAULT, TEST_VIOLENCE_KEYS_FILE } from '../stack/keys.js';
import { signingEnv } from '../stack/signing-env.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { jsonOf, tirekIn } from '../unit/cli-listen.js';

const PERSON = { fullName: 'Синтетическая Персона', phone: '+77010000077', address: 'Синтетическая улица, 7' };
const SIGNS = 'слова о признаках';

let house: House;
let dir: string;

beforeAll(async () => {
  house = await openHouse();
  dir = await mkdtemp(join(tmpdir(), 'tirek-violence-'));
});
afterAll(async () => {
  await house.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Another process of the house, which has nothing at hand. */
async function withKeys<T>(vault: Vault, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(house.database.appUrl, { vault, applicationName: 'tirek-test-other', max: 4 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

const ordinaryOnly = (): Vault => new Vault(createFileKeys(TEST_KEYS_FILE));
const bothKeys = (violence: KeyService = createFileKeys(TEST_VIOLENCE_KEYS_FILE)): Vault => new Vault(createFileKeys(TEST_KEYS_FILE), { violence });

async function family(): Promise<{ caseId: string; householdId: string; personId: string }> {
  const {
    caseId,
    householdId,
    personId = '',
  } = await openCase(house.desk, {
    applicant: { ...PERSON, iin: developmentIin(randomUUID()) },
    narrative: 'слова семьи',
  });
  return { caseId, householdId, personId };
}

function signs(caseId: string): ReturnType<typeof asking> {
  const text = { id: randomUUID(), body: SIGNS };
  return asking(caseId, 'recordViolenceSigns', { noteId: text.id }, { texts: [text] });
}

const keyRows = (householdId: string) =>
  house.rows<{ id: string; ring: string; wrapped: string | null; retired: boolean }>(
    `select id, ring, wrapped, retired_at is not null as retired from data_key
      where owner_id = $1 or owner_id in (select id::text from person where household_id = $1::uuid) order by created_at`,
    householdId,
  );

describe('when signs of violence are recorded', () => {
  it('the ordinary key opens nothing of the family any more, people, texts and what they were before; the other one all of it', async () => {
    const { caseId, householdId, personId } = await family();
    await withKeys(ordinaryOnly(), async (pool) => expect(await membersOf(pool, householdId)).toMatchObject([PERSON]));
    await accepted(house.desk, caseId, signs(caseId));
    await withKeys(ordinaryOnly(), async (pool) => {
      await expect(readPersons(pool, householdId)).rejects.toThrow(KeyNotHeld);
      await expect(textsOf(pool, caseId)).rejects.toThrow(KeyNotHeld);
    });
    const wrapped = (await keyRows(householdId)).flatMap((row) => row.wrapped ?? []);
    expect(wrapped.length).toBeGreaterThanOrEqual(3);
    for (const each of wrapped) await expect(createFileKeys(TEST_KEYS_FILE).unwrap([each])).rejects.toThrow(KeysAway);
    await withKeys(bothKeys(), async (pool) => {
      expect(await membersOf(pool, householdId)).toMatchObject([PERSON]);
      expect(await textsOf(pool, caseId)).toEqual(['слова семьи', SIGNS]);
    });
    expect(personId).not.toBe('');
  });

  it('what was sealed stays where it is, and what comes is sealed with a fresh data key: an old copy of the keys opens none of it', async () => {
    const { caseId, householdId } = await family();
    const before = await keyRows(householdId);
    await accepted(house.desk, caseId, signs(caseId));
    const after = await keyRows(householdId);
    for (const { id } of before) expect(after.find((row) => row.id === id)).toMatchObject({ ring: 'violence', retired: true });
    const [row] = await house.rows<{ body: Buffer }>(`select body from narrative where case_id = $1 and kind = 'interview'`, caseId);
    // Whoever took the keys out of an old backup has these, and no others.
    const old = new Vault(createFileKeys(TEST_KEYS_FILE));
    const stolen = await old.unwrap(before.map(({ id, wrapped }) => ({ id, wrapped: wrapped ?? '', ring: 'ordinary' as const })));
    expect(stolen.size).toBe(before.length);
    const idOfKey = row?.body.toString('hex', 1, 17);
    expect([...stolen.keys()].map((id) => id.replaceAll('-', ''))).not.toContain(idOfKey);
  });

  it('a new member, and an appeal that comes later, are under it from the beginning', async () => {
    const { caseId, householdId } = await family();
    await accepted(house.desk, caseId, signs(caseId));
    await openCase(house.desk, { householdId, applicant: { fullName: 'Синтетический Родственник', iin: developmentIin(randomUUID()) } });
    expect((await keyRows(householdId)).every(({ ring }) => ring === 'violence')).toBe(true);
  });

  it('a key service that is away leaves the case as it was, and the repeat is taken', async () => {
    const { caseId, householdId } = await family();
    const before = await keyRows(householdId);
    const away: KeyService = { ...createFileKeys(TEST_VIOLENCE_KEYS_FILE), wrap: () => Promise.reject(new KeysAway('away')) };
    const given = signs(caseId);
    await withKeys(bothKeys(away), async (pool) => {
      const desk = createDesk(pool, { proof: TEST_PROOF });
      await expect(desk.ask(caseId, given)).rejects.toThrow(KeysAway);
    });
    expect(await keyRows(householdId)).toEqual(before);
    expect(await house.rows('select violence from case_file where subject_id = $1', caseId)).toEqual([{ violence: false }]);
    await accepted(house.desk, caseId, given);
    expect(await house.rows('select violence from case_file where subject_id = $1', caseId)).toEqual([{ violence: true }]);
  });

  it('of two who do something at once one is beaten, and nothing is left half moved', async () => {
    const { caseId, householdId } = await family();
    const desk = house.another();
    const [one, other] = await Promise.all([house.desk.ask(caseId, signs(caseId)), desk.ask(caseId, signs(caseId))]);
    expect([one, other].filter((taken) => taken?.kind === 'answered' && taken.answer.ok)).toHaveLength(1);
    expect((await keyRows(householdId)).every(({ ring }) => ring === 'violence')).toBe(true);
    expect(await textsOf(house.database.pool, caseId)).toEqual(['слова семьи', SIGNS]);
  });

  it('Postgres takes no key back into the ordinary ring', async () => {
    const { caseId, householdId } = await family();
    await accepted(house.desk, caseId, signs(caseId));
    await expect(house.rows(`update data_key set ring = 'ordinary' where owner_id = $1`, householdId)).rejects.toMatchObject({ code: '42501' });
  });
});

describe('tirek keys', () => {
  const cli = async (violenceFile: string | undefined, ...args: string[]) =>
    jsonOf(
      await tirekIn(
        {
          DATABASE_URL: house.database.appUrl,
          TIREK_KEYS_FILE: TEST_KEYS_FILE,
          ...(violenceFile === undefined ? {} : { TIREK_VIOLENCE_KEYS_FILE: violenceFile }),
        },
        'keys',
        ...args,
        '--json',
      ),
    );

  it('rotate, rewrap and list know the other ring; a key that stayed behind is moved', async () => {
    const { caseId, householdId } = await family();
    await accepted(house.desk, caseId, signs(caseId));
    const straggler = await TEST_VAULT.fresh();
    await house.rows(`update data_key set retired_at = clock_timestamp() where owner_id = $1 and retired_at is null`, householdId);
    await house.rows(
      `insert into data_key (id, owner_kind, owner_id, wrapped, wrapped_by) values ($1, 'household', $2, $3, 1)`,
      straggler.id,
      householdId,
      straggler.wrapped,
    );
    expect(await cli(TEST_VIOLENCE_KEYS_FILE, 'rotate', '--violence')).toEqual({ version: 2 });
    expect(await cli(TEST_VIOLENCE_KEYS_FILE, 'rewrap')).toMatchObject({ version: 1, violence: { version: 2, moved: 1 } });
    expect(await cli(undefined, 'rewrap')).toEqual({ keys: 0, version: 1 });
    expect(await cli(undefined, 'list')).toMatchObject({ versions: [{ version: 1 }], violence: [{ version: 2 }] });
    await withKeys(bothKeys(), async (pool) => expect(await textsOf(pool, caseId)).toContain(SIGNS));
  });

  it('an erasure destroys them like any other', async () => {
    const { caseId, householdId, personId } = await family();
    await accepted(house.desk, caseId, signs(caseId));
    const owner = createPool(house.database.ownerUrl, { vault: TEST_VAULT, applicationName: 'test' });
    await erasePerson(owner, { personId, ground: 'consent_withdrawn', act: 'test', texts: 'keep', documents: 'keep', erasedBy: 'test' });
    await owner.end();
    expect(await house.rows(`select id from data_key where owner_id = $1 and wrapped is not null`, personId)).toEqual([]);
    await withKeys(bothKeys(), async (pool) => expect(await membersOf(pool, householdId)).toEqual([{}]));
  });
});

describe('a process without that key', () => {
  it('sends nothing about such a family and says so at the message; with it the message goes', async () => {
    const { caseId } = await planApproved(house.desk, { applicant: { ...PERSON, iin: developmentIin(randomUUID()) } });
    await accepted(house.desk, caseId, signs(caseId));
    const { digest } = await previewMessages(house.database.pool, MANAGER, caseId, {});
    await accepted(house.desk, caseId, asking(caseId, 'sendIpr', { preview: digest }));
    const [row] = await house.rows<{ key: string; series: number }>('select key, series from effect where subject_id = $1', caseId);
    await withKeys(ordinaryOnly(), async (pool) => {
      const activities = createEffectActivities({ desk: createDesk(pool, { proof: TEST_PROOF }), agencyHttp: createAgencyHttp({}) });
      await activities.sendEffect({ caseId, key: row?.key ?? '', series: row?.series ?? 0 });
    });
    const entries = await house.rows<{ reason: string }>(
      `select entry #>> '{data,reason}' as reason from ledger where subject_id = $1 and type = 'DispatchParked'`,
      caseId,
    );
    expect(entries).toEqual([{ reason: 'violence_keys_not_held' }]);
  });

  it('may be a worker or a relay, and no API', async () => {
    for (const process of ['worker', 'relay', 'api'] as const) {
      const { TIREK_VIOLENCE_KEYS_FILE: _none, ...env } = await signingEnv(process, join(dir, process));
      const read = () => readConfig({ DATABASE_URL: 'postgres://unused', ...env }, process);
      if (process === 'api') expect(read).toThrow('TIREK_VIOLENCE_KEYS_FILE');
      else expect(read().keys).not.toHaveProperty('violence');
    }
  });

  it('is never given the ordinary key in its place', async () => {
    const file = join(dir, 'one.json');
    await createKeyFile(file);
    const env = await signingEnv('api', join(dir, 'same'));
    const read = (changes: NodeJS.ProcessEnv) => () => readConfig({ DATABASE_URL: 'postgres://unused', ...env, ...changes }, 'api');
    expect(read({ TIREK_KEYS_FILE: file, TIREK_VIOLENCE_KEYS_FILE: file })).toThrow('keys of their own');
    const bao = {
      TIREK_KEYS_FILE: undefined,
      TIREK_VIOLENCE_KEYS_FILE: undefined,
      TIREK_OPENBAO_URL: 'https://bao.example',
      TIREK_OPENBAO_TOKEN_FILE: '/token',
    };
    expect(read({ ...bao, TIREK_OPENBAO_VIOLENCE_KEY: 'tirek' })).toThrow('key of their own');
    expect(read({ ...bao, TIREK_OPENBAO_VIOLENCE_KEY: 'tirek-violence' })().keys.violence).toMatchObject({ by: 'transit', key: 'tirek-violence' });
  });
});
