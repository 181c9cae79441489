import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { currentLaw, lawByRef } from '../../db/law.js';
import { BadCursor, decodeCursor, encodeCursor } from '../../db/keyset.js';
import { listAlerts, listCases, listDuties } from '../../db/lists.js';
import { ownAddress } from '../../db/organisation-keys.js';
import { findActorByToken } from '../../db/directory.js';
import { createPool } from '../../db/pool.js';
import { inboxOfCase, readNarratives, readPersons, readTimeline } from '../../db/reads.js';
import { seedDevelopment, seedLaw } from '../../db/seed.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { createDesk } from '../../ledger/desk.js';
import { readLedgerCase } from '../../ledger/read-cases.js';
import { registerAppeal } from '../../ledger/register-appeal.js';
import { receiveReport } from '../../work/receive.js';
import { CENTER, local, MANAGER, straightRoad } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';
import { TEST_VAULT } from '../stack/keys.js';

let database: TestDatabase;
let lives: RecordedLife[];

const AGENCY = { code: 'health', endpointUrl: 'http://127.0.0.1:9/', secret: 'whsec_AAAA' };

beforeAll(async () => {
  database = await createDatabase();
  const owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'seed' });
  await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies: [AGENCY] });
  await owner.end();
  lives = [];
  for (const doings of [25, 12, 12, 3, 0]) {
    const life = new RecordedLife(database.pool);
    await life.open();
    await life.live(straightRoad().slice(0, doings));
    await life.sleepUntil(local('2026-02-10'));
    lives.push(life);
  }
});

afterAll(async () => {
  await database.drop();
});

/** Goes through a list page by page. */
async function all<T>(read: (after: string | undefined) => Promise<{ items: T[]; next?: string }>): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await read(after);
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}

const paged = (after: string | undefined, limit = 3): { limit: number; after?: string } => (after === undefined ? { limit } : { limit, after });

describe('lists', () => {
  it('page through every case once, whatever the size of a page', async () => {
    const whole = (await listCases(database.pool, { center: CENTER, limit: 100 })).items;
    expect(whole.map(({ caseId }) => caseId).toSorted()).toEqual(lives.map(({ caseId }) => caseId).toSorted());
    for (const limit of [1, 2, 5]) {
      expect(await all((after) => listCases(database.pool, { center: CENTER, ...paged(after, limit) }))).toEqual(whole);
    }
  });

  it('filter cases by center, stage and case manager', async () => {
    const closed = (await listCases(database.pool, { stage: 'closed', limit: 10 })).items;
    expect(closed.map(({ caseId }) => caseId)).toEqual([lives[0]?.caseId]);
    expect((await listCases(database.pool, { caseManager: MANAGER.id, limit: 10 })).items).toHaveLength(4);
    expect((await listCases(database.pool, { center: 'shymkent-abay', limit: 10 })).items).toEqual([]);
  });

  it('show what is owed, the nearest end first, duties without a term last, and nothing that was met', async () => {
    const owed = await all((after) => listDuties(database.pool, { center: CENTER, ...paged(after) }));
    const expected = lives.flatMap(({ caseId, caseState }) => caseState.duties.filter(({ state }) => state === 'open').map(({ key }) => `${caseId} ${key}`));
    expect(owed.map(({ caseId, key }) => `${caseId} ${key}`).toSorted()).toEqual(expected.toSorted());
    const ends = owed.map(({ dueAt }) => dueAt ?? Infinity);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(ends.at(-1)).toBe(Infinity);
  });

  it('filter duties by owner, agency, standing and end', async () => {
    const ofHealth = (await listDuties(database.pool, { agency: 'health', limit: 50 })).items;
    expect(ofHealth.length).toBeGreaterThan(0);
    expect(ofHealth.every(({ agency, owner }) => agency === 'health' && owner === 'agency')).toBe(true);
    const overdue = (await listDuties(database.pool, { standing: 'overdue', limit: 50 })).items;
    expect(overdue.map(({ rule }) => rule)).toContain('256-13-2');
    const before = local('2026-02-01');
    const soon = (await listDuties(database.pool, { dueBefore: before, limit: 50 })).items;
    expect(soon.length).toBeGreaterThan(0);
    expect(soon.every(({ dueAt }) => dueAt !== undefined && dueAt < before)).toBe(true);
    expect((await listDuties(database.pool, { standing: 'met', limit: 200 })).items.every(({ endedAt }) => endedAt !== undefined)).toBe(true);
  });

  it('page through alerts, the latest first, with their deliveries', async () => {
    const caseId = lives[4]?.caseId ?? '';
    const whole = (await listAlerts(database.pool, { caseId, limit: 200 })).items;
    expect(whole.length).toBeGreaterThan(3);
    expect(await all((after) => listAlerts(database.pool, { caseId, ...paged(after, 2) }))).toEqual(whole);
    expect(whole.every(({ deliveries }) => deliveries.map(({ channel, state }) => `${channel} ${state}`).join() === 'webhook waiting,mail waiting')).toBe(true);
    const recorded = whole.map(({ recordedAt }) => recordedAt);
    expect(recorded).toEqual(recorded.toSorted((a, b) => b - a));
  });

  it.each(['', 'x', encodeCursor(['a']), encodeCursor(['2026-01-01 00:00:00+00', `'; drop table duty; --`]), encodeCursor(['0', randomUUID(), '1'])])(
    'refuse the cursor %j before it reaches a query',
    async (after) => {
      await expect(listCases(database.pool, { after, limit: 5 })).rejects.toBeInstanceOf(BadCursor);
    },
  );

  it('take back the cursor that they gave', () => {
    const parts = ['2026-01-12 05:00:00.123456+00', randomUUID(), '256-13-2:case'];
    expect(decodeCursor(encodeCursor(parts), ['instant', 'uuid', 'text'])).toEqual(parts);
  });
});

