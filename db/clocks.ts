/** The clocks of the cases as the ledger sees them: which moments have come, which clocks must look, which are missing. */
import type { Instant } from '../domain/law/calendar.js';
import { onClient, transaction, type Pool, type PoolClient } from './pool.js';

/** A case of which a moment of a ladder has come. */
export interface DueMoment {
  caseId: string;
  lane: number;
}

/**
 * Cases whose moment came more than `graceMs` ago and was not rung, the most urgent first.
 * @param except cases that were rung in vain just now
 */
export async function dueMoments(pool: Pool, graceMs: number, most: number, except: readonly string[]): Promise<DueMoment[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<DueMoment>({
      name: 'due-moments',
      text: `select subject_id as "caseId", lane from subject_clock
              where running and rings_at <= statement_timestamp() - $1 * interval '1 millisecond' and subject_id <> all ($3::uuid[])
              order by lane, rings_at limit $2`,
      values: [graceMs, most, except],
    }),
  );
  return rows;
}

/** Whether moments of more than `most` cases have come: counted no further. */
export async function areMoreDueThan(pool: Pool, most: number): Promise<boolean> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ due: number }>({
      name: 'many-due',
      text: 'select count(*)::int as due from (select from subject_clock where running and rings_at <= statement_timestamp() limit $1) counted',
      values: [most + 1],
    }),
  );
  return (rows[0]?.due ?? 0) > most;
}

/**
 * SQL: a case's clock is locked before its wake, and clocks by their ids, as takes and looks do it. The other way
 * round, a rebuild of all clocks and the looks of those that it woke stop each other.
 */
const CLOCK_FIRST = 'order by subject_id for update';

/** What the ledger recorded without the clock, as the clock is told of it. */
export interface RungWithoutClock {
  caseId: string;
  /** Of the first fact. */
  name: string;
  seq: number;
}

/**
 * Asks the clocks to look at what was recorded without them, unless they have seen it already.
 * @param afterMs so long the clock's own timer may still come and see by itself
 * @param disarm what was armed has failed to ring: it is not believed any more
 */
export async function wakeAfterRinging(pool: Pool, rung: readonly RungWithoutClock[], afterMs: number, disarm: boolean): Promise<void> {
  if (rung.length === 0) return;
  await onClient(pool, (client) =>
    client.query({
      name: 'wake-after-ringing',
      text: `with given as (
               select given.* from json_to_recordset($1::json) given ("caseId" uuid, name text, seq integer)
             ), clock as (
               select subject_id, lane, seen_seq from subject_clock where subject_id in (select "caseId" from given) ${CLOCK_FIRST}
             ), disarmed as (
               update subject_clock set armed_at = null from clock where subject_clock.subject_id = clock.subject_id and $3
             )
             insert into wake (subject_id, lane, name, seq, due_at)
             select subject_id, clock.lane, name, given.seq, statement_timestamp() + $2 * interval '1 millisecond'
               from given join clock on clock.subject_id = given."caseId" where clock.seen_seq < given.seq order by subject_id
             on conflict (subject_id) do update set lane = least(wake.lane, excluded.lane), seq = greatest(wake.seq, excluded.seq), due_at = least(wake.due_at, excluded.due_at)`,
      values: [JSON.stringify(rung), afterMs, disarm],
    }),
  );
}

/** Of a wake: its clock was asked to look, or is to be asked at once. What it is only to be told within the hour asks nobody. */
const IS_ASKED = '(wake.attempts > 0 or wake.due_at <= statement_timestamp())';
/** A clock that has looked since the moment knows of it: what is to be sent again may be held, or under way for long. */
const NOT_SEEN = `(looked_at is null or looked_at < wakes_at)`;
/** What is to be sent is looked after so often, for the ledger may have come back as it was before it was sent. */
const UNSENT_MS = 5 * 60_000;

/** Of effects: nobody arms a moment at which something is to be sent again, and that it passes is nobody's fault. */
export const ARE_HELD = 'exists (select from effects_hold)';

/**
 * Running cases with a moment ahead for which nothing is armed in time, or whose moment passed long ago, or with
 * something unsent, and whose clock nobody has asked to look: the missing clocks.
 */
