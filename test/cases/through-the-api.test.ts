/**
 * One family's case over HTTP alone, on the real engine: each test is the next stretch of the same
 * road, and what the API shows of it is compared with what the ledger holds.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { AppealRegistered, CommandAnswer } from '../../contracts/http/appeals.js';
import { CasePage, TimelinePage } from '../../contracts/http/cases.js';
import { AlertPage, DutyPage } from '../../contracts/http/duties.js';
import { ProblemBody } from '../../contracts/http/problem.js';
import { STAGES } from '../../domain/case/state.js';
import { explain } from '../../domain/law/explain.js';
import { deadlineDay } from '../../domain/law/term.js';
import type { LedgerLine } from '../../tools/demo/center-api.js';
import { syntheticFamily } from '../fixtures/synthetic-family.js';
import { PLAIN_LAW_IN_FORCE } from '../lives/plain-calendar.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { intake, MANAGER, planning, sent, TOKENS, WalkedCase } from './walked-case.js';

const AGENCIES = ['employment', 'health', 'education'] as const;

let tirek: Tirek;
let walked: WalkedCase;
const family = syntheticFamily({ iin: '900101100500' });

beforeAll(async () => {
  tirek = await startTirek();
});
afterAll(() => tirek.stop());

/** Everything that a list has, page by page. */
async function all<T>(page: (after: string) => Promise<{ items: T[]; next?: string | undefined }>): Promise<T[]> {
  const items: T[] = [];
  for (let after: string | undefined = ''; after !== undefined; ) {
    const { items: more, next } = await page(after === '' ? '' : `&after=${encodeURIComponent(after)}`);
    items.push(...more);
    after = next;
  }
  return items;
}

const duties = (query: string): Promise<z.infer<typeof DutyPage>['items']> => all((after) => tirek.read(DutyPage, `/v1/duties?limit=3${query}${after}`));
const casesAt = async (stage: string): Promise<string[]> => (await tirek.read(CasePage, `/v1/cases?stage=${stage}`)).items.map(({ caseId }) => caseId);
const timeline = (): Promise<LedgerLine[]> => all((after) => tirek.read(TimelinePage, `/v1/cases/${walked.caseId}/timeline?limit=7${after}`));
const typesOf = async (): Promise<string[]> => (await walked.ledger()).map(({ type }) => type);

describe('D-REG: an appeal', () => {
  it('is registered at once, and the same key has the same answer', async () => {
    const asking = { key: randomUUID(), body: family.appeal() };
    const first = await tirek.ask('POST', '/v1/appeals', asking);
    const again = await tirek.ask('POST', '/v1/appeals', asking);
    expect(first.status).toBe(201);
    expect(again).toMatchObject({ status: 201, text: first.text });
    const { caseId, attached, journalNumber } = AppealRegistered.parse(first.json);
    expect(attached).toBe(false);
    const opened = await eventually(() => tirek.center.readCase(caseId), 'the case is opened');
    expect(opened).toMatchObject({ stage: 'intake', law: { calendar: 'plain' }, appeals: [{ journalNumber }] });
  });

  it('opens a case whose first duties are owed from that instant: 256-13-1, 256-13-2, 256-13-INT', async () => {
    walked = await WalkedCase.open(tirek, family);
    const { registeredAt } = walked.appeal;
    const owed = (await duties('&standing=open')).filter(({ caseId }) => caseId === walked.caseId);
    expect(owed.map(({ rule, startedAt }) => [rule, startedAt])).toEqual(['256-13-1', '256-13-2', '256-13-INT'].map((rule) => [rule, registeredAt]));
    expect(await casesAt('intake')).toContain(walked.caseId);
  });
});

