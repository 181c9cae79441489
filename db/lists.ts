/** Lists of the product, paged by key: cases, what is owed, alerts. Instants are epoch milliseconds. */
import type { Columns } from './columns.js';
import type { Stage } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import type { DutyStanding } from '../domain/law/duty.js';
import type { StepName } from '../domain/law/ladder.js';
import type { Force, Role } from '../domain/law/rule.js';
import type { SubjectKind } from '../domain/subject/state.js';
import type { Viewer } from '../domain/access/sight.js';
import type { AlertChannel } from './alerts.js';
import { andSeenBy, andSubjectSeenBy } from './sight.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import type { Pool } from './pool.js';
import { noticeItem, type NoticeItem, type NoticeRow } from './notice-items.js';
import { takenIn, type TakenAlert, type TakenColumns } from './untaken-alerts.js';
import { Where } from './where.js';

interface Paging {
  /** `next` of the previous page. */
  after?: string;
  limit: number;
}

export interface CaseQuery extends Paging {
  center?: string;
  caseManager?: string;
  stage?: Stage;
  /** Only what the viewer sees. */
  seenBy?: Viewer;
}

export interface CaseListItem {
  caseId: string;
  center: string;
  householdId: string;
  caseManager?: string;
  stage: Stage;
  openedAt: Instant;
  /** The case's own clock: time of its last entry. */
  clockAt: Instant;
  nextMoment?: Instant;
  overdue: number;
  waitingOn: string[];
  seq: number;
}

type CaseListRow = Columns<
  'subject_file',
  'subject_id' | 'center' | 'household_id' | 'case_manager' | 'stage' | 'opened_at' | 'clock_at' | 'next_moment' | 'overdue' | 'waiting_on' | 'seq',
  { household_id: string; stage: Stage }
> & { opened_text: string };

/**
 * Cases, the latest opened first.
 * @throws BadCursor
 */
export async function listCases(pool: Pool, { center, caseManager, stage, seenBy, after, limit }: CaseQuery): Promise<Page<CaseListItem>> {
  const where = new Where().andIf(center, 'center = ?').andIf(caseManager, 'case_manager = ?').andIf(stage, 'stage = ?');
  if (seenBy !== undefined) andSeenBy(where, seenBy, 'case_file');
  if (after !== undefined) where.and('(opened_at, subject_id) < (?::timestamptz, ?::uuid)', ...decodeCursor(after, ['instant', 'uuid']));
  const { rows } = await pool.query<CaseListRow>(
    `select subject_id, center, household_id, case_manager, stage, opened_at, opened_at::text as opened_text, clock_at, next_moment,
            overdue, waiting_on, seq
       from case_file ${where.clause} order by opened_at desc, subject_id desc limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, caseItem, (row) => [row.opened_text, row.subject_id]);
}

function caseItem(row: CaseListRow): CaseListItem {
  return {
    caseId: row.subject_id,
    center: row.center,
    householdId: row.household_id,
    ...present('caseManager', row.case_manager),
    stage: row.stage,
    openedAt: row.opened_at.getTime(),
    clockAt: row.clock_at.getTime(),
    ...present('nextMoment', row.next_moment?.getTime()),
    overdue: row.overdue,
    waitingOn: row.waiting_on,
    seq: row.seq,
  };
}

export interface DutyQuery extends Paging {
  center?: string;
  owner?: Role;
  agency?: string;
  caseManager?: string;
  /** Without it: what is still owed, that is open, overdue or exceeded. */
  standing?: DutyStanding;
  dueBefore?: Instant;
  /** Only of cases that the viewer sees, and of the Center itself. */
  seenBy?: Viewer;
}

export interface DutyListItem {
  /** Absent: the Center itself owes it. */
  caseId?: string;
  key: string;
  rule: string;
  subject: string;
  owner: Role;
  agency?: string;
  force: Force;
  center: string;
  caseManager?: string;
  startedAt: Instant;
  /** Absent where the law names no term. */
  dueAt?: Instant;
  standing: DutyStanding;
  endedAt?: Instant;
  /** The answer to a threat, or a term in hours: it comes before what only has an earlier date. */
  urgent: boolean;
  /** The case's own clock: time of its last entry. */
  clockAt: Instant;
  /** Version of the calendar by which the case counted last. */
  calendar: string;
}

type DutyListRow = Columns<
  'duty',
  | 'subject_id'
  | 'key'
  | 'rule'
  | 'subject'
  | 'owner'
  | 'agency'
  | 'force'
  | 'center'
  | 'case_manager'
  | 'started_at'
  | 'due_at'
  | 'standing'
  | 'ended_at'
  | 'urgent',
  { owner: Role; force: Force; standing: DutyStanding }
> &
  Columns<'subject_file', 'clock_at' | 'calendar' | 'kind', { kind: SubjectKind }> & { due_text: string };

/** The two indexes of the list, in the words of their conditions. */
const OWED = `standing in ('open', 'overdue', 'exceeded')`;
const ENDED = `standing in ('met', 'met_late', 'lapsed', 'lapsed_late')`;

function isOwed(standing: DutyStanding): boolean {
  return standing === 'open' || standing === 'overdue' || standing === 'exceeded';
}

/**
 * Duties: the urgent ones first, each kind with the nearest end first and those without a term last.
 * @throws BadCursor
 */
export async function listDuties(pool: Pool, query: DutyQuery): Promise<Page<DutyListItem>> {
  const { center, owner, agency, caseManager, standing, dueBefore, seenBy, after, limit } = query;
  const where = new Where()
    .andIf(center, 'center = ?')
    .andIf(owner, 'owner = ?')
    .andIf(agency, 'agency = ?')
    .andIf(caseManager, 'case_manager = ?')
    // By the expression of the index: a duty without a term is before no instant either way.
    .andIf(dueBefore === undefined ? undefined : new Date(dueBefore), `coalesce(due_at, 'infinity') < ?`)
    .and(standing === undefined || isOwed(standing) ? OWED : ENDED)
    .andIf(standing, 'standing = ?');
  if (seenBy !== undefined) andSubjectSeenBy(where, seenBy, 'duty');
  if (after !== undefined) {
    where.and(
      `(not urgent, coalesce(due_at, 'infinity'), subject_id, key) > (not ?::boolean, ?::timestamptz, ?::uuid, ?)`,
      ...decodeCursor(after, ['boolean', 'instant', 'uuid', 'text']),
    );
  }
  const { rows } = await pool.query<DutyListRow>(
    `select subject_id, key, rule, subject, owner, agency, force, center, case_manager, started_at, due_at,
            coalesce(due_at, 'infinity')::text as due_text, standing, ended_at, urgent,
            (select kind from subject_file where subject_file.subject_id = duty.subject_id) as kind,
            (select clock_at from subject_file where subject_file.subject_id = duty.subject_id) as clock_at,
            (select calendar from subject_file where subject_file.subject_id = duty.subject_id) as calendar
       from duty ${where.clause} order by (not urgent), coalesce(due_at, 'infinity'), subject_id, key limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, dutyItem, (row) => [String(row.urgent), row.due_text, row.subject_id, row.key]);
}

