/** kill -9 of Postgres in the middle of a journal's write: what was answered stays, what was not is done once. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { eventually } from '../stack/eventually.js';
import { CenterDesk, type Asking } from './center-desk.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, openHouse, PATIENCE_MS, type House } from './house.js';
import { HttpLife } from './http-life.js';
import { PostgresInHand } from './postgres-in-hand.js';
import { faultsOf } from './soundness.js';

let house: House;
let desk: CenterDesk;
let hand: PostgresInHand;

beforeAll(async () => {
  house = await openHouse();
  desk = new CenterDesk(house);
  hand = new PostgresInHand(house);
  await house.start('worker', 'relay', 'api');
}, HOUSE_WITHIN_MS);
afterEach(() => hand.letGo());
afterAll(() => house?.close(), HOUSE_WITHIN_MS);

const assign = (caseManager: string): Asking => ({ token: 'dev-head', path: 'manager', body: { caseManager }, key: randomUUID() });

async function managersOf(life: HttpLife): Promise<string[]> {
  return (await life.ledger()).flatMap((entry) => (entry.type === 'CaseManagerAssigned' ? entry.data.caseManager : []));
}

it('a turn that was not committed is written once after the outage', async () => {
  const life = await HttpLife.open(house, desk);
  await hand.holdBeforeCommit();
  const asked = desk.command(life.caseId, assign('manager-1'));
  await hand.untilHeldBeforeCommit();
  await house.killServer('postgres');
  await house.restartServer('postgres');
  expect((await asked).body).toMatchObject({ seq: 2 });
  expect(await managersOf(life)).toEqual(['manager-1']);
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);

it('a turn that was committed without a word of it is not written twice', async () => {
  const life = await HttpLife.open(house, desk);
  await hand.holdBeforeCommit();
  const asked = desk.command(life.caseId, assign('manager-1'));
  await hand.untilHeldBeforeCommit();
  await hand.commitUnanswered();
  await house.killServer('postgres');
  await hand.forgetStandby();
  await house.restartServer('postgres');
  // It is in the ledger before anybody has asked again.
  expect(await managersOf(life)).toEqual(['manager-1']);
  expect((await asked).body).toMatchObject({ seq: 2 });
  await desk.command(life.caseId, assign('manager-2'));
  expect(await managersOf(life)).toEqual(['manager-1', 'manager-2']);
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);

it('no accepted command is lost and none done twice while Postgres is killed again and again', async () => {
  const lives = await Promise.all([HttpLife.open(house, desk), HttpLife.open(house, desk), HttpLife.open(house, desk)]);
  const wanted = Array.from({ length: 40 }, (_, index) => `manager-${index + 1}`);
  const from = desk.commands.length;
  const working = Promise.all(
    lives.map(async (life) => {
      for (const manager of wanted) await desk.command(life.caseId, assign(manager));
    }),
  );
  for (const share of [0.2, 0.5]) {
    const accepted = from + Math.floor(share * wanted.length * lives.length);
    await eventually(async () => (desk.commands.length >= accepted ? true : undefined), `${accepted} commands are accepted`, PATIENCE_MS);
    await house.killServer('postgres');
    await house.restartServer('postgres');
  }
  await working;
  for (const life of lives) expect(await managersOf(life)).toEqual(wanted);
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);
