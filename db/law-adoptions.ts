/** The rows of adoptions: what was asked for, how far the sweep has come, whom it could not tell. */
import type { AdoptionStanding } from '../contracts/law-adoption.js';
import type { LawKind } from '../contracts/http/law.js';
import type { Instant } from '../domain/law/calendar.js';
import type { RecomputedTerms } from '../domain/law/recomputation.js';
import { versionInForce } from './law.js';
import { inTransaction, isUniqueViolation, type Pool } from './pool.js';

export interface AdoptionRequest {
  id: string;
  kind: LawKind;
  version: string;
  previous: string;
  act: string;
  recompute: RecomputedTerms;
  requestedBy: string;
  idempotencyKey: string;
  bodySha256: string;
}

export interface StoredAdoption extends Omit<AdoptionRequest, 'idempotencyKey'> {
  state: AdoptionStanding;
  requestedAt: Instant;
  startedAt?: Instant;
  endedAt?: Instant;
  total: number;
}

interface AdoptionRow {
  id: string;
  kind: LawKind;
  version: string;
  previous: string;
  act: string;
  recompute: RecomputedTerms;
  requested_by: string;
  body_sha256: string;
  state: AdoptionStanding;
  requested_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  total: number;
}

const COLUMNS = 'id, kind, version, previous, act, recompute, requested_by, body_sha256, state, requested_at, started_at, ended_at, total';