export async function missingClocks(pool: Pool, graceMs: number, most: number): Promise<string[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ subject_id: string }>({
      name: 'missing-clocks',
      text: `select subject_id from (
               (select subject_id, lane from subject_clock where running and wakes_at is not null and (armed_at is null or armed_at > wakes_at) and ${NOT_SEEN}
                   and (not ${ARE_HELD} or (rings_at is not null and coalesce(armed_at > rings_at, true))) order by lane, subject_id limit $2)
               union
               (select subject_id, lane from subject_clock where running and wakes_at < statement_timestamp() - $1 * interval '1 millisecond' and ${NOT_SEEN}
                   and (not ${ARE_HELD} or rings_at < statement_timestamp() - $1 * interval '1 millisecond') order by wakes_at limit $2)
               union
               (select subject_id, lane from subject_clock join (select distinct subject_id from effect where state = 'pending') unsent using (subject_id)
                  where running and looked_at < statement_timestamp() - interval '${UNSENT_MS} milliseconds' and not ${ARE_HELD} limit $2)
             ) unwatched
              where not exists (select from wake where wake.subject_id = unwatched.subject_id and ${IS_ASKED})
              order by lane, subject_id limit $2`,
      values: [graceMs, most],
    }),
  );
  return rows.map((row) => row.subject_id);
}

/** Asks the clocks of these cases to look now; who was asked already is left alone. @returns how many were asked */
export async function wakeCases(pool: Pool, caseIds: readonly string[], name: string): Promise<number> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(
      `insert into wake (subject_id, lane, name, seq)
       select subject_id, clock.lane, $2, subject_file.seq from subject_clock clock join subject_file using (subject_id) where subject_id = any ($1) order by subject_id
       on conflict (subject_id) do update set due_at = statement_timestamp() where not ${IS_ASKED}`,
      [caseIds, name],
    ),
  );
  return rowCount ?? 0;
}

const WAKE_AGAIN = `on conflict (subject_id) do update set due_at = statement_timestamp(), attempts = 0, rebuild = wake.rebuild or excluded.rebuild`;
/** So many cases at a time: nobody waits for the locks of all. */
const PAGE = 1_000;

export interface WakeAll {
  /** The signal's name: what happened. */
  name: string;
  /** Replace the runs that are there. */
  rebuild: boolean;
  /** Nothing that was armed is armed any more: the engine is another one. */
  forget: boolean;
}

/** Asks the clock of every running case to look, page by page; the lanes bring threats first. @returns how many */
export async function wakeEveryClock(pool: Pool, { name, rebuild, forget }: WakeAll): Promise<number> {
  let after: string | null = null;
  let woken = 0;
  for (;;) {
    const page: string[] = await runningAfter(pool, after);
    const last = page.at(-1);
    if (last === undefined) return woken;
    await transaction(pool, async (client) => {
      if (forget) await forgetArmed(client, page);
      await wakePage(client, page, name, rebuild);
    });
    woken += page.length;
    after = last;
  }
}

async function forgetArmed(client: PoolClient, caseIds: readonly string[]): Promise<void> {
  await client.query(`select from subject_clock where subject_id = any ($1) ${CLOCK_FIRST}`, [caseIds]);
  await client.query('update subject_clock set armed_at = null, run_id = null, told_lane = null where subject_id = any ($1)', [caseIds]);
}

async function runningAfter(pool: Pool, after: string | null): Promise<string[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ subject_id: string }>(
      `select subject_id from subject_clock where running and ($1::uuid is null or subject_id > $1) order by subject_id limit ${PAGE}`,
      [after],
    ),
  );
  return rows.map((row) => row.subject_id);
}

async function wakePage(client: PoolClient, caseIds: readonly string[], name: string, rebuild: boolean): Promise<number> {
  const { rowCount } = await client.query(
    `insert into wake (subject_id, lane, name, seq, rebuild)
     select subject_id, clock.lane, $2, subject_file.seq, $3 from subject_clock clock join subject_file using (subject_id) where subject_id = any ($1) order by subject_id ${WAKE_AGAIN}`,
    [caseIds, name, rebuild],
  );
  return rowCount ?? 0;
}