describe('a command of another stage', () => {
  it.each([
    ['kk', 'Іс «Қабылдау және бастапқы бағалау» кезеңінде, ал әрекет мына кезеңге жатады: Сүйемелдеу аяқталғаннан кейінгі мониторинг, Жабылды.'],
    ['ru', 'Дело на этапе «Прием и первичная оценка», а действие относится к этапу: Мониторинг после завершения сопровождения, Закрыто.'],
    ['en', 'The case is at the stage "Intake and primary assessment"; the action belongs to: Post-closure monitoring, Closed.'],
  ])('is refused with its rule, in %s, and changes nothing', async (language, sentence) => {
    const before = await walked.ledger();
    const asking = { language, key: randomUUID(), body: family.notice(await walked.paper('result_notice')) };
    const reply = await tirek.ask('POST', `/v1/cases/${walked.caseId}/closure/notice`, asking);
    expect(reply.status).toBe(409);
    expect(reply.headers.get('content-language')).toBe(language);
    const { code, rule, detail } = ProblemBody.parse(reply.json);
    expect({ code, rule, detail }).toEqual({ code: 'wrong_stage', rule: 'D-CL', detail: sentence });
    expect((await tirek.ask('POST', `/v1/cases/${walked.caseId}/closure/notice`, asking)).text).toBe(reply.text);
    expect(await walked.ledger()).toEqual(before);
  });
});

describe('another appeal of the family', () => {
  it('P30: joins the open case by the ИИН, and its own term runs: 256-14-1', async () => {
    await intake(walked);
    const { iin } = family.consent().person;
    const body = family.appeal({ channel: 2 });
    const { attached, caseId, appealId } = await tirek.center.registerAppeal(TOKENS.manager, {
      ...body,
      applicant: { fullName: family.name, ...(iin === undefined ? {} : { iin }) },
    });
    expect({ attached, caseId }).toEqual({ attached: true, caseId: walked.caseId });
    const view = await walked.until('the appeal is attached', ({ appeals }) => appeals.length === 2);
    expect(view.duties.find(({ rule, subject }) => rule === '256-14-1' && subject === appealId)).toMatchObject({ standing: 'open' });
    await walked.give('recordTriage', family.triage(appealId, 'redirect_and_assessment'));
    expect((await typesOf()).filter((type) => type === 'AppealAttached' || type === 'AppealRegistered')).toEqual(['AppealRegistered', 'AppealAttached']);
  });
});

describe('the plan and its agencies', () => {
  it('192-9: each agency has its own measure over HTTP, and the lists show who owes what', async () => {
    await planning(walked, { agencies: AGENCIES, dueInDays: 45 });
    await sent(walked);
    const referrals = await Promise.all(AGENCIES.map((agency) => tirek.simulators.referrals(agency)));
    expect(referrals.map((taken) => taken.filter(({ message }) => message.caseId === walked.caseId).length)).toEqual([1, 1, 1]);
    expect(await casesAt('execution')).toEqual([walked.caseId]);
    const { items } = await tirek.read(CasePage, `/v1/cases?stage=execution&caseManager=${MANAGER}`);
    expect(items).toMatchObject([{ caseId: walked.caseId, overdue: 0, waitingOn: [...AGENCIES].toSorted() }]);
    const owed = await duties('&owner=agency&standing=open');
    expect(owed.map(({ rule, agency }) => `${rule} ${agency}`).toSorted()).toEqual(AGENCIES.map((agency) => `192-11-1 ${agency}`).toSorted());
    expect(await duties('&owner=agency&standing=open&agency=health')).toHaveLength(1);
    expect(await duties('&standing=overdue')).toEqual([]);
  });

  it('192-11-1: a signed report counts once, however often it comes', async () => {
    const deliveryId = randomUUID();
    const reportId = await walked.report({ agency: 'employment', deliveryId, note: 'synthetic' });
    const { measureId } = await walked.measureOf('employment');
    const repeat = await tirek.report({ agency: 'employment', deliveryId, caseId: walked.caseId, measureId, note: 'synthetic' });
    expect(repeat).toEqual({ accepted: true, duplicate: true, reportId, state: 'recorded' });
    const { reports, inbox } = await walked.view();
    expect(reports.map((report) => report.reportId)).toEqual([reportId]);
    expect(inbox).toMatchObject({ duplicates: 1, waiting: 0, rejected: 0, orphan: 0 });
    await walked.markDone('employment', reportId);
  });

  it('192-11-3: a report goes back with norm, reason and new term, and the agency mends it', async () => {
    const first = await walked.report({ agency: 'health' });
    const words = family.returned();
    await walked.give('returnReport', words, { parameters: { reportId: first } });
    const view = await walked.until('the notice is taken', ({ dispatches }) =>
      dispatches.some(({ kind, state }) => kind === 'rework_notice' && state === 'delivered'),
    );
    const rework = view.duties.find(({ rule }) => rule === '192-11-3');
    expect(rework).toMatchObject({ agency: 'health', force: 'internal', standing: 'open' });
    const [notice] = (await tirek.simulators.reworkNotices('health')).filter(({ message }) => message.caseId === walked.caseId);
    expect(notice?.message).toMatchObject({ reportId: first, norm: words.norm, reason: words.reason, newDueOn: rework?.lastDay });
    const second = await walked.report({ agency: 'health' });
    await walked.markDone('health', second);
    expect((await walked.view()).reports.map(({ reportId, mark }) => [reportId, mark])).toEqual(
      expect.arrayContaining([
        [first, 'returned'],
        [second, 'done'],
      ]),
    );
  });
});

