import { randomUUID } from 'node:crypto';

import type { JobHelpers } from 'graphile-worker';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { discardCommandData, storeAnswer, sweepCommands, takeCommand, type CommandRequest } from '../../db/commands.js';
import type { Answer } from '../../domain/case/turn.js';
import { sweepTask } from '../../inbox/sweep-job.js';
import { local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(async () => {
  await database.drop();
});

const CASE = randomUUID();
const DONE: Answer = { ok: true, seq: 7, stage: 'needs' };
const REFUSED: Answer = { ok: false, refusal: { code: 'wrong_stage' } };

function request(changes: Partial<CommandRequest> = {}): CommandRequest {
  return {
    id: randomUUID(),
    actorId: 'manager-1',
    idempotencyKey: randomUUID(),
    bodySha256: 'a'.repeat(64),
    caseId: CASE,
    kind: 'recordInterview',
    payload: { noteId: randomUUID() },
    ...changes,
  };
}

function withNote(changes: Partial<CommandRequest> = {}): CommandRequest {
  const noteId = randomUUID();
  return request({ payload: { noteId }, narratives: [{ id: noteId, kind: 'interview', body: 'words', caseId: CASE }], ...changes });
}

async function countNarratives(commandId: string): Promise<number> {
  return (await database.pool.query('select from narrative where command_id = $1', [commandId])).rowCount ?? 0;
}

describe('a command at the edge', () => {
  it('is new once; the repeat has the id and the payload of the first, and writes nothing', async () => {
    const first = withNote();
    expect(await takeCommand(database.pool, first)).toEqual({ outcome: 'new', command: { id: first.id, payload: first.payload } });
    const again = withNote({ idempotencyKey: first.idempotencyKey });
    expect(await takeCommand(database.pool, again)).toEqual({ outcome: 'repeat', command: { id: first.id, payload: first.payload } });
    expect([await countNarratives(first.id), await countNarratives(again.id)]).toEqual([1, 0]);
  });

  it('gives a repeat the stored answer', async () => {
    const first = request();
    await takeCommand(database.pool, first);
    await storeAnswer(database.pool, first.id, DONE);
    const repeat = await takeCommand(database.pool, { ...first, id: randomUUID() });
    expect(repeat).toEqual({ outcome: 'repeat', command: { id: first.id, payload: first.payload, answer: DONE } });
  });

  it.each([
    ['body', { bodySha256: 'b'.repeat(64) }],
    ['case', { caseId: randomUUID() }],
    ['kind', { kind: 'recordConsent' }],
  ])('is a conflict under the same key with another %s', async (_what, changes) => {
    const first = request();
    await takeCommand(database.pool, first);
    expect(await takeCommand(database.pool, { ...first, id: randomUUID(), ...changes })).toEqual({ outcome: 'conflict' });
  });

  it('is another command for another actor with the same key', async () => {
    const first = request();
    await takeCommand(database.pool, first);
    expect(await takeCommand(database.pool, request({ idempotencyKey: first.idempotencyKey, actorId: 'head-1' }))).toMatchObject({ outcome: 'new' });
  });

  it('is taken once by many requests at once, with the personal data of one of them', async () => {
    const idempotencyKey = randomUUID();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => takeCommand(database.pool, withNote({ idempotencyKey }))));
    expect(outcomes.filter(({ outcome }) => outcome === 'new')).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'repeat')).toHaveLength(19);
    const ids = new Set(outcomes.map((taken) => (taken.outcome === 'conflict' ? 'conflict' : taken.command.id)));
    expect(ids.size).toBe(1);
    expect(await countNarratives([...ids][0] ?? '')).toBe(1);
  });

  it('leaves nothing when its person belongs to no household', async () => {
    const wrong = request({ persons: [{ id: randomUUID(), householdId: randomUUID(), fullName: 'X' }] });
    await expect(takeCommand(database.pool, wrong)).rejects.toMatchObject({ code: '23503' });
    expect(await takeCommand(database.pool, { ...wrong, persons: [] })).toMatchObject({ outcome: 'new' });
  });

  it('keeps the first answer whoever writes the second', async () => {
    const first = request();
    await takeCommand(database.pool, first);
    expect(await storeAnswer(database.pool, first.id, DONE)).toEqual(DONE);
    expect(await storeAnswer(database.pool, first.id, REFUSED)).toEqual(DONE);
  });
});

describe('what a refused command left behind', () => {
  it('is removed at once when asked', async () => {
    const refused = withNote();
    await takeCommand(database.pool, refused);
    await discardCommandData(database.pool, refused.id);
    expect(await countNarratives(refused.id)).toBe(0);
  });

  it('stays when the ledger refers to it', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    const kept = withNote({ caseId: life.caseId });
    await takeCommand(database.pool, kept);
    await life.turn(local('2026-01-12', 11), {
      kind: 'command',
      command: { kind: 'recordInterview', id: kept.id, actor: { id: 'm', role: 'case_manager', center: 'almaty-auezov' }, data: { noteId: 'n' } },
    });
    await discardCommandData(database.pool, kept.id);
    await age(kept.id);
    await sweepCommands(database.pool);
    expect(await countNarratives(kept.id)).toBe(1);
  });

  it('is swept: of the refused at once, of the abandoned after a day, of the others never', async () => {
    const [refused, abandoned, fresh, answered] = [withNote(), withNote(), withNote(), withNote()];
    for (const one of [refused, abandoned, fresh, answered]) await takeCommand(database.pool, one);
    await storeAnswer(database.pool, refused.id, REFUSED);
    await storeAnswer(database.pool, answered.id, DONE);
    await age(abandoned.id);
    await age(answered.id);
    await sweepCommands(database.pool);
    const left = await Promise.all([refused, abandoned, fresh, answered].map(({ id }) => countNarratives(id)));
    expect(left).toEqual([0, 0, 1, 1]);
    // The key of the abandoned one is free: a late repeat brings its words again.
    expect(await takeCommand(database.pool, { ...abandoned, id: randomUUID(), narratives: [] })).toMatchObject({ outcome: 'new' });
  });
});

describe('the sweep job', () => {
  it('has the rights to drop failed jobs and signs of life long gone, and leaves the others', async () => {
    const { pool } = database;
    await pool.query(`select graphile_worker.add_job('a', job_key := 'failed', max_attempts := 1), graphile_worker.add_job('a', job_key := 'waiting')`);
    await pool.query(`update graphile_worker._private_jobs set attempts = 1 where key = 'failed'`);
    await pool.query(`insert into heartbeat values ('relay', 'old', now() - interval '2 days'), ('relay', 'new', now())`);
    await sweepTask({ pool, log: pino({ level: 'silent' }), wakeAdoption: async () => undefined })({}, {} as JobHelpers);
    const jobs = await pool.query<{ key: string }>(`select key from graphile_worker.jobs where task_identifier = 'a' order by key`);
    const beats = await pool.query<{ instance: string }>('select instance from heartbeat order by instance');
    expect([jobs.rows, beats.rows]).toEqual([[{ key: 'waiting' }], [{ instance: 'new' }]]);
  });
});

async function age(commandId: string): Promise<void> {
  await database.pool.query(`update command set created_at = now() - interval '25 hours' where id = $1`, [commandId]);
}
