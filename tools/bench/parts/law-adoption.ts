/** Part "adoption": a calendar adopted over many open cases: its preview, its run, and every date counted afresh afterwards. */
import { effectsOn } from '../../../contracts/law-effects.js';
import { wakeEveryClock } from '../../../db/clocks.js';
import { createPool, type Pool } from '../../../db/pool.js';
import { amendCalendar } from '../../../domain/law/calendar-data.js';
import { addWorkingDays, legalDayOf, type Calendar } from '../../../domain/law/calendar.js';
import { lawOf } from '../../../domain/law/law.js';
import { isCountedBy } from '../../../domain/law/recomputation.js';
import { readLedgerCase } from '../../../ledger/read-cases.js';
import { createLawClient, type AdoptionView, type LawClient } from '../../../cli/commands/law-client.js';
import { CURRENT_LAW } from '../../../cli/commands/current-law.js';
import { until } from '../../../process/deadline.js';
import type { BenchStack } from '../bench-stack.js';
import { cpuMsEach, cpuSeconds, spentBetween, type CpuMsEach, type CpuSeconds } from '../cpu-time.js';
import { generateCases } from '../generate-cases.js';
import { spreadOf, type Spread } from '../statistics.js';

export interface LawAdoptionFigures {
  cases: number;
  /** Obligations open with a term, after the last run. */
  openDates: number;
  movedPerRun: number[];
  previewSeconds: Spread | undefined;
  /** From the request until the last case was told. */
  toldSeconds: Spread | undefined;
  /** And until the end, with the pause in which cases that were just being opened are waited for. */
  endedSeconds: Spread | undefined;
  casesPerSecond: Spread | undefined;
  cpuMsPerCase: CpuMsEach;
  /** Open dates that are not what a fresh count gives; none may be. */
  wrongDates: number;
  /** What the preview said and the adoption did not do, or the other way round. */
  disagreements: string[];
}

interface Run {
  previewSeconds: number;
  toldSeconds: number;
  endedSeconds: number;
  moved: number;
  cpu: CpuSeconds | undefined;
}

const ENDED_WITHIN_MS = 30 * 60_000;
const LOOK_EVERY_MS = 50;
export async function measureAdoption(stack: BenchStack, cases: number, runs: number, tell: (line: string) => void): Promise<LawAdoptionFigures> {
  const pool = createPool(stack.endpoints.postgresOwner, { applicationName: 'tirek-bench-adoption', max: 2, statementTimeoutMs: 120_000 });
  try {
    await openCases(stack, pool, cases, tell);
    const law = { law: createLawClient(stack.endpoints.api), second: createLawClient(stack.endpoints.api, 'dev-admin-2') };
    const figures: LawAdoptionFigures = { ...NOTHING, cases: await openCount(pool) };
    const done: Run[] = [];
    let calendar = CURRENT_LAW.calendar;
    for (let run = 1; run <= runs; run += 1) {
      calendar = withDayOff(calendar, run);
      tell(`A calendar adopted over ${figures.cases} open cases, run ${run} of ${runs}`);
      done.push(await adoptOnce(law, pool, calendar, figures));
    }
    return { ...figures, ...summary(done, figures.cases) };
  } finally {
    await pool.end();
  }
}

const NOTHING: LawAdoptionFigures = {
  cases: 0,
  openDates: 0,
  movedPerRun: [],
  previewSeconds: undefined,
  toldSeconds: undefined,
  endedSeconds: undefined,
  casesPerSecond: undefined,
  cpuMsPerCase: {},
  wrongDates: 0,
  disagreements: [],
};

function summary(runs: readonly Run[], cases: number): Partial<LawAdoptionFigures> {
  return {
    movedPerRun: runs.map(({ moved }) => moved),
    previewSeconds: spreadOf(runs.map(({ previewSeconds }) => previewSeconds)),
    toldSeconds: spreadOf(runs.map(({ toldSeconds }) => toldSeconds)),
    endedSeconds: spreadOf(runs.map(({ endedSeconds }) => endedSeconds)),
    casesPerSecond: spreadOf(runs.map(({ toldSeconds }) => cases / toldSeconds)),
    cpuMsPerCase: cpuMsEach(runs.map(({ cpu }) => ({ cpu, done: cases }))),
  };
}

/**
 * Cases that are there from other parts count as well: every open case is told. The others are generated, and each gets
 * its clock before anything is measured, as it has in a house that has stood for a while.
 */
