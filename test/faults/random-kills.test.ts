/** kill -9 of the worker at random moments of whole lives: the ledger tells the story that it tells without any fault. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chanceOf } from '../lives/chance.js';
import { lateRoad } from '../lives/late-road.js';
import { straightRoad, type Doing } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import { CenterDesk } from './center-desk.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, openHouse, PATIENCE_MS, type House } from './house.js';
import { HttpLife } from './http-life.js';
import { faultsOf } from './soundness.js';
import { wideRoad } from './wide-road.js';

const SEED = 20_261_121;
const KILLS = 5;

let house: House;
let desk: CenterDesk;

beforeAll(async () => {
  house = await openHouse();
  desk = new CenterDesk(house);
  await house.start('worker', 'relay', 'api');
}, HOUSE_WITHIN_MS);
afterAll(() => house?.close(), HOUSE_WITHIN_MS);

async function ledgerLines(): Promise<number> {
  const [row] = await house.rows<{ lines: number }>('select count(*)::int as lines from ledger');
  return row?.lines ?? 0;
}

/** Kills the worker whenever the ledgers have grown to the next of these lengths, and a random moment later. */
async function killAt(lengths: readonly number[]): Promise<void> {
  const chance = chanceOf(SEED);
  for (const length of lengths) {
    await eventually(async () => ((await ledgerLines()) >= length ? true : undefined), `the ledgers have ${length} lines`, PATIENCE_MS);
    await pause(chance.below(40));
    await house.kill('worker');
    await house.start('worker');
  }
}

it('three lives under kills of the worker are told as in the core: nothing lost, nothing twice', async () => {
  const roads: Doing[][] = [straightRoad(), lateRoad(), wideRoad()];
  const lives = await Promise.all(
    roads.map(async (road) => {
      const life = await HttpLife.open(house, desk);
      const script = life.inMyWeeks(road);
      return { life, script, story: life.undisturbed(script) };
    }),
  );
  const chance = chanceOf(SEED + 1);
  const lines = lives.reduce((sum, { story }) => sum + story.length, 0);
  // One moment in each part of the way, away from its very ends.
  const share = Math.floor((lines - 20) / KILLS);
  const lengths = Array.from({ length: KILLS }, (_, index) => 5 + index * share + chance.below(share));
  await Promise.all([killAt(lengths), ...lives.map(({ life, script }) => life.live(script))]);
  expect(await faultsOf(house, desk)).toEqual([]);
  for (const { life, story } of lives) expect(await life.story()).toEqual(story);
}, FAULT_WITHIN_MS);
