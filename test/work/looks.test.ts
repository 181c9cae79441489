/** What a look writes down, and whom it may: no clock of an engine is at work here, so each look is the test's own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeSeen } from '../../db/clock-look.js';
import { openCase } from '../ledger/take-desk.js';
import { openRelayHouse, type RelayHouse } from './relay-house.js';

let house: RelayHouse;

beforeEach(async () => {
  house = await openRelayHouse();
});
afterEach(async () => {
  await house.stop();
});

interface ClockRow {
  armed_at: Date | null;
  run_id: string | null;
  seen_seq: number;
}

const pool = () => house.database.pool;
const clockOf = async (caseId: string): Promise<ClockRow | undefined> =>
  (await house.rows<ClockRow>('select armed_at, run_id, seen_seq from subject_clock where subject_id = $1', caseId))[0];
const wakesOf = (caseId: string) => house.rows('select name from wake where subject_id = $1', caseId);

/** A case that its run has just looked at, and that is asked to look again. */
async function watched(): Promise<{ caseId: string; seq: number; before: ClockRow | undefined }> {
  const { caseId } = await openCase(house.desk);
  const [file] = await house.rows<{ seq: number }>('select seq from case_file where subject_id = $1', caseId);
  const seq = file?.seq ?? 0;
  await writeSeen(pool(), { caseId, seq, armedAt: Date.now() + 60_000, isFirst: true, runId: 'present' });
  await house.owner(`insert into wake (subject_id, lane, name, seq, due_at) values ($1, 2, 'Look', $2, 'infinity')`, caseId, seq);
  return { caseId, seq, before: await clockOf(caseId) };
}

describe('a look', () => {
  it('of a run that was replaced is not heard: neither what it has armed, nor that it has heard a wake', async () => {
    const { caseId, seq, before } = await watched();
    const seen = { caseId, seq, armedAt: Date.now() + 1_000, isFirst: false };
    await writeSeen(pool(), { ...seen, runId: 'replaced' });
    expect(await clockOf(caseId)).toEqual(before);
    expect(await wakesOf(caseId)).toHaveLength(1);
    await house.owner('update wake set rebuild = true where subject_id = $1', caseId);
    await writeSeen(pool(), { ...seen, runId: 'present' });
    // A wake that wants a new run is heard by that run alone.
    expect(await wakesOf(caseId)).toHaveLength(1);
    await writeSeen(pool(), { ...seen, isFirst: true, runId: 'successor' });
    expect(await clockOf(caseId)).toMatchObject({ run_id: 'successor' });
    expect(await wakesOf(caseId)).toEqual([]);
  });

  it('of a case that has gone on meanwhile writes nothing: it is looked at again', async () => {
    const { caseId, seq, before } = await watched();
    expect(await writeSeen(pool(), { caseId, seq: seq - 1, armedAt: null, isFirst: true, runId: 'run' })).toBe(false);
    expect(await clockOf(caseId)).toEqual(before);
  });
});
