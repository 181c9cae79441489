/** The rows of adoptions: what was asked for, how far the sweep has come, whom it could not tell. */
import type { Columns } from './columns.js';
import type { AdoptionStanding } from '../contracts/law-adoption.js';
import type { LawKind } from '../contracts/http/law.js';
import type { Instant } from '../domain/law/calendar.js';
import type { RecomputedTerms } from '../domain/law/recomputation.js';
import { VERSION_TABLES } from './law.js';
import { inTransaction, type Pool, type Queryable } from './pool.js';

export interface AdoptionRequest {
  id: string;
  kind: LawKind;
  version: string;
  previous: string;
  act: string;
  recompute: RecomputedTerms;
  /** Signature of the door that let the administrator in. */
  proof: string;
  requestedBy: string;
  idempotencyKey: string;
  bodySha256: string;
}

export interface StoredAdoption extends Omit<AdoptionRequest, 'idempotencyKey' | 'proof'> {
  state: AdoptionStanding;
  requestedAt: Instant;
  startedAt?: Instant;
  endedAt?: Instant;
  total: number;
}

const READ = [
  'id',
  'kind',
  'version',
  'previous',
  'act',
  'recompute',
  'requested_by',
  'body_sha256',
  'state',
  'requested_at',
  'started_at',
  'ended_at',
  'total',
] as const;
const COLUMNS = READ.join(', ');

type AdoptionRow = Columns<'law_adoption', (typeof READ)[number], { kind: LawKind; recompute: RecomputedTerms; state: AdoptionStanding }>;

function adoptionOf(row: AdoptionRow): StoredAdoption {
  const { id, kind, version, previous, act, recompute, state, total } = row;
  return {
    id,
    kind,
    version,
    previous,
    act,
    recompute,
    state,
    total,
    requestedBy: row.requested_by,
    bodySha256: row.body_sha256,
    requestedAt: row.requested_at.getTime(),
    ...(row.started_at === null ? {} : { startedAt: row.started_at.getTime() }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at.getTime() }),
  };
}

/**
 * Writes the request; the sweep itself puts the version in force. The unique index lets one run at a time.
 * @returns 'running' when another one is under way
 */
export async function insertAdoption(pool: Pool, request: AdoptionRequest): Promise<'written' | 'running'> {
  const { id, kind, version, previous, act, recompute, proof, requestedBy, idempotencyKey, bodySha256 } = request;
  // Also for the key of a request that raced with its own repeat: the repeat finds the row.
  const { rowCount } = await pool.query(
    `insert into law_adoption (id, kind, version, previous, act, recompute, requested_by, idempotency_key, body_sha256, proof)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [id, kind, version, previous, act, recompute, requestedBy, idempotencyKey, bodySha256, proof],
  );
  return rowCount === 1 ? 'written' : 'running';
}

export async function findAdoptionByKey(pool: Pool, requestedBy: string, idempotencyKey: string): Promise<StoredAdoption | undefined> {
  const { rows } = await pool.query<AdoptionRow>(`select ${COLUMNS} from law_adoption where requested_by = $1 and idempotency_key = $2`, [
    requestedBy,
    idempotencyKey,
  ]);
  return rows[0] === undefined ? undefined : adoptionOf(rows[0]);
}

export async function readAdoption(pool: Pool, id: string): Promise<StoredAdoption | undefined> {
  const { rows } = await pool.query<AdoptionRow>(`select ${COLUMNS} from law_adoption where id = $1`, [id]);
  return rows[0] === undefined ? undefined : adoptionOf(rows[0]);
}

/** The latest asked for first. */
export async function listAdoptions(pool: Pool, limit: number): Promise<StoredAdoption[]> {
  const { rows } = await pool.query<AdoptionRow>(`select ${COLUMNS} from law_adoption order by requested_at desc, id desc limit $1`, [limit]);
  return rows.map(adoptionOf);
}

/** The signature of an adoption; null when there is no such adoption, or nobody has signed it. */
export async function adoptionProof(from: Queryable, id: string): Promise<string | null> {
  const { rows } = await from.query<{ proof: string | null }>('select proof from law_adoption where id = $1', [id]);
  return rows[0]?.proof ?? null;
}

export async function isAdoptionUnderWay(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query(`select from law_adoption where state in ('running', 'paused')`);
  return rowCount !== 0;
}

/** Pauses or resumes one that has not ended; false when it has. */
export async function setAdoptionState(pool: Pool, id: string, state: 'paused' | 'running'): Promise<boolean> {
  const { rowCount } = await pool.query(`update law_adoption set state = $2 where id = $1 and state in ('running', 'paused')`, [id, state]);
  return rowCount === 1;
}

/**
 * Gives up one that has not ended. Where it has begun, new cases begin with the former version again, and nobody has to take
 * either version up: cases that were moved stay as they are until another adoption.
 * @returns false when it has ended
 */
export async function giveUpAdoption(
  pool: Pool,
  { id, kind, version, previous }: Pick<StoredAdoption, 'id' | 'kind' | 'version' | 'previous'>,
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('tirek law in force'))`);
    const { rows } = await client.query<{ started: boolean }>(
      `update law_adoption set state = 'given_up', ended_at = clock_timestamp() where id = $1 and state in ('running', 'paused')
       returning started_at is not null as started`,
      [id],
    );
    if (rows[0]?.started === true) {
      await client.query(`update ${VERSION_TABLES[kind]} set given_up_at = clock_timestamp() where version = $1`, [version]);
      // Openings hold the rows shared: none of them is in the middle when the version changes under it.
      await client.query(`update law_in_force set version = $2, adoption_id = null, act = null, recompute = null, since = clock_timestamp() where kind = $1`, [
        kind,
        previous,
      ]);
    }
    return rows.length === 1;
  });
}

