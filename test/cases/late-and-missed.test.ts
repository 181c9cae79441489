/** Terms that pass: each step of the ladder once, at its legal moment, to the people whom it names; and none after the duty is met. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AlertPage, DutyPage } from '../../contracts/http/duties.js';
import { catalogueOf } from '../../contracts/messages/catalogue.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { Duty } from '../../domain/law/duty.js';
import { addWorkingDays, legalDayOf } from '../../domain/law/calendar.js';
import { PLAIN_LAW_IN_FORCE } from '../lives/plain-calendar.js';
import { ladderByLaw } from '../lives/told-twice.js';
import { eventually } from '../stack/eventually.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { approvedCase, intake, MANAGER, sent, WalkedCase } from './walked-case.js';

const { calendar } = PLAIN_LAW_IN_FORCE;
const CENTER_MAIL = 'almaty-auezov.example';

/** What the Center's backend gets of an alert: ids, codes and instants. */
const AlertRaised = z.strictObject({
  type: z.literal('alert.raised'),
  alertId: z.string(),
  caseId: z.uuid(),
  center: z.string(),
  caseManager: z.string(),
  dutyKey: z.string(),
  rule: z.string(),
  force: z.string(),
  step: z.string(),
  agency: z.string().optional(),
  moment: z.iso.datetime(),
  dueAt: z.iso.datetime(),
  raisedAt: z.iso.datetime(),
  recipients: z.array(z.string()),
  people: z.array(z.string()),
});
type AlertRaised = z.infer<typeof AlertRaised>;
type Alert = z.infer<typeof AlertPage>['items'][number];

let tirek: Tirek;
beforeAll(async () => {
  tirek = await startTirek();
});
afterAll(() => tirek.stop());

async function alertsOf(walked: WalkedCase, dutyKey: string): Promise<Alert[]> {
  const { items } = await tirek.read(AlertPage, `/v1/alerts?caseId=${walked.caseId}&limit=200`);
  return items.filter((alert) => alert.dutyKey === dutyKey).toSorted((a, b) => Date.parse(a.moment) - Date.parse(b.moment));
}

/** What has come to the Center's backend about a duty, which verifies the signature before it keeps anything. */
async function webhooksOf(walked: WalkedCase, dutyKey: string): Promise<{ times: number; body: AlertRaised }[]> {
  const received = (await tirek.simulators.centerWebhooks()).map(({ id, times, body }) => ({ id, times, body: AlertRaised.parse(body) }));
  for (const { id, body } of received) expect(id).toBe(body.alertId);
  return received.filter(({ body }) => body.caseId === walked.caseId && body.dutyKey === dutyKey);
}

/** `step: addresses` of each step of a duty that the digests tell of, in alphabetical order; each address once per step. */
async function mailsOf(walked: WalkedCase, dutyKey: string): Promise<string[]> {
  const link = `/console/cases/${walked.caseId}/duties/${encodeURIComponent(dutyKey)}`;
  const { steps } = catalogueOf('ru');
  const lines = (await tirek.simulators.mail()).flatMap(({ to, text }) =>
    text
      .split('\n\n')
      .filter((item) => item.split('\n').includes(link))
      .map((item) => ({ to: to.join(' '), head: /^\d+\. (.+)$/m.exec(item)?.[1] ?? '' })),
  );
  const named = Object.entries(steps).map(
    ([step, words]) =>
      [
        step,
        lines
          .filter(({ head }) => head.endsWith(`: ${words}`))
          .map(({ to }) => to)
          .toSorted(),
      ] as const,
  );
  return named
    .filter(([, addresses]) => addresses.length > 0)
    .map(([step, addresses]) => `${step}: ${addresses.join(' ')}`)
    .toSorted();
}

/** Waits until each alert of the case has gone both ways. */
async function delivered(walked: WalkedCase): Promise<void> {
  await eventually(async () => {
    const { items } = await tirek.read(AlertPage, `/v1/alerts?caseId=${walked.caseId}&limit=200`);
    return items.every(({ deliveries }) => deliveries.length === 2 && deliveries.every(({ state }) => state === 'delivered')) ? true : undefined;
  }, 'every alert is delivered');
}

