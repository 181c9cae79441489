/** kill -9 of the worker while twelve referrals are under way. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Taken } from '../../simulators/control-protocol.js';
import { eventually } from '../stack/eventually.js';
import { CenterDesk } from './center-desk.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, openHouse, PATIENCE_MS, type House } from './house.js';
import { HttpLife } from './http-life.js';
import { faultsOf } from './soundness.js';
import { AGENCIES, afterFanOut, beforeFanOut, fanOut, wideRoad } from './wide-road.js';

/** Agencies by what the killed worker leaves behind at them. */
const SLOW = AGENCIES.slice(4, 8);
const LOSING = AGENCIES.slice(8, 10);
const AWAY = AGENCIES.slice(10);

let house: House;
let desk: CenterDesk;

beforeAll(async () => {
  house = await openHouse();
  desk = new CenterDesk(house);
  await house.start('worker', 'relay', 'api');
}, HOUSE_WITHIN_MS);
afterAll(() => house?.close(), HOUSE_WITHIN_MS);

/** Four acknowledge at once, four have the message and are silent, two lose their answers, two say "later". */
async function setTheScene(): Promise<void> {
  await Promise.all([
    ...SLOW.map((agency) => house.outside.behave(agency, { acknowledgeAfterMs: 60_000 })),
    ...LOSING.map((agency) => house.outside.behave(agency, { loseAcknowledgements: 2 })),
    // Asks for pauses, so that the bounded series of attempts outlasts the outage.
    ...AWAY.map((agency) => house.outside.behave(agency, { unreachable: 'unavailable', retryAfterSeconds: 5 })),
  ]);
}

async function clearTheScene(): Promise<void> {
  await Promise.all(AGENCIES.map((agency) => house.outside.behave(agency, {})));
}

async function referralsOf(caseId: string, agency: string): Promise<Taken[]> {
  return (await house.outside.referrals(agency)).filter(({ message }) => message.caseId === caseId);
}

async function deliveredOf(life: HttpLife): Promise<string[]> {
  return (await life.ledger()).flatMap((entry) => (entry.type === 'DispatchDelivered' ? entry.data.agency : []));
}

it('192-9: each of twelve agencies has its referral exactly once, and the road goes on to its end', async () => {
  const life = await HttpLife.open(house, desk);
  await life.live(life.inMyWeeks(beforeFanOut()));
  await setTheScene();
  const [send, ...acknowledgements] = life.inMyWeeks(fanOut());
  if (send === undefined) throw new Error('the fan-out begins with sending');
  await life.live([send]);
  await eventually(async () => {
    const taken = await Promise.all(SLOW.map((agency) => referralsOf(life.caseId, agency)));
    return taken.every(({ length }) => length === 1) && (await deliveredOf(life)).length >= 4 ? true : undefined;
  }, 'some referrals are acknowledged, others are in the hands of their agencies', PATIENCE_MS);
  await house.kill('worker');
  const before = await deliveredOf(life);
  expect(before.filter((agency) => SLOW.includes(agency) || AWAY.includes(agency))).toEqual([]);

  await clearTheScene();
  await house.start('worker');
  await life.live([...acknowledgements, ...life.inMyWeeks(afterFanOut())]);
  expect((await deliveredOf(life)).toSorted()).toEqual(AGENCIES.toSorted());
  for (const agency of AGENCIES) {
    const taken = await referralsOf(life.caseId, agency);
    expect(taken.map(({ idempotencyKey }) => idempotencyKey)).toEqual([expect.stringMatching(new RegExp(`^${life.caseId}:\\d+:referral:${agency}$`))]);
    // The ones that died with the worker were asked again by the same key, and did nothing again.
    if (SLOW.includes(agency)) expect(taken[0]?.times).toBeGreaterThan(1);
  }
  expect(await faultsOf(house, desk)).toEqual([]);
  expect(await life.story()).toEqual(life.undisturbed(life.inMyWeeks(wideRoad())));
}, FAULT_WITHIN_MS);
