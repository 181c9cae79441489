/** kill -9 of everything around the worker: the API, Postgres, and all of it at once. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { straightRoad } from '../lives/straight-road.js';
import { eventually } from '../stack/eventually.js';
import type { AppealReceipt, Asking, Reply, Report } from './center-desk.js';
import { requestOf } from './command-requests.js';
import { FAULT_WITHIN_MS, PATIENCE_MS } from './house.js';
import { HttpLife } from './http-life.js';
import { sceneForAll } from './scene.js';
import { alertsAreDelivered, everythingIsSettled, faultsOf } from './soundness.js';
import { AGENCIES, beforeFanOut, fanOut, measureOf } from './wide-road.js';

const scene = sceneForAll();

describe('the API, between the inbox and the relay', () => {
  /** An appeal of a new family, or of a known one. */
  function appeal(householdId?: string): Asking {
    const family = householdId === undefined ? { applicant: { fullName: 'Synthetic Person' } } : { householdId };
    return { token: 'dev-manager', path: '/v1/appeals', body: { channel: 1, threat: false, text: 'A synthetic appeal.', ...family }, key: randomUUID() };
  }

  function reportOf(life: HttpLife, agency: string): Report {
    return { agency, deliveryId: `${life.caseId}:${agency}`, caseId: life.caseId, measureId: life.idOf(measureOf(agency)), outcome: 'performed' };
  }

  function accepted<T>(reply: Reply<T> | undefined, status: number): Reply<T> {
    if (reply?.status !== status) throw new Error(`answered with ${reply === undefined ? 'nothing' : reply.text}`);
    return reply;
  }

  it(
    'D-REG, 192-11-1: appeals and reports that were accepted are in the ledger exactly once',
    async () => {
      const { house, desk, hand } = scene;
      const life = await HttpLife.open(house, desk);
      await life.live(life.inMyWeeks([...beforeFanOut(), ...fanOut()]));
      await alertsAreDelivered(house);
      await house.kill('relay');
      const appeals = [appeal(), appeal(), appeal(), appeal(life.appeal.householdId), appeal(life.appeal.householdId)];
      const registered = await Promise.all(appeals.map(async (asking) => accepted(await desk.once<AppealReceipt>(asking), 201)));
      // Nothing can be decided at the door: the reports are durable and wait.
      await hand.holdBeforeCommit();
      const reports = AGENCIES.map((agency) => reportOf(life, agency));
      const received = await Promise.all(reports.map(async (report) => accepted(await desk.deliverOnce(report), 202)));
      expect(received.map(({ body }) => body.state)).toEqual(AGENCIES.map(() => 'waiting'));
      await house.kill('api');
      expect(await house.rows(`select id from inbox where state = 'waiting'`)).toHaveLength(AGENCIES.length);
      await hand.letGo();

      await house.start('api');
      // Of these the sender never learns what came of them: some may be written down, some not.
      const torn = Array.from({ length: 8 }, () => appeal());
      const silence = Promise.all(torn.map((asking) => desk.once<AppealReceipt>(asking)));
      await eventually(
        async () => ((await house.rows('select from appeal')).length > 1 + appeals.length ? true : undefined),
        'one of them is written down',
        PATIENCE_MS,
      );
      await house.kill('api');
      const tornReplies = await silence;

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
        expect(await desk.report(report)).toMatchObject({ reportId: received[index]?.body.reportId, duplicate: true });
      }
      await house.start('relay');
      expect(await faultsOf(house, desk)).toEqual([]);

      const numbers = await house.rows<{ number: string }>('select journal_number as number from appeal order by 1');
      // One of the case itself; none was left out and none given twice.
      const all = 1 + appeals.length + torn.length;
      expect(numbers.map(({ number }) => Number(number.slice(-6)))).toEqual(Array.from({ length: all }, (_, index) => index + 1));
      const types = (await life.ledger()).map(({ type }) => type);
      expect(types.filter((type) => type === 'AppealAttached')).toHaveLength(2);
      expect(types.filter((type) => type === 'ReportReceived')).toHaveLength(AGENCIES.length);
    },
    FAULT_WITHIN_MS,
  );
});

