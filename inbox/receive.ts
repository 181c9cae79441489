/** The inbox: what agencies send is durable before it is answered, engine up or not. */
import { randomUUID } from 'node:crypto';

import type { Pool } from '../db/pool.js';
import type { ReportOutcome } from '../domain/case/facts.js';
import { ringForCase } from './relay-bell.js';

export interface ReceivedReport {
  /** Sector code of the agency whose signature was verified. */
  agency: string;
  /** The agency's own id of the message: the same one twice is one report. */
  deliveryId: string;
  caseId: string;
  measureId: string;
  outcome: ReportOutcome;
  /** Words of the agency: personal data, kept apart from the message. */
  note?: string;
}

/** What the relay hands over; references and codes only. */
export interface ReportPayload {
  measureId: string;
  outcome: ReportOutcome;
  noteId?: string;
}

export interface Receipt {
  inboxId: string;
  /** True when this delivery had been received before; it is counted and nothing else. */
  duplicate: boolean;
}

/** One statement, so that one commit makes the message and its words durable together. */
const RECEIVE = `
with arrived as (
  insert into inbox (id, kind, source, delivery_id, case_id, payload)
  values ($1, 'report', $2, $3, $4, $5)
  on conflict (source, delivery_id) do update set duplicates = inbox.duplicates + 1
  returning id, duplicates = 0 as fresh
), words as (
  insert into narrative (id, case_id, kind, body, command_id)
  select $6::uuid, $4, 'report_note', $7, arrived.id from arrived where fresh and $6::uuid is not null
)
select id, fresh from arrived`;

/**
 * Receives an agency's report: durable when this returns. Receiving it again changes nothing but the
 * count of its repeats.
 */
export async function receiveReport(pool: Pool, report: ReceivedReport): Promise<Receipt> {
  const { agency, deliveryId, caseId, measureId, outcome, note } = report;
  const noteId = note === undefined ? undefined : randomUUID();
  const payload: ReportPayload = { measureId, outcome, ...(noteId === undefined ? {} : { noteId }) };
  const { rows } = await pool.query<{ id: string; fresh: boolean }>({
    name: 'receive-report',
    text: RECEIVE,
    values: [randomUUID(), agency, deliveryId, caseId, JSON.stringify(payload), noteId ?? null, note ?? null],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('the inbox took a report without a row');
  if (row.fresh) ringForCase(pool, caseId);
  return { inboxId: row.id, duplicate: !row.fresh };
}
