/**
 * A worker that dies between the journal's commit and the end of its workflow task leaves entries in
 * the ledger that the workflow's history does not know. The ledger is the truth.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJournalActivities } from '../../activities/journal.js';
import { createPool, type Pool } from '../../db/pool.js';
import type { Command } from '../../domain/case/commands.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import { takeTurn } from '../../domain/case/turn.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { withUuids } from '../lives/shifted.js';
import { command, opening } from '../lives/straight-road.js';
import { EngineLife, startEngine, type Engine } from '../stack/engine.js';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

async function openedCase(): Promise<EngineLife> {
  return EngineLife.open(engine, { opening: { ...withUuids(opening(Date.now())), householdId: randomUUID() } });
}

async function ownerOf<T>({ database }: Engine, work: (owner: Pool) => Promise<T>): Promise<T> {
  const owner = createPool(database.ownerUrl, { applicationName: 'tirek-test-owner' });
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

const fresh = (given: Command, knownSeq?: number): Command =>
  ({ ...withUuids(given), id: randomUUID(), ...(knownSeq === undefined ? {} : { knownSeq }) });

/** Writes what a worker wrote just before it died. */
async function writeAndDie(life: EngineLife, lost: Command | LawAdoption): Promise<void> {
  const { rows } = await engine.database.pool.query<{ head: string }>('select head from case_file where case_id = $1', [life.caseId]);
  const memory = { state: await life.stored(), remembered: [] };
  const turn = takeTurn(memory, ['kind' in lost ? { kind: 'command', command: lost } : { kind: 'adoption', adoption: lost }], { caseId: life.caseId, law: PLAIN_LAW, now: Date.now() });
  const journal = createJournalActivities({ pool: engine.database.pool });
  await journal.recordTurn({ caseId: life.caseId, previousHead: rows[0]?.head ?? '', entries: turn.entries, answers: [] });
}

describe('a turn whose end was lost', () => {
  it('is answered and not done again when its command is repeated', async () => {
    const life = await openedCase();
    const lost = fresh(command('recordInterview', { noteId: 'note-1' }));
    await writeAndDie(life, lost);
    expect(await life.update({ kind: 'command', command: lost })).toMatchObject({ ok: true, seq: 2 });
    expect((await life.ledger()).map(({ type }) => type)).toEqual(['AppealRegistered', 'InterviewHeld']);
  });

  it('is taken up before another command is decided', async () => {
    const life = await openedCase();
    await writeAndDie(life, fresh(command('recordInterview', { noteId: 'note-1' })));
    const next = fresh(command('recordConsent', { given: true, personId: 'person-1' }));
    expect(await life.update({ kind: 'command', command: next })).toMatchObject({ ok: true, seq: 3 });
    expect((await life.ledger()).map(({ type }) => type)).toEqual(['AppealRegistered', 'InterviewHeld', 'ConsentRecorded']);
  });

  it('calendar.md part 4: is counted on by the calendar that it adopted, though the run never heard of it', async () => {
    const life = await openedCase();
    const calendar = { ...PLAIN_LAW.calendar, version: 'plain-lost', act: 'order of tests' };
    await ownerOf(engine, (owner) => owner.query('insert into calendar_version (version, data, act) values ($1, $2, $3)', [calendar.version, calendar, calendar.act]));
    const lost: LawAdoption = { id: randomUUID(), act: calendar.act, calendar, recompute: 'own' };
    await writeAndDie(life, lost);
    await life.update({ kind: 'command', command: fresh(command('recordInterview', { noteId: 'note-1' })) });
    expect((await life.ledger()).map(({ type }) => type)).toEqual(['AppealRegistered', 'LawAdopted', 'InterviewHeld']);
    expect((await life.stored()).law.calendar).toBe('plain-lost');
    // Told again by the sweep, it has nothing more to do, and what follows is counted by it.
    expect(await life.adopt(lost)).toMatchObject({ ok: true, seq: 3 });
    const later = await life.adopt({ ...lost, id: randomUUID(), calendar: PLAIN_LAW.calendar });
    expect(later).toMatchObject({ ok: true, seq: 4 });
  });

  it('does not make a command of the next stage refused: the sender has seen the ledger', async () => {
    const life = await openedCase();
    await life.update({ kind: 'command', command: fresh(command('recordConsent', { given: true, personId: 'person-1' })) });
    await writeAndDie(life, fresh(command('completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] })));
    const needs = fresh(command('determineNeeds', { needs: ['housing'] }), 3);
    expect(await life.update({ kind: 'command', command: needs })).toMatchObject({ ok: true, stage: 'planning' });
  });
});
