/** Whole lives, many at once, with time skipped and in one hour; and what a life costs when its facts are apart. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from '../../../db/pool.js';
import { developmentOrganisationId } from '../../../db/development-organisations.js';
import { SECTORS } from '../../../domain/law/sectors.js';
import { CURRENT_LAW } from '../../../cli/commands/current-law.js';
import { until } from '../../../process/deadline.js';
import { reasonOf } from '../../../process/failure.js';
import { readRuns } from '../act-meter.js';
import { allOf } from '../all-of.js';
import type { BenchStack } from '../bench-stack.js';
import { cpuSeconds, spentBetween, type CpuSeconds } from '../cpu-time.js';
import { FamilyLife } from '../family-life.js';
import { kindOf } from '../history-tally.js';
import { percentile } from '../statistics.js';
import { databaseNow, recordedAfter, walBytes, withDatabase } from './database.js';
import { FigureSet, type Figure, type FigureEffort, type Tell } from './figure.js';

const AGENCIES = SECTORS.map(({ code }) => developmentOrganisationId(code));
/** In one hour the months of monitoring do not pass, so the last act cannot be done. */
const LAST_IN_ONE_HOUR = 'recordMonitoringContact (month 3)';
/** So many histories are read of a run; the others are like them. */
const HISTORIES_READ = 5;
/** What follows a life by itself: alerts on their way, looks at what was told late. */
const SETTLES_MS = 1_000;
const KNOWN_WITHIN_MS = 60_000;

interface Way {
  name: string;
  skips: boolean;
}

const WAYS: readonly Way[] = [
  { name: 'lives with skipped time', skips: true },
  { name: 'lives in one hour', skips: false },
];

export async function measureLives(stack: BenchStack, effort: FigureEffort, tell: Tell): Promise<Figure[]> {
  const figures = new FigureSet();
  await withDatabase(stack, async (pool) => {
    for (const way of WAYS.filter(({ skips }) => stack.skipsTime || !skips)) {
      for (let run = 1; run <= effort.runs; run += 1) {
        tell(`${effort.livesAtOnce} ${way.name}, run ${run} of ${effort.runs}`);
        await runOfLives(stack, pool, way, effort.livesAtOnce, figures);
        await stack.simulators.reset(); // what they remember of earlier lives is nobody's cost
      }
    }
  });
  return figures.all();
}

async function runOfLives(stack: BenchStack, pool: Pool, way: Way, atOnce: number, figures: FigureSet): Promise<void> {
  const commandMs: number[] = [];
  const [wal, since, cpu, startedAt] = [await walBytes(pool), await databaseNow(pool), await cpuSeconds(), performance.now()];
  const seconds: number[] = [];
  const lives = await Promise.allSettled(Array.from({ length: atOnce }, () => liveOne(stack, way, (ms) => void commandMs.push(ms), startedAt, seconds)));
  const took = (performance.now() - startedAt) / 1_000;
  const spent = spentBetween(cpu, await cpuSeconds());
  await pause(SETTLES_MS);
  const ended = lives.flatMap((life) => (life.status === 'fulfilled' ? [life.value] : []));
  const failed = lives.flatMap((life) => (life.status === 'rejected' ? [reasonOf(life.reason)] : []));
  if (failed.length > 0) throw new Error(`${failed.length} of ${atOnce} lives did not come to their end: ${[...new Set(failed)].slice(0, 3).join('; ')}`);
  const add = (what: string, unit: string, value: number | undefined, digits?: number): void => figures.add(`${way.name}: ${what}`, unit, value, digits);
  add('lives a second', '1/s', atOnce / took, 2);
  addCpu(add, spent, atOnce);
  add(`a command, p50, ${atOnce} at once`, 'ms', percentile(commandMs, 0.5), 0);
  add(`a command, p99, ${atOnce} at once`, 'ms', percentile(commandMs, 0.99), 0);
  const recorded = await recordedAfter(pool, since);
  add('report recorded after its acceptance, p50', 'ms', percentile(recorded, 0.5), 0);
  add('report recorded after its acceptance, p99', 'ms', percentile(recorded, 0.99), 0);
  add('the slowest life against the middle one', 'times', (percentile(seconds, 1) ?? 0) / (percentile(seconds, 0.5) ?? 1), 2);
  add('written ahead in Postgres, a life', 'KB', ((await walBytes(pool)) - wal) / atOnce / 1_000, 0);
  await addHistories(stack, ended, add);
}

