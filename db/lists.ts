/** Lists of the product, paged by key: cases, what is owed, alerts. Instants are epoch milliseconds. */
import type { Stage } from '../domain/case/state.js';
import type { Instant } from '../domain/law/calendar.js';
import type { DutyStanding } from '../domain/law/duty.js';
import type { StepName } from '../domain/law/ladder.js';
import type { Force, Role } from '../domain/law/rule.js';
import type { AlertChannel } from './jobs.js';
import { decodeCursor, pageOf, type Page } from './keyset.js';
import type { Pool } from './pool.js';
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

interface CaseListRow {
  case_id: string;
  center: string;
  household_id: string;
  case_manager: string | null;
  stage: Stage;
  opened_at: Date;
  opened_text: string;
  clock_at: Date;
  next_moment: Date | null;
  overdue: number;
  waiting_on: string[];
  seq: number;
}

/**
 * Cases, the latest opened first.
 * @throws BadCursor
 */
export async function listCases(pool: Pool, { center, caseManager, stage, after, limit }: CaseQuery): Promise<Page<CaseListItem>> {
  const where = new Where()
    .andIf(center, 'center = ?')
    .andIf(caseManager, 'case_manager = ?')
    .andIf(stage, 'stage = ?');
  if (after !== undefined) where.and('(opened_at, case_id) < (?::timestamptz, ?::uuid)', ...decodeCursor(after, ['instant', 'uuid']));
  const { rows } = await pool.query<CaseListRow>(
    `select case_id, center, household_id, case_manager, stage, opened_at, opened_at::text as opened_text, clock_at, next_moment,
            overdue, waiting_on, seq
       from case_file ${where.clause} order by opened_at desc, case_id desc limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, caseItem, (row) => [row.opened_text, row.case_id]);
}

function caseItem(row: CaseListRow): CaseListItem {
  return {
    caseId: row.case_id,
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
}

export interface DutyListItem {
  caseId: string;
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
  /** Version of the calendar by which the case counted last. */
  calendar: string;
}

interface DutyListRow {
  case_id: string;
  key: string;
  rule: string;
  subject: string;
  owner: Role;
  agency: string | null;
  force: Force;
  center: string;
  case_manager: string | null;
  started_at: Date;
  due_at: Date | null;
  due_text: string;
  standing: DutyStanding;
  ended_at: Date | null;
  calendar: string;
}

/**
 * Duties, the nearest end first; those without a term come last.
 * @throws BadCursor
 */
export async function listDuties(pool: Pool, query: DutyQuery): Promise<Page<DutyListItem>> {
  const { center, owner, agency, caseManager, standing, dueBefore, after, limit } = query;
  const where = new Where()
    .andIf(center, 'center = ?')
    .andIf(owner, 'owner = ?')
    .andIf(agency, 'agency = ?')
    .andIf(caseManager, 'case_manager = ?')
    .andIf(dueBefore === undefined ? undefined : new Date(dueBefore), 'due_at < ?');
  if (standing === undefined) where.and(`standing in ('open', 'overdue', 'exceeded')`);
  else where.and('standing = ?', standing);
  if (after !== undefined) {
    where.and(`(coalesce(due_at, 'infinity'), case_id, key) > (?::timestamptz, ?::uuid, ?)`, ...decodeCursor(after, ['instant', 'uuid', 'text']));
  }
  const { rows } = await pool.query<DutyListRow>(
    `select case_id, key, rule, subject, owner, agency, force, center, case_manager, started_at, due_at,
            coalesce(due_at, 'infinity')::text as due_text, standing, ended_at,
            (select calendar from case_file where case_file.case_id = duty.case_id) as calendar
       from duty ${where.clause} order by coalesce(due_at, 'infinity'), case_id, key limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, dutyItem, (row) => [row.due_text, row.case_id, row.key]);
}

function dutyItem(row: DutyListRow): DutyListItem {
  const { key, rule, subject, owner, force, center, standing } = row;
  return {
    caseId: row.case_id,
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
    calendar: row.calendar,
  };
}