async function openCases({ database }: BenchStack, pool: Pool, wanted: number, tell: (line: string) => void): Promise<void> {
  const missing = Math.max(0, wanted - (await openCount(pool)));
  if (missing === 0) return;
  const owner = createPool(database.ownerUrl, { applicationName: 'tirek-bench-owner', max: 2, statementTimeoutMs: 600_000 });
  try {
    await generateCases(owner, { cases: missing, runningShare: 1, tell });
  } finally {
    await owner.end();
  }
  tell(`Adoption: ${missing} cases get their clocks`);
  await wakeEveryClock(pool, { name: 'ClockRebuilt', rebuild: false, forget: true });
  const set = await until(async () => ((await wakesLeft(pool)) === 0 ? true : undefined), ENDED_WITHIN_MS, 500);
  if (!set) throw new Error(`the cases did not get their clocks within ${ENDED_WITHIN_MS / 60_000} minutes`);
}

/** Those that are told later, with other news, wait for an hour. */
async function wakesLeft(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ wakes: number }>(
    `select count(*)::int as wakes from wake where attempts > 0 or due_at < clock_timestamp() + interval '1 minute'`,
  );
  return rows[0]?.wakes ?? 0;
}

async function openCount(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ cases: number }>('select count(*)::int as cases from case_file where running');
  return rows[0]?.cases ?? 0;
}

/** A working day of the coming two weeks is off: terms that run over it end later. */
function withDayOff(base: Calendar, run: number): Calendar {
  const day = addWorkingDays(base, legalDayOf(Date.now()), 2);
  return amendCalendar(base, { version: `bench-${run}`, act: `Synthetic order No. ${run}`, changes: [{ day, becomes: 'off' }] });
}

/** Nobody adopts a law alone. */
interface Administrators {
  law: LawClient;
  second: LawClient;
}

async function adoptOnce({ law, second }: Administrators, pool: Pool, calendar: Calendar, figures: LawAdoptionFigures): Promise<Run> {
  const { version, act, years } = calendar;
  await law.draft('calendar', version, { act, years });
  const previewedAt = performance.now();
  const preview = await law.preview('calendar', version, { limit: 0 });
  const previewSeconds = (performance.now() - previewedAt) / 1_000;
  const cpuBefore = await cpuSeconds();
  const askedAt = performance.now();
  const { proposalId: adoptionId } = await law.adopt('calendar', version, { recompute: 'own' });
  await second.approve(adoptionId);
  const told = await reached(law, adoptionId, ({ startedAt, left }) => startedAt !== undefined && left === 0);
  const toldSeconds = (performance.now() - askedAt) / 1_000;
  const cpu = spentBetween(cpuBefore, await cpuSeconds());
  await reached(law, adoptionId, ({ state }) => state === 'done');
  const endedSeconds = (performance.now() - askedAt) / 1_000;
  if (told.moved !== preview.duties.moved + preview.duties.becomes_overdue) {
    figures.disagreements.push(`${version}: the preview moves ${preview.duties.moved + preview.duties.becomes_overdue}, the ledgers ${told.moved}`);
  }
  await countAfresh(pool, calendar, figures);
  return { previewSeconds, toldSeconds, endedSeconds, moved: told.moved, cpu };
}

async function reached(law: LawClient, adoptionId: string, holds: (adoption: AdoptionView) => boolean): Promise<AdoptionView> {
  const adoption = await until(
    async () => {
      const seen = await law.adoption(adoptionId);
      return holds(seen) ? seen : undefined;
    },
    ENDED_WITHIN_MS,
    LOOK_EVERY_MS,
  );
  if (adoption === undefined) throw new Error(`the adoption did not end within ${ENDED_WITHIN_MS / 60_000} minutes`);
  return adoption;
}

/** Every open date of every open case, counted again by the calendar that was adopted. */
async function countAfresh(pool: Pool, calendar: Calendar, figures: LawAdoptionFigures): Promise<void> {
  const { rows } = await pool.query<{ subject_id: string }>('select subject_id from case_file where running');
  figures.openDates = 0;
  for (const { subject_id } of rows) {
    const read = await readLedgerCase(pool, subject_id);
    if (read === undefined) continue;
    const { state, clockAt } = read;
    const now = Math.max(Date.now(), clockAt);
    if (state.law.calendar !== calendar.version) figures.disagreements.push(`case ${state.caseId} has calendar ${state.law.calendar}`);
    for (const duty of state.duties) {
      if (duty.state !== 'open' || duty.dueAt === undefined) continue;
      figures.openDates += 1;
      if (!isCountedBy(calendar, duty, now)) figures.wrongDates += 1;
    }
    const again = effectsOn(state, lawOf({ calendar, policy: CURRENT_LAW.policy }), { calendar, recompute: 'own' }, now);
    if (!again.computable || again.duties.some(({ effect }) => effect === 'moved')) figures.disagreements.push(`case ${state.caseId} would move again`);
  }
}
