/** Reports of agencies as people look after them: what was refused, what waits, what came twice under one id. */
import type { ReportOutcome } from '../domain/case/facts.js';
import type { Refusal } from '../domain/case/refusal.js';
import type { Instant } from '../domain/law/calendar.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import type { Pool, Queryable } from './pool.js';
import type { Viewer } from '../domain/access/sight.js';
import { andSubjectSeenBy } from './sight.js';
import { Where } from './where.js';

/** What became of a report. An orphan is refused for want of a case: nobody knows its `caseId`. */
export type ReportFate = { state: 'recorded' | 'waiting' } | { state: 'refused'; refusal: Refusal } | { state: 'refused'; orphan: true };

/** As the inbox keeps it. */
interface FateColumns {
  state: 'waiting' | 'delivered' | 'rejected' | 'orphan';
  outcome: { refusal?: Refusal } | null;
}

function fateOf({ state, outcome }: FateColumns): ReportFate {
  switch (state) {
    case 'waiting':
      return { state: 'waiting' };
    case 'delivered':
      return { state: 'recorded' };
    case 'orphan':
      return { state: 'refused', orphan: true };
    case 'rejected':
      return outcome?.refusal === undefined ? missing() : { state: 'refused', refusal: outcome.refusal };
  }
}

function missing(): never {
  throw new Error('a refused report has no reason');
}

export interface ReportQuery {
  /** Of the cases of that Center. */
  center: string;
  /** With them those whose case nobody knows: they are no Center's. */
  orphans: boolean;
  /** Without it: both. */
  state?: 'refused' | 'waiting';
  /** Only those under whose id another content came, whatever became of them. */
  otherContent?: boolean;
  /** Only of cases that the viewer sees. */
  seenBy?: Viewer;
  after?: string;
  limit: number;
}

export interface ReportItem {
  reportId: string;
  agency: string;
  caseId: string;
  /** Of a report. */
  measureId?: string;
  outcome?: ReportOutcome;
  /** Of the answer of an identification. */
  referralId?: string;
  receivedAt: Instant;
  /** How often its sender repeated it. */
  duplicates: number;
  /** Another content came under its id and was refused to its sender. */
  otherContent: boolean;
  fate: ReportFate;
}

interface ReportRow extends FateColumns {
  id: string;
  place: string;
  source: string;
  subject_id: string;
  measure_id: string | null;
  reported: ReportOutcome | null;
  referral_id: string | null;
  received_at: Date;
  duplicates: number;
  other_content: boolean;
}

/** Recorded ones are in their cases; all that is not is in one index. */
const STATES: Readonly<Record<'refused' | 'waiting', string>> = {
  refused: `inbox.state in ('rejected', 'orphan')`,
  waiting: `inbox.state = 'waiting'`,
};

/** A case has its Center from the registration of its appeal on, also while that waits for a calendar (P51). */
const CENTER = `coalesce(filed.center, (select center from appeal where appeal.case_id = inbox.subject_id order by received_at limit 1))`;

/**
 * Reports, the one received last first; the order is that of the inbox's sequence, which no clock moves.
 * @throws BadCursor
 */
export async function listReports(pool: Pool, { center, orphans, state, otherContent, seenBy, after, limit }: ReportQuery): Promise<Page<ReportItem>> {
  const where = new Where().and(`kind = 'report'`).and(`(${CENTER} = ?${orphans ? ` or inbox.state = 'orphan'` : ''})`, center);
  if (state !== undefined) where.and(STATES[state]);
  else if (otherContent !== true) where.and(`inbox.state <> 'delivered'`);
  if (otherContent === true) where.and('inbox.id in (select inbox_id from inbox_conflict)');
  if (seenBy !== undefined) andSubjectSeenBy(where, seenBy, 'inbox', 'filed.subject_id is null');
  if (after !== undefined) where.and('place < ?::bigint', ...decodeCursor(after, ['place']));
  const { rows } = await pool.query<ReportRow>(
    `select inbox.id, place, source, inbox.subject_id, payload ->> 'measureId' as measure_id, payload ->> 'outcome' as reported, payload ->> 'referralId' as referral_id, received_at, duplicates,
            exists (select from inbox_conflict where inbox_id = inbox.id) as other_content, inbox.state, outcome
       from inbox left join case_file filed on filed.subject_id = inbox.subject_id
     ${where.clause} order by place desc limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, reportItem, ({ place }) => [place]);
}

function reportItem(row: ReportRow): ReportItem {
  return {
    reportId: row.id,
    agency: row.source,
    caseId: row.subject_id,
    ...(row.measure_id === null ? {} : { measureId: row.measure_id }),
    ...(row.reported === null ? {} : { outcome: row.reported }),
    ...(row.referral_id === null ? {} : { referralId: row.referral_id }),
    receivedAt: row.received_at.getTime(),
    duplicates: row.duplicates,
    otherContent: row.other_content,
    fate: fateOf(row),
  };
}

export interface FoundReport {
  caseId: string;
  /** Absent when nobody knows the case. */
  center?: string;
  fate: ReportFate;
}

/** One report; undefined when there is none of that id. */
export async function findReport(pool: Queryable, reportId: string): Promise<FoundReport | undefined> {
  const { rows } = await pool.query<FateColumns & { subject_id: string; center: string | null }>(
    `select inbox.subject_id, ${CENTER} as center, inbox.state, outcome
       from inbox left join case_file filed on filed.subject_id = inbox.subject_id where inbox.id = $1 and kind = 'report'`,
    [reportId],
  );
  const [row] = rows;
  return row && { caseId: row.subject_id, fate: fateOf(row), ...(row.center === null ? {} : { center: row.center }) };
}

/** A refused report waits again; who takes its case next decides it anew. */
export async function putBack(pool: Queryable, reportId: string): Promise<void> {
  await pool.query(
    `update inbox set state = 'waiting', outcome = null, settled_at = null, attempts = 0, due_at = clock_timestamp()
      where id = $1 and kind = 'report' and state in ('rejected', 'orphan')`,
    [reportId],
  );
}

/** A report whose case nobody knows: nobody could ever take it, so people see it. */
export async function setApart(pool: Queryable, reportId: string): Promise<void> {
  await pool.query(
    `update inbox set state = 'orphan', outcome = '{"code": "case_unknown"}', settled_at = clock_timestamp()
      where id = $1 and kind = 'report' and state = 'waiting'
        and not exists (select from case_file where case_file.subject_id = inbox.subject_id) and not exists (select from appeal where appeal.case_id = inbox.subject_id)`,
    [reportId],
  );
}