export interface AlertQuery extends Paging {
  center?: string;
  caseId?: string;
  /** Only what was told to this person. */
  toldTo?: string;
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

/** What became of an alert on its way to one person. */
export interface NoticeItem {
  person: string;
  roles: Role[];
  insteadOf?: string;
  channel: 'in_app' | 'mail';
  state: 'waiting' | 'delivered' | 'failed';
  attempts: number;
  deliveredAt?: Instant;
  seenAt?: Instant;
}

export interface AlertListItem {
  id: string;
  caseId: string;
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
}

interface AlertListRow {
  id: string;
  case_id: string;
  seq: number;
  center: string;
  case_manager: string | null;
  duty_key: string;
  rule: string;
  force: Force;
  step: StepName;
  moment: Date;
  due_at: Date;
  raised_at: Date;
  recorded_at: Date;
  recorded_text: string;
  recipients: Role[];
  deliveries: {
    channel: AlertChannel;
    state: AlertDeliveryItem['state'];
    attempts: number;
    last_error: string | null;
    held_until: string | null;
    delivered_at: string | null;
  }[];
  notices: NoticeRow[] | null;
}

interface NoticeRow extends Pick<NoticeItem, 'person' | 'roles' | 'channel' | 'state' | 'attempts'> {
  instead_of: string | null;
  delivered_at: string | null;
  seen_at: string | null;
}

/**
 * Alerts, the latest recorded first, with what became of their deliveries.
 * @throws BadCursor
 */
export async function listAlerts(pool: Pool, { center, caseId, toldTo, after, limit }: AlertQuery): Promise<Page<AlertListItem>> {
  // A person's own list is read from the index of what that person was told, in the same order.
  const [from, place] = toldTo === undefined ? ['alert', 'alert.recorded_at, id'] : [`notice mine join alert on alert.id = mine.alert_id`, 'mine.recorded_at, mine.alert_id'];
  const where = new Where().andIf(center, 'center = ?').andIf(caseId, 'case_id = ?').andIf(toldTo, `mine.channel = 'in_app' and mine.person = ?`);
  if (after !== undefined) where.and(`(${place}) < (?::timestamptz, ?)`, ...decodeCursor(after, ['instant', 'text']));
  const { rows } = await pool.query<AlertListRow>(
    `select id, case_id, seq, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, alert.recorded_at,
            alert.recorded_at::text as recorded_text, recipients, sent.deliveries, told.notices
       from ${from}
       left join lateral (
         select json_agg(json_build_object('channel', channel, 'state', state, 'attempts', attempts, 'last_error', last_error,
                                           'held_until', held_until, 'delivered_at', delivered_at) order by channel desc) as deliveries
           from alert_delivery where alert_id = alert.id
       ) sent on true
       left join lateral (
         select json_agg(json_build_object('person', person, 'roles', roles, 'instead_of', instead_of, 'channel', channel, 'state', state,
                                           'attempts', attempts, 'delivered_at', delivered_at, 'seen_at', seen_at) order by person, channel) as notices
           from notice where alert_id = alert.id
       ) told on true
     ${where.clause} order by ${place.replaceAll(',', ' desc,')} desc limit ${where.value(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, alertItem, (row) => [row.recorded_text, row.id]);
}

function alertItem(row: AlertListRow): AlertListItem {
  const { id, seq, center, rule, force, step, recipients } = row;
  return {
    id,
    caseId: row.case_id,
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
  };
}

function noticeItem({ person, roles, channel, state, attempts, instead_of, delivered_at, seen_at }: NoticeRow): NoticeItem {
  return {
    person,
    roles,
    ...present('insteadOf', instead_of),
    channel,
    state,
    attempts,
    ...present('deliveredAt', instantIn(delivered_at)),
    ...present('seenAt', instantIn(seen_at)),
  };
}

/** Inside of JSON Postgres writes instants as text. */
function instantIn(written: string | null): Instant | null {
  return written === null ? null : Date.parse(written);
}

/** The member when there is a value, nothing otherwise: null is a word of the database alone. */
function present<K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } {
  return value === null || value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
