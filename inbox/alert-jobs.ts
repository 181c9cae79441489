/**
 * Alerts on their way out: a signed webhook to the Center's backend, and the people who can act. Each
 * way is retried by itself, and what became of it is kept beside the alert. Whom a role means is
 * found when the message is sent, not when the alert was raised.
 */
import type { JobHelpers, Task } from 'graphile-worker';
import type { Logger } from 'pino';

import { postToCenter, type CenterWebhook } from '../adapters/center-webhook.js';
import { peopleFor, type Recipient } from '../contracts/staffing.js';
import { beginDelivery, endDelivery, holdDelivery, quietHoursInForce, waitingAlert, type AlertToSend } from '../db/alerts.js';
import { ALERT_CHANNELS, type AlertChannel } from '../db/jobs.js';
import { postMail, tellInApp, type DigestWindow } from '../db/notices.js';
import type { Pool } from '../db/pool.js';
import { readHolder } from '../db/staffing.js';
import type { Instant } from '../domain/law/calendar.js';
import { repeats } from '../domain/law/ladder.js';
import { sendAt } from './quiet-hours.js';

export interface AlertDependencies {
  pool: Pool;
  log: Logger;
  /** Wall clock, epoch milliseconds. */
  now: () => Instant;
  window: DigestWindow;
  /** Where alerts go as webhooks; without it that way is closed. */
  centerWebhook?: CenterWebhook;
  /** Without it that way is closed. */
  smtpUrl?: string;
}

/** P53: who must act on a threat is not kept waiting for company. */
const URGENT_MS = 5_000;

/** What no further attempt can mend. */
class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

export function alertWebhookTask(dependencies: AlertDependencies): Task {
  const { centerWebhook, pool } = dependencies;
  return deliveryTask(dependencies, 'webhook', async (alert, at) => {
    if (centerWebhook === undefined) throw new Undeliverable('no webhook of the Center backend is configured');
    // The id of the message is the alert's: a receiver that gets it twice knows it.
    await postToCenter(centerWebhook, alert.id, webhookBody(alert, await recipientsOf(pool, alert, at)));
    return 'delivered';
  });
}

/** Puts the alert into the digests of its people; those end the delivery. */
export function alertMailTask(dependencies: AlertDependencies): Task {
  const { pool, window, smtpUrl } = dependencies;
  return deliveryTask(dependencies, 'mail', async (alert, at) => {
    const recipients = await recipientsOf(pool, alert, at);
    await tellInApp(pool, alert.id, recipients);
    if (smtpUrl === undefined) throw new Undeliverable('no mail server is configured');
    const mailed = recipients.filter(({ mail }) => mail !== undefined);
    if (mailed.length === 0) throw new Undeliverable(`nobody with a mail address acts as ${alert.recipients.join(', ')}`);
    await postMail(pool, alert.id, mailed, isUrgent(alert) ? urgent(window) : window);
    return 'waiting';
  });
}

function isUrgent({ ladder }: AlertToSend): boolean {
  return ladder !== undefined && repeats(ladder);
}

function urgent({ quietMs, longestMs }: DigestWindow): DigestWindow {
  return { quietMs: Math.min(quietMs, URGENT_MS), longestMs: Math.min(longestMs, URGENT_MS) };
}

/** @param at time of the case, by which people are found @returns `waiting` when another job ends the delivery */
type Send = (alert: AlertToSend, at: Instant) => Promise<'delivered' | 'waiting'>;

function deliveryTask(dependencies: AlertDependencies, channel: AlertChannel, send: Send): Task {
  const { pool } = dependencies;
  return async (payload, helpers) => {
    const { alertId } = payload as { alertId: string };
    const alert = await waitingAlert(pool, alertId, channel);
    if (alert === undefined || (await isHeldBack(dependencies, channel, alert, helpers))) return;
    await beginDelivery(pool, alertId, channel);
    try {
      if ((await send(alert, caseTime(alert, dependencies.now()))) === 'waiting') return;
    } catch (error) {
      return endBadly(dependencies, channel, alertId, error, helpers);
    }
    await endDelivery(pool, alertId, channel, { state: 'delivered' });
  };
}

/**
 * The case's own clock, which differs from the wall clock in a fast-forwarded case alone: its nights
 * and its duty rota are those of its own time.
 */
function caseTime({ raisedAt, recordedAt }: AlertToSend, now: Instant): Instant {
  return raisedAt + Math.max(0, now - recordedAt);
}

/**
 * P44: a reminder in the quiet hours waits for their end, when it is looked at anew; the alert itself
 * and the people's own lists do not wait. A reminder of a duty that was met meanwhile is of no use.
 */
async function isHeldBack(dependencies: AlertDependencies, channel: AlertChannel, alert: AlertToSend, helpers: JobHelpers): Promise<boolean> {
  const { pool, now } = dependencies;
  const wallTime = now();
  const at = caseTime(alert, wallTime);
  const wait = sendAt(alert, at, await quietHoursInForce(pool)) - at;
  if (wait > 0) {
    const until = wallTime + wait;
    if (channel === 'mail') await tellInApp(pool, alert.id, await recipientsOf(pool, alert, at));
    const job = ALERT_CHANNELS.find((way) => way.channel === channel)?.job ?? '';
    await holdDelivery(pool, alert.id, channel, until);
    await helpers.addJob(job, { alertId: alert.id }, { runAt: new Date(until), jobKey: `held:${channel}:${alert.id}` });
    return true;
  }
  if (alert.step !== 'reminder' || !alert.dutyEnded || alert.heldUntil === null) return false;
  await endDelivery(pool, alert.id, channel, { state: 'lapsed' });
  return true;
}

async function recipientsOf(pool: Pool, { center, agency, recipients, caseManager }: AlertToSend, at: Instant): Promise<Recipient[]> {
  const [ours, theirs] = await Promise.all([readHolder(pool, center), agency === null ? undefined : readHolder(pool, agency)]);
  return peopleFor({ roles: recipients, caseManager: caseManager ?? undefined, center: ours, agency: theirs, at });
}

async function endBadly({ pool, log }: AlertDependencies, channel: AlertChannel, alertId: string, error: unknown, helpers: JobHelpers): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const { attempts, max_attempts: most } = helpers.job;
  const last = error instanceof Undeliverable || attempts >= most;
  await endDelivery(pool, alertId, channel, { state: last ? 'failed' : 'waiting', error: reason });
  log.warn({ alertId, channel, attempt: attempts, last, reason }, 'an alert was not delivered');
  if (error instanceof Undeliverable) return;
  throw new Error(`alert not delivered by ${channel}: ${reason}`, { cause: error });
}

/** Ids, codes and instants; who the family is, the backend asks with its own rights. */
function webhookBody(alert: AlertToSend, people: readonly Recipient[]): object {
  const { id, caseId, center, caseManager, dutyKey, rule, force, step, recipients, agency } = alert;
  return {
    type: 'alert.raised',
    alertId: id,
    caseId,
    center,
    ...(caseManager === null ? {} : { caseManager }),
    dutyKey,
    rule,
    force,
    step,
    ...(agency === null ? {} : { agency }),
    moment: new Date(alert.moment).toISOString(),
    dueAt: new Date(alert.dueAt).toISOString(),
    raisedAt: new Date(alert.raisedAt).toISOString(),
    recipients,
    people: people.map(({ person }) => person),
  };
}
