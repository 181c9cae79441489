/** What a turn leaves in Postgres: the ledger, the stored state, what is owed, alerts, the claim of the family. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chainDigests, EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import { nextMoment } from '../../domain/case/clock.js';
import { rebuild } from '../../domain/case/evolve.js';
import { takeTurn, type TurnInput } from '../../domain/case/turn.js';
import type { Entry } from '../../domain/case/facts.js';
import { createPostgresStore } from '../../ledger/postgres-store.js';
import { readLedgerCase } from '../../ledger/read-cases.js';
import { SNAPSHOT_EVERY, type CaseWriting } from '../../ledger/writing.js';
import { LAW } from '../lives/live.js';
import { command, local, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { liveTheStraightRoad, RecordedLife, turnToWrite } from './recorded-life.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

async function rowsOf(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await database.pool.query<Record<string, unknown>>(sql, values)).rows;
}

/** Everything that the database has about a case, for "nothing changed". */
async function snapshot(caseId: string): Promise<unknown> {
  const of = async (table: string, order: string): Promise<unknown> => rowsOf(`select * from ${table} where subject_id = $1 order by ${order}`, caseId);
  return {
    ledger: await of('ledger', 'seq'),
    file: await of('case_file', 'subject_id'),
    state: await of('subject_state', 'subject_id'),
    duties: await of('duty', 'key'),
    effects: await of('effect', 'key'),
    alerts: await of('alert', 'id'),
    clock: await of('subject_clock', 'subject_id'),
    wake: await of('wake', 'subject_id'),
    deliveries: await rowsOf(
      'select alert_delivery.* from alert_delivery join alert on alert.id = alert_id where subject_id = $1 order by alert_id, channel',
      caseId,
    ),
  };
}

async function opened(): Promise<RecordedLife> {
  const life = new RecordedLife(database.pool);
  await life.open();
  return life;
}

const interview = (): TurnInput => ({ kind: 'command', command: command('recordInterview', { noteId: 'n' }) });

/** What the next turn of a life would write. */
function nextWriting({ caseId, caseState: state, head }: RecordedLife, at = local('2026-01-12', 11), past = head): CaseWriting {
  const { entries } = takeTurn(state, [interview()], { subjectId: caseId, law: LAW, now: at, newId: randomUUID });
  return turnToWrite({ caseId, before: { state, head: past, snapshotSeq: 1 }, entries });
}