describe('Postgres, while a take writes', () => {
  const assign = (caseManager: string): Asking => ({ token: 'dev-head', path: 'manager', body: { caseManager }, key: randomUUID() });

  async function managersOf(life: HttpLife): Promise<string[]> {
    return (await life.ledger()).flatMap((entry) => (entry.type === 'CaseManagerAssigned' ? entry.data.caseManager : []));
  }

  it(
    'a take that was not committed is written once after the outage',
    async () => {
      const { house, desk, hand } = scene;
      const life = await HttpLife.open(house, desk);
      await hand.holdBeforeCommit();
      const asked = desk.command(life.caseId, assign('manager-1'));
      await hand.untilHeldBeforeCommit();
      await house.killServer('postgres');
      await house.restartServer('postgres');
      expect((await asked).body).toMatchObject({ seq: 2 });
      expect(await managersOf(life)).toEqual(['manager-1']);
      expect(await faultsOf(house, desk)).toEqual([]);
    },
    FAULT_WITHIN_MS,
  );

  it(
    'a take that was committed without a word of it is not written twice',
    async () => {
      const { house, desk, hand } = scene;
      const life = await HttpLife.open(house, desk);
      // A look whose commit is held would hold the case.
      await everythingIsSettled(house);
      await hand.holdBackWord();
      const asked = desk.command(life.caseId, assign('manager-1'));
      await hand.untilCommittedUntold();
      await house.killServer('postgres');
      await hand.forgetStandby();
      await house.restartServer('postgres');
      // It is in the ledger before anybody has asked again.
      expect(await managersOf(life)).toEqual(['manager-1']);
      expect((await asked).body).toMatchObject({ seq: 2 });
      await desk.command(life.caseId, assign('manager-2'));
      expect(await managersOf(life)).toEqual(['manager-1', 'manager-2']);
      expect(await faultsOf(house, desk)).toEqual([]);
    },
    FAULT_WITHIN_MS,
  );

  it(
    'no accepted command is lost and none done twice while it is killed again and again',
    async () => {
      const { house, desk } = scene;
      const lives = await Promise.all([HttpLife.open(house, desk), HttpLife.open(house, desk), HttpLife.open(house, desk)]);
      const wanted = Array.from({ length: 25 }, (_, index) => `manager-${index + 1}`);
      const from = desk.commands.length;
      const working = Promise.all(
        lives.map(async (life) => {
          for (const manager of wanted) await desk.command(life.caseId, assign(manager));
        }),
      );
      for (const share of [0.2, 0.5]) {
        const enough = from + Math.floor(share * wanted.length * lives.length);
        await eventually(async () => (desk.commands.length >= enough ? true : undefined), `${enough} commands are accepted`, PATIENCE_MS);
        await house.killServer('postgres');
        await house.restartServer('postgres');
      }
      await working;
      for (const life of lives) expect(await managersOf(life)).toEqual(wanted);
      expect(await faultsOf(house, desk)).toEqual([]);
    },
    FAULT_WITHIN_MS,
  );
});

describe('the whole machine', () => {
  const DAY_MS = 86_400_000;

  it(
    'D-CL: loses its power when a closing is committed and nobody has been told; the terms that it opened are watched',
    async () => {
      const { house, desk, hand } = scene;
      const life = await HttpLife.open(house, desk);
      const road = life.inMyWeeks(straightRoad());
      const place = road.findIndex((doing) => 'command' in doing && doing.command.kind === 'closeCase');
      const closing = road[place];
      if (closing === undefined || !('command' in closing)) throw new Error('the road closes its case');
      await life.live(road.slice(0, place));
      await life.sleepUntil(closing.at);
      await everythingIsSettled(house);
      await hand.holdBackWord();
      const { path, ...asking } = requestOf(closing.command, (words) => life.idOf(words));
      const reply = desk.once({ ...asking, path: `/v1/cases/${life.caseId}/${path}` });
      await hand.untilCommittedUntold();
      await Promise.all([house.kill('worker'), house.kill('api'), house.kill('relay'), house.killServer('temporal'), house.killServer('postgres')]);
      await hand.forgetStandby();
      expect(await reply).toBeUndefined();
      await Promise.all([house.restartServer('temporal'), house.restartServer('postgres')]);
      await house.start('worker', 'api', 'relay');
      const { stage, stageEnteredAt } = await life.stored();
      expect(stage).toBe('monitoring');
      await life.sleepUntil(stageEnteredAt + 4 * DAY_MS);
      const steps = (await life.ledger()).flatMap((entry) => (entry.type === 'DeadlineStepReached' && entry.data.rule === 'D-CL' ? entry.data.step : []));
      expect(steps).toEqual(['reminder', 'exceeded', 'head']);
      expect(await faultsOf(house, desk)).toEqual([]);
    },
    FAULT_WITHIN_MS,
  );
});