/** Replaces the run of one case. @returns false when the ledger has no such case */
export async function rebuildClock(pool: Pool, caseId: string): Promise<boolean> {
  return transaction(pool, async (client) => (await wakePage(client, [caseId], 'ClockRebuilt', true)) === 1);
}

export interface Released {
  /** Whether anything was held. */
  held: boolean;
  /** Cases with something to send. */
  cases: number;
}

/** Lets effects go again that were held after a restore, and asks the clocks of their cases to look. */
export async function releaseEffects(pool: Pool): Promise<Released> {
  return transaction(pool, async (client) => {
    const { rowCount } = await client.query('delete from effects_hold');
    const { rows } = await client.query<{ subject_id: string }>(
      `select distinct subject_id from effect where state in ('pending', 'parked') order by subject_id`,
    );
    await wakePage(
      client,
      rows.map((row) => row.subject_id),
      'EffectsReleased',
      false,
    );
    return { held: rowCount === 1, cases: rows.length };
  });
}

/** Wakes that were signalled for a minute and that no look has heard: two signals ten seconds apart and fifty seconds of silence, or more of both. */
export async function unheardWakes(pool: Pool): Promise<{ wakes: number; oldest?: Instant }> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ wakes: number; oldest: Date | null }>({
      name: 'unheard-wakes',
      text: `select count(*)::int as wakes, min(since) as oldest from wake
              where attempts >= 3 or (attempts = 2 and due_at <= statement_timestamp() + interval '10 seconds')`,
    }),
  );
  const { wakes, oldest } = rows[0] ?? { wakes: 0, oldest: null };
  return { wakes, ...(oldest === null ? {} : { oldest: oldest.getTime() }) };
}

/**
 * A running workflow is not a working clock: one whose task fails for ever hears nothing, though others are served.
 * After four signals in eleven minutes its run is replaced, once, while a worker is alive. @returns how many
 */
export async function replaceDeafClocks(pool: Pool): Promise<number> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query({
      name: 'replace-deaf-clocks',
      text: `update wake set rebuild = true, due_at = statement_timestamp()
              where attempts = 4 and not rebuild and exists (select from heartbeat where process = 'worker' and at > statement_timestamp() - interval '10 seconds')`,
    }),
  );
  return rowCount ?? 0;
}

/** No wake is put off for longer: until facts are told that move no clock, or after so many signals (work/wakes.ts). */
const LONGEST_PUT_OFF = `case attempts when 1 then interval '10 seconds' when 2 then interval '1 minute' when 3 then interval '10 minutes' else interval '1 hour' end`;

/**
 * After the clock of Postgres stepped back, what was to be done at once lies in the future: it is made due now.
 * Leases of that kind are void by themselves. @returns how many rows
 */
export async function mendSteppedClock(pool: Pool): Promise<number> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ mended: number }>({
      name: 'mend-stepped-clock',
      text: `with woken as (
               update wake set since = least(since, statement_timestamp()), due_at = statement_timestamp()
                where since > statement_timestamp() + interval '1 second' or due_at > statement_timestamp() + interval '1 second' + ${LONGEST_PUT_OFF} returning 1
             ), told as (
               update alert_delivery set due_at = statement_timestamp()
                where state = 'waiting' and attempts = 0 and held_until is null and lane in (1, 2) and due_at > statement_timestamp() + interval '1 second' and due_at < 'infinity' returning 1
             ), untaken as (
               update untaken_alert set said_at = statement_timestamp(), due_at = statement_timestamp()
                where state = 'waiting' and said_at > statement_timestamp() + interval '1 second' returning 1
             ), alarmed as (
               update alarm_delivery set due_at = statement_timestamp() where state = 'waiting' and attempts = 0 and due_at > statement_timestamp() + interval '1 second' returning 1
             )
             select ((select count(*) from woken) + (select count(*) from told) + (select count(*) from untaken) + (select count(*) from alarmed))::int as mended`,
    }),
  );
  return rows[0]?.mended ?? 0;
}