async function dutyOf(walked: WalkedCase, rule: string, agency?: string): Promise<Duty> {
  const duty = (await walked.stored()).duties.find((candidate) => candidate.rule === rule && (agency === undefined || candidate.agency === agency));
  if (duty === undefined) throw new Error(`the case owes nothing under ${rule}`);
  return duty;
}

const iso = (instant: Instant): string => new Date(instant).toISOString();

/** The ladder up to and with a step, as the law makes it: walked day by day apart from the engine's arithmetic. */
function ladderUpTo(duty: Duty, step: string): string[] {
  if (duty.term === undefined) throw new Error(`${duty.key} has no term`);
  const ladder = ladderByLaw(calendar, duty, duty.term).map((line) => line.split(' '));
  const end = ladder.findIndex(([name]) => name === step);
  return ladder.slice(0, end + 1).map(([name = '', at = '']) => `${name} ${iso(Number(at))}`);
}

const told = (alerts: readonly { step: string; moment: string }[]): string[] => alerts.map(({ step, moment }) => `${step} ${moment}`);

/** 11:00 of the n-th working day after the one on which the term ends. */
async function pastDue(walked: WalkedCase, duty: Duty, workingDays: number): Promise<void> {
  await walked.clock.forwardTo(addWorkingDays(calendar, legalDayOf((duty.dueAt ?? 0) - 1), workingDays), 11);
}

describe('256-13-2: an assessment that nobody makes in time', () => {
  let walked: WalkedCase;
  let duty: Duty;
  let ladder: string[];

  beforeAll(async () => {
    walked = await WalkedCase.open(tirek);
    await intake(walked);
    duty = await dutyOf(walked, '256-13-2');
    await pastDue(walked, duty, 4);
    ladder = ladderUpTo(duty, 'coordinator');
    await delivered(walked);
  });

  it('is reminded of, overdue, with the head and with the coordinator, each once and at its legal moment', async () => {
    expect(ladder.map((line) => line.split(' ')[0])).toEqual(['reminder', 'overdue', 'head', 'coordinator']);
    const alerts = await alertsOf(walked, duty.key);
    expect(told(alerts)).toEqual(ladder);
    for (const { moment, raisedAt, dueAt, force } of alerts) {
      expect({ dueAt, force }).toEqual({ dueAt: iso(duty.dueAt ?? 0), force: 'law' });
      expect(Date.parse(raisedAt)).toBeGreaterThanOrEqual(Date.parse(moment));
    }
    expect((await walked.view()).overdue).toBe(1);
    expect((await tirek.read(DutyPage, '/v1/duties?standing=overdue&owner=case_manager')).items.map(({ caseId, key }) => [caseId, key])).toEqual([
      [walked.caseId, duty.key],
    ]);
  });

  it('reaches the Center by signed webhook, once each', async () => {
    const webhooks = await webhooksOf(walked, duty.key);
    expect(told(webhooks.map(({ body }) => body)).toSorted()).toEqual(ladder.toSorted());
    expect(webhooks.map(({ times }) => times)).toEqual(webhooks.map(() => 1));
    const overdue = webhooks.find(({ body }) => body.step === 'overdue');
    expect(overdue?.body).toMatchObject({ rule: '256-13-2', center: 'almaty-auezov', caseManager: MANAGER, recipients: ['case_manager', 'unit_head'] });
  });

  it('reaches by mail the posts that the ladder names, with the rule, its words and its last day', async () => {
    expect(await mailsOf(walked, duty.key)).toEqual([
      `coordinator: coordinator@${CENTER_MAIL}`,
      `head: center-head@${CENTER_MAIL}`,
      `overdue: case-manager@${CENTER_MAIL} unit-head@${CENTER_MAIL}`,
      `reminder: case-manager@${CENTER_MAIL}`,
    ]);
    const overdue = (await tirek.simulators.mail()).find(({ to, text }) => to.includes(`unit-head@${CENTER_MAIL}`) && text.includes(walked.caseId));
    expect(overdue?.text).toContain(`Номер в журнале: ${walked.appeal.journalNumber}`);
    expect(overdue?.text).toContain('первичная оценка лица (семьи) для определения трудной жизненной ситуации');
    expect(overdue?.text).toContain('үш жұмыс күні ішінде');
  });

  it('is met late, and after that nobody is told anything of it', async () => {
    await walked.give('completeAssessment', walked.family.assessment());
    await walked.give('determineNeeds', walked.family.needs());
    expect((await walked.view()).duties.find(({ rule }) => rule === '256-13-2')).toMatchObject({ standing: 'met_late' });
    const why = await tirek.center.why(walked.caseId, duty.key);
    expect(why.lateness).toMatchObject({ late: true, workingDays: 4 });
    // The line in the quarter's conclusion would be the next step, three months ahead at most.
    await walked.clock.forwardTo(await walked.clock.workingDay(70));
    await delivered(walked);
    expect(told(await alertsOf(walked, duty.key))).toEqual(ladder);
    expect(told((await webhooksOf(walked, duty.key)).map(({ body }) => body)).toSorted()).toEqual(ladder.toSorted());
    expect((await tirek.center.why(walked.caseId, duty.key)).steps.filter(({ reached }) => !reached).map(({ step }) => step)).toEqual(['quarter_end']);
  });
});

