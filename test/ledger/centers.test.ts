/** A Center is a subject as a case is: one take writes its ledger, and the ledger proves it. */
import { putAdoptedInForce } from '../stack/adopted-law.js';
import { proven } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCenter } from '../../db/centers.js';
import { seedLaw } from '../../db/seed.js';
import type { CenterCommandData } from '../../domain/center/commands.js';
import { legalDayOf } from '../../domain/law/calendar.js';
import { openCenter, openCenters } from '../../ledger/open-centers.js';
import type { TakeInput } from '../../ledger/take.js';
import { verifyLedger } from '../../cli/ledger-verify.js';
import { CENTER, HEAD_OF, openCase, openHouse, type House } from './take-desk.js';
import { GROUP } from '../lives/center-life.js';

let house: House;
let subjectId: string;
beforeAll(async () => {
  house = await openHouse();
  await seedLaw(house.database.pool);
  subjectId = (await findCenter(house.database.pool, CENTER))?.subjectId ?? '';
});
afterAll(() => house.stop());

const TODAY = legalDayOf(Date.now());
const ordering = (data: CenterCommandData['recordMobileGroupOrder'], key: string = randomUUID()): TakeInput =>
  proven({
    kind: 'centerCommand',
    command: { kind: 'recordMobileGroupOrder', id: randomUUID(), actor: HEAD_OF, data },
    request: { actorId: HEAD_OF.id, idempotencyKey: key, bodySha256: 'c'.repeat(64), caseId: subjectId, persons: [], narratives: [] },
  });
const typesOf = async (id: string): Promise<string[]> =>
  (await house.rows<{ type: string }>('select type from ledger where subject_id = $1 order by seq', id)).map(({ type }) => type);

describe('a Center', () => {
  it('is registered once, however many do it at once', async () => {
    const desks = [house.desk, house.another(), house.another()];
    const center = { id: CENTER, subjectId };
    await Promise.all([...desks, ...desks].map((desk) => openCenter(desk, center)));
    expect(await typesOf(subjectId)).toEqual(['CenterRegistered']);
    expect(await openCenters(house.desk)).toBe(1);
    expect(await openCenters(house.desk)).toBe(0);
  });

  it('256-21-2: owes the order the same day, in the rows of what is owed and of what rings', async () => {
    const [file] = await house.rows('select kind, center, household_id, stage, running, overdue from subject_file where subject_id = $1', subjectId);
    expect(file).toEqual({ kind: 'center', center: CENTER, household_id: null, stage: 'working', running: true, overdue: 0 });
    const duties = await house.rows('select rule, owner, standing from duty where subject_id = $1', subjectId);
    expect(duties).toEqual([{ rule: '256-21-2', owner: 'center_head', standing: 'open' }]);
    const [clock] = await house.rows<{ rings_for: string }>('select rings_for, lane, running from subject_clock where subject_id = $1', subjectId);
    expect(clock).toEqual({ rings_for: '256-21-2 overdue', lane: 2, running: true });
    expect(await house.rows('select name from wake where subject_id = $1', subjectId)).toEqual([{ name: 'CenterRegistered' }]);
  });

  it('is no case: no list of cases has it', async () => {
    expect(await house.rows('select from case_file where subject_id = $1', subjectId)).toEqual([]);
  });

  it('takes an order, and answers a repeat with the first answer', async () => {
    const [key, data] = [randomUUID(), { number: '41-ө', issuedOn: TODAY, members: GROUP }];
    const [first, again] = [await house.desk.ask(subjectId, ordering(data, key)), await house.desk.ask(subjectId, ordering(data, key))];
    expect(first).toMatchObject({ kind: 'answered', answer: { ok: true, seq: 2, stage: 'working' } });
    expect(again).toEqual(first);
    expect(await typesOf(subjectId)).toEqual(['CenterRegistered', 'MobileGroupOrdered']);
    expect(await house.desk.ask(subjectId, ordering(data))).toMatchObject({
      answer: { ok: false, refusal: { code: 'order_already_recorded', rule: '256-21-2' } },
    });
  });

  it('takes up another law with its next take', async () => {
    const { pool } = house.database;
    await pool.query(
      `insert into policy_version (version, data, adopted_at) select 'policy-next', data || '{"version": "policy-next"}', now() from policy_version limit 1`,
    );
    await putAdoptedInForce(pool, { id: randomUUID(), kind: 'policy', version: 'policy-next', act: 'act', recompute: 'own' });
    const { adoption } = await house.desk.take(subjectId, []);
    expect(adoption).toMatchObject({ ok: true });
    expect((await typesOf(subjectId)).at(-1)).toBe('LawAdopted');
  });

  it('the ledger proves it beside the cases: chain, state, rows, and every take decided again', async () => {
    await openCase(house.desk);
    const { faults, notComparable, decidedAgain } = await verifyLedger(house.database.auditor);
    expect(faults).toEqual([]);
    expect({ notComparable, decidedAgain }).toEqual({ notComparable: 0, decidedAgain: 5 });
  });

  it('a changed row of a Center is found', async () => {
    await house.rows("update duty set due_at = due_at + interval '1 day' where subject_id = $1", subjectId);
    expect((await verifyLedger(house.database.auditor, { caseId: subjectId })).faults.map(({ code }) => code)).toEqual(['duty_differs', 'duty_differs']);
  });
});
