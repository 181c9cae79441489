/** The rows of the inbox as the relay reads and settles them. */
import { addRelayJobs } from './relay-bell.js';
import { claimOpenCase, type AppealPayload } from '../db/appeals.js';
import { inTransaction, type Pool } from '../db/pool.js';
import type { Delivery, Opening } from '../domain/case/deliveries.js';
import type { ReportPayload } from './receive.js';

interface RowEnvelope {
  id: string;
  /** How long it has waited, in milliseconds, by the clock of Postgres. */
  ageMs: number;
  /** Sector code of an agency, or the journal of appeals. */
  source: string;
}

export type WaitingRow = RowEnvelope & ({ kind: 'appeal'; payload: AppealPayload } | { kind: 'report'; payload: ReportPayload });
export type AppealRow = Extract<WaitingRow, { kind: 'appeal' }>;

/** An Update carries no more: it stays far below the engine's limit of a payload. */
export const BATCH = 50;

/** The oldest messages that wait for a case, in the order of their receipt. */
export async function readWaitingRows(pool: Pool, caseId: string): Promise<WaitingRow[]> {
  const { rows } = await pool.query<WaitingRow>({
    name: 'waiting-rows',
    text: `select id, kind, source, payload,
                  greatest(0, floor(extract(epoch from clock_timestamp() - received_at) * 1000))::float8 as "ageMs"
             from inbox where case_id = $1 and state = 'waiting' order by received_at, id limit ${BATCH}`,
    values: [caseId],
  });
  return rows;
}

/** The message as the engine gets it; its id is the row's, so an id that an agency chose never reaches Temporal. */
export function deliveryOf(row: WaitingRow): Delivery {
  const { id, ageMs } = row;
  switch (row.kind) {
    case 'appeal': {
      const { appealId, journalNumber, channel, threat, actor } = row.payload.opening;
      return { kind: 'appeal', deliveryId: id, actor, ageMs, data: { appealId, journalNumber, channel, threat } };
    }
    case 'report':
      return {
        kind: 'report',
        deliveryId: id,
        actor: { id: row.source, role: 'agency', center: '' },
        ageMs,
        data: { reportId: id, ...row.payload },
      };
  }
}

export interface Settlement {
  id: string;
  state: 'delivered' | 'rejected' | 'orphan';
  /** The answer of the case, or why there was none. */
  outcome: unknown;
}

/** Ends the waiting of rows; one that was settled before stays as it is. */
export async function settleRows(pool: Pool, settlements: readonly Settlement[]): Promise<void> {
  if (settlements.length === 0) return;
  await pool.query({
    name: 'settle-rows',
    text: `update inbox set state = given.state, outcome = given.outcome, settled_at = clock_timestamp()
             from json_to_recordset($1::json) given (id uuid, state text, outcome jsonb)
            where inbox.id = given.id and inbox.state = 'waiting'`,
    values: [JSON.stringify(settlements)],
  });
}

/**
 * An appeal that meets a closed case opens a new one, or joins the one that was opened meanwhile; it
 * keeps its number and the instant of its receipt. The household's claim is taken anew.
 *
 * @throws Error while the closed case still holds the claim: its journal gives it back
 */
export async function moveAppealToOpenCase(pool: Pool, row: AppealRow, closedCaseId: string): Promise<string> {
  const { opening } = row.payload;
  const caseId = await inTransaction(pool, async (client) => {
    const claim = await claimOpenCase(client, opening.householdId);
    if (claim.caseId === closedCaseId) throw new Error(`case ${closedCaseId} is closed and still holds its household's claim`);
    const payload: AppealPayload = { opens: !claim.attached, opening };
    const { rowCount } = await client.query(
      `with moved as (
         update inbox set case_id = $2, payload = $3 where id = $1 and case_id = $4 and state = 'waiting' returning id
       ), registered as (
         update appeal set case_id = $2 from moved where appeal_id = $5 returning narrative_id
       ), words as (
         update narrative set case_id = $2 from registered where narrative.id = registered.narrative_id
       )
       select id from moved`,
      [row.id, claim.caseId, JSON.stringify(payload), closedCaseId, opening.appealId],
    );
    // Another relay moved it already: its claim stands, ours is rolled back with this transaction.
    if (rowCount !== 1) throw new Error(`appeal ${opening.appealId} was moved by another relay`);
    return claim.caseId;
  });
  await addRelayJobs(pool, [caseId]);
  return caseId;
}

/** Gives a household's claim back when the appeal that took it can never open its case. */
export async function releaseClaim(pool: Pool, caseId: string): Promise<void> {
  await pool.query('delete from open_case where case_id = $1', [caseId]);
}

/** True when a case is known here and goes on: a message for it must reach it, whatever the engine says now. */
export async function isCaseOpen(pool: Pool, caseId: string): Promise<boolean> {
  const { rowCount } = await pool.query(`select from case_file where case_id = $1 and stage <> 'closed'`, [caseId]);
  return rowCount === 1;
}

export function opensCase(row: WaitingRow): row is AppealRow {
  return row.kind === 'appeal' && row.payload.opens;
}

export function openingOf(row: AppealRow): Opening {
  return row.payload.opening;
}

