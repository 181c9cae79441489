/** kill -9 of the worker while twelve referrals are under way. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../stack/eventually.js';
import { CenterDesk } from './center-desk.js';
import { HOUSE_WITHIN_MS, openHouse, PATIENCE_MS, type House } from './house.js';
import { HttpLife } from './http-life.js';
import { faultsOf } from './soundness.js';
import { AGENCIES, afterFanOut, beforeFanOut, fanOut } from './wide-road.js';

let house: House | undefined;

beforeAll(async () => {
  house = await openHouse();
  await house.start('worker', 'relay', 'api');
}, HOUSE_WITHIN_MS);
afterAll(() => house?.close(), HOUSE_WITHIN_MS);

it('192-9: every agency has its referral exactly once, and the road goes on to its end', async () => {
  const running = house!;
  const desk = new CenterDesk(running);
  const life = await HttpLife.open(running, desk);
  await life.live(life.inMyWeeks(beforeFanOut()));
  expect(await life.stored()).toMatchObject({ stage: 'execution' });
  console.log(await faultsOf(running, desk));
  await life.live(life.inMyWeeks([...fanOut(), ...afterFanOut()]));
  console.log(await faultsOf(running, desk));
  expect(await life.story()).toEqual(life.undisturbed(life.inMyWeeks([...beforeFanOut(), ...fanOut(), ...afterFanOut()])));
}, 400_000);
