/** P53: alerts that were told and that nobody has taken, who was told next, and who took one. */
import type { Columns } from './columns.js';
import type { PlaceInLine } from '../contracts/next-in-line.js';
import type { Recipient } from '../contracts/staffing.js';
import type { Instant } from '../domain/law/calendar.js';
import type { LadderName } from '../domain/law/ladder.js';
import type { Role } from '../domain/law/rule.js';
import { postMail, tellInAppBy, type DigestWindow } from './notices.js';
import { onClient, transaction, type Pool, type PoolClient } from './pool.js';

/** From now on somebody has so many minutes to take each of these; what waits already, was told to all or is taken stays so. */
export async function awaitTaking(pool: Pool, alertIds: readonly string[], minutes: number): Promise<void> {
  if (alertIds.length === 0) return;
  await onClient(pool, (client) =>
    client.query(
      `insert into untaken_alert (alert_id, due_at)
       select id, clock_timestamp() + $2 * interval '1 minute' from unnest($1::text[]) id
        where not exists (select from alert_taken where alert_id = id) and not exists (select from untaken_told where alert_id = id)
       on conflict (alert_id) do nothing`,
      [alertIds, minutes],
    ),
  );
}

/** An alert that waits for the next in line. */
export interface UntakenAlert {
  alertId: string;
  token: string;
  attempts: number;
  center: string;
  raisedAt: Instant;
  recordedAt: Instant;
}

export interface UntakenTaking {
  isFree: (row: string) => string;
  leaseEnd: string;
  /** The pause after so many attempts that failed. */
  pause: (attempts: string) => string;
}

interface TakenRow extends Omit<UntakenAlert, 'raisedAt' | 'recordedAt'> {
  raisedAt: Date;
  recordedAt: Date;
}

/** Takes so many of them under a lease, the longest due first. */
export async function takeUntaken(pool: Pool, { isFree, leaseEnd, pause }: UntakenTaking, lane: number, most: number): Promise<UntakenAlert[]> {
  const { rows } = await onClient(pool, (client) =>
    client.query<TakenRow>({
      name: 'take-untaken-alerts',
      text: `with wanted as (
               select alert_id from untaken_alert where state = 'waiting' and lane = $1 and due_at <= statement_timestamp() and ${isFree('untaken_alert')}
                order by due_at limit $2 for update skip locked
             )
             update untaken_alert set lease_token = gen_random_uuid(), lease_until = ${leaseEnd}, attempts = attempts + 1,
                    due_at = statement_timestamp() + ${pause('attempts + 1')}
               from wanted join alert on alert.id = wanted.alert_id where untaken_alert.alert_id = wanted.alert_id
             returning untaken_alert.alert_id as "alertId", lease_token as token, attempts, alert.center, alert.raised_at as "raisedAt", alert.recorded_at as "recordedAt"`,
      values: [lane, most],
    }),
  );
  return rows.map(({ raisedAt, recordedAt, ...row }) => ({ ...row, raisedAt: raisedAt.getTime(), recordedAt: recordedAt.getTime() }));
}

type Held = Pick<UntakenAlert, 'alertId' | 'token'>;

/** @returns false when somebody else may have it, or somebody took the alert meanwhile */
export async function renewUntaken(pool: Pool, { alertId, token }: Held, leaseEnd: string): Promise<boolean> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(`update untaken_alert set lease_until = ${leaseEnd} where alert_id = $1 and lease_token = $2`, [alertId, token]),
  );
  return rowCount !== 0;
}

/** The attempt failed; the next one comes when its pause is over. */
export async function releaseUntaken(pool: Pool, { alertId, token }: Held): Promise<void> {
  await onClient(pool, (client) =>
    client.query('update untaken_alert set lease_token = null, lease_until = null where alert_id = $1 and lease_token = $2', [alertId, token]),
  );
}

/** Who knows of an alert. */
export interface LineSoFar {
  told: ReadonlySet<string>;
  passed: ReadonlySet<PlaceInLine>;
}

export interface NextTold {
  place: PlaceInLine;
  people: readonly Recipient[];
}

export interface NextStep {
  /** How mail to them goes out. */
  window: DigestWindow;
  /** Until the one after, in minutes. */
  minutes: number;
  /** Whom to tell, by what is known when the row is held; undefined: the line has ended. */
  next: (soFar: LineSoFar) => NextTold | undefined;
}

export type StepEnd = 'told' | 'all_told' | 'over' | 'lost';