describe('an Idempotency-Key', () => {
  it("has its first answer after the case's clock has continued as new", async () => {
    const { measureId } = await walked.measureOf(undefined);
    const path = `/v1/cases/${walked.caseId}/measures/${measureId}/status`;
    const asking = { key: randomUUID(), body: family.status('in_progress') };
    const first = await tirek.ask('POST', path, asking);
    expect(CommandAnswer.parse(first.json)).toMatchObject({ caseId: walked.caseId });
    const firstRun = await currentRun();

    // A run makes way after thirty days of the case's time, at the next quiet moment.
    await walked.clock.forwardTo(await walked.clock.workingDay(25));
    await walked.report({ agency: 'education', outcome: 'in_progress' });
    await eventually(async () => ((await currentRun()) === firstRun ? undefined : true), 'the case continues as new');
    const before = await walked.ledger();

    expect(await tirek.ask('POST', path, asking)).toMatchObject({ status: 200, text: first.text });
    expect(await walked.ledger()).toEqual(before);
    expect(await tirek.ask('POST', path, { ...asking, body: family.status('done') })).toMatchObject({ status: 422, json: { code: 'idempotency_key_reused' } });
  });

  async function currentRun(): Promise<string> {
    return (await tirek.client.workflow.getHandle(walked.workflowId).describe()).runId;
  }
});

describe('the end of the road', () => {
  it('192-12, 256-19-1, D-CL, P24, D-MON: completed, closed, told, accompanied and ended', async () => {
    const { reports } = await walked.view();
    const partial = reports.find(({ mark }) => mark === undefined);
    await walked.give('markStatus', family.status('in_progress', partial?.reportId), { parameters: { measureId: partial?.measureId ?? '' } });
    await walked.markDone('education', await walked.report({ agency: 'education' }));
    await walked.markDone(undefined);
    await walked.give('markCompletion');
    expect(await casesAt('completed')).toEqual([walked.caseId]);
    await walked.give('closeCase', { monitoringMonths: 3 }, { token: TOKENS.head });
    await walked.give('notifyResult', family.notice(await walked.paper('result_notice')));
    for (let month = 1; month <= 3; month += 1) {
      const days = (await walked.view()).duties.filter(({ rule, standing }) => (rule === 'P24' || rule === 'D-MON') && standing === 'open');
      await walked.clock.forwardTo(days.map(({ lastDay }) => lastDay ?? '').toSorted()[0] ?? '');
      await walked.give('recordMonitoringContact', family.contact());
    }
    const end = (await walked.view()).duties.find(({ rule }) => rule === 'D-MON')?.lastDay;
    await walked.clock.forwardTo(end ?? '', 11);
    await walked.give('endMonitoring', family.monitoringEnd());
    await tirek.client.workflow.getHandle(walked.workflowId).result();
    expect(await walked.view()).toMatchObject({ stage: 'closed', overdue: 0, waitingOn: [], monitoringContacts: 3 });
    expect(await casesAt('closed')).toEqual([walked.caseId]);
  });

  it('every duty was met in time, or fell away, and nothing is owed any more', async () => {
    const { duties: ofCase } = await walked.view();
    expect(ofCase.filter(({ standing }) => standing !== 'met' && standing !== 'lapsed')).toEqual([]);
    expect((await duties('')).filter(({ caseId }) => caseId === walked.caseId)).toEqual([]);
  });
});

