/** How soon a report is accepted, by fifty senders that wait for their answers and by a stream that does not, and how soon it is recorded. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../../../db/pool.js';
import { developmentOrganisationId } from '../../../db/development-organisations.js';
import { SECTORS } from '../../../domain/law/sectors.js';
import { CURRENT_LAW } from '../../../cli/commands/current-law.js';
import { until } from '../../../process/deadline.js';
import { allOf } from '../all-of.js';
import { SENDERS, type BenchStack } from '../bench-stack.js';
import { cpuSeconds, spentBetween } from '../cpu-time.js';
import { FamilyLife } from '../family-life.js';
import { percentile } from '../statistics.js';
import { databaseNow, recordedAfter, withDatabase } from './database.js';
import { FigureSet, type Figure, type FigureEffort, type Tell } from './figure.js';

/** As many lives at once are begun, so that the preparation is no burst of its own. */
const BEGUN_AT_ONCE = 5;
const AGENCIES = SECTORS.map(({ code }) => developmentOrganisationId(code));
const TAKEN_WITHIN_MS = 180_000;
const REFERRED_WITHIN_MS = 120_000;
const A_SECOND = 200;

export async function measureReports(stack: BenchStack, effort: FigureEffort, tell: Tell): Promise<Figure[]> {
  const figures = new FigureSet();
  tell(`Reports: bringing ${effort.cases} cases to the point where agencies report`);
  const lives = await openLives(stack, effort.cases);
  const sending = new Sending(stack, lives);
  await closedLoop(sending, SENDERS * 4, effort.seconds); // warms code and connections
  await withDatabase(stack, async (pool) => {
    for (let run = 1; run <= effort.runs; run += 1) {
      tell(`Reports of ${SENDERS} senders, run ${run} of ${effort.runs}`);
      await measured(sending, pool, `${SENDERS} senders`, figures, () => closedLoop(sending, effort.reports, effort.seconds));
      tell(`${A_SECOND} reports a second, run ${run} of ${effort.runs}`);
      await measured(sending, pool, `${A_SECOND} a second`, figures, () => openLoop(sending, effort.seconds / 2));
    }
  });
  figures.add('reports: answers other than 202', '', sending.others, 0);
  return figures.all();
}

async function measured(sending: Sending, pool: Pool, how: string, figures: FigureSet, send: () => Promise<number[]>): Promise<void> {
  const [since, cpu, startedAt] = [await databaseNow(pool), await cpuSeconds(), performance.now()];
  sending.accepted.length = 0;
  const ms = await send();
  const seconds = (performance.now() - startedAt) / 1_000;
  const spent = spentBetween(cpu, await cpuSeconds()) ?? {};
  await sending.stack.inbox.taken([...sending.accepted], TAKEN_WITHIN_MS);
  const recorded = await recordedAfter(pool, since);
  figures.add(`reports of ${how}: accepted, p50`, 'ms', percentile(ms, 0.5));
  figures.add(`reports of ${how}: accepted, p99`, 'ms', percentile(ms, 0.99));
  figures.add(`reports of ${how}: accepted a second`, '1/s', ms.length / seconds, 0);
  figures.add(`reports of ${how}: recorded after acceptance, p50`, 'ms', percentile(recorded, 0.5), 0);
  figures.add(`reports of ${how}: recorded after acceptance, p99`, 'ms', percentile(recorded, 0.99), 0);
  const sum = Object.values(spent).reduce((total, each) => total + each, 0);
  figures.add(`reports of ${how}: CPU of one, while they are sent`, 'ms', (sum / ms.length) * 1_000, 2);
  for (const [process, each] of Object.entries(spent)) figures.add(`reports of ${how}: CPU of one, ${process}`, 'ms', (each / ms.length) * 1_000, 2);
}

async function openLives(stack: BenchStack, count: number): Promise<FamilyLife[]> {
  const lives: FamilyLife[] = [];
  while (lives.length < count) {
    const some = Array.from({ length: Math.min(BEGUN_AT_ONCE, count - lives.length) }, async () => {
      const life = await FamilyLife.begin({ ...stack, skipsTime: false }, { agencies: AGENCIES, calendar: CURRENT_LAW.calendar });
      await life.live('sendIpr');
      await life.learnMeasures();
      await referred(stack, life);
      return life;
    });
    lives.push(...(await allOf(some)));
  }
  return lives;
}

/** What the plan sets going is no cost of a report. */
async function referred(stack: BenchStack, { caseId }: FamilyLife): Promise<void> {
  const delivered = await until(
    async () => {
      const view = await stack.api.readCase(caseId);
      return view?.dispatches.every(({ state }) => state === 'delivered') === true ? true : undefined;
    },
    REFERRED_WITHIN_MS,
    250,
  );
  if (!delivered) throw new Error('not every agency took its referral');
}

class Sending {
  readonly stack: BenchStack;
  readonly accepted: string[] = [];
  others = 0;
  private readonly lives: readonly FamilyLife[];
  private next = 0;

  constructor(stack: BenchStack, lives: readonly FamilyLife[]) {
    this.stack = stack;
    this.lives = lives;
  }

  /** Case and agency by turns; signed before the watch is started, as the sender's own work. @returns how to send it */
  prepare(): () => Promise<void> {
    const number = this.next;
    this.next += 1;
    const life = this.lives[number % this.lives.length];
    const agency = AGENCIES[Math.floor(number / this.lives.length) % AGENCIES.length];
    if (life === undefined || agency === undefined) throw new Error('there is no case to report on');
    const signed = this.stack.reports.sign(agency, { caseId: life.caseId, measureId: life.measureOf(agency), outcome: 'in_progress' });
    return async () => {
      const { status, text } = await this.stack.reports.post(signed);
      if (status === 202) this.accepted.push((JSON.parse(text) as { reportId: string }).reportId);
      else this.others += 1;
    };
  }
}

/** Each sender waits for the answer before it sends its next report. @returns milliseconds of each */
async function closedLoop(sending: Sending, reports: number, seconds: number): Promise<number[]> {
  const ms: number[] = [];
  const startedAt = performance.now();
  let begun = 0;
  const sendOn = async (): Promise<void> => {
    while (begun < reports && performance.now() - startedAt < seconds * 1_000) {
      begun += 1;
      const send = sending.prepare();
      const sentAt = performance.now();
      await send();
      ms.push(performance.now() - sentAt);
    }
  };
  await allOf(Array.from({ length: SENDERS }, sendOn));
  return ms;
}

/** At their own times, whether those before are answered or not; counted from when each was to be sent. */
async function openLoop(sending: Sending, seconds: number): Promise<number[]> {
  const ms: number[] = [];
  const startedAt = performance.now();
  const works = Array.from({ length: Math.round(seconds * A_SECOND) }, async (_, number) => {
    const dueAt = startedAt + (number * 1_000) / A_SECOND;
    await pause(dueAt - performance.now());
    await sending.prepare()();
    ms.push(performance.now() - dueAt);
  });
  await allOf(works);
  return ms;
}
