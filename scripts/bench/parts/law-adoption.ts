/** Part "adoption": a calendar adopted over many open cases: its preview, its run, and every date counted afresh afterwards. */
import { effectsOn } from '../../../contracts/law-effects.js';
import { createPool, type Pool } from '../../../db/pool.js';
import type { CaseState } from '../../../domain/case/state.js';
import { amendCalendar } from '../../../domain/law/calendar-data.js';
import { addWorkingDays, legalDayOf, type Calendar } from '../../../domain/law/calendar.js';
import { lawOf } from '../../../domain/law/law.js';
import { isCountedBy } from '../../../domain/law/recomputation.js';
import { createLawClient, type AdoptionView, type LawClient } from '../../commands/law-client.js';
import { CURRENT_LAW } from '../../commands/current-law.js';
import { until } from '../../stack/deadline.js';
import { allOf } from '../all-of.js';
import type { BenchStack } from '../bench-stack.js';
import { cpuMsEach, cpuSeconds, spentBetween, type CpuMsEach, type CpuSeconds } from '../cpu-time.js';
import { FamilyLife } from '../family-life.js';
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

const AT_ONCE = 20;
const ENDED_WITHIN_MS = 30 * 60_000;
const LOOK_EVERY_MS = 50;
/** Of ten families so many have come so far; the others have only just appealed. */
const FURTHER = ['recordConsent', 'completeAssessment', 'draftIpr', 'approveIpr'] as const;
/** Few agencies: how many there are makes no difference to what is measured. */
const AGENCIES = ['employment', 'health'];

export async function measureAdoption(stack: BenchStack, cases: number, runs: number, tell: (line: string) => void): Promise<LawAdoptionFigures> {
  const pool = createPool(stack.endpoints.postgres, { applicationName: 'tirek-bench-adoption', max: 2, statementTimeoutMs: 120_000 });
  try {
    await openCases(stack, pool, cases, tell);
    const law = createLawClient(stack.endpoints.api);
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

/** Families that are there from other parts count as well: every open case is told. */
async function openCases(stack: BenchStack, pool: Pool, wanted: number, tell: (line: string) => void): Promise<void> {
  const missing = Math.max(0, wanted - (await openCount(pool)));
  let next = 0;
  const openOn = async (): Promise<void> => {
    while (next < missing) {
      const number = next;
      next += 1;
      if (number % 100 === 0) tell(`Adoption: ${number} of ${missing} families have their cases`);
      await openOne(stack, number);
    }
  };
  await allOf(Array.from({ length: AT_ONCE }, openOn));
}

async function openOne(stack: BenchStack, number: number): Promise<void> {
  const last = FURTHER[number % 10];
  const life = await FamilyLife.begin(stack, { agencies: AGENCIES, calendar: CURRENT_LAW.calendar });
  if (last !== undefined) await life.live(last);
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

async function adoptOnce(law: LawClient, pool: Pool, calendar: Calendar, figures: LawAdoptionFigures): Promise<Run> {
  const { version, act, years } = calendar;
  await law.draft('calendar', version, { act, years });
  const previewedAt = performance.now();
  const preview = await law.preview('calendar', version, { limit: 0 });
  const previewSeconds = (performance.now() - previewedAt) / 1_000;
  const cpuBefore = await cpuSeconds();
  const askedAt = performance.now();
  const { adoptionId } = await law.adopt('calendar', version, { recompute: 'own' });
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
  const adoption = await until(async () => {
    const seen = await law.adoption(adoptionId);
    return holds(seen) ? seen : undefined;
  }, ENDED_WITHIN_MS, LOOK_EVERY_MS);
  if (adoption === undefined) throw new Error(`the adoption did not end within ${ENDED_WITHIN_MS / 60_000} minutes`);
  return adoption;
}

/** Every open date of every open case, counted again by the calendar that was adopted. */
async function countAfresh(pool: Pool, calendar: Calendar, figures: LawAdoptionFigures): Promise<void> {
  const { rows } = await pool.query<{ state: CaseState; clock_at: Date }>('select state, clock_at from case_file where running');
  figures.openDates = 0;
  for (const { state, clock_at } of rows) {
    const now = Math.max(Date.now(), clock_at.getTime());
    if (state.law.calendar !== calendar.version) figures.disagreements.push(`case ${state.caseId} has calendar ${state.law.calendar}`);
    for (const duty of state.duties) {
      if (duty.state !== 'open' || duty.dueAt === undefined) continue;
      figures.openDates += 1;
      if (!isCountedBy(calendar, duty, now)) figures.wrongDates += 1;
    }
    const again = effectsOn(state, lawOf({ rules: state.law.rules, calendar, policy: CURRENT_LAW.policy }), { calendar, recompute: 'own' }, now);
    if (!again.computable || again.duties.some(({ effect }) => effect === 'moved')) figures.disagreements.push(`case ${state.caseId} would move again`);
  }
}
