/**
 * Temporal's data is thrown away under 200 open cases, and an empty server answers in its place. The relay has the times
 * that it has in earnest: what is measured here is what an engineer on call may count on.
 */
import { beforeAll, expect, it } from 'vitest';
import type { Entry, EntryOf } from '../../domain/case/facts.js';
import { straightRoad, type Doing } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import { skipWithTimer, timeOf } from './case-time.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, PATIENCE_MS } from './house.js';
import { HttpLife, NEW_FAMILY } from './http-life.js';
import { sceneForAll } from './scene.js';
import { faultsOf } from './soundness.js';

const CASES = 200;
const THREATS = 20;
/** All clocks run again so long after an empty server answers, at most. */
const BOUND_MS = 60_000;

const scene = sceneForAll({ relayTimes: {} });

let life: HttpLife;
/** What is left of its road: an agency has not taken its referral yet. */
let rest: Doing[];
const families: HttpLife[] = [];

beforeAll(async () => {
  const { house, desk } = scene;
  const opening = Array.from({ length: CASES - 1 }, (_, index) => index).values();
  const openOn = async (): Promise<void> => {
    for (const index of opening) families.push(await HttpLife.open(house, desk, { threat: index < THREATS }));
  };
  await Promise.all(Array.from({ length: 8 }, openOn));
  life = await HttpLife.open(house, desk);
  const road = life.inMyWeeks(straightRoad());
  const sent = 1 + road.findIndex((doing) => 'command' in doing && doing.command.kind === 'sendIpr');
  rest = road.slice(sent);
  await house.outside.behave('health', { unreachable: 'unavailable' });
  await life.live(road.slice(0, sent));
  await life.acknowledged('employment');
  await eventually(
    async () => ((await life.stored()).dispatches.some(({ state }) => state === 'parked') ? true : undefined),
    'one referral waits',
    PATIENCE_MS,
  );
  await house.outside.behave('health', {});
}, HOUSE_WITHIN_MS);

/** The cases live so long before their next step; its instant. */
async function bringClose(lives: readonly HttpLife[], leadMs: number): Promise<number[]> {
  return Promise.all(
    lives.map(async ({ caseId }) => {
      const { step } = await timeOf(scene.house, caseId);
      if (step === undefined) throw new Error(`case ${caseId} waits for nothing`);
      await skipWithTimer(scene.house, caseId, step - leadMs);
      return step;
    }),
  );
}

const isStep = (entry: Entry): entry is EntryOf<'DeadlineStepReached'> => entry.type === 'DeadlineStepReached';

/** The entries of the steps of one instant. */
async function stepsAt({ caseId }: HttpLife, instant: number): Promise<EntryOf<'DeadlineStepReached'>[]> {
  const rows = await scene.house.rows<{ entry: Entry }>(`select entry from ledger where subject_id = $1 and type = 'DeadlineStepReached' order by seq`, [
    caseId,
  ]);
  return rows
    .map(({ entry }) => entry)
    .filter(isStep)
    .filter(({ data }) => data.moment === instant);
}

/** Waits until the step is told; how late that was, in milliseconds. */
async function lateness(told: HttpLife, instant: number): Promise<number> {
  const [first] = await eventually(
    async () => {
      const steps = await stepsAt(told, instant);
      return steps.length > 0 ? steps : undefined;
    },
    'the step is told',
    PATIENCE_MS,
  );
  return (first?.at ?? Number.NaN) - instant;
}

it(
  'staff and agencies go on without it; within a minute every clock runs again by itself, no step is lost and none told twice',
  async () => {
    const { house, desk } = scene;
    const [during, after] = [families.slice(0, 3), families.slice(-3)];
    // These come while nobody has a clock, those when the new clocks have long been set.
    const late = await bringClose(after, 30_000);
    const missed = await bringClose(during, 4_000);
    await house.killServer('temporal');

    // No "later", no silence: each is done at once, as on any day.
    const setbacks = desk.setbacks.length;
    const newcomers = await Promise.all([true, false, false].map((threat) => HttpLife.open(house, desk, { threat })));
    const attached = await desk.registerAppeal({ ...NEW_FAMILY, applicant: undefined, householdId: life.appeal.householdId });
    expect(attached).toMatchObject({ caseId: life.caseId, attached: true });
    for (const family of [life, ...newcomers, ...families.slice(30, 40)])
      await desk.command(family.caseId, { token: 'dev-head', path: 'manager', body: { caseManager: 'manager-1' } });
    const measureId = life.idOf('m-job');
    expect(
      await desk.report({ agency: 'employment', deliveryId: `${life.caseId}:away`, caseId: life.caseId, measureId, outcome: 'in_progress' }),
    ).toMatchObject({ state: 'recorded' });
    expect(desk.setbacks).toHaveLength(setbacks);
    await eventually(
      async () =>
        (await Promise.all(during.map(async ({ caseId }, index) => (await timeOf(house, caseId)).now > (missed[index] ?? 0)))).every(Boolean)
          ? true
          : undefined,
      'the steps have come',
      PATIENCE_MS,
    );

    await house.startEmptyTemporal();
    const back = Date.now();
    await eventually(
      async () => {
        const [row] = await house.rows<{ without: number }>(
          `select count(*)::int as without from subject_clock
        where running and (run_id is null or looked_at < $1 or (wakes_at is not null and (armed_at is null or armed_at > wakes_at)))`,
          [new Date(back)],
        );
        return row?.without === 0 ? true : undefined;
      },
      'every clock runs again',
      BOUND_MS,
    );
    const clocksAgain = Date.now();

    // The referral that waited goes out, once, and the road goes on to its end.
    await life.acknowledged('health');
    expect((await house.outside.referrals('health')).filter(({ message }) => message.caseId === life.caseId)).toMatchObject([{ times: 1 }]);
    await life.live(rest);
    // What passed while nobody had a clock is told with its own instant; what comes is rung by the new timers, in time.
    for (const [index, each] of during.entries()) expect(await lateness(each, missed[index] ?? 0)).toBeLessThan(BOUND_MS);
    for (const [index, each] of after.entries()) {
      const { now } = await timeOf(house, each.caseId);
      const cameBefore = Math.max(0, clocksAgain - Date.now() + now - (late[index] ?? 0));
      expect(await lateness(each, late[index] ?? 0)).toBeLessThan(cameBefore + 5_000);
    }
    const alarms = await eventually(
      async () => {
        const rows = await house.rows<{ kind: string }>('select kind from alarm');
        return rows.some(({ kind }) => kind === 'engine_rebuilt') ? rows : undefined;
      },
      'the administrator hears of it',
      PATIENCE_MS,
    );
    expect(alarms.map(({ kind }) => kind)).not.toContain('case_moment_in_past');
    expect(await faultsOf(house, desk)).toEqual([]);
  },
  FAULT_WITHIN_MS,
);
