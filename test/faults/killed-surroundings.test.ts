/** kill -9 of everything around the worker: the API, Temporal, Postgres. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EntryOf } from '../../domain/case/facts.js';
import { caseTime } from '../../scripts/demo/fast-forward.js';
import { eventually } from '../stack/eventually.js';
import { codeOf, type AppealReceipt, type Asking, type Reply, type Report } from './center-desk.js';
import { FAULT_WITHIN_MS, PATIENCE_MS } from './house.js';
import { HttpLife } from './http-life.js';
import { sceneForAll } from './scene.js';
import { alertsAreDelivered, faultsOf } from './soundness.js';
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

  it('D-REG, 192-11-1: appeals and reports that were accepted are in the ledger exactly once', async () => {
    const { house, desk } = scene;
    const life = await HttpLife.open(house, desk);
    await life.live(life.inMyWeeks([...beforeFanOut(), ...fanOut()]));
    await alertsAreDelivered(house);
    await house.kill('relay');
    const appeals = [appeal(), appeal(), appeal(), appeal(life.appeal.householdId), appeal(life.appeal.householdId)];
    const reports = AGENCIES.map((agency) => reportOf(life, agency));
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
    const all = 1 + appeals.length + torn.length;
    expect(numbers.map(({ number }) => Number(number.slice(-6)))).toEqual(Array.from({ length: all }, (_, index) => index + 1));
    const types = (await life.ledger()).map(({ type }) => type);
    expect(types.filter((type) => type === 'AppealAttached')).toHaveLength(2);
    expect(types.filter((type) => type === 'ReportReceived')).toHaveLength(AGENCIES.length);
  }, FAULT_WITHIN_MS);
});

describe('Temporal, while a moment of the law comes', () => {
  /** So long before the moment Temporal is killed; the rest of the term passes while it is away. */
  const LEAD_MS = 6_000;

  async function stepsOf(life: HttpLife, dutyKey: string, step: string): Promise<EntryOf<'DeadlineStepReached'>[]> {
    return (await life.ledger()).filter(
      (entry): entry is EntryOf<'DeadlineStepReached'> => entry.type === 'DeadlineStepReached' && entry.data.dutyKey === dutyKey && entry.data.step === step,
    );
  }

  const interview = (): Asking => ({ token: 'dev-manager', path: 'interview', body: { note: 'A synthetic note.' }, key: randomUUID() });

  it('256-13-2: the end of the term falls into the outage and is told once, at 24:00 of its last day', async () => {
    const { house, desk } = scene;
    const life = await HttpLife.open(house, desk);
    const duty = (await life.stored()).duties.find(({ rule }) => rule === '256-13-2');
    if (duty?.dueAt === undefined) throw new Error('256-13-2 is owed from the registration on');
    const { key, dueAt } = duty;
    await life.sleepUntil(dueAt - LEAD_MS);
    const ahead = (await caseTime(house.client, life.workflowId)) - Date.now();
    const once = (asking: Asking) => desk.once({ ...asking, path: `/v1/cases/${life.caseId}/interview` });
    // Some are on their way into the server when it dies, some come while it is away.
    const caught = Array.from({ length: 4 }, interview);
    const caughtReplies = Promise.all(caught.map(once));
    await house.killServer('temporal');
    const late = [interview(), interview()];
    const replies = await Promise.all(late.map(once));
    expect(replies.map((reply) => reply && `${reply.status} ${codeOf(reply)}`)).toEqual(['503 outcome_unknown', '503 outcome_unknown']);
    await caughtReplies;
    await eventually(async () => (Date.now() + ahead > dueAt + 1_000 ? true : undefined), 'the moment has passed', PATIENCE_MS);
    expect(await stepsOf(life, key, 'overdue')).toEqual([]);

    await house.restartServer('temporal');
    const asked = [...caught, ...late];
    const answers = await Promise.all(asked.map((asking) => desk.command(life.caseId, asking)));
    const told = await eventually(async () => {
      const steps = await stepsOf(life, key, 'overdue');
      return steps.length > 0 ? steps : undefined;
    }, 'the step is told', PATIENCE_MS);
    expect(told).toMatchObject([{ occurredAt: dueAt, data: { moment: dueAt, dueAt } }]);
    expect(told[0]?.at).toBeGreaterThan(dueAt);
    for (const [index, asking] of asked.entries()) expect((await desk.command(life.caseId, asking)).text).toBe(answers[index]?.text);
    expect((await life.ledger()).filter(({ type }) => type === 'InterviewHeld')).toHaveLength(asked.length);
    expect(await faultsOf(house, desk)).toEqual([]);
  }, FAULT_WITHIN_MS);
});

describe('Postgres, while the journal writes', () => {
  const assign = (caseManager: string): Asking => ({ token: 'dev-head', path: 'manager', body: { caseManager }, key: randomUUID() });

  async function managersOf(life: HttpLife): Promise<string[]> {
    return (await life.ledger()).flatMap((entry) => (entry.type === 'CaseManagerAssigned' ? entry.data.caseManager : []));
  }

  it('a turn that was not committed is written once after the outage', async () => {
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
  }, FAULT_WITHIN_MS);

  it('a turn that was committed without a word of it is not written twice', async () => {
    const { house, desk, hand } = scene;
    const life = await HttpLife.open(house, desk);
    await hand.holdBeforeCommit();
    const asked = desk.command(life.caseId, assign('manager-1'));
    await hand.untilHeldBeforeCommit();
    await hand.commitUntold();
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

  it('no accepted command is lost and none done twice while it is killed again and again', async () => {
    const { house, desk } = scene;
    const lives = await Promise.all([HttpLife.open(house, desk), HttpLife.open(house, desk), HttpLife.open(house, desk)]);
    const wanted = Array.from({ length: 40 }, (_, index) => `manager-${index + 1}`);
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
  }, FAULT_WITHIN_MS);
});
