/**
 * Turns that the ledger has and the engine's history has not: somebody died between the journal's
 * commit and the end of the workflow task. One case, which forgets three turns on its way.
 */
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { STATE_QUERY } from '../../contracts/case-workflow.js';
import type { CommandKind } from '../../domain/case/commands.js';
import type { CaseState } from '../../domain/case/state.js';
import { straightRoad, type Doing } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import type { Reply } from './center-desk.js';
import { requestOf } from './command-requests.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, PATIENCE_MS } from './house.js';
import { HttpLife } from './http-life.js';
import { sceneForAll } from './scene.js';
import { alertsAreDelivered, faultsOf } from './soundness.js';

const DAY_MS = 86_400_000;

const scene = sceneForAll();

let life: HttpLife;
let road: Doing[];

beforeAll(async () => {
  life = await HttpLife.open(scene.house, scene.desk);
  road = life.inMyWeeks(straightRoad());
}, HOUSE_WITHIN_MS);

/** Goes on to the command and gives it once; returns when its turn is committed and nobody has been told. */
async function committedAndUntold(kind: CommandKind): Promise<{ reply: Promise<Reply<unknown> | undefined> }> {
  const { desk, hand } = scene;
  const place = road.findIndex((doing) => 'command' in doing && doing.command.kind === kind);
  const doing = road[place];
  if (doing === undefined || !('command' in doing)) throw new Error(`the road has no ${kind}`);
  await life.live(road.slice(0, place));
  road = road.slice(place + 1);
  await life.sleepUntil(doing.at);
  await alertsAreDelivered(scene.house);
  await hand.holdBeforeCommit();
  const { path, ...asking } = requestOf(doing.command, (words) => life.idOf(words));
  const reply = desk.once({ ...asking, path: `/v1/cases/${life.caseId}/${path}`, key: randomUUID() });
  await hand.untilHeldBeforeCommit();
  await hand.commitUntold();
  return { reply };
}

/** Nobody asks the case anything: the house itself must see to it. */
async function engineKnowsTheLedger(): Promise<void> {
  await eventually(async () => {
    const known = await scene.house.client.workflow.getHandle(life.workflowId).query<CaseState | undefined>(STATE_QUERY);
    return known?.seq === (await life.stored()).seq ? true : undefined;
  }, 'the engine knows what the ledger has', PATIENCE_MS);
}

it('256-17-2, 192-11-1: Temporal dies, and with it the Update; the terms of the approved plan are watched', async () => {
  const { house, desk, hand } = scene;
  const { reply } = await committedAndUntold('approveIpr');
  await house.killServer('temporal');
  await hand.tellCommits();
  // The journal has it, so the head is told so, or to repeat.
  expect([200, 503]).toContain((await reply)?.status);
  await house.restartServer('temporal');
  await engineKnowsTheLedger();
  expect((await life.stored()).stage).toBe('execution');
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);

it('192-9: the worker dies; the referrals that the turn wanted go out all the same, once', async () => {
  const { house, desk, hand } = scene;
  const { reply } = await committedAndUntold('sendIpr');
  await house.kill('worker');
  await hand.tellCommits();
  await house.start('worker');
  await engineKnowsTheLedger();
  for (const agency of ['employment', 'health']) {
    await life.acknowledged(agency);
    expect(await house.outside.referrals(agency)).toMatchObject([{ times: 1 }]);
  }
  expect([200, 503]).toContain((await reply)?.status);
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);

it('D-CL: the whole machine loses its power; the terms that the closing opened are watched', async () => {
  const { house, desk, hand } = scene;
  const { reply } = await committedAndUntold('closeCase');
  await Promise.all([house.kill('worker'), house.kill('api'), house.kill('relay'), house.killServer('temporal'), house.killServer('postgres')]);
  await hand.forgetStandby();
  expect((await reply)?.status).not.toBe(200);
  await Promise.all([house.restartServer('temporal'), house.restartServer('postgres')]);
  await house.start('worker', 'api', 'relay');
  await engineKnowsTheLedger();
  const { stage, stageEnteredAt } = await life.stored();
  expect(stage).toBe('monitoring');
  await life.sleepUntil(stageEnteredAt + 4 * DAY_MS);
  const steps = (await life.ledger()).flatMap((entry) => (entry.type === 'DeadlineStepReached' && entry.data.rule === 'D-CL' ? entry.data.step : []));
  expect(steps).toEqual(['reminder', 'exceeded', 'head']);
  expect(await faultsOf(house, desk)).toEqual([]);
}, FAULT_WITHIN_MS);
