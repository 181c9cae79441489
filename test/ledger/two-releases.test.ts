/** This release and a made-up next one, with a fact, a member of the state and a column more, on one database. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPool } from '../../db/pool.js';
import { evolve } from '../../domain/case/evolve.js';
import type { Entry, Fact } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import { takeTurn } from '../../domain/case/turn.js';
import type { Desk } from '../../ledger/desk.js';
import { readLedgerCase } from '../../ledger/read-cases.js';
import { CORE, VersionUnknown, type Core } from '../../ledger/version.js';
import { asking, openCase, openHouse, type House } from './take-desk.js';
import { TEST_VAULT } from '../stack/keys.js';

/** The next release writes, beside each interview, how it went; its state counts them. */
const NEXT: Core = {
  ...CORE,
  takeTurn: (state, inputs, given) => {
    const turn = takeTurn(state, inputs, given);
    const entries = turn.entries.map((entry): Entry => (entry.type === 'InterviewHeld' ? ({ ...entry, type: 'InterviewRated' } as unknown as Entry) : entry));
    return { ...turn, entries };
  },
  evolve: (state, entry, caseId) => {
    if ((entry.type as string) !== 'InterviewRated') return evolve(state, entry, caseId);
    const held = evolve(state, { ...entry, type: 'InterviewHeld' } as unknown as Entry, caseId);
    return { ...held, rated: ((state as CaseState & { rated?: number }).rated ?? 0) + 1 } as CaseState;
  },
};

let house: House;
/** Knows what the next release writes and goes on writing what this one reads. */
let expanded: Desk;
/** The next release in earnest. */
let contracted: Desk;

beforeAll(async () => {
  house = await openHouse();
  const owner = createPool(house.database.ownerUrl, { vault: TEST_VAULT, applicationName: 'next release' });
  await owner.query('alter table subject_file add column mood text');
  await owner.end();
  expanded = house.another({ deps: { knows: 2, writes: 1 } });
  contracted = house.another({ deps: { knows: 2, writes: 2, core: NEXT } });
});

afterAll(async () => {
  await house.stop();
});

const interview = (caseId: string): ReturnType<typeof asking> => asking(caseId, 'recordInterview', { noteId: randomUUID() });

async function typesOf(caseId: string): Promise<string[]> {
  return (await house.rows<{ type: Fact['type'] }>('select type from ledger where subject_id = $1 order by seq', caseId)).map(({ type }) => type);
}

describe('expand and contract', () => {
  it('a release that knows the next version and writes the old one works on the same cases beside the old one, and may be taken back', async () => {
    const { caseId } = await openCase(house.desk);
    for (const desk of [expanded, house.desk, expanded, house.desk]) expect(await desk.ask(caseId, interview(caseId))).toMatchObject({ answer: { ok: true } });
    expect(await typesOf(caseId)).toEqual(['AppealRegistered', 'InterviewHeld', 'InterviewHeld', 'InterviewHeld', 'InterviewHeld']);
  });

  it('what a road of today keeps of a case begins in one that was put away before there was that road', async () => {
    const { caseId } = await openCase(house.desk);
    const owner = createPool(house.database.ownerUrl, { vault: TEST_VAULT, applicationName: 'older release' });
    await owner.query(`update subject_state set state = state - 'revisions' where subject_id = $1`, [caseId]);
    await owner.end();
    expect((await readLedgerCase(house.database.pool, caseId))?.state.revisions).toEqual([]);
    const { state } = await house.another().take(caseId, [interview(caseId)]);
    expect(state).toMatchObject({ revisions: [], seq: 2 });
  });

  it('a case that the next release has written is left alone by the old one, loudly, and everything else goes on', async () => {
    const [touched, other] = await Promise.all([openCase(house.desk), openCase(house.desk)]);
    expect(await contracted.ask(touched.caseId, interview(touched.caseId))).toMatchObject({ answer: { ok: true } });
    await expect(house.desk.ask(touched.caseId, interview(touched.caseId))).rejects.toThrow(VersionUnknown);
    await expect(house.desk.take(touched.caseId, [])).rejects.toThrow(VersionUnknown);
    await expect(readLedgerCase(house.database.pool, touched.caseId)).rejects.toThrow(VersionUnknown);
    expect(await house.desk.ask(other.caseId, interview(other.caseId))).toMatchObject({ answer: { ok: true } });
    expect(await contracted.ask(touched.caseId, interview(touched.caseId))).toMatchObject({ answer: { ok: true } });
    expect(await typesOf(touched.caseId)).toEqual(['AppealRegistered', 'InterviewRated', 'InterviewRated']);
  });

  it('the step back is to the release that knows: it reads such a case and keeps the version of its rows', async () => {
    const { caseId } = await openCase(house.desk);
    await contracted.ask(caseId, interview(caseId));
    const back = house.another({ deps: { knows: 2, writes: 1, core: { ...NEXT, takeTurn } } });
    expect(await back.ask(caseId, interview(caseId))).toMatchObject({ answer: { ok: true } });
    expect(await typesOf(caseId)).toEqual(['AppealRegistered', 'InterviewRated', 'InterviewHeld']);
    expect(await house.rows('select version from case_file where subject_id = $1', caseId)).toEqual([{ version: 2 }]);
  });

  it('which versions have been written is known to every process that starts', async () => {
    expect(await house.rows('select version from ledger_version order by version')).toEqual([{ version: 1 }, { version: 2 }]);
  });
});