describe('192-11-1: an agency that does not report by its date', () => {
  let walked: WalkedCase;
  let late: Duty;
  let inTime: Duty;

  beforeAll(async () => {
    ({ walked } = await approvedCase(tirek, { agencies: ['employment', 'health'], dueInDays: 10 }));
    await sent(walked);
    await walked.nextWorkingDay(2);
    await walked.markDone('health', await walked.report({ agency: 'health' }));
    await walked.markDone(undefined);
    late = await dutyOf(walked, '192-11-1', 'employment');
    inTime = await dutyOf(walked, '192-11-1', 'health');
    await pastDue(walked, late, 4);
    await delivered(walked);
  });

  it('hears of it itself, then its head and the Center’s, then the coordinator', async () => {
    const ladder = ladderUpTo(late, 'coordinator');
    expect(told(await alertsOf(walked, late.key))).toEqual(ladder);
    const reminders = ladder.filter((line) => line.startsWith('reminder ')).map(() => 'agency@employment.example');
    expect(await mailsOf(walked, late.key)).toEqual([
      `coordinator: coordinator@${CENTER_MAIL}`,
      `head: agency-head@employment.example center-head@${CENTER_MAIL}`,
      `overdue: agency@employment.example case-manager@${CENTER_MAIL} unit-head@${CENTER_MAIL}`,
      ...(reminders.length === 0 ? [] : [`reminder: ${reminders.join(' ')}`]),
    ]);
    const webhooks = await webhooksOf(walked, late.key);
    expect(webhooks.map(({ body }) => body.agency)).toEqual(webhooks.map(() => 'employment'));
    expect((await walked.view()).waitingOn).toEqual(['employment']);
  });

  it('leaves alone the agency that reported in time', async () => {
    expect((await walked.view()).duties.find(({ key }) => key === inTime.key)).toMatchObject({ standing: 'met' });
    expect(await alertsOf(walked, inTime.key)).toEqual([]);
    expect(await webhooksOf(walked, inTime.key)).toEqual([]);
  });

  it('has met it late when it reports at last, and nothing follows', async () => {
    const before = await alertsOf(walked, late.key);
    await walked.markDone('employment', await walked.report({ agency: 'employment' }));
    await walked.give('markCompletion');
    expect((await walked.view()).duties.find(({ key }) => key === late.key)).toMatchObject({ standing: 'met_late' });
    expect(await walked.view()).toMatchObject({ overdue: 0, waitingOn: [], stage: 'completed' });
    await walked.clock.forwardTo(await walked.clock.workingDay(20));
    expect(await alertsOf(walked, late.key)).toEqual(before);
  });
});