function adoptionOf(row: AdoptionRow): StoredAdoption {
  const { id, kind, version, previous, act, recompute, state, total } = row;
  return {
    id, kind, version, previous, act, recompute, state, total,
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
  const { id, kind, version, previous, act, recompute, requestedBy, idempotencyKey, bodySha256 } = request;
  try {
    await pool.query(
      `insert into law_adoption (id, kind, version, previous, act, recompute, requested_by, idempotency_key, body_sha256)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, kind, version, previous, act, recompute, requestedBy, idempotencyKey, bodySha256],
    );
    return 'written';
  } catch (error) {
    // Also the key of a request that raced with its own repeat: the repeat finds the row.
    if (isUniqueViolation(error)) return 'running';
    throw error;
  }
}

export async function findAdoptionByKey(pool: Pool, requestedBy: string, idempotencyKey: string): Promise<StoredAdoption | undefined> {
  const { rows } = await pool.query<AdoptionRow>(`select ${COLUMNS} from law_adoption where requested_by = $1 and idempotency_key = $2`, [requestedBy, idempotencyKey]);
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

export async function isAdoptionUnderWay(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query(`select from law_adoption where state in ('running', 'paused')`);
  return rowCount !== 0;
}

/** Pauses or resumes one that has not ended; false when it has. */
export async function setAdoptionState(pool: Pool, id: string, state: 'paused' | 'running'): Promise<boolean> {
  const { rowCount } = await pool.query(`update law_adoption set state = $2 where id = $1 and state <> 'done'`, [id, state]);
  return rowCount === 1;
}

// ------------------------------------------------------------------ The sweep

/** SQL, true for an open case whose dates were counted by another version than `$1`. `kind` is one of our own words. */
export const behind = (kind: LawKind): string => `running and ${kind} is distinct from $1`;

/**
 * Puts the version in force, once: from then on new cases take it. Its moment lies behind every former
 * one, whatever the clocks say, so that the latest is always clear.
 */
export async function beginAdoption(pool: Pool, { id, kind, version }: Pick<StoredAdoption, 'id' | 'kind' | 'version'>): Promise<void> {
  const table = kind === 'calendar' ? 'calendar_version' : 'policy_version';
  await inTransaction(pool, async (client) => {
    await client.query(`select pg_advisory_xact_lock(hashtext('tirek law in force'))`);
    await client.query(
      `update ${table} set adopted_at = greatest(clock_timestamp(), (select max(adopted_at) + interval '1 microsecond' from ${table}))
        where version = $1 and adopted_at is null`,
      [version],
    );
    await client.query(
      `update law_adoption set started_at = clock_timestamp(), touched_at = clock_timestamp(),
              total = (select count(*) from case_file where ${behind(kind)})
        where id = $2 and started_at is null`,
      [version, id],
    );
  });
}

/** Says that the sweep is alive, and how the adoption stands; undefined when there is none. */
export async function touchAdoption(pool: Pool, id: string): Promise<StoredAdoption | undefined> {
  const { rows } = await pool.query<AdoptionRow>(`update law_adoption set touched_at = clock_timestamp() where id = $1 returning ${COLUMNS}`, [id]);
  return rows[0] === undefined ? undefined : adoptionOf(rows[0]);
}

/** Ids of the next open cases that have another version. */
export async function casesBehind(pool: Pool, { kind, version }: Pick<StoredAdoption, 'kind' | 'version'>, after: string | undefined, limit: number): Promise<string[]> {
  const { rows } = await pool.query<{ case_id: string }>(
    `select case_id from case_file where ${behind(kind)} and ($2::uuid is null or case_id > $2) order by case_id limit $3`,
    [version, after ?? null, limit],
  );
  return rows.map((row) => row.case_id);
}

async function countBehind(from: Pool, kind: LawKind, version: string): Promise<number> {
  const { rows } = await from.query<{ left: number }>(`select count(*)::int as "left" from case_file where ${behind(kind)}`, [version]);
  return rows[0]?.left ?? 0;
}

export async function recordFailure(pool: Pool, adoptionId: string, caseId: string, reason: string): Promise<void> {
  await pool.query(
    `insert into law_adoption_failure (adoption_id, case_id, reason) values ($1, $2, $3)
     on conflict (adoption_id, case_id) do update
       set reason = excluded.reason, attempts = law_adoption_failure.attempts + 1, last_at = clock_timestamp()`,
    [adoptionId, caseId, reason],
  );
}

/** How many open cases are left; when none is, and the adoption may end, it ends. */
export async function endAdoption(pool: Pool, { id, kind, version, state: before }: StoredAdoption, mayEnd: boolean): Promise<{ left: number; standing: AdoptionStanding }> {
  const { rows } = await pool.query<{ left: number; state: AdoptionStanding | null }>(
    `with remaining as (select count(*)::int as "left" from case_file where ${behind(kind)}),
          ended as (
            update law_adoption set state = 'done', ended_at = clock_timestamp(), touched_at = clock_timestamp()
             where id = $2 and state = 'running' and $3 and (select "left" from remaining) = 0
             returning state
          )
     select (select "left" from remaining) as "left", coalesce((select state from ended), (select state from law_adoption where id = $2)) as state`,
    [version, id, mayEnd],
  );
  const [row] = rows;
  return { left: row?.left ?? 0, standing: row?.state ?? before };
}

// ------------------------------------------------------------------ What the relay looks after

/** A case that was being opened when the adoption ended is told by it after all. */
export async function takeUpStragglers(pool: Pool): Promise<string[]> {
  const { rows: latest } = await pool.query<{ id: string; kind: LawKind; version: string }>(
    `select distinct on (kind) id, kind, version from law_adoption
      where state = 'done' and not exists (select from law_adoption where state in ('running', 'paused'))
      order by kind, started_at desc`,
  );
  for (const { id, kind, version } of latest) {
    // What came into force in another way is no affair of this adoption any more.
    if ((await versionInForce(pool, kind)) !== version) continue;
    if (await reopen(pool, id, kind, version)) return [id];
  }
  return [];
}

async function reopen(pool: Pool, id: string, kind: LawKind, version: string): Promise<boolean> {
  try {
    const { rowCount } = await pool.query(
      `update law_adoption set state = 'running', ended_at = null, touched_at = null, total = total + stragglers.cases
         from (select count(*)::int as cases from case_file where ${behind(kind)}) stragglers
        where id = $2 and state = 'done' and stragglers.cases > 0`,
      [version, id],
    );
    return rowCount === 1;
  } catch (error) {
    // Another adoption has begun meanwhile: it tells them.
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

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

/** What the ledgers and the read model say of an adoption; a case that was told is no failure any more. */
export async function adoptionFigures(pool: Pool, { id, kind, version, state }: StoredAdoption): Promise<AdoptionFigures> {
  // Once it has ended, a later adoption decides what is behind.
  const left = state === 'done' ? 0 : await countBehind(pool, kind, version);
  const { rows: ledgers } = await pool.query<Pick<AdoptionFigures, 'told' | 'moved' | 'kept' | 'ended'>>(
    `select count(distinct ledger.case_id)::int as told,
            count(change) filter (where change ->> 'op' = 'moved' and change -> 'from' <> change -> 'to')::int as moved,
            count(change) filter (where change ->> 'op' = 'kept')::int as kept,
            count(change) filter (where change ->> 'op' = 'lapsed')::int as ended
       from ledger left join lateral jsonb_array_elements(ledger.entry -> 'duties') change on true
      where ledger.cause = $1::text and ledger.type = 'LawAdopted'`,
    [id],
  );
  const { rows: failures } = await pool.query<{ case_id: string; reason: string; attempts: number; last_at: Date; failed: number }>(
    `select case_id, reason, attempts, last_at, count(*) over ()::int as failed
       from law_adoption_failure join case_file using (case_id)
      where adoption_id = $2 and $3 <> 'done' and ${behind(kind)}
      order by last_at desc, case_id limit ${MOST_FAILURES}`,
    [version, id, state],
  );
  return {
    left,
    ...(ledgers[0] ?? { told: 0, moved: 0, kept: 0, ended: 0 }),
    failed: failures[0]?.failed ?? 0,
    failures: failures.map(({ case_id, reason, attempts, last_at }) => ({ caseId: case_id, reason, attempts, lastAt: last_at.getTime() })),
  };
}
