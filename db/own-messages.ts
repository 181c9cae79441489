/** What became of the messages of one organisation, both ways: what it reads of itself, codes and ids alone. */
import type { DispatchKind } from '../domain/case/facts.js';
import type { Dispatch } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import { onClient, type Pool } from './pool.js';

const MOST = 200;

export interface OwnReport {
  reportId: string;
  webhookId: string;
  caseId: string;
  measureId?: string;
  referralId?: string;
  receivedAt: Instant;
  state: 'waiting' | 'delivered' | 'rejected' | 'orphan';
  outcome: { refusal?: { code?: string } } | null;
}

/** What it sent, the latest first. */
export async function reportsOf(pool: Pool, organisationId: string): Promise<OwnReport[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<Omit<OwnReport, 'receivedAt' | 'measureId' | 'referralId'> & { receivedAt: Date; measureId: string | null; referralId: string | null }>({
      name: 'own-reports',
      text: `select id as "reportId", delivery_id as "webhookId", subject_id as "caseId", payload ->> 'measureId' as "measureId",
                    payload ->> 'referralId' as "referralId", received_at as "receivedAt", state, outcome
               from inbox where source = $1 and kind = 'report' order by place desc limit ${MOST}`,
      values: [organisationId],
    }),
  );
  return rows.map(({ measureId, referralId, receivedAt, ...row }) => ({
    ...row,
    receivedAt: receivedAt.getTime(),
    ...(measureId === null ? {} : { measureId }),
    ...(referralId === null ? {} : { referralId }),
  }));
}

export interface OwnMessage {
  dispatchKey: string;
  kind: DispatchKind;
  caseId: string;
  measureIds: string[];
  state: Dispatch['state'];
  attempts: number;
  changedAt: Instant;
}

/** What was sent to it, or is to be, the latest first. */
export async function messagesTo(pool: Pool, organisationId: string): Promise<OwnMessage[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<Omit<OwnMessage, 'changedAt'> & { changedAt: Date }>({
      name: 'own-messages',
      text: `select key as "dispatchKey", kind, subject_id as "caseId", measure_ids as "measureIds", state, series as attempts, changed_at as "changedAt"
               from effect where agency = $1 order by changed_at desc, key limit ${MOST}`,
      values: [organisationId],
    }),
  );
  return rows.map((row) => ({ ...row, changedAt: row.changedAt.getTime() }));
}