// ------------------------------------------------------------------ The sweep

/**
 * SQL, true for an open case whose dates were counted by another version than `$1`. `kind` is one of our own words.
 * It names the other versions, which are few: an index finds who has one, and of "is distinct from" it finds nobody.
 */
export const behind = (kind: LawKind): string => `running and ${kind} = any (array(select version from ${VERSION_TABLES[kind]} where version <> $1))`;

/**
 * Puts the version in force, once: from then on new cases begin with it, and every take of a running one takes it
 * up. Its moment lies behind every former one, whatever the clocks say, so that the latest is always clear.
 */
export async function beginAdoption(pool: Pool, adoption: Pick<StoredAdoption, 'id' | 'kind' | 'version' | 'act' | 'recompute'>): Promise<void> {
  const { id, kind, version, act, recompute } = adoption;
  const table = kind === 'calendar' ? 'calendar_version' : 'policy_version';
  await inTransaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('tirek law in force'))`);
    const { rowCount } = await client.query(
      // Its own id, behind all that were given: the snapshot's own bound leaves out whoever has just got one.
      `update law_adoption set started_at = clock_timestamp(), touched_at = clock_timestamp(),
              horizon = pg_current_xact_id()::text::bigint,
              total = (select count(*) from subject_file where ${behind(kind)})
        where id = $2 and started_at is null and state = 'running'`,
      [version, id],
    );
    // Begun already; or paused or given up just now.
    if (rowCount === 0) return;
    await client.query(
      `update ${table} set adopted_at = greatest(clock_timestamp(), (select max(adopted_at) + interval '1 microsecond' from ${table}))
        where version = $1 and adopted_at is null`,
      [version],
    );
    // Openings hold the rows shared: none of them is in the middle when the version changes under it.
    await client.query(
      `insert into law_in_force (kind, version, adoption_id, act, recompute) values ($1, $2, $3, $4, $5)
       on conflict (kind) do update set version = excluded.version, adoption_id = excluded.adoption_id, act = excluded.act,
                                        recompute = excluded.recompute, since = clock_timestamp()`,
      [kind, version, id, act, recompute],
    );
  });
}

/** True when every transaction that may have begun before the adoption has ended: what they wrote is seen by whoever reads now. */
export async function hasHorizonPassed(pool: Pool, id: string): Promise<boolean> {
  const { rows } = await pool.query<{ passed: boolean | null }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= horizon as passed from law_adoption where id = $1',
    [id],
  );
  return rows[0]?.passed ?? false;
}

/** Says that the sweep is alive, and how the adoption stands; undefined when there is none. */
export async function touchAdoption(pool: Pool, id: string): Promise<StoredAdoption | undefined> {
  const { rows } = await pool.query<AdoptionRow>(`update law_adoption set touched_at = clock_timestamp() where id = $1 returning ${COLUMNS}`, [id]);
  return rows[0] === undefined ? undefined : adoptionOf(rows[0]);
}

/** Ids of the next open cases that have another version. */
export async function casesBehind(
  pool: Pool,
  { kind, version }: Pick<StoredAdoption, 'kind' | 'version'>,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ subject_id: string }>(`select subject_id ${fromSubjectsBehind(kind, 'subject_id')} order by subject_id limit $3`, [
    version,
    after ?? BEFORE_ALL,
    limit,
  ]);
  return rows.map((row) => row.subject_id);
}

/** The id before every other one. */
export const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * SQL: of each version other than `$1` the next `$3` open cases after the id `$2`; the caller orders them by id and
 * cuts at `$3`. One order over all versions would sort everybody who is behind for each page.
 */
export const fromSubjectsBehind = (kind: LawKind, columns: string, only = 'true'): string => `
  from ${VERSION_TABLES[kind]} other
 cross join lateral (
   select ${columns} from subject_file where running and ${only} and ${kind} = other.version and subject_id > $2::uuid order by subject_id limit $3
 ) behind
 where other.version <> $1`;

async function countBehind(from: Pool, kind: LawKind, version: string): Promise<number> {
  const { rows } = await from.query<{ left: number }>(`select count(*)::int as "left" from subject_file where ${behind(kind)}`, [version]);
  return rows[0]?.left ?? 0;
}

export async function recordFailure(pool: Pool, adoptionId: string, caseId: string, reason: string): Promise<void> {
  await pool.query(
    `insert into law_adoption_failure (adoption_id, subject_id, reason) values ($1, $2, $3)
     on conflict (adoption_id, subject_id) do update
       set reason = excluded.reason, attempts = law_adoption_failure.attempts + 1, last_at = clock_timestamp()`,
    [adoptionId, caseId, reason],
  );
}

/** Which of these cases could not be told before. */
export async function failuresAmong(pool: Pool, adoptionId: string, caseIds: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ subject_id: string }>('select subject_id from law_adoption_failure where adoption_id = $1 and subject_id = any ($2)', [
    adoptionId,
    caseIds,
  ]);
  return new Set(rows.map((row) => row.subject_id));
}

/** It was told after all. */
export async function forgetFailure(pool: Pool, adoptionId: string, caseId: string): Promise<void> {
  await pool.query('delete from law_adoption_failure where adoption_id = $1 and subject_id = $2', [adoptionId, caseId]);
}

/** After so many passes in vain a case is set apart: it takes the version up with its next take, once what hinders it is mended. */
const TRIED_OFTEN = 3;

/**
 * How many open cases are left; when none is but those set apart, and the adoption may end, it ends. That it has begun, and
 * that nothing from before is at work any more, is seen here, whatever the sweep says.
 */
export async function endAdoption(
  pool: Pool,
  { id, kind, version, state: before }: StoredAdoption,
  mayEnd: boolean,
): Promise<{ left: number; standing: AdoptionStanding }> {
  const { rows } = await pool.query<{ left: number; state: AdoptionStanding | null }>(
    `with remaining as (
            select count(*)::int as "left", count(*) filter (where coalesce(attempts, 0) < ${TRIED_OFTEN}) as untried
              from subject_file left join law_adoption_failure failure on failure.subject_id = subject_file.subject_id and failure.adoption_id = $2
             where ${behind(kind)}),
          ended as (
            update law_adoption set state = 'done', ended_at = clock_timestamp(), touched_at = clock_timestamp()
             where id = $2 and state = 'running' and $3 and pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= horizon and (select untried from remaining) = 0
             returning state
          )
     select (select "left" from remaining) as "left", coalesce((select state from ended), (select state from law_adoption where id = $2)) as state`,
    [version, id, mayEnd],
  );
  const [row] = rows;
  return { left: row?.left ?? 0, standing: row?.state ?? before };
}

// ------------------------------------------------------------------ What the relay looks after

/** Longer than a page of the sweep and its longest pause take. */
const ASLEEP_AFTER = '3 minutes';

/** Adoptions that are to run and show no sign of life. One that was asked for just now has its own starter at work. */
export async function sleepingAdoptions(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from law_adoption
      where state = 'running' and coalesce(touched_at < clock_timestamp() - interval '${ASLEEP_AFTER}', requested_at < clock_timestamp() - interval '5 seconds')`,
  );
  return rows.map(({ id }) => id);
}