/**
 * Goes one step of the line, all in one transaction that holds the row: whoever takes the alert meanwhile waits for it, and a
 * process that dies leaves nothing half told. `over`: its duty has ended; `lost`: it was taken, or is another process's.
 */
export async function stepOfLine(pool: Pool, { alertId, token }: Held, step: NextStep): Promise<StepEnd> {
  return transaction(pool, async (client) => {
    const held = await client.query('select from untaken_alert where alert_id = $1 and lease_token = $2 for update', [alertId, token]);
    if (held.rowCount === 0) return 'lost';
    if (await isOver(client, alertId)) {
      await client.query('delete from untaken_alert where alert_id = $1', [alertId]);
      return 'over';
    }
    const next = step.next(await lineSoFar(client, alertId));
    if (next !== undefined) await tellNext(client, alertId, next, step.window);
    await client.query(
      `update untaken_alert set state = $2, attempts = 0, said_at = clock_timestamp(), lease_token = null, lease_until = null,
              due_at = case when $2 = 'waiting' then clock_timestamp() + $3 * interval '1 minute' else 'infinity' end where alert_id = $1`,
      [alertId, next === undefined ? 'all_told' : 'waiting', step.minutes],
    );
    return next === undefined ? 'all_told' : 'told';
  });
}

async function isOver(client: PoolClient, alertId: string): Promise<boolean> {
  const { rows } = await client.query<{ over: boolean }>(
    `select coalesce(duty.ended_at is not null, false) as over
       from alert left join duty on duty.subject_id = alert.subject_id and duty.key = alert.duty_key where alert.id = $1`,
    [alertId],
  );
  return rows[0]?.over ?? true;
}

async function lineSoFar(client: PoolClient, alertId: string): Promise<LineSoFar> {
  const { rows } = await client.query<{ person: string; place: PlaceInLine | null }>(
    `select person, null as place from notice where alert_id = $1 union select person, place from untaken_told where alert_id = $1`,
    [alertId],
  );
  return {
    told: new Set(rows.map(({ person }) => person)),
    passed: new Set(rows.flatMap(({ place }) => (place === null ? [] : [place]))),
  };
}

async function tellNext(client: PoolClient, alertId: string, { place, people }: NextTold, window: DigestWindow): Promise<void> {
  await client.query('insert into untaken_told (alert_id, person, place) select $1, person, $3 from unnest($2::text[]) person on conflict do nothing', [
    alertId,
    people.map(({ person }) => person),
    place,
  ]);
  await tellInAppBy(client, [{ alertId, recipients: people }]);
  const reachable = people.filter(({ mail }) => mail !== undefined);
  if (reachable.length > 0) await postMail(client, [{ alertId, recipients: reachable }], window, 1);
}

/** Rows of alerts whose duty has ended: nobody is to be told or telephoned any more. @returns how many */
export async function removeOverUntaken(pool: Pool): Promise<number> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(
      `delete from untaken_alert using alert join duty on duty.subject_id = alert.subject_id and duty.key = alert.duty_key
        where untaken_alert.state = 'all_told' and alert.id = untaken_alert.alert_id and duty.ended_at is not null`,
    ),
  );
  return rowCount ?? 0;
}

/** An alert of which all were told and that nobody has taken. */
export interface ToldToAll {
  alertId: string;
  center: string;
  rule: string;
  journalNumber: string | undefined;
  raisedAt: Instant;
  recordedAt: Instant;
}

/** Those whose duty is still owed, the oldest first; a hundred at most. */
export async function toldToAll(pool: Pool): Promise<ToldToAll[]> {
  const { rows } = await pool.query<
    Omit<ToldToAll, 'raisedAt' | 'recordedAt' | 'journalNumber'> & { raisedAt: Date; recordedAt: Date; journalNumber: string | null }
  >(
    `select alert.id as "alertId", alert.center, alert.rule, alert.raised_at as "raisedAt", alert.recorded_at as "recordedAt", registered.journal_number as "journalNumber"
       from untaken_alert join alert on alert.id = untaken_alert.alert_id
       left join duty on duty.subject_id = alert.subject_id and duty.key = alert.duty_key
       left join lateral (select journal_number from appeal where appeal.case_id = alert.subject_id order by received_at limit 1) registered on true
      where untaken_alert.state = 'all_told' and duty.ended_at is null order by untaken_alert.since limit 100`,
  );
  return rows.map(({ raisedAt, recordedAt, journalNumber, ...row }) => ({
    ...row,
    raisedAt: raisedAt.getTime(),
    recordedAt: recordedAt.getTime(),
    journalNumber: journalNumber ?? undefined,
  }));
}

