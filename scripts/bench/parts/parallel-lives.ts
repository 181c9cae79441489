/** Part "lives": how many families' whole lives a second go through everything on this machine, many at once. */
import { SECTORS } from '../../../domain/law/sectors.js';
import { CURRENT_LAW } from '../../commands/current-law.js';
import { reasonOf } from '../../stack/failure.js';
import { readRuns } from '../act-meter.js';
import type { BenchStack } from '../bench-stack.js';
import { cpuMsEach, cpuSeconds, spentBetween, type CpuMsEach, type CpuSeconds } from '../cpu-time.js';
import { FamilyLife } from '../family-life.js';
import { tallyOf, type EventTally } from '../history-tally.js';
import { percentile, spreadOf, type Spread } from '../statistics.js';

export interface ParallelLives {
  atOnce: number;
  /** Lives that came to their end, of all that were begun. */
  ended: number;
  begun: number;
  livesPerSecond: Spread | undefined;
  wallSeconds: Spread | undefined;
  /** From the click to the answer, for people who work while so many lives go on (ms). */
  commandP50: Spread | undefined;
  commandP99: Spread | undefined;
  /** Of one life, in the last run. */
  commands: number;
  events: number;
  kinds: EventTally;
  transitions: number;
  /** CPU of a life by process (ms), where the system tells. */
  cpuMsPerLife: CpuMsEach;
  failures: string[];
}

interface RunOfLives {
  ended: number;
  seconds: number;
  commandMs: number[];
  cpu: CpuSeconds | undefined;
  failures: string[];
  last: FamilyLife | undefined;
}

const AGENCIES = SECTORS.map(({ code }) => code);

export async function measureLives(stack: BenchStack, atOnce: number, runs: number, tell: (line: string) => void): Promise<ParallelLives> {
  const done: RunOfLives[] = [];
  for (let run = 1; run <= runs; run += 1) {
    tell(`${atOnce} whole lives at once, run ${run} of ${runs}`);
    done.push(await runOfLives(stack, atOnce));
    await stack.simulators.reset(); // what they remember of earlier lives is nobody's cost
  }
  const last = done.findLast(({ last }) => last !== undefined)?.last;
  const costs = last === undefined ? [] : await readRuns(stack.client, last.workflowId);
  const perRun = (share: number): number[] => done.flatMap(({ commandMs }) => percentile(commandMs, share) ?? []);
  return {
    atOnce,
    ended: sum(done.map(({ ended }) => ended)),
    begun: atOnce * runs,
    livesPerSecond: spreadOf(done.map(({ ended, seconds }) => ended / seconds)),
    wallSeconds: spreadOf(done.map(({ seconds }) => seconds)),
    commandP50: spreadOf(perRun(0.5)),
    commandP99: spreadOf(perRun(0.99)),
    commands: last === undefined ? 0 : last.road().flatMap(({ acts }) => acts).length - 1,
    events: sum(costs.map(({ events }) => events.length)),
    kinds: tallyOf(costs.flatMap(({ events }) => events)),
    transitions: sum(costs.map(({ transitions }) => transitions)),
    // A run in which lives failed tells nothing about the cost of one.
    cpuMsPerLife: cpuMsEach(done.filter(({ failures }) => failures.length === 0).map(({ cpu, ended }) => ({ cpu, done: ended }))),
    failures: [...new Set(done.flatMap(({ failures }) => failures))],
  };
}

async function runOfLives(stack: BenchStack, atOnce: number): Promise<RunOfLives> {
  const commandMs: number[] = [];
  const options = { agencies: AGENCIES, calendar: CURRENT_LAW.calendar, onCommand: (ms: number) => void commandMs.push(ms) };
  const before = await cpuSeconds();
  const startedAt = performance.now();
  const lives = await Promise.allSettled(
    Array.from({ length: atOnce }, async () => {
      const life = await FamilyLife.begin(stack, options);
      await life.live();
      await life.completed();
      return life;
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpu = spentBetween(before, await cpuSeconds());
  const ended = lives.flatMap((life) => (life.status === 'fulfilled' ? [life.value] : []));
  return {
    ended: ended.length,
    seconds,
    commandMs,
    cpu,
    failures: lives.flatMap((life) => (life.status === 'rejected' ? [reasonOf(life.reason)] : [])),
    last: ended.at(-1),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
