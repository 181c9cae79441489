/**
 * The time of a case, moved on by its skew alone: it is so far ahead of the wall clock, as a look makes a case in
 * skipped time. Nothing is decided here, and Temporal's own time goes on as ever, so that any server will do.
 */
import type { Instant } from '../../domain/law/calendar.js';
import type { House } from './house.js';

export interface CaseTime {
  now: Instant;
  /** The nearest step of a ladder that is not recorded yet. */
  step: Instant | undefined;
}

const ms = (column: string): string => `floor(extract(epoch from ${column}) * 1000)::float8`;

/** @throws Error when the case is not there */
export async function timeOf(house: Pick<House, 'rows'>, caseId: string): Promise<CaseTime> {
  const [row] = await house.rows<{ now: number; step: number | null }>(
    `select ${ms('clock_timestamp()')} + skew_ms::float8 as now, ${ms('rings_at')} + skew_ms::float8 as step
       from subject_file join subject_clock using (subject_id) where subject_id = $1`,
    [caseId],
  );
  if (row === undefined) throw new Error(`case ${caseId} is not in the read model`);
  return { now: row.now, step: row.step ?? undefined };
}

/**
 * The case lives at that instant from now on, if it has not gone further, and its clock is asked to look: what has
 * come is recorded. A timer that was set before does not know of it.
 */
export function skipTo(house: Pick<House, 'rows'>, caseId: string, instant: Instant): Promise<void> {
  return skip(house, caseId, instant, false);
}

/** As `skipTo`, with a new run of the clock, which sets its timer by the new time: the next step rings when it comes. */
export function skipWithTimer(house: Pick<House, 'rows'>, caseId: string, instant: Instant): Promise<void> {
  return skip(house, caseId, instant, true);
}

async function skip(house: Pick<House, 'rows'>, caseId: string, instant: Instant, rebuild: boolean): Promise<void> {
  await house.rows(
    `with filed as (
       select subject_id, seq, skew_ms, $2::bigint - ${ms('clock_timestamp()')}::bigint as skew from subject_file where subject_id = $1 for update
     ), ahead as (
       select subject_id, seq, skew, (skew - skew_ms) * interval '1 millisecond' as by from filed where skew > skew_ms
     ), skipped as (
       update subject_file set skipping = true, skew_ms = ahead.skew from ahead where subject_file.subject_id = ahead.subject_id
     ), clocked as (
       update subject_clock set rings_at = rings_at - by, wakes_at = wakes_at - by from ahead where subject_clock.subject_id = ahead.subject_id
       returning subject_clock.subject_id, lane, ahead.seq
     ), woken as (
       insert into wake (subject_id, lane, name, seq, rebuild) select subject_id, lane, 'TimeSkipped', seq, $3 from clocked
       on conflict (subject_id) do update set due_at = clock_timestamp(), attempts = 0, rebuild = excluded.rebuild
       returning 1
     )
     select pg_notify('tirek_work', 'wakes') from woken`,
    [caseId, instant, rebuild],
  );
}
