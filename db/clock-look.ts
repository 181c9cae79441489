/** What the clock of a case reads and writes. */
import type { ClockKind, Lane } from '../contracts/case-clock.js';
import type { Instant } from '../domain/law/calendar.js';
import { onClient, type Pool } from './pool.js';

/** An effect that has no end yet. */
export interface OpenEffect {
  key: string;
  kind: string;
  agency: string;
  measures: number;
  series: number;
  state: 'pending' | 'parked';
  /** Case time of the next attempt. */
  retryAt: Instant | null;
}

/** A duty that somebody owes. */
export interface OwedDuty {
  rule: string;
  owner: string;
  agency: string | null;
  force: string;
  standing: string;
  dueAt: Instant | null;
}

/** All that a look is answered from, seen at one moment. */
export interface ClockSight {
  /** The clock of Postgres. */
  now: Instant;
  kind: ClockKind;
  seq: number;
  head: string;
  /** Digest at the place that the clock was told; null: there is no such place. */
  toldDigest: string | null;
  version: number;
  stage: string;
  center: string;
  overdue: number;
  waitingOn: readonly string[];
  running: boolean;
  skipping: boolean;
  skewMs: number;
  /** Case time of the last entry. */
  clockAt: Instant;
  lane: Lane;
  /** Wall time of the nearest step, and what it is, as `rule step`. */
  ringsAt: Instant | null;
  ringsFor: string | null;
  /** What stands in the row about the timer, and by which run. */
  armedAt: Instant | null;
  runId: string | null;
  seenSeq: number;
  /** Place that waits to be heard; null: none. */
  wakeSeq: number | null;
  /** The case was counted by another law than that in force. */
  isBehind: boolean;
  /** Nothing is sent to agencies at present. */
  isHeld: boolean;
  numbers: readonly string[];
  effects: readonly OpenEffect[];
  duties: readonly OwedDuty[];
}

const ms = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8`;

const SIGHT = `
select ${ms('clock_timestamp()')} as now, filed.kind, filed.seq, filed.head, filed.version, filed.stage, filed.center, filed.overdue,
       filed.waiting_on as "waitingOn", filed.running, filed.skipping, filed.skew_ms::float8 as "skewMs", ${ms('filed.clock_at')} as "clockAt",
       clock.lane, ${ms('clock.rings_at')} as "ringsAt", clock.rings_for as "ringsFor", ${ms('clock.armed_at')} as "armedAt", clock.run_id as "runId",
       clock.seen_seq as "seenSeq", (select seq from wake where wake.subject_id = filed.subject_id) as "wakeSeq",
       (select digest from ledger where ledger.subject_id = filed.subject_id and ledger.seq = $2) as "toldDigest",
       exists (select from law_in_force where adoption_id is not null and version <> case kind when 'calendar' then filed.calendar else filed.policy end) as "isBehind",
       exists (select from effects_hold) as "isHeld",
       (select coalesce(json_agg(journal_number order by received_at), '[]') from appeal where appeal.case_id = filed.subject_id) as numbers,
       (select coalesce(json_agg(json_build_object('key', key, 'kind', kind, 'agency', agency, 'measures', cardinality(measure_ids), 'series', series,
                                                   'state', state, 'retryAt', ${ms('retry_at')}) order by seq, key), '[]')
          from effect where effect.subject_id = filed.subject_id and state in ('pending', 'parked')) as effects,
       (select coalesce(json_agg(json_build_object('rule', rule, 'owner', owner, 'agency', agency, 'force', force, 'standing', standing,
                                                   'dueAt', ${ms('due_at')}) order by not urgent, due_at nulls last, key), '[]')
          from duty where duty.subject_id = filed.subject_id and standing in ('open', 'overdue', 'exceeded')) as duties
  from subject_file filed join subject_clock clock using (subject_id) where filed.subject_id = $1`;

/** One statement, one snapshot; undefined when the ledger knows no such case. */
export async function readClockSight(pool: Pool, caseId: string, toldSeq: number | undefined): Promise<ClockSight | undefined> {
  const { rows } = await onClient(pool, (client) => client.query<ClockSight>({ name: 'clock-sight', text: SIGHT, values: [caseId, toldSeq ?? null] }));
  return rows[0];
}

export interface SeenByClock {
  caseId: string;
  /** Place up to which the clock has seen the ledger. */
  seq: number;
  /** Wall time. */
  armedAt: Instant | null;
  runId: string;
  /** The run's first look: it takes the clock over, and hears the wake that demanded a new run. */
  isFirst: boolean;
}

/**
 * A run takes the clock over with its first look. One that was replaced may come after its successor: it must neither
 * say what is armed nor hear for it. After a minute without a look any may, lest a first look that came late make the
 * case deaf.
 */
const SEEN = `
with filed as (
  select subject_id from subject_file where subject_id = $1 and seq = $2 for share
), armed as (
  update subject_clock set armed_at = $3, run_id = $4, seen_seq = $2, looked_at = clock_timestamp() from filed
   where subject_clock.subject_id = filed.subject_id and (run_id = $4 or $5 or run_id is null or looked_at < clock_timestamp() - interval '1 minute')
  returning subject_clock.subject_id
), heard as (
  delete from wake using armed where wake.subject_id = armed.subject_id and wake.seq <= $2 and (not wake.rebuild or $5)
)
select from filed`;

/**
 * Writes what the clock has armed, and that it has heard. Under the lock of the case, so that whoever takes it
 * either finds what is armed now, or is found by the look.
 * @returns false when the case has gone on meanwhile: nothing was written, look again
 */
export async function writeSeen(pool: Pool, { caseId, seq, armedAt, runId, isFirst }: SeenByClock): Promise<boolean> {
  const values = [caseId, seq, armedAt === null ? null : new Date(armedAt), runId, isFirst];
  const { rowCount } = await onClient(pool, (client) => client.query({ name: 'clock-seen', text: SEEN, values }));
  return rowCount === 1;
}

/** Why effects are held, as `effects_hold` keeps it. */
export const LEDGER_RESTORED = 'ledger_restored';

/** Nothing is sent to agencies until a person releases it; a hold that stands keeps its first reason. */
export async function holdEffects(pool: Pool, reason: string): Promise<void> {
  await pool.query('insert into effects_hold (reason) values ($1) on conflict do nothing', [reason]);
}
