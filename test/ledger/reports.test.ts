import { reportAct } from '../../ledger/proven.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { receiveReport, readStanding } from '../../work/receive.js';
import { openHouse, planSent, type House, type SentPlan } from './take-desk.js';
import { textsOf } from '../fixtures/sealed.js';

let house: House;

beforeAll(async () => {
  house = await openHouse();
});

afterAll(async () => {
  await house.stop();
});

const reportOf = ({ caseId, measureId }: SentPlan, changes: { deliveryId?: string; outcome?: 'performed' | 'in_progress'; note?: string } = {}) =>
  receiveReport(house.desk, { agency: 'employment', deliveryId: randomUUID(), caseId, measureId, outcome: 'performed', ...changes });

async function typesOf(caseId: string): Promise<string[]> {
  return (await house.rows<{ type: string }>('select type from ledger where subject_id = $1 order by seq', caseId)).map(({ type }) => type);
}

describe('192-11-1: a report is durable first', () => {
  it('waits, is taken by the next take of its case, whatever that was for, and says what became of it', async () => {
    const plan = await planSent(house.desk);
    const receipt = await reportOf(plan);
    expect(await readStanding(house.database.pool, 'employment', receipt.inboxId)).toEqual({ state: 'waiting' });
    const { settled } = await house.desk.take(plan.caseId, []);
    expect(settled).toMatchObject([{ id: receipt.inboxId, state: 'delivered' }]);
    expect(await readStanding(house.database.pool, 'employment', receipt.inboxId)).toEqual({ state: 'recorded' });
    expect((await typesOf(plan.caseId)).at(-1)).toBe('ReportReceived');
  });

  it('keeps the order of receipt, and is taken once by several processes at once', async () => {
    const plan = await planSent(house.desk);
    const receipts = [];
    for (const outcome of ['in_progress', 'in_progress', 'performed'] as const) receipts.push(await reportOf(plan, { outcome }));
    await Promise.all([house.desk, house.another(), house.another()].map((desk) => desk.take(plan.caseId, [])));
    const causes = await house.rows<{ cause: string }>(`select cause from ledger where subject_id = $1 and type = 'ReportReceived' order by seq`, plan.caseId);
    expect(causes.map(({ cause }) => cause)).toEqual(receipts.map(({ inboxId }) => inboxId));
  });

  it('refused keeps its reason, and the case is as it was', async () => {
    const plan = await planSent(house.desk);
    const before = await typesOf(plan.caseId);
    const receipt = await receiveReport(house.desk, {
      agency: 'health',
      deliveryId: randomUUID(),
      caseId: plan.caseId,
      measureId: plan.measureId,
      outcome: 'performed',
    });
    await house.desk.take(plan.caseId, []);
    expect(await readStanding(house.database.pool, 'health', receipt.inboxId)).toEqual({ state: 'refused', code: 'not_your_measure' });
    expect(await typesOf(plan.caseId)).toEqual(before);
  });

  it('the same delivery again is counted; another content under its id is a conflict that is kept for people', async () => {
    const plan = await planSent(house.desk);
    const deliveryId = `order-15-04/${randomUUID()}`;
    const first = await reportOf(plan, { deliveryId, note: 'what was done' });
    expect(await reportOf(plan, { deliveryId, note: 'what was done' })).toEqual({ outcome: 'received', inboxId: first.inboxId, duplicate: true });
    expect(await reportOf(plan, { deliveryId, outcome: 'in_progress' })).toEqual({ outcome: 'conflict', inboxId: first.inboxId });
    expect(await house.rows('select duplicates from inbox where id = $1', first.inboxId)).toEqual([{ duplicates: 1 }]);
    expect(await house.rows('select from inbox_conflict where inbox_id = $1', first.inboxId)).toHaveLength(1);
    expect(await textsOf(house.database.pool, plan.caseId, 'report_note')).toEqual(['what was done']);
  });

  it('received before the end of its term and taken after it raises no false miss', async () => {
    const plan = await planSent(house.desk);
    const [duty] = await house.rows<{ due: Date }>(
      `select due_at as due from duty where subject_id = $1 and rule = '192-11-1' and subject = $2`,
      plan.caseId,
      plan.measureId,
    );
    const { inboxId } = await reportOf(plan);
    // The inbox had it a minute before the end; the case is asked a minute after it.
    const ahead = (duty?.due.getTime() ?? 0) + 60_000 - Date.now();
    await house.rows(`update case_file set skipping = true where subject_id = $1`, plan.caseId);
    const receivedAt = Date.now() - 2 * 60_000;
    const payload = { measureId: plan.measureId, outcome: 'performed' as const };
    const act = TEST_PROOF.sign(reportAct(plan.caseId, { inboxId, source: 'employment', receivedAt, payload }));
    await house.rows(`update inbox set received_at = $2, act = $3 where subject_id = $1`, plan.caseId, new Date(receivedAt), act);
    const { entries } = await house.desk.take(plan.caseId, [], { engineNow: Date.now() + ahead });
    const [row] = await house.rows<{ standing: string }>(
      `select standing from duty where subject_id = $1 and rule = '192-11-1' and subject = $2`,
      plan.caseId,
      plan.measureId,
    );
    expect(row).toEqual({ standing: 'met' });
    expect(
      entries.filter((entry) => entry.type === 'DeadlineStepReached' && entry.data.dutyKey === `192-11-1:${plan.measureId}` && entry.data.step === 'overdue'),
    ).toEqual([]);
  });
});
