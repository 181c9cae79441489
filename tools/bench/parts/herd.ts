/**
 * Part "herd": the moments of thousands of cases come at one instant. Threats must be rung first, whoever rings: the
 * cases' own timers or, when they are many, the ledger. The cases are marked as living in skipped time, each ahead by as
 * much as brings its next moment to that instant.
 */
import { wakeEveryClock } from '../../../db/clocks.js';
import { createPool, type Pool } from '../../../db/pool.js';
import { PERSON } from '../../demo/road.js';
import { TOKENS } from '../../demo/walk.js';
import { until } from '../../../process/deadline.js';
import { allOf } from '../all-of.js';
import type { BenchStack } from '../bench-stack.js';
import { spreadOf, type Spread } from '../statistics.js';

export interface HerdFigures {
  cases: number;
  threats: number;
  /** From the instant until the last of them stood in the ledger. */
  threatSeconds: Spread | undefined;
  allSeconds: Spread | undefined;
  twice: number;
  missed: number;
}

/** 145 of 2,000. */
const THREAT_SHARE = 0.0725;
const AT_ONCE = 10;
const ARMED_WITHIN_MS = 15 * 60_000;
const RUNG_WITHIN_MS = 5 * 60_000;
/** For the clocks to arm what was moved; measured on the way, with room. */
const AHEAD_MS_A_CASE = 60;
const AHEAD_MS = 20_000;

export async function measureHerd(stack: BenchStack, cases: number, runs: number, tell: (line: string) => void): Promise<HerdFigures> {
  const threats = Math.round(cases * THREAT_SHARE);
  const figures: HerdFigures = { cases, threats, threatSeconds: undefined, allSeconds: undefined, twice: 0, missed: 0 };
  const pool = createPool(stack.endpoints.postgresOwner, { applicationName: 'tirek-bench-herd', max: 4, statementTimeoutMs: 120_000 });
  const [ofThreats, ofAll]: [number[], number[]] = [[], []];
  try {
    for (let run = 1; run <= runs; run += 1) {
      tell(`Herd: ${cases} cases are opened, run ${run} of ${runs}`);
      const caseIds = await openCases(stack, cases, threats);
      const at = await bringTogether(pool, caseIds, tell);
      const rung = await rungOf(pool, caseIds, at);
      figures.twice += rung.filter(({ times }) => times > 1).length;
      figures.missed += cases - rung.length;
      ofThreats.push(latest(rung.filter(({ lane }) => lane === 1)));
      ofAll.push(latest(rung));
      await setAside(pool, caseIds);
    }
  } finally {
    await pool.end();
  }
  return { ...figures, threatSeconds: spreadOf(ofThreats), allSeconds: spreadOf(ofAll) };
}

async function openCases(stack: BenchStack, cases: number, threats: number): Promise<string[]> {
  const caseIds: string[] = [];
  let next = 0;
  const openOn = async (): Promise<void> => {
    while (next < cases) {
      const number = next;
      next += 1;
      const { caseId } = await stack.api.registerAppeal(TOKENS.manager, {
        channel: 1,
        threat: number < threats,
        applicant: { fullName: PERSON.fullName },
        text: 'A synthetic appeal.',
      });
      caseIds.push(caseId);
    }
  };
  await allOf(Array.from({ length: AT_ONCE }, openOn));
  return caseIds;
}

/** @returns the instant at which the next moment of every case comes, once every clock is set for it */
async function bringTogether(pool: Pool, caseIds: readonly string[], tell: (line: string) => void): Promise<number> {
  await settled(pool, caseIds);
  const aheadMs = AHEAD_MS + caseIds.length * AHEAD_MS_A_CASE;
  const { rows } = await pool.query<{ at: number }>(
    `with instant as (
       select date_trunc('milliseconds', clock_timestamp()) + $2 * interval '1 millisecond' as at
     ), filed as (
       update case_file set skipping = true, skew_ms = extract(epoch from next_moment - at) * 1000 from instant where subject_id = any ($1) returning subject_id
     ), clocked as (
       update subject_clock set rings_at = at, wakes_at = at, armed_at = null from instant, filed where subject_clock.subject_id = filed.subject_id
     )
     select (extract(epoch from at) * 1000)::float8 as at from instant`,
    [caseIds, aheadMs],
  );
  const at = rows[0]?.at ?? Number.NaN;
  await wakeEveryClock(pool, { name: 'HerdBroughtTogether', rebuild: false, forget: false });
  tell(`Herd: the clocks are set for an instant ${Math.round(aheadMs / 1_000)} s ahead`);
  await settled(pool, caseIds);
  if (Date.now() > at) throw new Error('the clocks were not all set before their instant: the machine is too slow for so many');
  return at;
}

async function settled(pool: Pool, caseIds: readonly string[]): Promise<void> {
  const armed = await until(
    async () => {
      const { rows } = await pool.query<{ left: number }>(
        `select count(*)::int as left from subject_clock left join wake using (subject_id)
        where subject_id = any ($1) and (armed_at is distinct from wakes_at or wake.attempts > 0 or wake.due_at < clock_timestamp() + interval '1 minute')`,
        [caseIds],
      );
      return rows[0]?.left === 0 ? true : undefined;
    },
    ARMED_WITHIN_MS,
    250,
  );
  if (!armed) throw new Error(`the clocks of ${caseIds.length} cases were not set within ${ARMED_WITHIN_MS / 60_000} minutes`);
}

interface Rung {
  lane: number;
  /** How often the first moment stands in the ledger. */
  times: number;
  /** From the instant until it stood there. */
  seconds: number;
}

async function rungOf(pool: Pool, caseIds: readonly string[], at: number): Promise<Rung[]> {
  const read = async (): Promise<Rung[]> => {
    const { rows } = await pool.query<Rung>(
      `select clock.lane, count(*)::int as times, extract(epoch from max(first.recorded_at) - to_timestamp($2::float8 / 1000))::float8 as seconds
         from subject_clock clock join lateral (
           select recorded_at, entry -> 'data' ->> 'dutyKey' as duty, entry -> 'data' ->> 'step' as step, entry -> 'data' ->> 'moment' as moment,
                  rank() over (order by entry -> 'data' -> 'moment', entry -> 'data' ->> 'dutyKey', entry -> 'data' ->> 'step') as place
             from ledger where ledger.subject_id = clock.subject_id and type = 'DeadlineStepReached' and recorded_at >= to_timestamp($2::float8 / 1000)
         ) first on place = 1
        where clock.subject_id = any ($1) group by clock.subject_id, clock.lane`,
      [caseIds, at],
    );
    return rows;
  };
  await until(async () => ((await read()).length === caseIds.length ? true : undefined), Math.max(0, at - Date.now()) + RUNG_WITHIN_MS, 500);
  return read();
}

function latest(rung: readonly Rung[]): number {
  return Math.max(0, ...rung.map(({ seconds }) => seconds));
}

/** What comes next for them is nobody's cost: they stand still. */
async function setAside(pool: Pool, caseIds: readonly string[]): Promise<void> {
  await pool.query(`update subject_clock set running = false, rings_at = null, wakes_at = null where subject_id = any ($1)`, [caseIds]);
}