function dutyItem(row: DutyListRow): DutyListItem {
  const { key, rule, subject, owner, force, center, standing, urgent } = row;
  return {
    ...caseIdOf(row),
    key,
    rule,
    subject,
    owner,
    ...present('agency', row.agency),
    force,
    center,
    ...present('caseManager', row.case_manager),
    startedAt: row.started_at.getTime(),
    ...present('dueAt', row.due_at?.getTime()),
    standing,
    ...present('endedAt', row.ended_at?.getTime()),
    urgent,
    clockAt: row.clock_at.getTime(),
    calendar: row.calendar,
  };
}

export interface AlertQuery extends Paging {
  center?: string;
  caseId?: string;
  /** Only what was told to this person. */
  toldTo?: string;
  /** Only of cases that the viewer sees, and of the Center itself. */
  seenBy?: Viewer;
}

export interface AlertDeliveryItem {
  channel: AlertChannel;
  state: 'waiting' | 'delivered' | 'failed' | 'lapsed';
  attempts: number;
  lastError?: string;
  /** Wall time at which the quiet hours end. */
  heldUntil?: Instant;
  deliveredAt?: Instant;
}

export interface AlertListItem {
  id: string;
  /** Absent: it is about what the Center itself owes. */
  caseId?: string;
  /** Ledger entry that raised it. */
  seq: number;
  center: string;
  caseManager?: string;
  dutyKey: string;
  rule: string;
  force: Force;
  step: StepName;
  /** The legal instant of the step. */
  moment: Instant;
  dueAt: Instant;
  /** Case time at which the engine recorded it. */
  raisedAt: Instant;
  /** Wall time of the record. */
  recordedAt: Instant;
  recipients: Role[];
  deliveries: AlertDeliveryItem[];
  notices: NoticeItem[];
  /** Of a ladder that is answered round the clock (P53). */
  urgent: boolean;
  taken?: TakenAlert;
}

type AlertListRow = Columns<
  'alert',
  | 'id'
  | 'subject_id'
  | 'seq'
  | 'center'
  | 'case_manager'
  | 'duty_key'
  | 'rule'
  | 'force'
  | 'step'
  | 'moment'
  | 'due_at'
  | 'raised_at'
  | 'recorded_at'
  | 'recipients',
  { force: Force; step: StepName; recipients: Role[] }
