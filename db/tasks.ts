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
 * has ended: it may say that something marked is not so.
 */
export const TASK_KINDS = ['message_refused', 'message_undelivered', 'report_refused', 'report_correction'] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export const TASK_ENDS = ['agreed_with_agency', 'recorded_otherwise', 'nothing_to_do'] as const;
export type TaskEnd = (typeof TASK_ENDS)[number];

export type TaskStanding = 'open' | 'taken' | 'ended';

export interface Task {
  taskId: string;
  kind: TaskKind;
  caseId: string;
  agency: string;
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
  agency: string;
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

const OUTLIVING = (Object.keys(EFFECTS) as DispatchKind[]).filter((kind) => EFFECTS[kind].outlivesCase);

/** Of a case that has ended no message goes out but what outlives it: about the others nothing is to be done. */
const MESSAGES = `
select 'message:' || effect.key as task_id, case when effect.state = 'refused' then 'message_refused' else 'message_undelivered' end as kind,
       subject_id, effect.agency, effect.changed_at as since, effect.measure_ids, effect.key as dispatch_key, effect.kind as dispatch,
       (select entry -> 'data' ->> 'reason' from ledger
         where ledger.subject_id = effect.subject_id and type in ('DispatchRefused', 'DispatchGivenUp') and entry -> 'data' ->> 'key' = effect.key::text
         order by seq desc limit 1) as reason,
       null::uuid as report_id, null::jsonb as refusal, case_file.center, false as orphan
  from effect join case_file using (subject_id) where effect.state in ('refused', 'given_up') and (stage not in ('monitoring', 'closed') or effect.kind in (${OUTLIVING.map((kind) => `'${kind}'`).join(', ')}))`;

const REPORTS = `
select 'report:' || inbox.id, case when outcome #>> '{refusal,code}' in ('report_already_marked', 'wrong_stage', 'case_not_open') then 'report_correction' else 'report_refused' end,
       inbox.subject_id, source, received_at, array[payload ->> 'measureId'], null::uuid, null, null, inbox.id,
       case when inbox.state = 'orphan' then '{"code": "case_unknown"}' else outcome -> 'refusal' end, case_file.center, inbox.state = 'orphan'
  from inbox left join case_file on case_file.subject_id = inbox.subject_id where inbox.kind = 'report' and inbox.state in ('rejected', 'orphan')`;

const TASKS = `(select * from (${MESSAGES} union all ${REPORTS}) found left join task_state using (task_id)) task`;

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
  if (seenBy !== undefined) andSubjectSeenBy(where, seenBy, 'task', 'orphan');
  if (after !== undefined) where.and('(since, task_id) > (?::timestamptz, ?)', ...decodeCursor(after, ['instant', 'text']));
  const { rows } = await pool.query<TaskRow>(
    `select *, since::text as since_text from ${TASKS} ${where.clause} order by since, task_id limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, taskOf, ({ since_text, task_id }) => [since_text, task_id]);
}

/** One task of the Center; undefined when there is none, it is mended, or of a case that the viewer does not see. */
export async function findTask(pool: Pool, viewer: Viewer, orphans: boolean, taskId: string): Promise<Task | undefined> {
  const where = new Where().and('task_id = ?', taskId).and(`(center = ?${orphans ? ' or orphan' : ''})`, viewer.actor.center);
  andSubjectSeenBy(where, viewer, 'task', 'orphan');
  const { rows } = await pool.query<TaskRow>(`select * from ${TASKS} ${where.clause}`, where.values);
  return rows[0] && taskOf(rows[0]);
}

function taskOf(row: TaskRow): Task {
  const { taken_at: taken, ended_at: ended, refusal } = row;
  return {
    taskId: row.task_id,
    kind: row.kind,
    caseId: row.subject_id,
    agency: row.agency,
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