describe('one case', () => {
  it('is read with its state, clock and head', async () => {
    const life = lives[1] as RecordedLife;
    const read = await readLedgerCase(database.pool, life.caseId);
    expect(read).toMatchObject({ head: life.head, state: JSON.parse(JSON.stringify(life.caseState)) as object });
    expect(read?.clockAt).toBe(life.entries.at(-1)?.at);
    expect(await readLedgerCase(database.pool, randomUUID())).toBeUndefined();
  });

  it('tells its timeline in order, page by page', async () => {
    const life = lives[0] as RecordedLife;
    const seqs: number[] = [];
    let afterSeq: number | undefined = 0;
    while (afterSeq !== undefined) {
      const page: Awaited<ReturnType<typeof readTimeline>> = await readTimeline(database.pool, life.caseId, { afterSeq, limit: 7 });
      seqs.push(...page.items.map(({ entry }) => entry.seq));
      afterSeq = page.nextSeq;
    }
    expect(seqs).toEqual(Array.from({ length: life.caseState.seq }, (_, index) => index + 1));
  });

  it('is read with its people, words and messages', async () => {
    const registered = await registerAppeal(createDesk(database.pool, { proof: TEST_PROOF }), {
      actor: MANAGER,
      idempotencyKey: randomUUID(),
      bodySha256: 'a'.repeat(64),
      channel: 2,
      threat: true,
      applicant: { fullName: 'Synthetic', iin: '900101100004' },
      narrative: 'words',
    });
    if (!('appeal' in registered)) throw new Error(registered.outcome);
    const { caseId, householdId, personId } = registered.appeal;
    expect(await readPersons(database.pool, householdId)).toEqual([{ personId, fullName: 'Synthetic', iin: '900101100004' }]);
    expect(await readNarratives(database.pool, caseId)).toMatchObject([{ kind: 'appeal', body: 'words' }]);
    const deliveryId = randomUUID();
    for (const _ of [1, 2, 3])
      await receiveReport({ pool: database.pool, deps: { proof: TEST_PROOF } }, { agency: 'health', deliveryId, caseId, measureId: 'm', outcome: 'performed' });
    expect(await inboxOfCase(database.pool, caseId)).toEqual({ waiting: 1, delivered: 0, rejected: 0, orphan: 0, duplicates: 2 });
  });
});

describe('the law in force', () => {
  it('is what was adopted last, one object for every case', async () => {
    const [first, second] = await Promise.all([currentLaw(database.pool), currentLaw(database.pool)]);
    expect(first).toEqual({ calendar: CALENDAR_2026_11_21, policy: DEFAULT_POLICY });
    expect(second.calendar).toBe(first.calendar);
    expect((await lawByRef(database.pool, { calendar: first.calendar.version, policy: first.policy.version })).calendar).toBe(first.calendar);
  });

  it('is seeded again without a change, and an unknown version is named', async () => {
    await seedLaw(database.pool);
    expect((await database.pool.query('select from calendar_version')).rowCount).toBe(1);
    await expect(lawByRef(database.pool, { calendar: 'none', policy: 'policy-1' })).rejects.toThrow(/calendar_version has no version none/);
  });

  it('follows an adoption, and not a draft', async () => {
    const draft = { ...CALENDAR_2026_11_21, version: 'draft' };
    await database.pool.query('insert into calendar_version (version, data) values ($1, $2)', [draft.version, JSON.stringify(draft)]);
    expect((await currentLaw(database.pool)).calendar.version).toBe(CALENDAR_2026_11_21.version);
    const later = { ...CALENDAR_2026_11_21, version: 'later' };
    await database.pool.query(`insert into calendar_version (version, data, adopted_at) values ($1, $2, now() + interval '1 second')`, [
      later.version,
      JSON.stringify(later),
    ]);
    expect((await currentLaw(database.pool)).calendar.version).toBe('later');
  });
});

describe('who may speak', () => {
  it('actors by token, organisations by id, nobody else', async () => {
    expect(await findActorByToken(database.pool, 'dev-head')).toEqual({ id: 'head-almaty-auezov', role: 'center_head', center: 'almaty-auezov' });
    expect(await findActorByToken(database.pool, 'dev-head-2')).toMatchObject({ center: 'shymkent-abay' });
    expect(await findActorByToken(database.pool, 'dev-nobody')).toBeUndefined();
    expect(await ownAddress(database.pool, 'health')).toEqual({ code: 'health', endpointUrl: AGENCY.endpointUrl, secrets: [AGENCY.secret] });
    expect(await ownAddress(database.pool, 'police')).toBeUndefined();
  });

  it('no token is stored in the clear', async () => {
    const { rows } = await database.pool.query<{ token_sha256: string }>('select token_sha256 from access_token');
    expect(rows.length).toBe(12);
    expect(rows.every(({ token_sha256 }) => /^[0-9a-f]{64}$/.test(token_sha256))).toBe(true);
  });
});