describe('what the API shows', () => {
  it('why this date: each day of each duty is the domain’s own explanation', async () => {
    const state = await walked.stored();
    expect(state.duties.length).toBeGreaterThan(15);
    for (const duty of state.duties) {
      const why = await tirek.center.why(walked.caseId, duty.key);
      const expected = duty.term === undefined ? undefined : explain(PLAIN_LAW_IN_FORCE.calendar, duty.startedAt, duty.term);
      expect(why.days.map(({ text: _words, ...day }) => day)).toEqual(expected?.days ?? []);
      expect([why.dueAt, why.lastDay]).toEqual(
        expected === undefined ? [undefined, undefined] : [new Date(expected.dueAt).toISOString(), deadlineDay(expected.dueAt)],
      );
      expect(why.calendar).toEqual(expected && { version: 'plain', official: expected.official });
      expect(why.start.seq).toBe(duty.startedSeq);
      expect(why.steps.map(({ step, at }) => [step, at])).toEqual(duty.steps.map(({ step, at }) => [step, new Date(at).toISOString()]));
    }
  });

  it('the timeline is the ledger, entry by entry', async () => {
    const [shown, ledger] = [await timeline(), await walked.ledger()];
    expect(shown.map(withoutWords)).toEqual(
      ledger.map(({ seq, type, at, occurredAt, actor, cause, data, duties: changes }) => ({
        seq,
        type,
        at,
        occurredAt,
        actor,
        cause,
        data: JSON.parse(JSON.stringify(data)) as unknown,
        duties: changes.map((change) => `${change.op} ${change.op === 'opened' ? change.duty.key : change.key}`),
      })),
    );
  });

  it('each moment of the ladder is an alert, each stage was entered in the order of the road', async () => {
    const moments = (await walked.ledger()).flatMap((entry) => (entry.type === 'DeadlineStepReached' ? [entry.data] : []));
    const alerts = await all((after) => tirek.read(AlertPage, `/v1/alerts?limit=2&caseId=${walked.caseId}${after}`));
    const inOrder = (list: readonly { dutyKey: string; step: string; moment: number | string }[]): string[] =>
      list.map(({ dutyKey, step, moment }) => `${new Date(moment).toISOString()} ${dutyKey} ${step}`).toSorted();
    expect(moments.length).toBeGreaterThan(3);
    expect(inOrder(alerts)).toEqual(inOrder(moments));
    expect(alerts.every(({ step }) => step === 'reminder')).toBe(true);
    const others = await Promise.all(STAGES.filter((stage) => stage !== 'closed').map(casesAt));
    expect(others.flat()).not.toContain(walked.caseId);
  });

  /** Instants as numbers and without the words, which only the API has. */
  function withoutWords({ what: _what, recordedAt: _recorded, at, occurredAt, data, duties: changes, ...same }: LedgerLine): object {
    const instants = ['moment', 'dueAt', 'retryAt'];
    return {
      ...same,
      at: Date.parse(at),
      occurredAt: Date.parse(occurredAt),
      data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, instants.includes(name) ? Date.parse(String(value)) : value])),
      duties: changes.map(({ op, key }) => `${op} ${key}`),
    };
  }
});

describe('an appeal after the case was closed', () => {
  it('P30: opens a new case of the same family', async () => {
    const body = family.appeal({ householdId: walked.appeal.householdId });
    const { attached, caseId, householdId } = await tirek.center.registerAppeal(TOKENS.manager, body);
    expect({ attached, householdId }).toEqual({ attached: false, householdId: walked.appeal.householdId });
    expect(caseId).not.toBe(walked.caseId);
    const opened = await eventually(() => tirek.center.readCase(caseId), 'the new case is opened');
    expect(opened).toMatchObject({ stage: 'intake', seq: 1 });
    expect((await walked.view()).appeals).toHaveLength(2);
  });
});