/** What a run of the engine is worth: of these cases, those with a running case behind them, or with one that ended just now. */
export async function casesBehindRuns(pool: Pool, caseIds: readonly string[], settledForMs: number): Promise<Set<string>> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ subject_id: string }>({
      name: 'cases-behind-runs',
      text: `select subject_id from subject_clock join subject_file using (subject_id)
              where subject_id = any ($1) and (subject_clock.running or subject_file.recorded_at > statement_timestamp() - $2 * interval '1 millisecond')`,
      values: [caseIds, settledForMs],
    }),
  );
  return new Set(rows.map((row) => row.subject_id));
}

/** Running cases whose clock looked at them more than `settledForMs` ago, that nobody has asked to look, and that are not among those which the engine runs. */
export async function clocksWithoutRun(pool: Pool, runs: ReadonlySet<string>, settledForMs: number): Promise<string[]> {
  const without: string[] = [];
  for (let after: string | null = null; ; ) {
    const page: string[] = await settledClocksAfter(pool, after, settledForMs);
    after = page.at(-1) ?? after;
    without.push(...page.filter((caseId) => !runs.has(caseId)));
    if (page.length < PAGE) return without;
  }
}

async function settledClocksAfter(pool: Pool, after: string | null, settledForMs: number): Promise<string[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ subject_id: string }>({
      name: 'settled-clocks',
      text: `select subject_id from subject_clock
              where running and ($1::uuid is null or subject_id > $1) and looked_at < statement_timestamp() - $2 * interval '1 millisecond'
                and not exists (select from wake where wake.subject_id = subject_clock.subject_id and ${IS_ASKED})
              order by subject_id limit ${PAGE}`,
      values: [after, settledForMs],
    }),
  );
  return rows.map((row) => row.subject_id);
}

/**
 * Running cases that the engine should have a run for. One that is asked to look may not have its run yet: counting it
 * would set all clocks of a large house anew while they are being set, and that never ends.
 */
export async function countClocksExpected(pool: Pool): Promise<number> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ expected: number }>({
      name: 'clocks-expected',
      text: `select count(*)::int as expected from subject_clock where running and not exists (select from wake where wake.subject_id = subject_clock.subject_id and ${IS_ASKED})`,
    }),
  );
  return rows[0]?.expected ?? 0;
}

/** Which server was seen last under a name, and by which code its clocks were set. */
export interface EngineSeen {
  namespaceId: string;
  clockVersion: number;
  /** When it took the place of another one; absent: it is the first. */
  changedAt?: Instant;
}

export async function readEngineSeen(pool: Pool, namespace: string): Promise<EngineSeen | undefined> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ namespace_id: string; clock_version: number; changed_at: Date | null }>(
      'select namespace_id, clock_version, changed_at from engine_seen where namespace = $1',
      [namespace],
    ),
  );
  const [row] = rows;
  return row && { namespaceId: row.namespace_id, clockVersion: row.clock_version, ...(row.changed_at === null ? {} : { changedAt: row.changed_at.getTime() }) };
}

/** Writes which server answers now; another id than before is a change. */
export async function writeEngineSeen(pool: Pool, namespace: string, { namespaceId, clockVersion }: Omit<EngineSeen, 'changedAt'>): Promise<void> {
  await onClient(pool, (client) =>
    client.query(
      `insert into engine_seen (namespace, namespace_id, clock_version, seen_at) values ($1, $2, $3, statement_timestamp())
       on conflict (namespace) do update set namespace_id = excluded.namespace_id, clock_version = excluded.clock_version, seen_at = excluded.seen_at,
         changed_at = case when engine_seen.namespace_id <> excluded.namespace_id then excluded.seen_at else engine_seen.changed_at end`,
      [namespace, namespaceId, clockVersion],
    ),
  );
}

/** Since when effects are held, and why; undefined when they are not. */
export async function readEffectsHold(pool: Pool): Promise<{ since: Instant; reason: string } | undefined> {
  const { rows } = await onClient(pool, (client) => client.query<{ since: Date; reason: string }>('select since, reason from effects_hold'));
  return rows[0] && { since: rows[0].since.getTime(), reason: rows[0].reason };
}

/** The clock of Postgres, epoch milliseconds. */
export async function readPostgresClock(pool: Pool): Promise<Instant> {
  const { rows } = await onClient(pool, (client) => client.query<{ now: number }>('select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now'));
  return rows[0]?.now ?? Number.NaN;
}
