/** kill -9 of the API between the inbox and the relay: what was accepted is durable, what was not is repeated. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CenterDesk, type AppealReceipt, type Asking, type Reply, type Report } from './center-desk.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, openHouse, type House } from './house.js';
import { HttpLife } from './http-life.js';
import { faultsOf } from './soundness.js';
import { AGENCIES, beforeFanOut, fanOut, measureOf } from './wide-road.js';

let house: House;
let desk: CenterDesk;
/** A case whose twelve agencies have got their referrals. */
let life: HttpLife;

beforeAll(async () => {
  house = await openHouse();
  desk = new CenterDesk(house);
  await house.start('worker', 'relay', 'api');
  life = await HttpLife.open(house, desk);
  await life.live(life.inMyWeeks([...beforeFanOut(), ...fanOut()]));
}, HOUSE_WITHIN_MS);
afterAll(() => house?.close(), HOUSE_WITHIN_MS);

/** An appeal of a new family, or of a known one. */
function appeal(householdId?: string): Asking {
  const family = householdId === undefined ? { applicant: { fullName: 'Synthetic Person' } } : { householdId };
  return { token: 'dev-manager', path: '/v1/appeals', body: { channel: 1, threat: false, text: 'A synthetic appeal.', ...family }, key: randomUUID() };
}

function reportOf(agency: string): Report {
  return { agency, deliveryId: `${life.caseId}:${agency}`, caseId: life.caseId, measureId: life.idOf(measureOf(agency)), outcome: 'performed' };
}

function accepted<T>(reply: Reply<T> | undefined, status: number): Reply<T> {
  if (reply?.status !== status) throw new Error(`answered with ${reply === undefined ? 'nothing' : reply.text}`);
  return reply;
}

it('D-REG, 192-11-1: appeals and reports that were accepted are in the ledger exactly once', async () => {
  await house.kill('relay');
  const appeals = [appeal(), appeal(), appeal(), appeal(life.appeal.householdId), appeal(life.appeal.householdId)];
  const reports = AGENCIES.map(reportOf);
  const [registered, received] = await Promise.all([
    Promise.all(appeals.map(async (asking) => accepted(await desk.once<AppealReceipt>(asking), 201))),
    Promise.all(reports.map(async (report) => accepted(await desk.deliverOnce(report), 202))),
  ]);
  // Of these the sender never learns what came of them: some may be written down, some not.
  const torn = Array.from({ length: 8 }, () => appeal());
  const silence = Promise.all(torn.map((asking) => desk.once<AppealReceipt>(asking)));
  await house.kill('api');
  const tornReplies = await silence;
  expect(await house.rows(`select id from inbox where state = 'waiting'`)).not.toEqual([]);

  await house.start('api');
  for (const [index, asking] of appeals.entries()) {
    expect((await desk.ask<AppealReceipt>(asking)).text).toBe(registered[index]?.text);
  }
  for (const [index, asking] of torn.entries()) {
    const { status, text } = await desk.ask<AppealReceipt>(asking);
    expect(status).toBe(201);
    if (tornReplies[index] !== undefined) expect(text).toBe(tornReplies[index].text);
  }
  for (const [index, report] of reports.entries()) {
    expect(await desk.report(report)).toEqual({ ...received[index]?.body, duplicate: true });
  }
  await house.start('relay');
  expect(await faultsOf(house, desk)).toEqual([]);

  const numbers = await house.rows<{ number: string }>('select journal_number as number from appeal order by 1');
  // One of the case itself; none was left out and none given twice.
  expect(numbers.map(({ number }) => Number(number.slice(-6)))).toEqual(Array.from({ length: 1 + appeals.length + torn.length }, (_, index) => index + 1));
  const types = (await life.ledger()).map(({ type }) => type);
  expect(types.filter((type) => type === 'AppealAttached')).toHaveLength(2);
  expect(types.filter((type) => type === 'ReportReceived')).toHaveLength(AGENCIES.length);
}, FAULT_WITHIN_MS);
