/** Alerts and the state of their deliveries, as the jobs that send them see them. */
import type { StepName } from '../domain/law/ladder.js';
import type { Force, Role } from '../domain/law/rule.js';
import type { AlertChannel } from './jobs.js';
import type { Pool } from './pool.js';

/** An alert to be sent; instants in epoch milliseconds. */
export interface AlertToSend {
  id: string;
  caseId: string;
  center: string;
  caseManager: string | null;
  dutyKey: string;
  rule: string;
  force: Force;
  step: StepName;
  moment: number;
  dueAt: number;
  raisedAt: number;
  recipients: readonly Role[];
  /** Sector code when an agency owes the duty. */
  agency: string | null;
}

interface AlertRow extends Omit<AlertToSend, 'moment' | 'dueAt' | 'raisedAt'> {
  moment: Date;
  dueAt: Date;
  raisedAt: Date;
}

/**
 * The alert whose delivery by that channel begins now, counted as an attempt; undefined when it was
 * delivered already, or was given up.
 */
export async function beginDelivery(pool: Pool, alertId: string, channel: AlertChannel): Promise<AlertToSend | undefined> {
  const { rows } = await pool.query<AlertRow>(
    `with begun as (
       update alert_delivery set attempts = attempts + 1 where alert_id = $1 and channel = $2 and state = 'waiting' returning alert_id
     )
     select alert.id, alert.case_id as "caseId", alert.center, alert.case_manager as "caseManager", alert.duty_key as "dutyKey",
            alert.rule, alert.force, alert.step, alert.moment, alert.due_at as "dueAt", alert.raised_at as "raisedAt",
            alert.recipients, duty.agency
       from begun join alert on alert.id = begun.alert_id
       left join duty on duty.case_id = alert.case_id and duty.key = alert.duty_key`,
    [alertId, channel],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return { ...row, moment: row.moment.getTime(), dueAt: row.dueAt.getTime(), raisedAt: row.raisedAt.getTime() };
}

export type DeliveryEnd = { state: 'delivered' } | { state: 'waiting' | 'failed'; error: string };

/** Writes what became of an attempt; `waiting` when another will follow. */
export async function endDelivery(pool: Pool, alertId: string, channel: AlertChannel, end: DeliveryEnd): Promise<void> {
  const error = end.state === 'delivered' ? null : end.error;
  await pool.query(
    `update alert_delivery set state = $3, last_error = $4, delivered_at = case when $3 = 'delivered' then now() end
      where alert_id = $1 and channel = $2`,
    [alertId, channel, end.state, error],
  );
}

/** Addresses of the posts that an alert goes to: at its center, or at the agency that owes the duty. */
export async function readMailboxes(pool: Pool, alert: Pick<AlertToSend, 'center' | 'agency' | 'recipients'>): Promise<string[]> {
  const { rows } = await pool.query<{ address: string }>(
    `select distinct address from mailbox where holder in ($1, $2) and role = any ($3) order by address`,
    [alert.center, alert.agency ?? '', alert.recipients],
  );
  return rows.map((row) => row.address);
}