describe('a turn', () => {
  it('leaves ledger, state and head; the state is stored now and then, and the entries after it are replayed', async () => {
    const life = await opened();
    expect(life.head).toBe(chainDigests(EMPTY_LEDGER, life.entries));
    expect(await readLedgerCase(database.pool, life.caseId)).toEqual({
      head: life.head,
      clockAt: REGISTERED_AT,
      state: JSON.parse(JSON.stringify(life.caseState)) as object,
    });
    await life.live(straightRoad());
    const read = await readLedgerCase(database.pool, life.caseId);
    expect(read?.head).toBe(chainDigests(EMPTY_LEDGER, life.entries));
    expect(JSON.parse(JSON.stringify(read?.state))).toEqual(JSON.parse(JSON.stringify(life.caseState)));
    const [kept] = await rowsOf('select seq from subject_state where subject_id = $1', life.caseId);
    expect(kept?.['seq']).toBeGreaterThan(SNAPSHOT_EVERY);
    expect(life.caseState.seq - Number(kept?.['seq'])).toBeLessThan(SNAPSHOT_EVERY);
  });

  it('written by eight at once is written by one, and the others are told that they were beaten', async () => {
    const life = await opened();
    const writing = nextWriting(life);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => createPostgresStore(database.pool).write(writing)));
    expect(outcomes.toSorted()).toEqual([...Array<string>(7).fill('beaten'), 'written']);
    expect(await rowsOf('select seq from ledger where subject_id = $1 order by seq', life.caseId)).toEqual([{ seq: 1 }, { seq: 2 }]);
  });

  it('for a place that is taken leaves no trace, whatever its content', async () => {
    const life = await opened();
    const late = nextWriting(life);
    await life.turn(local('2026-01-12', 11), interview());
    const before = await snapshot(life.caseId);
    const store = createPostgresStore(database.pool);
    for (const wrong of [late, nextWriting(life, local('2026-01-12', 12), 'f'.repeat(64))]) expect(await store.write(wrong)).toBe('beaten');
    expect(await snapshot(life.caseId)).toEqual(before);
  });

  it('that opens a case which is open leaves no trace', async () => {
    const life = await opened();
    const before = await snapshot(life.caseId);
    expect(await createPostgresStore(database.pool).write(turnToWrite({ caseId: life.caseId, before: undefined, entries: life.entries }))).toBe('beaten');
    expect(await snapshot(life.caseId)).toEqual(before);
  });

  it('starts the clock of a case at the registration', async () => {
    const { caseId } = await opened();
    expect(await rowsOf('select opened_at from case_file where subject_id = $1', caseId)).toEqual([{ opened_at: new Date(REGISTERED_AT) }]);
  });

  it('shows agencies that owe while they owe, and the next moment of the case', async () => {
    const life = await opened();
    await life.live(straightRoad().slice(0, 11));
    expect(await rowsOf('select waiting_on from case_file where subject_id = $1', life.caseId)).toEqual([{ waiting_on: ['employment', 'health'] }]);
    const next = nextMoment(life.caseState)?.at ?? 0;
    expect(next).toBeGreaterThan(local('2026-01-27'));
    expect(await rowsOf('select next_moment, clock_at from case_file where subject_id = $1', life.caseId)).toEqual([
      { next_moment: new Date(next), clock_at: new Date(local('2026-01-27')) },
    ]);
  });

  it('256-13-2: a missed assessment becomes alerts, each once, with a delivery for each way', async () => {
    const life = await opened();
    await life.sleepUntil(local('2026-01-26'));
    const steps = await rowsOf(`select step from alert where subject_id = $1 and rule = '256-13-2' order by moment, seq`, life.caseId);
    expect(steps.map(({ step }) => step)).toEqual(['reminder', 'overdue', 'head', 'coordinator']);
    const deliveries = await rowsOf(
      `select channel, state, count(*)::int as n from alert_delivery join alert on alert.id = alert_id where subject_id = $1 group by channel, state order by channel`,
      life.caseId,
    );
    const [alerts] = await rowsOf('select count(*)::int as n from alert where subject_id = $1', life.caseId);
    expect(deliveries).toEqual([
      { channel: 'mail', state: 'waiting', n: alerts?.['n'] },
      { channel: 'webhook', state: 'waiting', n: alerts?.['n'] },
    ]);
    const [file] = await rowsOf('select overdue from case_file where subject_id = $1', life.caseId);
    expect(Number(file?.['overdue'])).toBeGreaterThan(0);
  });
});

describe('the end of the road', () => {
  it('every duty has ended, the family is free to appeal again, and the ledger alone rebuilds the state', async () => {
    const life = await opened();
    const road = straightRoad();
    const claims = (): Promise<unknown[]> => rowsOf(`select kind from claim where thing = $1`, life.householdId);
    await life.live(road.slice(0, -1));
    expect(await claims()).toEqual([{ kind: 'household' }]);
    await life.live(road.slice(-1));
    expect(await claims()).toEqual([]);
    const [file] = await rowsOf('select stage, waiting_on, overdue, running from case_file where subject_id = $1', life.caseId);
    expect(file).toEqual({ stage: 'closed', waiting_on: [], overdue: 0, running: false });
    const entries = (await rowsOf('select entry from ledger where subject_id = $1 order by seq', life.caseId)).map(({ entry }) => entry as Entry);
    expect(rebuild(entries, life.caseId)).toEqual(JSON.parse(JSON.stringify(life.caseState)));
  });

  it('a turn that was written again after the case went on is beaten at every place of the road', async () => {
    const life = await liveTheStraightRoad(database.pool);
    const before = await snapshot(life.caseId);
    const store = createPostgresStore(database.pool);
    let head = EMPTY_LEDGER;
    for (const [place, entry] of life.entries.entries()) {
      const state = place === 0 ? undefined : rebuild(life.entries.slice(0, place), life.caseId);
      const writing = turnToWrite({ caseId: life.caseId, before: state && { state, head, snapshotSeq: 1 }, entries: [entry] });
      expect(await store.write(writing)).toBe('beaten');
      head = writing.change.head;
    }
    expect(await snapshot(life.caseId)).toEqual(before);
  });
});
