/** Alerts and the state of their deliveries, as the jobs that send them see them. Instants in epoch milliseconds. */
import type { Instant } from '../domain/law/calendar.js';
import type { LadderName, StepName } from '../domain/law/ladder.js';
import { DEFAULT_POLICY, quietHoursOf, type Policy, type QuietHours } from '../domain/law/policy.js';
import type { Force, Role } from '../domain/law/rule.js';
import type { AlertChannel } from './jobs.js';
import type { Pool } from './pool.js';

/** An alert to be sent. */
export interface AlertToSend {
  id: string;
  caseId: string;
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

/** The alert while its delivery by that channel waits; undefined when it was delivered or given up. */
export async function waitingAlert(pool: Pool, alertId: string, channel: AlertChannel): Promise<AlertToSend | undefined> {
  const { rows } = await pool.query<AlertRow>(
    `select alert.id, alert.case_id as "caseId", alert.center, alert.case_manager as "caseManager", alert.duty_key as "dutyKey",
            alert.rule, alert.force, alert.step, alert.moment, alert.due_at as "dueAt", alert.raised_at as "raisedAt",
            alert.recorded_at as "recordedAt", alert.recipients, duty.agency, duty.ended_at is not null as "dutyEnded",
            alert_delivery.held_until as "heldUntil", known.ladder
       from alert_delivery join alert on alert.id = alert_delivery.alert_id
       left join duty on duty.case_id = alert.case_id and duty.key = alert.duty_key
       left join lateral (
         select owed ->> 'ladder' as ladder from case_file, jsonb_array_elements(case_file.state -> 'duties') owed
          where case_file.case_id = alert.case_id and owed ->> 'key' = alert.duty_key limit 1
       ) known on true
      where alert_id = $1 and channel = $2 and alert_delivery.state = 'waiting'`,
    [alertId, channel],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { moment, dueAt, raisedAt, recordedAt, ladder, ...alert } = row;
  return {
    ...alert,
    moment: moment.getTime(),
    dueAt: dueAt.getTime(),
    raisedAt: raisedAt.getTime(),
    recordedAt: recordedAt.getTime(),
    ladder: ladder ?? undefined,
  };
}

/** Counts an attempt; what held the delivery back is over. */
export async function beginDelivery(pool: Pool, alertId: string, channel: AlertChannel): Promise<void> {
  await pool.query('update alert_delivery set attempts = attempts + 1, held_until = null where alert_id = $1 and channel = $2', [alertId, channel]);
}

/** Writes until when the delivery is held back (P44), wall time. */
export async function holdDelivery(pool: Pool, alertId: string, channel: AlertChannel, until: Instant): Promise<void> {
  await pool.query(`update alert_delivery set held_until = $3 where alert_id = $1 and channel = $2 and state = 'waiting'`, [
    alertId,
    channel,
    new Date(until),
  ]);
}

export type DeliveryEnd = { state: 'delivered' | 'lapsed' } | { state: 'waiting' | 'failed'; error: string };

/** Writes what became of an attempt; `waiting` when another will follow. */
export async function endDelivery(pool: Pool, alertId: string, channel: AlertChannel, end: DeliveryEnd): Promise<void> {
  await pool.query(
    `update alert_delivery set state = $3, last_error = $4, held_until = null, delivered_at = case when $3 = 'delivered' then now() end
      where alert_id = $1 and channel = $2`,
    [alertId, channel, end.state, 'error' in end ? end.error : null],
  );
}

/** Of the policy adopted last: quiet hours belong to the house, not to a case. */
export async function quietHoursInForce(pool: Pool): Promise<QuietHours> {
  const { rows } = await pool.query<{ data: Policy }>(
    'select data from policy_version where adopted_at is not null order by adopted_at desc, version desc limit 1',
  );
  return quietHoursOf(rows[0]?.data ?? DEFAULT_POLICY);
}
