/** The demonstration: a synthetic family goes the whole road on the running stack. */
import { Client, Connection } from '@temporalio/client';
import { caseWorkflowId } from '../../contracts/case-clock.js';
import { createPool } from '../../db/pool.js';
import type { Calendar } from '../../domain/law/calendar.js';
import { createSimulatorsClient } from '../../simulators/client.js';
import type { Taken } from '../../simulators/control-protocol.js';
import { until } from '../../process/deadline.js';
import type { BearerOf } from '../provider/token-source.js';
import { costOf, type CaseCost } from './billable-actions.js';
import { CaseClock } from './case-clock.js';
import { CaseTimes } from './case-times.js';
import { createCenterApi, type CaseView } from './center-api.js';
import { checksOf, stagesOf, type Check, type Evidence } from './checks.js';
import { CAST } from './demo-plan.js';
import * as road from './road.js';
import { Story } from './story.js';
import { TOKENS, Walk } from './walk.js';

export interface DemoOptions {
  api: string;
  temporal: string;
  namespace: string;
  /** URL of the running stack's database: what marks a case as one that skips time. */
  postgresOwner: string;
  /** Address of the simulators' control. */
  simulators: string;
  calendar: Calendar;
  /** Tokens for the names of development people; default: the names themselves. */
  bearerOf?: BearerOf;
  tell: (text: string) => void;
}

export interface DemoSummary {
  caseId: string;
  stages: { name: string; enteredAt: string }[];
  obligations: { rule: string; subject: string; owner: string; agency: string | null; dueAt: string | null; metAt: string | null; state: string }[];
  alerts: { rule: string; dutyKey: string; step: string; moment: string; dueAt: string; raisedAt: string; recipients: readonly string[] }[];
  deliveries: { accepted: number; duplicates: number };
  historyEvents: number;
  billableActions: number;
  wallSeconds: number;
}

export interface DemoResult {
  summary: DemoSummary;
  checks: readonly Check[];
  cost: CaseCost;
}

const SETTLES_WITHIN_MS = 10_000;

/** Goes the road and looks at what is left of it. Rejects when a step of it was refused or never came. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const startedAt = Date.now();
  const connection = await Connection.connect({ address: options.temporal, connectTimeout: '3s' }).catch(() => {
    throw new Error(`no Temporal server answers at ${options.temporal}, is the stack running?`);
  });
  const pool = createPool(options.postgresOwner, { applicationName: 'tirek-demo', max: 2 });
  try {
    const client = new Client({ connection, namespace: options.namespace });
    const { walk, appealId } = await openCase(client, new CaseTimes(pool), options);
    await goTheRoad(walk, appealId);
    const evidence = await gather(client, walk);
    const cost = await costOf(client, caseWorkflowId(walk.caseId));
    const wallSeconds = Math.round((Date.now() - startedAt) / 100) / 10;
    return { summary: summaryOf(evidence, cost, wallSeconds), checks: checksOf(evidence), cost };
  } finally {
    await Promise.all([connection.close(), pool.end()]);
  }
}

/**
 * Registers the appeal by telephone, without the ИИН, which comes with the consent: so that each run
 * is a new family, although the synthetic ИИН is always the same.
 */
async function openCase(client: Client, times: CaseTimes, options: DemoOptions): Promise<{ walk: Walk; appealId: string }> {
  const api = createCenterApi(options.api, TOKENS.head, options.bearerOf);
  const simulators = createSimulatorsClient(options.simulators);
  const story = new Story(options.tell);
  await road.setTheScene({ simulators });
  const { caseId, appealId, journalNumber } = await api.registerAppeal(TOKENS.manager, {
    channel: 1,
    threat: false,
    applicant: { fullName: road.PERSON.fullName },
    text: 'A synthetic appeal.',
  });
  story.say(
    `A family turns to the Center itself (channel 1). Journal number ${journalNumber} at once; the case is ${caseId}. All times are those of the case, Asia/Almaty.`,
  );
  const clock = new CaseClock(client, times, caseId, options.calendar);
  const walk = new Walk({ api, clock, story, simulators, caseId });
  await walk.news();
  return { walk, appealId };
}

async function goTheRoad(walk: Walk, appealId: string): Promise<void> {
  try {
    await road.intake(walk, appealId);
    await road.planning(walk);
    await road.fanOut(walk);
    await road.firstReports(walk);
    await road.secondReports(walk);
    await road.missedTerm(walk);
    await road.closing(walk);
    await road.monitoring(walk);
  } finally {
    await road.clearTheScene(walk);
  }
}

/** What is left when the road has been gone; alerts on their way get a moment to arrive. */
async function gather(client: Client, walk: Walk): Promise<Evidence> {
  const { api, caseId, simulators } = walk;
  const completed = await until(() => hasCompleted(client, caseId), SETTLES_WITHIN_MS, 20);
  await until(
    async () => {
      const arrived = (await api.alerts(caseId)).every(({ deliveries }) => deliveries.every(({ state }) => state === 'delivered'));
      return arrived && (await walk.view()).inbox.waiting === 0 ? true : undefined;
    },
    SETTLES_WITHIN_MS,
    50,
  );
  return {
    view: await walk.view(),
    ledger: await api.timeline(caseId, 0),
    alerts: await api.alerts(caseId),
    referrals: await takenOf((agency) => simulators.referrals(agency), caseId),
    reworkNotices: await takenOf((agency) => simulators.reworkNotices(agency), caseId),
    workflowCompleted: completed === true,
  };
}

async function hasCompleted(client: Client, caseId: string): Promise<true | undefined> {
  const { status } = await client.workflow.getHandle(caseWorkflowId(caseId)).describe();
  return status.name === 'COMPLETED' ? true : undefined;
}

async function takenOf(ask: (agency: string) => Promise<Taken[]>, caseId: string): Promise<Taken[]> {
  const taken = await Promise.all([...CAST.early, ...CAST.later, CAST.silent].map((agency) => ask(agency)));
  return taken.flat().filter(({ message }) => message.caseId === caseId);
}

function summaryOf({ view, ledger, alerts }: Evidence, cost: CaseCost, wallSeconds: number): DemoSummary {
  const { duplicates, ...received } = view.inbox;
  return {
    caseId: view.caseId,
    stages: stagesOf(ledger),
    obligations: view.duties.map(obligationOf),
    alerts: alerts.map(({ rule, dutyKey, step, moment, dueAt, raisedAt, recipients }) => ({ rule, dutyKey, step, moment, dueAt, raisedAt, recipients })),
    deliveries: { accepted: Object.values(received).reduce((sum, count) => sum + count, 0), duplicates },
    historyEvents: cost.historyEvents,
    billableActions: cost.billableActions,
    wallSeconds,
  };
}

function obligationOf({ rule, subject, owner, agency, dueAt, endedAt, standing }: CaseView['duties'][number]): DemoSummary['obligations'][number] {
  const met = standing === 'met' || standing === 'met_late';
  return { rule, subject, owner, agency: agency ?? null, dueAt: dueAt ?? null, metAt: met ? (endedAt ?? null) : null, state: standing };
}
