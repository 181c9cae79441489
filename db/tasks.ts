/**
 * What people have to look after: messages that no attempt brings, reports that the case refused. A task is made of what it is
 * about and of who has it in hand; when the thing is mended the task is gone.
 */
import { EFFECTS } from '../domain/case/effects.js';
import type { DispatchKind } from '../domain/case/facts.js';
import type { Refusal } from '../domain/case/refusal.js';
import type { Instant } from '../domain/law/calendar.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import { onClient, type Pool } from './pool.js';
import type { Viewer } from '../domain/access/sight.js';
import { andSubjectSeenBy } from './sight.js';
import { Where } from './where.js';

/**
 * `message_refused`: the agency refused it. `message_undelivered`: no attempt is left, or it is told on paper.
 * `report_refused`: not of this case, or not of this agency. `report_correction`: about a measure that is done, or a case that
 * has ended: it may say that something marked is not so. `transfer_question`: the same person is in another Center, and the head has
 * to answer (P32); `transfer_join`: the head wants the cases joined, which waits for the move between Centers.
 */
export const TASK_KINDS = ['message_refused', 'message_undelivered', 'report_refused', 'report_correction', 'transfer_question', 'transfer_join'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export const TASK_ENDS = ['agreed_with_agency', 'recorded_otherwise', 'nothing_to_do'] as const;
export type TaskEnd = (typeof TASK_ENDS)[number];

export type TaskStanding = 'open' | 'taken' | 'ended';

export interface Task {
  taskId: string;
  kind: TaskKind;
  caseId: string;
  /** Of a message or a report. */
  agency?: string;
  since: Instant;
  measureIds: string[];
  /** Of a message. */
  dispatchKey?: string;
  dispatch?: DispatchKind;
  /** Of a message the code with which it ended. */
  reason?: string;
  /** Of a report. */
  reportId?: string;
  refusal?: Refusal;
  /** Of a question about another Center: its id, and the other case unless it hides. */
  questionId?: string;
  otherCenter?: string;
  otherJournalNumber?: string;
  standing: TaskStanding;
  takenBy?: string;
  takenAt?: Instant;
  endedBy?: string;
  endedAt?: Instant;
  how?: TaskEnd;
}

interface TaskRow {
  task_id: string;
  kind: TaskKind;
  subject_id: string;
  agency: string | null;
  question_id: string | null;
  other_center: string | null;
  other_number: string | null;
  since: Date;
  since_text: string;
  measure_ids: string[];
  dispatch_key: string | null;
  dispatch: DispatchKind | null;
  reason: string | null;
  report_id: string | null;
  refusal: Refusal | null;
  taken_by: string | null;
  taken_at: Date | null;
  ended_by: string | null;
  ended_at: Date | null;
  how: TaskEnd | null;
}

const KINDS = Object.keys(EFFECTS) as DispatchKind[];
const OUTLIVING = KINDS.filter((kind) => EFFECTS[kind].outlivesCase);
/** What is still owed while the family is watched. */
const THROUGH_MONITORING = KINDS.filter((kind) => EFFECTS[kind].throughMonitoring === true);

function named(kinds: readonly DispatchKind[]): string {
  return kinds.map((kind) => `'${kind}'`).join(', ');
}

/** Of a case that has ended no message goes out but what outlives it: about the others nothing is to be done. */
const MESSAGES = `
select 'message:' || effect.key as task_id, case when effect.state = 'refused' then 'message_refused' else 'message_undelivered' end as kind,
       subject_id, effect.agency, effect.changed_at as since, effect.measure_ids, effect.key as dispatch_key, effect.kind as dispatch,
       (select entry -> 'data' ->> 'reason' from ledger
         where ledger.subject_id = effect.subject_id and type in ('DispatchRefused', 'DispatchGivenUp') and entry -> 'data' ->> 'key' = effect.key::text
         order by seq desc limit 1) as reason,
       null::uuid as report_id, null::jsonb as refusal, case_file.center, false as orphan, null::uuid as question_id, null::text as other_center, null::text as other_number
  from effect join case_file using (subject_id) where effect.state in ('refused', 'given_up') and (stage not in ('monitoring', 'closed') or effect.kind in (${named(OUTLIVING)}) or (stage = 'monitoring' and effect.kind in (${named(THROUGH_MONITORING)})))`;

const REPORTS = `
select 'report:' || inbox.id, case when outcome #>> '{refusal,code}' in ('report_already_marked', 'wrong_stage', 'case_not_open') then 'report_correction' else 'report_refused' end,
       inbox.subject_id, source, received_at, array_remove(array[payload ->> 'measureId'], null), null::uuid, null, null, inbox.id,
       case when inbox.state = 'orphan' then '{"code": "case_unknown"}' else outcome -> 'refusal' end, case_file.center, inbox.state = 'orphan', null, null, null
  from inbox left join case_file on case_file.subject_id = inbox.subject_id where inbox.kind = 'report' and inbox.state in ('rejected', 'orphan')`;

/** The number is that of the appeal by which the other case was opened; of one that hides since then nothing is said (P43). */
const TRANSFERS = `
select 'transfer:' || question.id, case when asked ->> 'answer' = 'join' then 'transfer_join' else 'transfer_question' end,
       own.subject_id, null, question.asked_at, '{}', null, null, null, null, null, own.center, false, question.id,
       case when other.violence then null else opened.center end, case when other.violence then null else opened.journal_number end
  from subject_file own cross join jsonb_array_elements(own.transfers) asked
  join transfer_question question on question.id = (asked ->> 'questionId')::uuid
 cross join lateral (select case when question.case_a = own.subject_id then question.case_b else question.case_a end as other_id) beside
  left join subject_file other on other.subject_id = other_id
  left join lateral (select center, journal_number from appeal where appeal.case_id = other_id order by received_at limit 1) opened on true
 where own.transfers <> '[]' and own.stage <> 'closed' and asked ->> 'withdrawn' is null and asked ->> 'answer' is distinct from 'keep'
   and not (asked ->> 'answer' = 'join' and exists (select from jsonb_array_elements(other.transfers) answered
                                                     where answered ->> 'questionId' = question.id::text and answered ->> 'answer' = 'keep'))`;

const TASKS = `(select * from (${MESSAGES} union all ${REPORTS} union all ${TRANSFERS}) found left join task_state using (task_id)) task`;

const STANDING: Readonly<Record<TaskStanding, string>> = {
  open: 'ended_at is null and taken_by is null',
  taken: 'ended_at is null and taken_by is not null',
  ended: 'ended_at is not null',
};

export interface TaskQuery {
  center: string;
  /** With those of cases that nobody knows: they are no Center's. */
  orphans: boolean;
  kind?: TaskKind;
  /** Without it: those that are not ended. */
  standing?: TaskStanding;
  /** Only of cases that the viewer sees. */
  seenBy?: Viewer;
  after?: string;
  limit: number;
}

/**
 * Tasks, the one that waits longest first.
 * @throws BadCursor
 */
export async function listTasks(pool: Pool, { center, orphans, kind, standing, seenBy, after, limit }: TaskQuery): Promise<Page<Task>> {
  const where = new Where().and(`(center = ?${orphans ? ' or orphan' : ''})`, center).andIf(kind, 'kind = ?');
  where.and(standing === undefined ? 'ended_at is null' : STANDING[standing]);
  if (seenBy !== undefined) andHeadAlone(andSubjectSeenBy(where, seenBy, 'task', 'orphan'), seenBy);
  if (after !== undefined) where.and('(since, task_id) > (?::timestamptz, ?)', ...decodeCursor(after, ['instant', 'text']));
  const { rows } = await pool.query<TaskRow>(
    `select *, since::text as since_text from ${TASKS} ${where.clause} order by since, task_id limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, taskOf, ({ since_text, task_id }) => [since_text, task_id]);
}

/** Of a case in another Center only the head hears. */
function andHeadAlone(where: Where, { actor: { role } }: Viewer): void {
  if (role !== 'center_head') where.and(`kind not in ('transfer_question', 'transfer_join')`);
}

/** One task of the Center; undefined when there is none, it is mended, or of a case that the viewer does not see. */
export async function findTask(pool: Pool, viewer: Viewer, orphans: boolean, taskId: string): Promise<Task | undefined> {
  const where = new Where().and('task_id = ?', taskId).and(`(center = ?${orphans ? ' or orphan' : ''})`, viewer.actor.center);
  andHeadAlone(andSubjectSeenBy(where, viewer, 'task', 'orphan'), viewer);
  const { rows } = await pool.query<TaskRow>(`select * from ${TASKS} ${where.clause}`, where.values);
  return rows[0] && taskOf(rows[0]);
}

function taskOf(row: TaskRow): Task {
  const { taken_at: taken, ended_at: ended, refusal } = row;
  return {
    taskId: row.task_id,
    kind: row.kind,
    caseId: row.subject_id,
    ...(row.agency === null ? {} : { agency: row.agency }),
    ...(row.question_id === null ? {} : { questionId: row.question_id }),
    ...(row.other_center === null ? {} : { otherCenter: row.other_center }),
    ...(row.other_number === null ? {} : { otherJournalNumber: row.other_number }),
    since: row.since.getTime(),
    measureIds: row.measure_ids,
    ...(row.dispatch_key === null ? {} : { dispatchKey: row.dispatch_key }),
    ...(row.dispatch === null ? {} : { dispatch: row.dispatch }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.report_id === null ? {} : { reportId: row.report_id }),
    ...(refusal === null ? {} : { refusal }),
    standing: ended !== null ? 'ended' : taken === null ? 'open' : 'taken',
    ...(row.taken_by === null ? {} : { takenBy: row.taken_by }),
    ...(taken === null ? {} : { takenAt: taken.getTime() }),
    ...(row.ended_by === null ? {} : { endedBy: row.ended_by }),
    ...(ended === null ? {} : { endedAt: ended.getTime() }),
    ...(row.how === null ? {} : { how: row.how }),
  };
}

/** @returns false when somebody else has it, or it is ended */
export async function takeTask(pool: Pool, taskId: string, person: string): Promise<boolean> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(
      `insert into task_state as known (task_id, taken_by, taken_at) values ($1, $2, clock_timestamp())
       on conflict (task_id) do update set taken_by = excluded.taken_by, taken_at = coalesce(known.taken_at, excluded.taken_at)
        where known.ended_at is null and (known.taken_by is null or known.taken_by = excluded.taken_by)`,
      [taskId, person],
    ),
  );
  return rowCount === 1;
}

/** The first end stands. @returns false when somebody else has it in hand */
export async function endTask(pool: Pool, taskId: string, person: string, how: TaskEnd): Promise<boolean> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(
      `insert into task_state as known (task_id, taken_by, taken_at, ended_by, ended_at, how) values ($1, $2, clock_timestamp(), $2, clock_timestamp(), $3)
       on conflict (task_id) do update set
         ended_by = coalesce(known.ended_by, excluded.ended_by), ended_at = coalesce(known.ended_at, excluded.ended_at), how = coalesce(known.how, excluded.how)
        where known.taken_by is null or known.taken_by = excluded.taken_by`,
      [taskId, person, how],
    ),
  );
  return rowCount === 1;
}