async function liveOne(stack: BenchStack, { skips }: Way, onCommand: (ms: number) => void, startedAt: number, seconds: number[]): Promise<FamilyLife> {
  const life = await FamilyLife.begin({ ...stack, skipsTime: skips }, { agencies: AGENCIES, calendar: CURRENT_LAW.calendar, onCommand });
  if (skips) await life.live();
  else await liveInOneHour(stack, life);
  if (skips) await life.completed();
  seconds.push((performance.now() - startedAt) / 1_000);
  return life;
}

/** A mark follows its report at once here: the case must show that it has it. */
async function liveInOneHour(stack: BenchStack, life: FamilyLife): Promise<void> {
  await life.live('reports');
  const known = await until(async () => ((await stack.api.readCase(life.caseId))?.reports.length === AGENCIES.length ? true : undefined), KNOWN_WITHIN_MS, 100);
  if (!known) throw new Error('the case did not show its reports');
  const acts = life.road().flatMap((stretch) => stretch.acts);
  for (const act of acts.slice(acts.findIndex(({ name }) => name === 'reports') + 1)) {
    await act.perform();
    if (act.name === LAST_IN_ONE_HOUR) return;
  }
}

type Add = (what: string, unit: string, value: number | undefined, digits?: number) => void;

function addCpu(add: Add, spent: CpuSeconds | undefined, lives: number): void {
  if (spent === undefined) return;
  add('CPU of a life', 'ms', (Object.values(spent).reduce((sum, seconds) => sum + seconds, 0) / lives) * 1_000, 0);
  for (const [process, seconds] of Object.entries(spent)) add(`CPU of a life, ${process}`, 'ms', (seconds / lives) * 1_000, 0);
}

async function addHistories(stack: BenchStack, lives: readonly FamilyLife[], add: Add): Promise<void> {
  const read = await allOf(lives.slice(0, HISTORIES_READ).map((life) => historyOf(stack, life)));
  const mean = (of: (history: HistoryCost) => number): number => read.reduce((sum, history) => sum + of(history), 0) / read.length;
  add(
    'events of a life',
    '',
    mean(({ events }) => events),
    0,
  );
  add(
    'events of a life, without those of skipping',
    '',
    mean(({ events, skipping }) => events - skipping),
    0,
  );
  add(
    'state transitions of a life',
    '',
    mean(({ transitions }) => transitions),
    0,
  );
  add('history of a life', 'KB', mean(({ bytes }) => bytes) / 1_000, 0);
}

interface HistoryCost {
  events: number;
  /** Of these, what only skipping writes. */
  skipping: number;
  transitions: number;
  bytes: number;
}

async function historyOf({ client }: BenchStack, { workflowId }: FamilyLife): Promise<HistoryCost> {
  const cost: HistoryCost = { events: 0, skipping: 0, transitions: 0, bytes: 0 };
  for (const { runId, events, transitions } of await readRuns(client, workflowId)) {
    const { raw } = await client.workflow.getHandle(workflowId, runId).describe();
    cost.events += events.length;
    cost.skipping += events.filter((event) => kindOf(event) === 'time skipping').length;
    cost.transitions += transitions;
    cost.bytes += Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0);
  }
  return cost;
}

const APART_AT_ONCE = 5;

/** Lives in which two minutes lie between any two acts: nothing is told together. */
export async function measureApart(stack: BenchStack, { runs }: FigureEffort, tell: Tell): Promise<Figure[]> {
  const figures = new FigureSet();
  if (!stack.skipsTime) return [];
  await withDatabase(stack, async (pool) => {
    for (let run = 1; run <= runs; run += 1) {
      tell(`${APART_AT_ONCE} lives with acts two minutes apart, run ${run} of ${runs}`);
      const wal = await walBytes(pool);
      const lives = await allOf(Array.from({ length: APART_AT_ONCE }, () => liveApart(stack)));
      await pause(SETTLES_MS);
      const add: Add = (what, unit, value, digits) => figures.add(`acts two minutes apart: ${what}`, unit, value, digits);
      add('written ahead in Postgres, a life', 'KB', ((await walBytes(pool)) - wal) / APART_AT_ONCE / 1_000, 0);
      await addHistories(stack, lives, add);
      await stack.simulators.reset();
    }
  });
  return figures.all();
}

async function liveApart(stack: BenchStack): Promise<FamilyLife> {
  const life = await FamilyLife.begin(stack, { agencies: AGENCIES, calendar: CURRENT_LAW.calendar });
  for (const stretch of life.road()) {
    await life.reach(stretch);
    for (const [place, act] of stretch.acts.entries()) {
      // The same day, two minutes later; after the closing no hour has more than one act.
      if (place > 0) await life.reach({ after: { months: 0 }, hour: stretch.hour + place / 30, acts: [] });
      await act.perform();
    }
  }
  await life.completed();
  return life;
}
