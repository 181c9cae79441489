/** Alerts and the state of their deliveries, as the work that sends them sees them. Instants in epoch milliseconds. */
import type { Instant } from '../domain/law/calendar.js';
import type { LadderName, StepName } from '../domain/law/ladder.js';
import { DEFAULT_POLICY, type Policy } from '../domain/law/policy.js';
import type { Force, Role } from '../domain/law/rule.js';
import { onClient, transaction, type Pool, type PoolClient } from './pool.js';

/** Channels of an alert, each delivered and retried by itself. */
export type AlertChannel = 'webhook' | 'mail';

/** An alert to be sent. */
export interface AlertToSend {
  id: string;
  /** Null: it is about what the Center itself owes. */
  caseId: string | null;
  center: string;
  caseManager: string | null;
  dutyKey: string;
  rule: string;
  force: Force;
  step: StepName;
  moment: Instant;
  dueAt: Instant;
  /** Case time of the record; differs from `recordedAt` in a fast-forwarded case. */
  raisedAt: Instant;
  /** Wall time of the record. */
  recordedAt: Instant;
  recipients: readonly Role[];
  /** Sector code when an agency owes the duty. */
  agency: string | null;
  /** Undefined when the read model does not know the duty. */
  ladder: LadderName | undefined;
  /** True when nothing is owed any more. */
  dutyEnded: boolean;
  /** Wall time until which this delivery was held back; null when it never was. */
  heldUntil: Date | null;
}

interface AlertRow extends Omit<AlertToSend, 'moment' | 'dueAt' | 'raisedAt' | 'recordedAt' | 'ladder'> {
  moment: Date;
  dueAt: Date;
  raisedAt: Date;
  recordedAt: Date;
  ladder: LadderName | null;
}

/** The alerts of one turn of a case on one way out: read, addressed and sent together. */
export interface AlertTurn {
  turn: string;
  channel: AlertChannel;
  token: string;
  /** Each with its attempts, this one included. */
  alerts: readonly (AlertToSend & { attempts: number })[];
}

/** How the deliveries of alerts are taken: SQL of leases and pauses, from those who work the lists. */
export interface AlertTaking {
  /** True for a row that nobody holds. */
  isFree: (row: string) => string;
  /** The end of a new lease. */
  leaseEnd: string;
  /** The pause after so many attempts. */
  pause: (attempts: string) => string;
  mostAttempts: number;
  /** Kept as the reason when the last attempt told nothing. */
  died: string;
}

/**
 * Rows of a turn are taken through the first of them, so that two relays never share a turn. What has had its last
 * attempt, and nobody ended it, has failed: its process died with it.
 */
function takeTurnsSql({ isFree, leaseEnd, pause, mostAttempts, died }: AlertTaking): string {
  const ready = (row: string): string => `${row}.state = 'waiting' and ${row}.lane = $1 and ${row}.due_at <= statement_timestamp() and ${isFree(row)}`;
  const last = `sent.attempts >= ${mostAttempts}`;
  return `
with first as (
  select turn, channel from alert_delivery head
   where ${ready('head')}
     and not exists (select from alert_delivery other where other.turn = head.turn and other.channel = head.channel and ${ready('other')} and other.alert_id < head.alert_id)
   order by due_at limit $2 for update skip locked
), given as materialized (select turn, channel, gen_random_uuid() as token from first
), taken as (
  update alert_delivery sent set
    state = case when ${last} then 'failed' else 'waiting' end, last_error = case when ${last} then coalesce(last_error, '${died}') else last_error end,
    lease_token = case when ${last} then null else given.token end, lease_until = case when ${last} then null else ${leaseEnd} end,
    attempts = case when ${last} then sent.attempts else sent.attempts + 1 end,
    due_at = case when ${last} then statement_timestamp() else statement_timestamp() + ${pause('sent.attempts + 1')} end
    from given where sent.turn = given.turn and sent.channel = given.channel and ${ready('sent')}
  returning sent.alert_id, sent.turn, sent.channel, sent.state, sent.lease_token, sent.attempts, sent.held_until
)
select taken.turn, taken.channel, taken.lease_token as token, taken.attempts, taken.held_until as "heldUntil",
       alert.id, case when filed.kind = 'center' then null else alert.subject_id end as "caseId", alert.center, alert.case_manager as "caseManager", alert.duty_key as "dutyKey",
       alert.rule, alert.force, alert.step, alert.moment, alert.due_at as "dueAt", alert.raised_at as "raisedAt",
       alert.recorded_at as "recordedAt", alert.recipients, duty.agency, duty.ladder, duty.ended_at is not null as "dutyEnded"
  from taken join alert on alert.id = taken.alert_id
  left join subject_file filed on filed.subject_id = alert.subject_id
  left join duty on duty.subject_id = alert.subject_id and duty.key = alert.duty_key
 where taken.state = 'waiting'
 order by alert.due_at, alert.id`;
}

