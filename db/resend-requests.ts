/** After a restored backup: who is asked to send again what was sent since, and what became of it. */
import { randomUUID } from 'node:crypto';
import type { Instant } from '../domain/law/calendar.js';
import { LEDGER_RESTORED } from './clock-look.js';
import { onClient, transaction, type Pool, type PoolClient, type Queryable } from './pool.js';

/** A clock found the ledger restored, or a person says so. */
export type ResendReason = typeof LEDGER_RESTORED | 'by_hand';

/** `unspoken`: the agency does not know the message; `failed`: it did not take it at any attempt. Both are for people. */
export type ResendState = 'waiting' | 'asked' | 'unspoken' | 'failed';

export interface ResendRequestItem {
  id: string;
  agency: string;
  since: Instant;
  reason: ResendReason;
  state: ResendState;
  attempts: number;
  lastError?: string;
  createdAt: Instant;
  /** When the agency took it, or a person ended the task. */
  settledAt?: Instant;
}

export interface Asked {
  /** Agencies that are asked now. */
  asked: string[];
  /** Agencies that had been asked for the same time before: nobody is asked twice. */
  before: string[];
  /** Agencies of the list that are not connected; when there are any, nobody is asked. */
  unknown: string[];
}

/**
 * Writes down that agencies are to be asked; a relay asks them.
 * @param since wall time
 * @param agencies default: all that are connected
 */
export async function askForResend(pool: Pool, since: Instant, reason: ResendReason, agencies?: readonly string[]): Promise<Asked> {
  return transaction(pool, (client) => writeRequests(client, since, reason, agencies));
}

async function writeRequests(client: PoolClient, since: Instant, reason: ResendReason, agencies?: readonly string[]): Promise<Asked> {
  const { rows } = await client.query<{ id: string }>(`select id from organisation where protocol = 'http' order by id`);
  const connected = rows.map(({ id }) => id);
  const wanted = agencies === undefined ? connected : [...new Set(agencies)].toSorted();
  const unknown = wanted.filter((code) => !connected.includes(code));
  if (unknown.length > 0) return { asked: [], before: [], unknown };
  const { rows: written } = await client.query<{ agency: string }>(
    `insert into resend_request (id, agency, since, reason)
     select id, agency, $3, $4 from unnest($1::uuid[], $2::text[]) wanted (id, agency)
     on conflict (agency, since) do nothing returning agency`,
    [wanted.map(() => randomUUID()), wanted, new Date(since), reason],
  );
  const fresh = new Set(written.map(({ agency }) => agency));
  return { asked: wanted.filter((code) => fresh.has(code)), before: wanted.filter((code) => !fresh.has(code)), unknown };
}

/** What was delivered just before the backup may have been under way when it was made. */
const MARGIN_MS = 10 * 60_000;

/**
 * The last sign of the life before the restore. People and clocks may have gone on since, and what they write must
 * not be taken for it: a server that was restored has been started after all that it had, so only what is older
 * than its start counts. Restored into a server that was running already, it is the beginning of the ledger: what is
 * asked for too much is known by its id, what is asked for too little is lost.
 */
const LAST_BEFORE = `
select floor(extract(epoch from coalesce(max(recorded_at) filter (where recorded_at < pg_postmaster_start_time()), min(opened_at))) * 1000)::float8 as at
  from subject_file`;

/**
 * Asks all agencies, once for each hold on effects that a restored ledger brought about.
 * @returns whom, and since when; undefined when there is nothing to ask for
 */
export async function askAfterRestore(pool: Pool): Promise<{ asked: string[]; since: Instant } | undefined> {
  return transaction(pool, async (client) => {
    // Two relays must not both find that nobody has been asked.
    await client.query(`select pg_advisory_xact_lock(hashtext('tirek resend'))`);
    if (!(await isUnasked(client))) return undefined;
    const { rows } = await client.query<{ at: Instant | null }>(LAST_BEFORE);
    const at = rows[0]?.at ?? null;
    if (at === null) return undefined;
    const since = at - MARGIN_MS;
    const { asked } = await writeRequests(client, since, LEDGER_RESTORED);
    return { asked, since };
  });
}

async function isUnasked(client: PoolClient): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from effects_hold where reason = $1
        and not exists (select from resend_request where resend_request.reason = $1 and created_at >= effects_hold.since)`,
    [LEDGER_RESTORED],
  );
  return rowCount === 1;
}

interface ItemRow {
  id: string;
  agency: string;
  since: Date;
  reason: ResendReason;
  state: ResendState;
  attempts: number;
  last_error: string | null;
  created_at: Date;
  settled_at: Date | null;
}

const ITEM = 'id, agency, since, reason, state, attempts, last_error, created_at, settled_at';
const IS_TASK = `state in ('unspoken', 'failed') and settled_at is null`;

/** All requests, the latest first. */
export async function listResendRequests(pool: Pool): Promise<ResendRequestItem[]> {
  return items(pool, `select ${ITEM} from resend_request order by created_at desc, agency`);
}

/** Requests that a person must make otherwise. */
export async function resendTasks(pool: Pool): Promise<ResendRequestItem[]> {
  return items(pool, `select ${ITEM} from resend_request where ${IS_TASK} order by agency, since`);
}

async function items(pool: Queryable, sql: string): Promise<ResendRequestItem[]> {
  const { rows } = await pool.query<ItemRow>(sql);
  return rows.map(({ since, last_error: error, created_at: created, settled_at: settled, ...row }) => ({
    ...row,
    since: since.getTime(),
    createdAt: created.getTime(),
    ...(error === null ? {} : { lastError: error }),
    ...(settled === null ? {} : { settledAt: settled.getTime() }),
  }));
}

/** A person has asked the agency. @returns how many tasks that ended */
export async function endResendTasks(pool: Pool, agency: string): Promise<number> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(`update resend_request set settled_at = clock_timestamp() where agency = $1 and ${IS_TASK}`, [agency]),
  );
  return rowCount ?? 0;
}
