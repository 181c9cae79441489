/** Part "webhooks": how soon a report is accepted while fifty agencies' systems send, each one report after another. */
import { SECTORS } from '../../../domain/law/sectors.js';
import { CURRENT_LAW } from '../../commands/current-law.js';
import { ReportReceipt } from '../../../contracts/agency-protocol.js';
import { allOf } from '../all-of.js';
import { SENDERS, type BenchStack } from '../bench-stack.js';
import { cpuMsEach, cpuSeconds, spentBetween, type CpuMsEach, type CpuSeconds } from '../cpu-time.js';
import { FamilyLife } from '../family-life.js';
import { percentile, spreadOf, type Spread } from '../statistics.js';

/** Aim of the design for the slowest of a hundred. */
export const MOST_MS_P99 = 60;

export interface WebhookOptions {
  runs: number;
  /** Open cases that the reports are about. */
  cases: number;
  /** Reports of one run, at most. */
  reports: number;
  /** A run ends after so many seconds, at the latest. */
  seconds: number;
}

export interface WebhookLatency {
  senders: number;
  cases: number;
  reportsPerRun: number[];
  p50: Spread | undefined;
  p99: Spread | undefined;
  slowest: Spread | undefined;
  acceptedPerSecond: Spread | undefined;
  /** Until the case had taken the last report of a run, from its acceptance (s). */
  takenAfterSeconds: Spread | undefined;
  /** Answers other than 202, by status. */
  otherAnswers: Record<string, number>;
  /** CPU of one report while it is sent, by process (ms), where the system tells. */
  cpuMsPerReport: CpuMsEach;
}

interface RunOfSenders {
  cpu?: CpuSeconds | undefined;
  latencies: number[];
  seconds: number;
  accepted: string[];
}

/** As many lives at once are begun, so that the preparation is no burst of its own. */
const BEGUN_AT_ONCE = 5;
const AGENCIES = SECTORS.map(({ code }) => code);
const TAKEN_WITHIN_MS = 120_000;

export async function measureWebhooks(stack: BenchStack, options: WebhookOptions, tell: (line: string) => void): Promise<WebhookLatency> {
  tell(`Webhooks: bringing ${options.cases} cases to the point where agencies report`);
  const lives = await openLives(stack, options.cases);
  const otherAnswers: Record<string, number> = {};
  await senders(stack, lives, { ...options, reports: SENDERS * 4 }, otherAnswers); // warms code and connections
  const runs: RunOfSenders[] = [];
  const taken: number[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    tell(`Webhooks: ${SENDERS} senders, run ${run} of ${options.runs}`);
    const ran = await senders(stack, lives, options, otherAnswers);
    runs.push(ran);
    taken.push(await untilTaken(stack, ran));
  }
  return {
    senders: SENDERS,
    cases: options.cases,
    reportsPerRun: runs.map(({ latencies }) => latencies.length),
    p50: spreadOf(runs.flatMap(({ latencies }) => percentile(latencies, 0.5) ?? [])),
    p99: spreadOf(runs.flatMap(({ latencies }) => percentile(latencies, 0.99) ?? [])),
    slowest: spreadOf(runs.flatMap(({ latencies }) => percentile(latencies, 1) ?? [])),
    acceptedPerSecond: spreadOf(runs.map(({ latencies, seconds }) => latencies.length / seconds)),
    takenAfterSeconds: spreadOf(taken),
    otherAnswers,
    cpuMsPerReport: cpuMsEach(runs.map(({ cpu, latencies }) => ({ cpu, done: latencies.length }))),
  };
}

async function openLives(stack: BenchStack, count: number): Promise<FamilyLife[]> {
  const lives: FamilyLife[] = [];
  while (lives.length < count) {
    const some = Array.from({ length: Math.min(BEGUN_AT_ONCE, count - lives.length) }, async () => {
      const life = await FamilyLife.begin(stack, { agencies: AGENCIES, calendar: CURRENT_LAW.calendar });
      await life.live('sendIpr');
      await life.learnMeasures();
      return life;
    });
    lives.push(...(await allOf(some)));
  }
  return lives;
}

/** One run: each sender waits for the answer before it sends its next report. */
async function senders(stack: BenchStack, lives: readonly FamilyLife[], { reports, seconds }: WebhookOptions, otherAnswers: Record<string, number>): Promise<RunOfSenders> {
  const ran: RunOfSenders = { latencies: [], seconds: 0, accepted: [] };
  const before = await cpuSeconds();
  const startedAt = performance.now();
  let next = 0;
  const sendOn = async (): Promise<void> => {
    while (next < reports && performance.now() - startedAt < seconds * 1_000) {
      const number = next;
      next += 1;
      await sendOne(stack, lives, number, ran, otherAnswers);
    }
  };
  await allOf(Array.from({ length: SENDERS }, sendOn));
  const took = (performance.now() - startedAt) / 1_000;
  return { ...ran, seconds: took, cpu: spentBetween(before, await cpuSeconds()) };
}

/** Case and agency by turns; signed before the watch is started, as the sender's own work. */
async function sendOne(stack: BenchStack, lives: readonly FamilyLife[], number: number, ran: RunOfSenders, otherAnswers: Record<string, number>): Promise<void> {
  const life = lives[number % lives.length];
  const agency = AGENCIES[Math.floor(number / lives.length) % AGENCIES.length];
  if (life === undefined || agency === undefined) throw new Error('there is no case to report on');
  const signed = stack.reports.sign(agency, { caseId: life.caseId, measureId: life.measureOf(agency), outcome: 'in_progress' });
  const sentAt = performance.now();
  const { status, text } = await stack.reports.post(signed);
  const ms = performance.now() - sentAt;
  if (status !== 202) {
    otherAnswers[status] = (otherAnswers[status] ?? 0) + 1;
    return;
  }
  ran.latencies.push(ms);
  ran.accepted.push(ReportReceipt.parse(JSON.parse(text)).reportId);
}

/** Lets what was accepted be taken, so that the next run begins with an empty inbox. */
async function untilTaken(stack: BenchStack, { accepted }: RunOfSenders): Promise<number> {
  const startedAt = performance.now();
  await stack.inbox.taken(accepted, TAKEN_WITHIN_MS);
  return (performance.now() - startedAt) / 1_000;
}
