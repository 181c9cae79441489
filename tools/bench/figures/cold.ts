/** How soon a report is in the ledger when no process has its case at hand: worker, relay and API were started anew. */
import { developmentOrganisationId } from '../../../db/development-organisations.js';
import { setTimeout as pause } from 'node:timers/promises';
import { readdir, readFile } from 'node:fs/promises';
import type { Pool } from '../../../db/pool.js';
import { CURRENT_LAW } from '../../../cli/commands/current-law.js';
import { until } from '../../../process/deadline.js';
import type { BenchStack } from '../bench-stack.js';
import { FamilyLife } from '../family-life.js';
import { parseStat } from '../cpu-time.js';
import { percentile } from '../statistics.js';
import { databaseNow, recordedSince, withDatabase } from './database.js';
import { FigureSet, type Figure, type FigureEffort, type Tell } from './figure.js';

const AGENCY = developmentOrganisationId('employment');
/** Reports on other cases, so that the code is warm and only the case is cold. */
const WARM_UP = 15;
const COLD = 25;
const REST_MS = 150;
const RECORDED_WITHIN_MS = 60_000;
const READY_WITHIN_MS = 120_000;
const OURS = /\/(worker|relay|api)\.ts\b/;

export async function measureCold(stack: BenchStack, { runs }: FigureEffort, tell: Tell): Promise<Figure[]> {
  const figures = new FigureSet();
  if (process.platform !== 'linux') return [];
  await withDatabase(stack, async (pool) => {
    for (let run = 1; run <= runs; run += 1) {
      tell(`Cold cases: ${WARM_UP + COLD} cases are opened, run ${run} of ${runs}`);
      const lives = await openLives(stack, WARM_UP + COLD);
      await startAnew(stack, tell);
      const ms: number[] = [];
      for (const [place, life] of lives.entries()) {
        const took = await oneReport(stack, pool, life);
        if (place >= WARM_UP) ms.push(took);
        await pause(REST_MS);
      }
      figures.add('a cold case: report recorded, p50', 'ms', percentile(ms, 0.5));
      figures.add('a cold case: report recorded, slowest', 'ms', percentile(ms, 1));
      const warm: number[] = [];
      for (const life of lives.slice(WARM_UP)) {
        warm.push(await oneReport(stack, pool, life));
        await pause(REST_MS);
      }
      figures.add('a warm case: report recorded, p50', 'ms', percentile(warm, 0.5));
    }
  });
  return figures.all();
}

/** One after the other: nothing of it is to be measured. */
async function openLives(stack: BenchStack, count: number): Promise<FamilyLife[]> {
  const lives: FamilyLife[] = [];
  for (let number = 0; number < count; number += 1) {
    const life = await FamilyLife.begin({ ...stack, skipsTime: false }, { agencies: [AGENCY], calendar: CURRENT_LAW.calendar });
    await life.live('sendIpr');
    await life.learnMeasures();
    lives.push(life);
  }
  return lives;
}

/** @returns milliseconds from the sending until it stands in the ledger */
async function oneReport(stack: BenchStack, pool: Pool, life: FamilyLife): Promise<number> {
  const signed = stack.reports.sign(AGENCY, { caseId: life.caseId, measureId: life.measureOf(AGENCY), outcome: 'in_progress' });
  const since = await databaseNow(pool);
  const { status, text } = await stack.reports.post(signed);
  if (status !== 202) throw new Error(`a report was answered with ${status}: ${text}`);
  const { reportId } = JSON.parse(text) as { reportId: string };
  const ms = await until(() => recordedSince(pool, reportId, since), RECORDED_WITHIN_MS, 10);
  if (ms === undefined) throw new Error(`a report was not recorded within ${RECORDED_WITHIN_MS / 1_000} s`);
  return ms;
}

/** The stack starts again whatever of it ends: nothing that they had at hand is there any more. */
async function startAnew({ endpoints }: BenchStack, tell: Tell): Promise<void> {
  tell('Worker, relay and API are started anew');
  const before = await ourProcesses();
  for (const pid of before) process.kill(pid, 'SIGTERM');
  const ready = await until(
    async () => {
      const now = await ourProcesses();
      if (now.length < before.length || now.some((pid) => before.includes(pid))) return undefined;
      const answer = await fetch(`${endpoints.api}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
      return answer?.status === 200 ? true : undefined;
    },
    READY_WITHIN_MS,
    250,
  );
  if (!ready) throw new Error('the processes did not come back');
}

async function ourProcesses(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      try {
        const [stat, command] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/cmdline`, 'utf8')]);
        const { parent } = parseStat(pid, stat, command);
        return parent === process.pid && OURS.test(command.replaceAll('\0', ' ')) ? [pid] : [];
      } catch {
        return []; // it ended between two looks
      }
    }),
  );
  return found.flat();
}