> & {
  kind: SubjectKind;
  recorded_text: string;
  deliveries: {
    channel: AlertChannel;
    state: AlertDeliveryItem['state'];
    attempts: number;
    last_error: string | null;
    held_until: string | null;
    delivered_at: string | null;
  }[];
  notices: NoticeRow[] | null;
  urgent: boolean;
} & TakenColumns;

/**
 * Alerts, the latest recorded first, with what became of their deliveries.
 * @throws BadCursor
 */
export async function listAlerts(pool: Pool, { center, caseId, toldTo, seenBy, after, limit }: AlertQuery): Promise<Page<AlertListItem>> {
  const where = new Where();
  // A person's own list is read from the index of what that person was told, in the same order.
  const [from, place] =
    toldTo === undefined ? ['alert', ['alert.recorded_at', 'alert.id']] : [toldAlerts(where, center), ['mine.recorded_at', 'mine.alert_id']];
  if (toldTo === undefined) where.andIf(center, 'center = ?');
  where.andIf(caseId, 'subject_id = ?').andIf(toldTo, `mine.channel = 'in_app' and mine.person = ?`);
  if (seenBy !== undefined) andSubjectSeenBy(where, seenBy, 'alert');
  if (after !== undefined) where.and(`(${place.join(', ')}) < (?::timestamptz, ?)`, ...decodeCursor(after, ['instant', 'text']));
  // First the page, then what became of its alerts: the other way round it is gathered for every alert of the list.
  const { rows } = await pool.query<AlertListRow>(
    `select page.*, (select kind from subject_file where subject_file.subject_id = page.subject_id) as kind, taken.*, sent.urgent, sent.deliveries, told.notices
       from (
         select alert.id, subject_id, seq, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, alert.recorded_at,
                alert.recorded_at::text as recorded_text, recipients
           from ${from} ${where.clause} order by ${place.map((column) => `${column} desc`).join(', ')} limit ${where.value(limit + 1)}
       ) page
       left join lateral (
         -- The lane was given by the ladder of its duty, which is read for no list.
         select coalesce(bool_or(lane = 1), false) as urgent,
                json_agg(json_build_object('channel', channel, 'state', state, 'attempts', attempts, 'last_error', last_error,
                                           'held_until', held_until, 'delivered_at', delivered_at) order by channel desc) as deliveries
           from alert_delivery where alert_id = page.id
       ) sent on true
       left join lateral (
         select json_agg(json_build_object('person', person, 'roles', roles, 'instead_of', instead_of, 'channel', channel, 'state', state,
                                           'attempts', attempts, 'delivered_at', delivered_at, 'seen_at', seen_at) order by person, channel) as notices
           from notice where alert_id = page.id
       ) told on true
       left join lateral (select person as taken_by, role as taken_role, way as taken_way, taken_at from alert_taken where alert_id = page.id) taken on true
      order by page.recorded_at desc, page.id desc`,
    where.values,
  );
  return pageOf(rows, limit, alertItem, (row) => [row.recorded_text, row.id]);
}

/**
 * Notices, each with its alert in that Center. Nearly all that a person was told is of the person's Center; the planner knows
 * that a Center has few of all alerts and would read the whole list to find some, so it is not asked (offset 0).
 */
function toldAlerts(where: Where, center: string | undefined): string {
  const ofCenter = center === undefined ? '' : `and center = ${where.value(center)}`;
  return `notice mine cross join lateral (select * from alert where id = mine.alert_id ${ofCenter} offset 0) alert`;
}

function alertItem(row: AlertListRow): AlertListItem {
  const { id, seq, center, rule, force, step, recipients } = row;
  return {
    id,
    ...caseIdOf(row),
    seq,
    center,
    ...present('caseManager', row.case_manager),
    dutyKey: row.duty_key,
    rule,
    force,
    step,
    moment: row.moment.getTime(),
    dueAt: row.due_at.getTime(),
    raisedAt: row.raised_at.getTime(),
    recordedAt: row.recorded_at.getTime(),
    recipients,
    deliveries: (row.deliveries ?? []).map((delivery) => ({
      channel: delivery.channel,
      state: delivery.state,
      attempts: delivery.attempts,
      ...present('lastError', delivery.last_error),
      ...present('heldUntil', instantIn(delivery.held_until)),
      ...present('deliveredAt', instantIn(delivery.delivered_at)),
    })),
    notices: (row.notices ?? []).map(noticeItem),
    urgent: row.urgent,
    ...present('taken', takenIn(row)),
  };
}

/** Inside of JSON Postgres writes instants as text. */
function instantIn(written: string | null): Instant | null {
  return written === null ? null : Date.parse(written);
}

/** What a Center owes has no case. */
function caseIdOf({ subject_id, kind }: { subject_id: string; kind: SubjectKind }): { caseId?: string } {
  return kind === 'center' ? {} : { caseId: subject_id };
}

/** The member when there is a value, nothing otherwise: null is a word of the database alone. */
function present<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
