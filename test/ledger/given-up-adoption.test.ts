/** How an adoption ends. One that is given up: who was moved stays, nobody else is moved, and new cases begin with the former version. */
import { adoptionAct } from '../../ledger/proven.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  adoptionFigures,
  beginAdoption,
  endAdoption,
  giveUpAdoption,
  insertAdoption,
  listAdoptions,
  readAdoption,
  setAdoptionState,
  type AdoptionRequest,
} from '../../db/law-adoptions.js';
import { currentLaw } from '../../db/law.js';
import { readClockSight } from '../../db/clock-look.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { eventually } from '../stack/eventually.js';
import { asking, openCase, openHouse, type House } from './take-desk.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.stop());

const FORMER = CALENDAR_2026_11_21.version;

/** Asked for, not begun. */
async function adoption(version: string, previous = FORMER): Promise<AdoptionRequest> {
  await house.rows(
    'insert into calendar_version (version, data, act) values ($1, $2, $3)',
    version,
    JSON.stringify({ ...CALENDAR_2026_11_21, version }),
    'an order',
  );
  const id = randomUUID();
  const named = { id, kind: 'calendar', version, act: 'an order', recompute: 'own' } as const;
  const asked: AdoptionRequest = {
    ...named,
    previous,
    proof: TEST_PROOF.sign(adoptionAct(named, { ...CALENDAR_2026_11_21, version })),
    requestedBy: 'admin',
    idempotencyKey: id,
    bodySha256: '',
  };
  expect(await insertAdoption(house.desk.pool, asked)).toBe('written');
  return asked;
}

const calendarOf = async (caseId: string): Promise<unknown> =>
  (await house.rows('select calendar from case_file where subject_id = $1', caseId))[0]?.['calendar'];
const figuresOf = async (id: string): Promise<{ left: number; told: number }> => {
  const stored = await readAdoption(house.desk.pool, id);
  if (stored === undefined) throw new Error('the adoption is gone');
  return adoptionFigures(house.desk.pool, stored);
};

describe('an adoption that is given up on its way', () => {
  it('leaves the cases that were moved, moves no other, and new cases begin with the former version', async () => {
    const [moved, spared] = [await openCase(house.desk), await openCase(house.desk)];
    const asked = await adoption('half-way');
    await beginAdoption(house.desk.pool, asked);
    await house.desk.take(moved.caseId, []);
    expect(await calendarOf(moved.caseId)).toBe('half-way');

    expect(await giveUpAdoption(house.desk.pool, asked)).toBe(true);
    expect((await currentLaw(house.desk.pool)).calendar.version).toBe(FORMER);
    for (const { caseId } of [moved, spared]) await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }));
    expect(await calendarOf(moved.caseId)).toBe('half-way');
    expect(await calendarOf(spared.caseId)).toBe(FORMER);
    const opened = await openCase(house.another());
    expect(await calendarOf(opened.caseId)).toBe(FORMER);
    expect(await figuresOf(asked.id)).toMatchObject({ told: 1, left: 1 });
    // Neither is called to a look again and again: there is nothing to take up.
    for (const { caseId } of [moved, spared]) expect((await readClockSight(house.desk.pool, caseId, undefined))?.isBehind).toBe(false);
  });

  it('is over: it cannot be given up, paused or resumed any more, and its version is no draft again', async () => {
    const asked = await adoption('over');
    await beginAdoption(house.desk.pool, asked);
    expect(await giveUpAdoption(house.desk.pool, asked)).toBe(true);
    expect(await giveUpAdoption(house.desk.pool, asked)).toBe(false);
    expect(await setAdoptionState(house.desk.pool, asked.id, 'running')).toBe(false);
    await expect(house.rows(`update calendar_version set given_up_at = null where version = 'over'`)).rejects.toThrow('never changes');
    await expect(house.rows(`update calendar_version set adopted_at = null where version = 'over'`)).rejects.toThrow('never changes');
  });

  it('that had not begun changes nothing, and does not begin afterwards', async () => {
    const asked = await adoption('not-begun');
    expect(await giveUpAdoption(house.desk.pool, asked)).toBe(true);
    // A sweep that had looked just before.
    await beginAdoption(house.desk.pool, asked);
    expect((await currentLaw(house.desk.pool)).calendar.version).toBe(FORMER);
    expect(await house.rows(`select adopted_at, given_up_at from calendar_version where version = 'not-begun'`)).toEqual([
      { adopted_at: null, given_up_at: null },
    ]);
  });

  it('is followed by another, which takes up every case, moved or not', async () => {
    const half = await adoption('second-half');
    const [moved, spared] = [await openCase(house.desk), await openCase(house.desk)];
    await beginAdoption(house.desk.pool, half);
    await house.desk.take(moved.caseId, []);
    await giveUpAdoption(house.desk.pool, half);
    const next = await adoption('the-next');
    await beginAdoption(house.desk.pool, next);
    for (const { caseId } of [moved, spared]) {
      await house.desk.take(caseId, []);
      expect(await calendarOf(caseId)).toBe('the-next');
    }
    expect((await currentLaw(house.desk.pool)).calendar.version).toBe('the-next');
  });
});

describe('an adoption that somebody says is over', () => {
  async function endOf(id: string): Promise<string> {
    const stored = await readAdoption(house.desk.pool, id);
    if (stored === undefined) throw new Error('the adoption is gone');
    return (await endAdoption(house.desk.pool, stored, true)).standing;
  }

  it('is not, before it has begun, nor while somebody from before is at work: that is seen and not told', async () => {
    for (const other of await listAdoptions(house.desk.pool, 10)) await giveUpAdoption(house.desk.pool, other);
    const asked = await adoption('said-to-be-over');
    expect(await endOf(asked.id)).toBe('running');
    const writer = await house.desk.pool.connect();
    try {
      // Whoever opened a case by the former version just now.
      await writer.query('begin');
      await writer.query('select pg_current_xact_id()');
      await beginAdoption(house.desk.pool, asked);
      for (const { subject_id } of await house.rows('select subject_id from subject_file')) await house.desk.take(String(subject_id), []);
      expect(await endOf(asked.id)).toBe('running');
      await writer.query('commit');
    } finally {
      writer.release();
    }
    await eventually(async () => ((await endOf(asked.id)) === 'done' ? true : undefined), 'the adoption ends');
  });
});