describe('duties that are met in time', () => {
  it('256-13-2: reminded of at most, and never escalated', async () => {
    const walked = await WalkedCase.open(tirek);
    await intake(walked);
    const duty = await dutyOf(walked, '256-13-2');
    await walked.nextWorkingDay(2, 15);
    await walked.give('completeAssessment', walked.family.assessment());
    await walked.give('determineNeeds', walked.family.needs());
    await pastDue(walked, duty, 6);
    expect(told(await alertsOf(walked, duty.key))).toEqual(ladderUpTo(duty, 'reminder'));
    expect((await walked.view()).duties.find(({ key }) => key === duty.key)).toMatchObject({ standing: 'met' });
  });
});

describe('192-9: agencies that do not take their referral', () => {
  let walked: WalkedCase;

  beforeAll(async () => {
    ({ walked } = await approvedCase(tirek, { agencies: ['youth', 'sports', 'culture'], dueInDays: 15 }));
    await Promise.all([
      tirek.simulators.behave('youth', { unreachable: 'unavailable', retryAfterSeconds: 0 }),
      tirek.simulators.behave('sports', { refuse: 'term_not_feasible' }),
    ]);
    await walked.give('sendIpr');
    await walked.until('all have an end for now', ({ dispatches }) => dispatches.every(({ state }) => state !== 'pending'));
  });

  const dispatchOf = async (agency: string) => (await walked.view()).dispatches.find((dispatch) => dispatch.agency === agency);
  const standingOf = async (agency: string) => (await walked.view()).duties.find(({ rule, subject }) => rule === '192-9' && subject === agency)?.standing;

  it('wait for nobody: the one that answers has its referral at once', async () => {
    expect(await dispatchOf('culture')).toMatchObject({ state: 'delivered' });
    expect(await standingOf('culture')).toBe('met');
  });

  it('an unreachable one is parked where people see it, with the moment of the next attempt', async () => {
    const parked = await dispatchOf('youth');
    expect(parked).toMatchObject({ state: 'parked', kind: 'referral' });
    expect(await standingOf('youth')).toBe('open');
    const entry = (await walked.ledger()).find(({ type }) => type === 'DispatchParked');
    expect(entry?.data).toMatchObject({ agency: 'youth', reason: 'http_503', retryAt: Date.parse(parked?.retryAt ?? '') });
    expect((await walked.view()).waitingOn).toContain('youth');
  });

  it('and is tried again by itself until it is reached, after which nothing is owed', async () => {
    await tirek.simulators.behave('youth', {});
    await walked.nextMoment();
    await walked.until('the referral is delivered', ({ dispatches }) => dispatches.some(({ agency, state }) => agency === 'youth' && state === 'delivered'));
    expect(await standingOf('youth')).toBe('met');
    const taken = (await tirek.simulators.referrals('youth')).filter(({ message }) => message.caseId === walked.caseId);
    expect(taken.map(({ times }) => times)).toEqual([1]);
    expect((await walked.ledger()).filter(({ type, data }) => type === 'DispatchDelivered' && 'agency' in data && data.agency === 'youth')).toHaveLength(1);
  });

  it('a refusing one is shown with its reason, is not asked again, and the duty to inform it goes overdue', async () => {
    expect(await dispatchOf('sports')).toMatchObject({ state: 'refused' });
    const refusals = (await walked.ledger()).filter(({ type }) => type === 'DispatchRefused');
    expect(refusals.map(({ data }) => data)).toMatchObject([{ agency: 'sports', reason: 'term_not_feasible' }]);
    const duty = (await walked.stored()).duties.find(({ rule, subject }) => rule === '192-9' && subject === 'sports');
    await pastDue(walked, duty!, 1);
    expect(await standingOf('sports')).toBe('overdue');
    expect(await standingOf('youth')).toBe('met');
    expect((await walked.ledger()).filter(({ type }) => type === 'DispatchRefused')).toHaveLength(1);
    await delivered(walked);
    expect((await webhooksOf(walked, duty!.key)).map(({ body }) => body.step).toSorted()).toEqual(['overdue', 'reminder']);
  });
});