// ------------------------------------------------------------------ Progress

export interface AdoptionFigures {
  left: number;
  told: number;
  moved: number;
  kept: number;
  ended: number;
  failed: number;
  failures: { caseId: string; reason: string; attempts: number; lastAt: Instant }[];
}

const MOST_FAILURES = 100;

/** What the ledgers and the read model say of an adoption; a case that was told is no failure any more, one set apart stays listed. */
export async function adoptionFigures(pool: Pool, { id, kind, version, state, total }: StoredAdoption): Promise<AdoptionFigures> {
  // Once it has ended, a later adoption decides what is behind.
  const isUnderWay = state === 'running' || state === 'paused';
  const behindNow = isUnderWay ? await countBehind(pool, kind, version) : 0;
  const { rows: ledgers } = await pool.query<Pick<AdoptionFigures, 'told' | 'moved' | 'kept' | 'ended'>>(
    `select count(*)::int as told, coalesce(sum(dates_moved), 0)::int as moved, coalesce(sum(dates_kept), 0)::int as kept,
            coalesce(sum(dates_ended), 0)::int as ended
       from ledger where cause = $1::text and type = 'LawAdopted'`,
    [id],
  );
  const { rows: failures } = await pool.query<{ subject_id: string; reason: string; attempts: number; last_at: Date; failed: number }>(
    `select subject_id, reason, attempts, last_at, count(*) over ()::int as failed
       from law_adoption_failure join subject_file using (subject_id)
      where adoption_id = $2 and ${behind(kind)}
      order by last_at desc, subject_id limit ${MOST_FAILURES}`,
    [version, id],
  );
  // Given up: who was not told stays with what they had.
  const left = state === 'given_up' ? Math.max(0, total - (ledgers[0]?.told ?? 0)) : behindNow;
  return {
    left,
    ...(ledgers[0] ?? { told: 0, moved: 0, kept: 0, ended: 0 }),
    failed: failures[0]?.failed ?? 0,
    failures: failures.map(({ subject_id, reason, attempts, last_at }) => ({ caseId: subject_id, reason, attempts, lastAt: last_at.getTime() })),
  };
}