type TakenRow = AlertRow & { turn: string; channel: AlertChannel; token: string; attempts: number };

/** Takes so many turns of a lane, each with all its alerts that are due on that way. */
export async function takeAlertTurns(pool: Pool, taking: AlertTaking, lane: number, most: number): Promise<AlertTurn[]> {
  const { rows } = await onClient(pool, (client) => client.query<TakenRow>({ name: 'take-alert-turns', text: takeTurnsSql(taking), values: [lane, most] }));
  const turns = new Map<string, Omit<AlertTurn, 'alerts'> & { alerts: (AlertToSend & { attempts: number })[] }>();
  for (const { turn, channel, token, attempts, ...row } of rows) {
    const known = turns.get(token) ?? { turn, channel, token, alerts: [] };
    known.alerts.push({ ...alertOf(row), attempts });
    turns.set(token, known);
  }
  return [...turns.values()];
}

function alertOf({ moment, dueAt, raisedAt, recordedAt, ladder, ...alert }: AlertRow): AlertToSend {
  return {
    ...alert,
    moment: moment.getTime(),
    dueAt: dueAt.getTime(),
    raisedAt: raisedAt.getTime(),
    recordedAt: recordedAt.getTime(),
    ladder: ladder ?? undefined,
  };
}

/** Renews the lease of a turn. @returns false when somebody else may have it */
export async function renewAlertTurn(pool: Pool, { turn, channel, token }: AlertTurn, leaseEnd: string): Promise<boolean> {
  const { rowCount } = await onClient(pool, (client) =>
    client.query(`update alert_delivery set lease_until = ${leaseEnd} where turn = $1 and channel = $2 and state = 'waiting' and lease_token = $3`, [
      turn,
      channel,
      token,
    ]),
  );
  return rowCount !== 0;
}

/** What became of the delivery of one alert. */
export type DeliveryEnd =
  | { alertId: string; state: 'delivered' | 'lapsed' }
  /** Another attempt follows, at the time that was set when this one began. */
  | { alertId: string; state: 'waiting' | 'failed'; error: string }
  /** P44: held back until then, wall time; that was no attempt. */
  | { alertId: string; state: 'held'; until: Instant };

/** Writes what became of deliveries of a turn; of one whose lease was lost, nothing. */
export async function endDeliveries(pool: Pool, { channel, token }: AlertTurn, ends: readonly DeliveryEnd[]): Promise<void> {
  if (ends.length === 0) return;
  const rows = ends.map((end) => ({
    alert_id: end.alertId,
    state: end.state === 'held' ? 'waiting' : end.state,
    error: 'error' in end ? end.error : null,
    held: end.state === 'held' ? new Date(end.until).toISOString() : null,
  }));
  await onClient(pool, (client) =>
    client.query(
      `update alert_delivery set state = ended.state, last_error = coalesce(ended.error, case when ended.held is not null then last_error end), held_until = ended.held,
              attempts = attempts - (ended.held is not null)::int, lease_token = null, lease_until = null,
              due_at = coalesce(ended.held, case when ended.state = 'waiting' then due_at else statement_timestamp() end),
              delivered_at = case when ended.state = 'delivered' then statement_timestamp() end
         from json_to_recordset($3::json) ended (alert_id text, state text, error text, held timestamptz)
        where alert_delivery.alert_id = ended.alert_id and channel = $1 and lease_token = $2`,
      [channel, token, JSON.stringify(rows)],
    ),
  );
}

/**
 * Runs the work in one transaction that holds the deliveries of these alerts, whose end is another list's from then on.
 * @returns false, and nothing is written, when the lease was lost
 */
export async function handDeliveriesOver(
  pool: Pool,
  { channel, token }: AlertTurn,
  alertIds: readonly string[],
  work: (client: PoolClient) => Promise<void>,
): Promise<boolean> {
  return transaction(pool, async (client) => {
    const held = await client.query('select from alert_delivery where alert_id = any ($1) and channel = $2 and lease_token = $3 order by alert_id for update', [
      alertIds,
      channel,
      token,
    ]);
    if (held.rowCount !== alertIds.length) return false;
    await client.query(
      `update alert_delivery set lease_token = null, lease_until = null, held_until = null, due_at = 'infinity' where alert_id = any ($1) and channel = $2`,
      [alertIds, channel],
    );
    await work(client);
    return true;
  });
}

/** The policy adopted last: quiet hours, and how long an alarm waits for somebody, belong to the house and not to a case. */
export async function housePolicy(pool: Pool): Promise<Policy> {
  const { rows } = await pool.query<{ data: Policy }>(
    'select data from policy_version where adopted_at is not null and given_up_at is null order by adopted_at desc, version desc limit 1',
  );
  return rows[0]?.data ?? DEFAULT_POLICY;
}
