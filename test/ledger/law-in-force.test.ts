import { putAdoptedInForce } from '../stack/adopted-law.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { ClocksDisagree } from '../../ledger/take.js';
import { VersionUnknown } from '../../ledger/version.js';
import { takeWaitingAppeal } from '../../ledger/waiting-appeal.js';
import { asking, openCase, openHouse, type House } from './take-desk.js';

let house: House;

beforeAll(async () => {
  house = await openHouse();
});

afterAll(async () => {
  await house.stop();
});

/** Puts another calendar in force, as an adoption does, without telling any case. */
async function adoptCalendar(version: string, act: string): Promise<string> {
  const id = randomUUID();
  await house.rows(
    'insert into calendar_version (version, data, act, adopted_at) values ($1, $2, $3, clock_timestamp())',
    version,
    JSON.stringify({ ...CALENDAR_2026_11_21, version, act }),
    act,
  );
  await putAdoptedInForce(house.database.pool, { id, kind: 'calendar', version, act, recompute: 'own' });
  return id;
}

describe('the law in force reaches a case with its next take, whoever was to tell it', () => {
  it('is taken up before what was asked, with its act', async () => {
    const { caseId } = await openCase(house.desk);
    const adoption = await adoptCalendar('test-1', 'an order of today');
    await house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }));
    const entries = await house.rows(
      "select type, cause, entry -> 'data' -> 'adoption' ->> 'act' as act from ledger where subject_id = $1 order by seq",
      caseId,
    );
    expect(entries.map((entry) => entry['type'])).toEqual(['AppealRegistered', 'LawAdopted', 'InterviewHeld']);
    expect(entries[1]).toMatchObject({ cause: adoption, act: 'an order of today' });
    expect(await house.rows('select calendar from case_file where subject_id = $1', caseId)).toEqual([{ calendar: 'test-1' }]);
  });

  it('is that of a case opened after it, and is not taken up twice', async () => {
    await adoptCalendar('test-2', 'another order');
    const { caseId } = await openCase(house.desk);
    await Promise.all([house.desk, house.another()].map((desk) => desk.take(caseId, [])));
    expect(await house.rows('select type from ledger where subject_id = $1', caseId)).toEqual([{ type: 'AppealRegistered' }]);
  });

  it('of several processes at once one takes it up for the case', async () => {
    const { caseId } = await openCase(house.desk);
    await adoptCalendar('test-3', 'a third order');
    await Promise.all([house.desk, house.another(), house.another()].map((desk) => desk.take(caseId, [])));
    expect(await house.rows(`select count(*)::int as n from ledger where subject_id = $1 and type = 'LawAdopted'`, caseId)).toEqual([{ n: 1 }]);
  });
});

describe('P51: no appeal is turned away because a table of the calendar is missing', () => {
  it('the appeal has its number and waits; the case is opened when the year is there', async () => {
    const years = { '2025': CALENDAR_2026_11_21.years[2025] };
    await house.rows(
      'insert into calendar_version (version, data, adopted_at) values ($1, $2, clock_timestamp())',
      'old-years',
      JSON.stringify({ ...CALENDAR_2026_11_21, version: 'old-years', years }),
    );
    await house.rows(`update law_in_force set version = 'old-years', adoption_id = null where kind = 'calendar'`);
    const appeal = await openCase(house.desk);
    expect(appeal.journalNumber).toMatch(/-\d{6}$/);
    expect(await house.rows('select from case_file where subject_id = $1', appeal.caseId)).toEqual([]);
    const id = (await house.rows<{ id: string }>(`select id from inbox where delivery_id = $1 and state = 'waiting'`, appeal.appealId))[0]?.id ?? '';

    expect(await takeWaitingAppeal(house.desk, id)).toBe(false);
    await house.rows(`update law_in_force set version = 'test-3' where kind = 'calendar'`);
    expect(await takeWaitingAppeal(house.desk, id)).toBe(true);
    const [entry] = await house.rows<{ type: string; at: Date }>('select type, occurred_at as at from ledger where subject_id = $1', appeal.caseId);
    expect(entry).toEqual({ type: 'AppealRegistered', at: new Date(appeal.registeredAt) });
    expect(await house.rows('select state from inbox where id = $1', id)).toEqual([{ state: 'delivered' }]);
  });
});

describe('a process that may not decide says so and writes nothing', () => {
  it('when a newer release has written the rows of the case', async () => {
    const newer = house.another({ deps: { knows: 2, writes: 2 } });
    const { caseId } = await openCase(newer);
    await expect(house.desk.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }))).rejects.toThrow(VersionUnknown);
    expect(await house.rows('select from command where subject_id = $1', caseId)).toEqual([]);
    expect(await newer.ask(caseId, asking(caseId, 'recordInterview', { noteId: randomUUID() }))).toMatchObject({ answer: { ok: true } });
  });

  it('when its clock and that of Postgres differ by more than half a minute', async () => {
    const { caseId } = await openCase(house.desk);
    const astray = house.another({ deps: { clock: () => Date.now() + 31_000 } });
    await expect(astray.take(caseId, [])).rejects.toThrow(ClocksDisagree);
    await expect(openCase(astray)).rejects.toThrow(ClocksDisagree);
  });
});
