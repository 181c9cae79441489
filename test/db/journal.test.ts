import { randomUUID } from 'node:crypto';

import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { LEDGER_CONFLICT, type JournalTurn } from '../../contracts/journal.js';
import { chainDigests, EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import { takeCommand } from '../../db/commands.js';
import { nextMoment } from '../../domain/case/clock.js';
import { rebuild } from '../../domain/case/evolve.js';
import { local, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { liveTheStraightRoad, RecordedLife } from './recorded-life.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(async () => {
  await database.drop();
});

async function rowsOf(sql: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await database.pool.query<Record<string, unknown>>(sql, values)).rows;
}

/** Everything that the database has about a case, for "nothing changed". */
async function snapshot(caseId: string): Promise<unknown> {
  return {
    ledger: await rowsOf('select seq, digest, entry from ledger where case_id = $1 order by seq', caseId),
    file: await rowsOf('select stage, seq, head, state, overdue, waiting_on, next_moment from case_file where case_id = $1', caseId),
    duties: await rowsOf('select * from duty where case_id = $1 order by key', caseId),
    alerts: await rowsOf('select id from alert where case_id = $1 order by id', caseId),
    jobs: await rowsOf('select count(*) from graphile_worker._private_jobs'),
  };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the journal', () => {
  it('writes ledger, state and head of a turn, and the same turn again writes nothing', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    const before = await snapshot(life.caseId);
    const first = life.turns[0] as JournalTurn;
    expect(await life.journal.recordTurn(first)).toEqual({ head: chainDigests(EMPTY_LEDGER, first.entries) });
    expect(await snapshot(life.caseId)).toEqual(before);
    const [file] = await rowsOf('select seq, head, state from case_file where case_id = $1', life.caseId);
    expect(file).toMatchObject({ seq: life.caseState.seq, head: life.head });
    expect(file?.['state']).toEqual(JSON.parse(JSON.stringify(life.caseState)));
  });

  it('gives the same receipt to two attempts at once and keeps one', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    const { turn } = life.prepare(local('2026-01-13'), { kind: 'command', command: { kind: 'recordInterview', id: randomUUID(), actor: { id: 'm', role: 'case_manager', center: 'almaty-auezov' }, data: { noteId: 'n' } } });
    const receipts = await Promise.all(Array.from({ length: 8 }, () => life.journal.recordTurn(turn)));
    expect(new Set(receipts.map(({ head }) => head))).toEqual(new Set([chainDigests(life.head, turn.entries)]));
    expect(await rowsOf('select seq from ledger where case_id = $1', life.caseId)).toHaveLength(1 + turn.entries.length);
  });

  it('recognises the repeat of an older turn after the case has gone on', async () => {
    const life = await liveTheStraightRoad(database.pool);
    const before = await snapshot(life.caseId);
    for (const turn of life.turns) {
      expect(await life.journal.recordTurn(turn)).toEqual({ head: chainDigests(turn.previousHead, turn.entries) });
    }
    expect(await snapshot(life.caseId)).toEqual(before);
  });

  it('refuses another content for a place that is taken, loudly and without a trace', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    await life.sleepUntil(local('2026-01-13'));
    const before = await snapshot(life.caseId);
    const second = life.turns[1] as JournalTurn;
    const other: JournalTurn = { ...second, entries: second.entries.map((entry) => ({ ...entry, at: entry.at + 1 })) };
    const failure = await failureOf(life.journal.recordTurn(other));
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: LEDGER_CONFLICT, nonRetryable: true, details: [{ kind: 'behind', caseId: life.caseId, seq: 2 }] });
    expect(await snapshot(life.caseId)).toEqual(before);
  });

  it('refuses a turn with another past, and one that leaves a gap', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    const { turn } = life.prepare(local('2026-01-16'));
    const otherPast = { ...turn, previousHead: 'f'.repeat(64) };
    const gap = { ...turn, entries: turn.entries.map((entry) => ({ ...entry, seq: entry.seq + 1 })) };
    for (const wrong of [otherPast, gap]) {
      expect(await failureOf(life.journal.recordTurn(wrong))).toMatchObject({ type: LEDGER_CONFLICT, details: [{ kind: 'fork' }] });
    }
    expect(await life.journal.ledgerAfter({ caseId: life.caseId, seq: 0 })).toEqual(JSON.parse(JSON.stringify(life.turns[0]?.entries)));
  });

  it('stores the answer of a command in the transaction of its entries and never replaces it', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    const id = randomUUID();
    await takeCommand(database.pool, { id, actorId: 'a', idempotencyKey: id, bodySha256: 'x', caseId: life.caseId, kind: 'recordInterview', payload: {} });
    const { turn } = life.prepare(local('2026-01-13'));
    const answer = { ok: true, seq: life.caseState.seq + turn.entries.length, stage: 'intake' } as const;
    await life.journal.recordTurn({ ...turn, answers: [{ commandId: id, answer }] });
    await life.journal.recordTurn({ ...turn, answers: [{ commandId: id, answer: { ...answer, seq: 999 } }] });
    expect(await rowsOf('select answer from command where id = $1', id)).toEqual([{ answer }]);
  });

  it('ends the road with every duty ended, the claim of the household given back, and a ledger that rebuilds the state', async () => {
    const householdId = randomUUID();
    const life = new RecordedLife(database.pool, householdId);
    await database.pool.query('insert into open_case (household_id, case_id) values ($1, $2)', [householdId, life.caseId]);
    await life.open();
    const road = straightRoad();
    await life.live(road.slice(0, -1));
    expect(await rowsOf('select case_id from open_case where household_id = $1', householdId)).toHaveLength(1);
    await life.live(road.slice(-1));
    expect(await rowsOf('select case_id from open_case where household_id = $1', householdId)).toHaveLength(0);
    const [file] = await rowsOf('select stage, waiting_on, overdue, state from case_file where case_id = $1', life.caseId);
    expect(file).toMatchObject({ stage: 'closed', waiting_on: [], overdue: 0 });
    const entries = await life.journal.ledgerAfter({ caseId: life.caseId, seq: 0 });
    expect(rebuild(entries, life.caseId)).toEqual(file?.['state']);
  });

  it('shows agencies that owe while they owe, and the next moment of the case', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    const road = straightRoad();
    await life.live(road.slice(0, 11));
    expect(await rowsOf('select waiting_on from case_file where case_id = $1', life.caseId)).toEqual([{ waiting_on: ['employment', 'health'] }]);
    const next = nextMoment(life.caseState)?.at ?? 0;
    expect(next).toBeGreaterThan(local('2026-01-27'));
    expect(await rowsOf('select next_moment, clock_at from case_file where case_id = $1', life.caseId)).toEqual([
      { next_moment: new Date(next), clock_at: new Date(local('2026-01-27')) },
    ]);
  });

  it('256-13-2: a missed assessment becomes alerts, each once, with a job for each channel', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    await life.sleepUntil(local('2026-01-26'));
    const steps = await rowsOf(`select step, seq from alert where case_id = $1 and rule = '256-13-2' order by moment, seq`, life.caseId);
    expect(steps.map(({ step }) => step)).toEqual(['reminder', 'overdue', 'head', 'coordinator']);
    const deliveries = await rowsOf(
      `select distinct channel, state from alert_delivery join alert on alert.id = alert_id where case_id = $1 order by channel`,
      life.caseId,
    );
    expect(deliveries).toEqual([{ channel: 'mail', state: 'waiting' }, { channel: 'webhook', state: 'waiting' }]);
    const [jobs] = await rowsOf(`select count(*)::int as jobs from graphile_worker._private_jobs where payload ->> 'alertId' like $1`, `${life.caseId}:%`);
    const [alerts] = await rowsOf('select count(*)::int as alerts from alert where case_id = $1', life.caseId);
    expect(jobs?.['jobs']).toBe(2 * Number(alerts?.['alerts']));
    const [file] = await rowsOf('select overdue from case_file where case_id = $1', life.caseId);
    expect(Number(file?.['overdue'])).toBeGreaterThan(0);
  });

  it('starts the clock of a case at the registration', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    expect(await rowsOf('select opened_at from case_file where case_id = $1', life.caseId)).toEqual([{ opened_at: new Date(REGISTERED_AT) }]);
  });
});
