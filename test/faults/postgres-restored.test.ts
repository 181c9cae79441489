/**
 * Postgres is restored to an earlier state than Temporal and the world outside, while everybody works: nothing wrong
 * is sent, and what is missing comes again.
 */
import { beforeAll, expect, it } from 'vitest';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import type { Taken } from '../../simulators/control-protocol.js';
import { straightRoad } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import { tirekIn } from '../unit/cli-listen.js';
import { skipTo } from './case-time.js';
import { CenterDesk, type Asking } from './center-desk.js';
import { requestOf } from './command-requests.js';
import { FAULT_WITHIN_MS, HOUSE_WITHIN_MS, PATIENCE_MS } from './house.js';
import { HttpLife } from './http-life.js';
import { sceneForAll } from './scene.js';
import { everythingIsSettled, faultsOf } from './soundness.js';

const scene = sceneForAll();

/** Its plan is approved at the backup and sent after it. */
let approved: HttpLife;
let send: Asking;
/** Its plan is sent at the backup, and `health` cannot be reached yet. */
let sent: HttpLife;
const LATER_S = 600;

/** To the day on which its approved plan is to be sent. */
async function liveUntilSending(life: HttpLife): Promise<void> {
  const road = life.inMyWeeks(straightRoad());
  const place = road.findIndex((doing) => 'command' in doing && doing.command.kind === 'sendIpr');
  const sending = road[place];
  if (sending === undefined || !('command' in sending)) throw new Error('the road sends a plan');
  await life.live(road.slice(0, place));
  await life.sleepUntil(sending.at);
  send = requestOf(sending.command, (words) => life.idOf(words));
}

beforeAll(async () => {
  const { house, desk } = scene;
  await house.outside.behave('health', { unreachable: 'unavailable', retryAfterSeconds: LATER_S });
  [approved, sent] = await Promise.all([HttpLife.open(house, desk), HttpLife.open(house, desk)]);
  await Promise.all([liveUntilSending(approved), liveUntilSending(sent)]);
  await desk.command(sent.caseId, send);
  await sent.acknowledged('employment');
  await eventually(
    async () => ((await sent.stored()).dispatches.some(({ state }) => state === 'parked') ? true : undefined),
    'one referral waits',
    PATIENCE_MS,
  );
  await everythingIsSettled(house);
}, HOUSE_WITHIN_MS);

async function taken(agency: string, { caseId }: HttpLife): Promise<Taken[]> {
  return (await scene.house.outside.referrals(agency)).filter(({ message }) => message.caseId === caseId);
}

/** All that agencies have taken, as key and how often it came. */
async function allTaken(): Promise<string[]> {
  const all = await Promise.all(['employment', 'health'].map((agency) => scene.house.outside.referrals(agency)));
  return all
    .flat()
    .map(({ idempotencyKey, times }) => `${idempotencyKey} ${times}`)
    .toSorted();
}

const statusOf = async ({ caseId }: HttpLife): Promise<string> => (await scene.house.client.workflow.getHandle(caseWorkflowId(caseId)).describe()).status.name;
const retry = ({ caseId }: HttpLife, at: number): Promise<void> => skipTo(scene.house, caseId, at);

async function parkedUntil(life: HttpLife): Promise<number> {
  const waiting = (await life.stored()).dispatches.find(({ state }) => state === 'parked');
  if (waiting?.retryAt === undefined) throw new Error('nothing is put off');
  return waiting.retryAt;
}

it(
  '192-9, 192-11-1: effects are held until a person releases them, ghosts end, agencies send again what was lost',
  async () => {
    const { house, desk, hand } = scene;
    await hand.backUp();

    // Life goes on: the plan goes out, the agency that was away has its referral, one reports, two families come.
    await house.outside.behave('health', {});
    const lost = new CenterDesk(house);
    const ghosts = await Promise.all([HttpLife.open(house, lost), HttpLife.open(house, lost)]);
    await retry(sent, await parkedUntil(sent));
    await sent.acknowledged('health');
    await lost.command(approved.caseId, send);
    for (const agency of ['employment', 'health']) await approved.acknowledged(agency);
    const { deliveryId } = await house.outside.report('employment', { caseId: sent.caseId, measureId: sent.idOf('m-job'), outcome: 'in_progress' });
    const reports = async (): Promise<unknown[]> => house.rows(`select from ledger join inbox on inbox.id::text = cause where delivery_id = $1`, [deliveryId]);
    await eventually(async () => ((await reports()).length === 1 ? true : undefined), 'the report is recorded', PATIENCE_MS);
    await everythingIsSettled(house);
    const before = await allTaken();
    const firstKeys = (await Promise.all(['employment', 'health'].map((agency) => taken(agency, approved)))).flat().map(({ idempotencyKey }) => idempotencyKey);
    expect(firstKeys).toHaveLength(2);

    await hand.restore();
    expect(await reports()).toEqual([]);
    expect((await approved.stored()).ipr?.sent).toBe(false);
    // People send the plan that is not sent, as far as they can see; the other referral is due again.
    await desk.command(approved.caseId, send);
    await retry(sent, await parkedUntil(sent));
    await eventually(
      async () => ((await house.rows(`select from alarm where kind = 'ledger_restored' and cleared_at is null`)).length === 1 ? true : undefined),
      'a clock finds the ledger restored',
      PATIENCE_MS,
    );
    await everythingIsSettled(house);
    for (const ghost of ghosts)
      await eventually(async () => ((await statusOf(ghost)) === 'TERMINATED' ? true : undefined), 'the clock of a case that never was is ended', PATIENCE_MS);
    await eventually(async () => ((await reports()).length === 1 ? true : undefined), 'the agency has sent its report again', PATIENCE_MS);
    // Staff and families are served as ever; only agencies hear nothing.
    const newcomer = await HttpLife.open(house, desk);
    await desk.command(newcomer.caseId, { token: 'dev-head', path: 'manager', body: { caseManager: 'manager-1' } });
    expect(await allTaken()).toEqual(before);

    expect(await tirekIn({ DATABASE_URL: house.servers.urls.work }, 'clock', 'release')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('released'),
    });
    for (const agency of ['employment', 'health']) await approved.acknowledged(agency);
    await sent.acknowledged('health');
    // The same key does nothing again; under another key the same measure of the same case tells a twin.
    expect(await taken('health', sent)).toMatchObject([{ times: 2 }]);
    for (const agency of ['employment', 'health']) {
      const [first, twin, ...more] = await taken(agency, approved);
      expect(more).toEqual([]);
      expect(firstKeys).toContain(first?.idempotencyKey);
      expect(firstKeys).not.toContain(twin?.idempotencyKey);
      expect(twin?.message.caseId).toBe(first?.message.caseId);
    }
    expect(await faultsOf(house, desk)).toEqual([]);
  },
  FAULT_WITHIN_MS,
);
