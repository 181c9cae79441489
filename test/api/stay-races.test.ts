/**
 * P27: places are scarce. Over the API of two processes, families race for the last place again and again, while connections to
 * Postgres are killed under them: one family gets it, everybody is answered, and nobody holds what was not given to them.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { createPool, type Pool } from '../../db/pool.js';
import { DEVELOPMENT_CENTERS } from '../../db/development-tokens.js';
import { legalDayOf } from '../../domain/law/calendar.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { TEST_VAULT } from '../stack/keys.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

const CENTER = DEVELOPMENT_CENTERS[0]?.id ?? '';
const RACES = 100;
const RACERS = 4;
/** Each so many races one under kills. */
const KILLED_EVERY = 4;
const ORDER = { number: '17-ж', date: legalDayOf(Date.now()) };
const ALL_MET = { sanitary: true, architecture: true, construction: true, housing: true, utilities: true };

let api: ApiUnderTest;
let pool: Pool;
/** Another process of the same house, on connections of its own. */
let other: ApiUnderTest;

beforeAll(async () => {
  api = await startApiUnderTest();
  pool = createPool(api.database.appUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-racers', max: 8 });
  other = await startApiUnderTest({ database: api.database, deps: { pool } });
});
afterAll(async () => {
  await other.stop();
  await pool.end();
  await api.stop();
});

interface Racer {
  door: ApiUnderTest;
  caseId: string;
  persons: readonly string[];
}

async function racer(at: number, children = 0): Promise<Racer> {
  const door = at % 2 === 0 ? api : other;
  const { body } = await api.post<{ caseId: string }>('/v1/appeals', syntheticFamily().appeal());
  const { caseId } = body;
  for (let n = 0; n < children; n += 1) await api.post(`/v1/cases/${caseId}/members`, { person: { fullName: 'Ребёнок', bornAbout: 2020 }, kinship: 'child' });
  const { persons } = (await api.get<{ persons: { personId: string }[] }>(`/v1/cases/${caseId}`)).body;
  return { door, caseId, persons: persons.map(({ personId }) => personId) };
}

async function openRoom(capacity: number): Promise<string> {
  const room = `r-${randomUUID().slice(0, 8)}`;
  const body = { version: 0, forWhom: 'anybody', capacity, from: ORDER.date };
  const written = await api.ask('PUT', `/v1/centers/${CENTER}/rooms/${room}`, { token: 'dev-head', body });
  expect(written.status).toBe(200);
  return room;
}

/** Asks under one key until somebody answers: what is lost on the way is asked again, as a client does. */
async function admit({ door, caseId, persons }: Racer, room: string): Promise<Reply> {
  const body = {
    persons: persons.map((personId) => ({ personId, room })),
    basis: { kind: 'application' },
    order: ORDER,
    location: 'Где они.',
    checklist: ALL_MET,
  };
  const key = randomUUID();
  for (;;) {
    const reply = await door.post(`/v1/cases/${caseId}/stays`, body, { key });
    if (reply.status < 500) return reply;
    expect(reply.status).toBe(503);
  }
}

async function cancel({ caseId }: Racer): Promise<void> {
  const { stays } = (await api.get<{ stays: { stayId: string; standing: string }[] }>(`/v1/cases/${caseId}`)).body;
  const stay = stays.find(({ standing }) => standing === 'admitted');
  const reply = await api.post(`/v1/cases/${caseId}/stays/${stay?.stayId ?? ''}/cancellation`, { order: ORDER, reason: 'not_arrived' });
  expect(reply.status).toBe(200);
}

/** Some of the connections, in the middle of whatever they do. */
async function kill(): Promise<void> {
  await api.database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'tirek-test-racers' and datname = current_database() and random() < 0.7`,
  );
}

async function holders(room: string): Promise<{ thing: string; subject_id: string }[]> {
  const { rows } = await api.owner.query<{ thing: string; subject_id: string }>(
    `select thing, subject_id from claim where kind = 'place' and thing like $1 order by thing`,
    [`${CENTER}/${room}/%`],
  );
  return rows;
}

/** Never two in a place, and nobody in two: by what lies in Postgres, whatever its constraint says. */
async function overlaps(room: string): Promise<number> {
  const { rows } = await api.owner.query<{ n: number }>(
    `select count(*)::int as n from place_use a join place_use b on a.room = b.room and a.place = b.place and (a.stay_id, a.person_id) < (b.stay_id, b.person_id)
      where a.room = $1 and tstzrange(a.since, a.until) && tstzrange(b.since, b.until)`,
    [room],
  );
  return rows[0]?.n ?? -1;
}

describe('the last place', () => {
  it(`${RACES} races: one gets it, the others hear so in time and go on; a killed connection leaves no place behind`, async () => {
    const room = await openRoom(1);
    const racers = await Promise.all(Array.from({ length: RACERS }, (_, at) => racer(at)));
    for (let race = 0; race < RACES; race += 1) {
      const answers = racers.map((each) => admit(each, room));
      if (race % KILLED_EVERY === 0) await kill();
      const replies = await Promise.all(answers);
      const won = racers.filter((_, at) => replies[at]?.status === 200);
      expect(won).toHaveLength(1);
      for (const reply of replies.filter(({ status }) => status !== 200)) {
        expect(reply.status).toBe(409);
        expect(reply.body.code).toBe('place_taken');
      }
      expect(await holders(room)).toEqual([{ thing: `${CENTER}/${room}/1`, subject_id: won[0]?.caseId }]);
      for (const each of won) await cancel(each);
      expect(await holders(room)).toEqual([]);
    }
    expect(await overlaps(room)).toBe(0);
    const { rows } = await api.owner.query(`select count(*)::int as n from place_use where room = $1`, [room]);
    expect(rows).toEqual([{ n: RACES }]);
  }, 240_000);

  it('a loser hears it within a second, and its case takes the next command', async () => {
    const room = await openRoom(1);
    const racers = await Promise.all(Array.from({ length: RACERS }, (_, at) => racer(at)));
    const timed = await Promise.all(
      racers.map(async (each) => {
        const begun = performance.now();
        const reply = await admit(each, room);
        return { each, reply, ms: performance.now() - begun };
      }),
    );
    const lost = timed.filter(({ reply }) => reply.status !== 200);
    expect(lost).toHaveLength(RACERS - 1);
    for (const { each, ms } of lost) {
      expect(ms).toBeLessThan(1_000);
      expect((await each.door.post(`/v1/cases/${each.caseId}/interview`, { note: 'слова' })).status).toBe(200);
    }
  });

  it('families of two race for three places: one whole family comes in, and no half of another', async () => {
    for (let race = 0; race < 10; race += 1) {
      const room = await openRoom(3);
      const families = await Promise.all(Array.from({ length: 3 }, (_, at) => racer(at, 1)));
      const replies = await Promise.all(families.map((each) => admit(each, room)));
      const won = families.filter((_, at) => replies[at]?.status === 200);
      expect(won).toHaveLength(1);
      expect((await holders(room)).map(({ subject_id }) => subject_id)).toEqual([won[0]?.caseId, won[0]?.caseId]);
    }
  }, 120_000);

  it('where there is room for all, a race is lost by nobody: who is beaten to one place gets the next', async () => {
    const room = await openRoom(RACERS);
    const racers = await Promise.all(Array.from({ length: RACERS }, (_, at) => racer(at)));
    const replies = await Promise.all(racers.map((each) => admit(each, room)));
    expect(replies.map(({ status }) => status)).toEqual(racers.map(() => 200));
    expect(new Set((await holders(room)).map(({ subject_id }) => subject_id)).size).toBe(RACERS);
  });

  it('after all of it the ledger explains every place, and decides again what was decided in the races', async () => {
    expect((await verifyLedger(api.database.pool, { proof: TEST_PROOF })).faults).toEqual([]);
  });
});
