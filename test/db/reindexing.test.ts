/**
 * Another version of the key by which people are found: everybody is indexed anew while the house works, both versions count
 * meanwhile, and the former one goes without anybody being lost or made twice.
 */
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { developmentIin } from '../../db/development-iin.js';
import { findPeople } from '../../db/find-people.js';
import { createPool, type Pool } from '../../db/pool.js';
import { reindex } from '../../db/reindexing.js';
import { createDesk, type Desk } from '../../ledger/desk.js';
import { createFileKeys } from '../../vault/file-keys.js';
import { Vault } from '../../vault/vault.js';
import { accepted, asking, CENTER, openCase, openHouse, planApproved, type House } from '../ledger/take-desk.js';
import { TEST_KEYS_FILE, TEST_VIOLENCE_KEYS_FILE } from '../stack/keys.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { jsonOf, tirekIn } from '../unit/cli-listen.js';

let house: House;
let dir: string;
let file: string;
let pool: Pool;
let owner: Pool;
let desk: Desk;

/** The house and a file of keys of this test alone: both are rotated. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-reindex-'));
});
beforeEach(async () => {
  file = join(dir, `${randomUUID()}.json`);
  await cp(TEST_KEYS_FILE, file);
  house = await openHouse();
  const vault = (): Vault => new Vault(createFileKeys(file), { violence: createFileKeys(TEST_VIOLENCE_KEYS_FILE) });
  pool = createPool(house.database.appUrl, { vault: vault(), applicationName: 'tirek-test-reindex' });
  owner = createPool(house.database.ownerUrl, { vault: vault(), applicationName: 'tirek-test-owner' });
  desk = createDesk(pool, { proof: TEST_PROOF });
  return async () => {
    await Promise.all([pool.end(), owner.end()]);
    await house.stop();
  };
});
afterAll(() => rm(dir, { recursive: true, force: true }));

let families = 0;
async function family(): Promise<{ caseId: string; householdId: string; personId: string; iin: string; fullName: string }> {
  families += 1;
  const fullName = `Синтетическая Особа${String.fromCodePoint(0x430 + (families % 32), 0x430 + Math.floor(families / 32))}`;
  const iin = developmentIin(randomUUID());
  const { caseId, householdId, personId = '' } = await openCase(desk, { applicant: { fullName, iin } });
  return { caseId, householdId, personId, iin, fullName };
}

const householdOf = async (iin: string): Promise<string> => (await openCase(desk, { applicant: { iin } })).householdId;
const found = async (fullName: string): Promise<string[]> => (await findPeople(pool, CENTER, { fullName }, 10)).map(({ personId }) => personId);

interface Columns {
  odd: number;
  even: number;
  behind: number;
}
async function columns(): Promise<Columns[]> {
  return house.rows<Columns & Record<string, unknown>>(
    `select count(iin_index)::int as odd, count(iin_index_even)::int as even, count(*) filter (where indexed_by < (select coalesce(next, current) from index_key))::int as behind from person`,
  );
}

describe('tirek keys reindex', () => {
  it('both versions count until the former one goes; by the new one everybody is found, and nobody twice', async () => {
    const before = await Promise.all([family(), family()]);
    const first = await reindex(owner, { settledAfterMs: 600_000 });
    expect(first).toMatchObject({ version: 2, state: 'both', dropAfter: expect.any(Date) });
    const during = await family();
    expect(await columns()).toEqual([{ odd: 3, even: 3, behind: 0 }]);
    for (const each of [...before, during]) {
      expect(await householdOf(each.iin)).toBe(each.householdId);
      expect(await found(each.fullName)).toEqual([each.personId]);
    }
    expect(await reindex(owner, { settledAfterMs: 0 })).toMatchObject({ version: 2, state: 'done' });
    expect(await columns()).toEqual([{ odd: 0, even: 3, behind: 0 }]);
    expect(await house.rows('select distinct version from person_token')).toEqual([{ version: 2 }]);
    const after = await family();
    for (const each of [...before, during, after]) {
      expect(await householdOf(each.iin)).toBe(each.householdId);
      expect(await found(each.fullName)).toEqual([each.personId]);
    }
    expect(await house.rows('select count(distinct household_id)::int as families from person')).toEqual([{ families: 4 }]);
  });

  it('once more the other way: an odd version takes the place of an even one', async () => {
    const { iin, householdId } = await family();
    for (const version of [2, 3]) expect(await reindex(owner, { settledAfterMs: 0 })).toMatchObject({ version, state: 'done' });
    expect(await columns()).toEqual([{ odd: 1, even: 0, behind: 0 }]);
    expect(await householdOf(iin)).toBe(householdId);
  });

  it('with families registered and corrected all the while nobody is lost, and one ИИН is one family', async () => {
    const before = await Promise.all(Array.from({ length: 6 }, () => family()));
    const wanted = Array.from({ length: 6 }, () => developmentIin(randomUUID()));
    const registering = wanted.map((iin) => Promise.all([householdOf(iin), householdOf(iin)]));
    const correcting = before.map(({ caseId, personId, householdId }, place) => correct(caseId, personId, householdId, `Исправленная Буква${place}`));
    await Promise.all([reindex(owner, { settledAfterMs: 600_000 }), ...registering, ...correcting]);
    for (const pair of await Promise.all(registering)) expect(pair[0]).toBe(pair[1]);
    const late = wanted.map((iin) => householdOf(iin));
    await Promise.all([reindex(owner, { settledAfterMs: 0 }), ...late]);
    expect(await columns()).toEqual([{ odd: 0, even: 12, behind: 0 }]);
    for (const [place, iin] of wanted.entries()) expect(await householdOf(iin)).toBe((await registering[place])?.[0]);
    for (const { fullName, personId, iin, householdId } of before) {
      expect(await found(fullName)).not.toContain(personId);
      expect(await householdOf(iin)).toBe(householdId);
    }
    expect(await found('исправленная')).toHaveLength(6);
  });

  it('what was written by the former version alone is caught up with, also behind the pass', async () => {
    const { personId, iin, householdId } = await family();
    await reindex(owner, { settledAfterMs: 600_000 });
    // As a process leaves it that had looked before the versions were two.
    await house.rows('update person set iin_index_even = null, indexed_by = 1 where id = $1', personId);
    await house.rows('delete from person_token where person_id = $1 and version = 2', personId);
    expect(await householdOf(iin)).toBe(householdId);
    expect(await reindex(owner, { settledAfterMs: 0 })).toMatchObject({ state: 'done', people: 1 });
    expect(await householdOf(iin)).toBe(householdId);
  });

  it('broken off anywhere it goes on where it stopped', async () => {
    const { iin, householdId } = await family();
    const broken = createPool(house.database.ownerUrl, {
      applicationName: 'tirek-test-broken',
      vault: new Vault({ ...createFileKeys(file), unwrap: () => Promise.reject(new Error('broken off')) }),
    });
    await expect(reindex(broken, { settledAfterMs: 0 })).rejects.toThrow('broken off');
    await broken.end();
    expect(await house.rows('select current, next from index_key')).toEqual([{ current: 1, next: 2 }]);
    expect(await householdOf(iin)).toBe(householdId);
    expect(await reindex(owner, { settledAfterMs: 0 })).toMatchObject({ version: 2, state: 'done' });
    expect(await householdOf(iin)).toBe(householdId);
  });

  it('staff and signatures follow, and whose a signature is stays known', async () => {
    const { caseId } = await planApproved(desk);
    const whose = () =>
      house.rows<{ member: boolean; colleague: boolean }>(
        `select exists (select from person where person.iin_index = content.iin_index or person.iin_index_even = content.iin_index_even) as member,
                exists (select from staff where staff.iin_index = content.iin_index or staff.iin_index_even = content.iin_index_even) as colleague
           from signature_content content order by content.signature_id`,
      );
    const before = await whose();
    expect(before.some(({ member, colleague }) => member || colleague)).toBe(true);
    await reindex(owner, { settledAfterMs: 600_000 });
    expect(await whose()).toEqual(before);
    const done = await reindex(owner, { settledAfterMs: 0 });
    expect(await whose()).toEqual(before);
    expect(done.strangers).toBe(before.filter(({ member, colleague }) => !member && !colleague).length);
    expect(caseId).not.toBe('');
  });

  it('is a command: without a word about time it waits for the former version to settle', async () => {
    await family();
    const env = { DATABASE_OWNER_URL: house.database.ownerUrl, TIREK_KEYS_FILE: file, TIREK_VIOLENCE_KEYS_FILE: TEST_VIOLENCE_KEYS_FILE };
    const cli = async (...args: string[]) => jsonOf(await tirekIn(env, 'keys', 'reindex', ...args, '--json'));
    expect(await cli()).toMatchObject({ version: 2, state: 'both' });
    expect(await cli('--settle', '0')).toMatchObject({ version: 2, state: 'done' });
  });
});

async function correct(caseId: string, personId: string, householdId: string, fullName: string): Promise<void> {
  const input = asking(caseId, 'correctMember', { personId, fields: ['fullName'] });
  if (!('request' in input)) throw new Error('a command is asked by somebody');
  await accepted(desk, caseId, { ...input, request: { ...input.request, persons: [{ id: personId, householdId, fullName }] } });
}