/** What a person must know of an alert before they take it. */
export interface AlertToTake {
  alertId: string;
  /** Absent: it is about what the Center itself owes. */
  caseId?: string;
  center: string;
  rule: string;
  dueAt: Instant;
  ladder: LadderName | undefined;
  dutyEnded: boolean;
  journalNumber: string | undefined;
  /** The case is one of domestic violence. */
  violence: boolean;
  taken?: TakenAlert;
  /** The roles for which the person was told of it; absent: the person was not, or is not among the staff any more. */
  toldAs?: readonly Role[];
}

export interface TakenAlert {
  person: string;
  role: Role;
  way: TakingWay;
  at: Instant;
}

export type TakingWay = 'signed_in' | 'mail_link';

type TakeRow = Columns<'alert', 'id' | 'subject_id' | 'center' | 'rule' | 'due_at'> & {
  kind: string | null;
  ladder: LadderName | null;
  ended: boolean;
  violence: boolean;
  journal_number: string | null;
  told_as: Role[] | null;
} & TakenColumns;

/** Who has an alert, as a row of another table shows it beside its own. */
export interface TakenColumns {
  taken_by: string | null;
  taken_role: Role | null;
  taken_way: TakingWay | null;
  taken_at: Date | null;
}

export function takenIn({ taken_by: person, taken_role: role, taken_way: way, taken_at: at }: TakenColumns): TakenAlert | undefined {
  return person === null || role === null || way === null || at === null ? undefined : { person, role, way, at: at.getTime() };
}

/** @param person who wants to take it */
export async function alertToTake(pool: Pool, alertId: string, person: string): Promise<AlertToTake | undefined> {
  const { rows } = await pool.query<TakeRow>(
    `select alert.id, alert.subject_id, alert.center, alert.rule, alert.due_at, filed.kind, duty.ladder, coalesce(duty.ended_at is not null, false) as ended,
            coalesce(case_file.violence, false) as violence, registered.journal_number, told.roles as told_as,
            alert_taken.person as taken_by, alert_taken.role as taken_role, alert_taken.way as taken_way, alert_taken.taken_at
       from alert
       left join subject_file filed on filed.subject_id = alert.subject_id
       left join case_file on case_file.subject_id = alert.subject_id
       left join duty on duty.subject_id = alert.subject_id and duty.key = alert.duty_key
       left join lateral (select journal_number from appeal where appeal.case_id = alert.subject_id order by received_at limit 1) registered on true
       left join lateral (select roles from notice join staff using (holder, person) where alert_id = alert.id and notice.person = $2 and channel = 'in_app') told on true
       left join alert_taken on alert_taken.alert_id = alert.id
      where alert.id = $1`,
    [alertId, person],
  );
  const [row] = rows;
  return row === undefined ? undefined : toTake(row);
}

function toTake(row: TakeRow): AlertToTake {
  const taken = takenIn(row);
  return {
    alertId: row.id,
    ...(row.kind === 'center' ? {} : { caseId: row.subject_id }),
    center: row.center,
    rule: row.rule,
    dueAt: row.due_at.getTime(),
    ladder: row.ladder ?? undefined,
    dutyEnded: row.ended,
    journalNumber: row.journal_number ?? undefined,
    violence: row.violence,
    ...(row.told_as === null ? {} : { toldAs: row.told_as }),
    ...(taken === undefined ? {} : { taken }),
  };
}

/** Writes that somebody has it; the first one keeps it. From then on nobody further is told. @returns who has it */
export async function takeAlert(pool: Pool, alertId: string, { person, role, way }: Omit<TakenAlert, 'at'>): Promise<TakenAlert> {
  return transaction(pool, async (client) => {
    await client.query('insert into alert_taken (alert_id, person, role, way) values ($1, $2, $3, $4) on conflict (alert_id) do nothing', [
      alertId,
      person,
      role,
      way,
    ]);
    await client.query('delete from untaken_alert where alert_id = $1', [alertId]);
    const { rows } = await client.query<{ person: string; role: Role; way: TakingWay; taken_at: Date }>(
      'select person, role, way, taken_at from alert_taken where alert_id = $1',
      [alertId],
    );
    const [taken] = rows;
    if (taken === undefined) throw new Error(`the taking of alert ${alertId} was not written`);
    return { person: taken.person, role: taken.role, way: taken.way, at: taken.taken_at.getTime() };
  });
}
