/** kill -9 of the worker: while twelve referrals are under way, and at random moments of whole lives. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Taken } from '../../simulators/control-protocol.js';
import { chanceOf, type Chance } from '../lives/chance.js';
import { lateRoad } from '../lives/late-road.js';
import { straightRoad, type Doing } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import { FAULT_WITHIN_MS, PATIENCE_MS } from './house.js';
import { HttpLife } from './http-life.js';
import { sceneForAll } from './scene.js';
import { faultsOf } from './soundness.js';
import { AGENCIES, afterFanOut, beforeFanOut, fanOut, wideRoad } from './wide-road.js';

const scene = sceneForAll();

/** Agencies by what the killed worker leaves behind at them. */
const SLOW = AGENCIES.slice(4, 8);
const LOSING = AGENCIES.slice(8, 10);
const AWAY = AGENCIES.slice(10);

/** Four acknowledge at once, four have the message and are silent, two lose their answers, two say "later". */
async function setTheStage(): Promise<void> {
  const { outside } = scene.house;
  await Promise.all([
    ...SLOW.map((agency) => outside.behave(agency, { acknowledgeAfterMs: 60_000 })),
    ...LOSING.map((agency) => outside.behave(agency, { loseAcknowledgements: 2 })),
    // Asks for pauses, so that the bounded series of attempts outlasts the outage.
    ...AWAY.map((agency) => outside.behave(agency, { unreachable: 'unavailable', retryAfterSeconds: 5 })),
  ]);
}

async function clearTheStage(): Promise<void> {
  await Promise.all(AGENCIES.map((agency) => scene.house.outside.behave(agency, {})));
}

async function referralsOf(life: HttpLife, agency: string): Promise<Taken[]> {
  return (await scene.house.outside.referrals(agency)).filter(({ message }) => message.caseId === life.caseId);
}

/** Keys under which the ledger wants messages brought to an agency. */
async function keysOf(life: HttpLife, agency: string): Promise<string[]> {
  const rows = await scene.house.rows<{ key: string }>('select key from effect where subject_id = $1 and agency = $2', [life.caseId, agency]);
  return rows.map(({ key }) => key);
}

async function deliveredOf(life: HttpLife): Promise<string[]> {
  return (await life.ledger()).flatMap((entry) => (entry.type === 'DispatchDelivered' ? entry.data.agency : []));
}

it(
  '192-9: each of twelve agencies has its referral exactly once, and the road goes on to its end',
  async () => {
    const { house, desk } = scene;
    const life = await HttpLife.open(house, desk);
    await life.live(life.inMyWeeks(beforeFanOut()));
    await setTheStage();
    const [send, ...acknowledgements] = life.inMyWeeks(fanOut());
    if (send === undefined) throw new Error('the fan-out begins with sending');
    await life.live([send]);
    await eventually(
      async () => {
        const taken = await Promise.all(SLOW.map((agency) => referralsOf(life, agency)));
        return taken.every(({ length }) => length === 1) && (await deliveredOf(life)).length >= 4 ? true : undefined;
      },
      'some referrals are acknowledged, others are in the hands of their agencies',
      PATIENCE_MS,
    );
    await house.kill('worker');
    const before = await deliveredOf(life);
    expect(before.filter((agency) => SLOW.includes(agency) || AWAY.includes(agency))).toEqual([]);

    await clearTheStage();
    await house.start('worker');
    await life.live([...acknowledgements, ...life.inMyWeeks(afterFanOut())]);
    expect((await deliveredOf(life)).toSorted()).toEqual(AGENCIES.toSorted());
    for (const agency of AGENCIES) {
      const taken = await referralsOf(life, agency);
      expect(taken.map(({ idempotencyKey }) => idempotencyKey)).toEqual(await keysOf(life, agency));
      // The ones that died with the worker were asked again by the same key, and did nothing again.
      if (SLOW.includes(agency)) expect(taken[0]?.times).toBeGreaterThan(1);
    }
    expect(await faultsOf(house, desk)).toEqual([]);
    expect(await life.story()).toEqual(life.undisturbed(life.inMyWeeks(wideRoad())));
  },
  FAULT_WITHIN_MS,
);

const SEED = 20_261_121;
/** So many times the worker dies at work, and each time once more while it recovers. */
const KILLS_AT_WORK = 2;

async function ledgerLines(): Promise<number> {
  const [row] = await scene.house.rows<{ lines: number }>('select count(*)::int as lines from ledger');
  return row?.lines ?? 0;
}

/** Kills the worker a random moment after the ledgers have grown to each of these lengths, and again a random moment after its start. */
async function killAt(lengths: readonly number[], chance: Chance): Promise<void> {
  const { house } = scene;
  for (const length of lengths) {
    await eventually(async () => ((await ledgerLines()) >= length ? true : undefined), `the ledgers have ${length} lines`, PATIENCE_MS);
    await pause(chance.below(50));
    await house.kill('worker');
    await house.start('worker');
    await pause(chance.below(1_000));
    await house.kill('worker');
    await house.start('worker');
  }
}

it(
  'three lives under random kills tell the story that they tell undisturbed: nothing lost, nothing twice',
  async () => {
    const { house, desk } = scene;
    const chance = chanceOf(SEED);
    const before = await ledgerLines();
    const roads: Doing[][] = [straightRoad(), lateRoad(), wideRoad()];
    const lives = await Promise.all(
      roads.map(async (road) => {
        const life = await HttpLife.open(house, desk);
        const script = life.inMyWeeks(road);
        return { life, script, story: life.undisturbed(script) };
      }),
    );
    const lines = lives.reduce((sum, { story }) => sum + story.length, 0);
    // One in each part of the way, and not so near its end that nothing would be left to disturb.
    const part = Math.floor((lines - 25) / KILLS_AT_WORK);
    const lengths = Array.from({ length: KILLS_AT_WORK }, (_, index) => before + 5 + index * part + chance.below(part));
    await Promise.all([killAt(lengths, chance), ...lives.map(({ life, script }) => life.live(script))]);
    expect(await faultsOf(house, desk)).toEqual([]);
    for (const { life, story } of lives) expect(await life.story()).toEqual(story);
  },
  FAULT_WITHIN_MS,
);
