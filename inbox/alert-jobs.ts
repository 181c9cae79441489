/**
 * Alerts on their way out: a signed webhook to the Center's backend, a mail to the posts concerned.
 * Each way is retried by itself, and what became of it is kept beside the alert.
 */
import { createHash } from 'node:crypto';

import type { Task } from 'graphile-worker';
import { createTransport, type Transporter } from 'nodemailer';
import type { Logger } from 'pino';

import { signatureHeaders } from '../adapters/standard-webhooks.js';
import { beginDelivery, endDelivery, readMailboxes, type AlertToSend } from '../db/alerts.js';
import type { AlertChannel } from '../db/jobs.js';
import type { Pool } from '../db/pool.js';
import { alertText } from './alert-text.js';

export interface AlertDependencies {
  pool: Pool;
  log: Logger;
  /** Where alerts go as webhooks; without it that way is closed. */
  centerWebhook?: { url: string; secret: string };
  /** Where mail is handed in; without it that way is closed. */
  smtpUrl?: string;
  mailFrom?: string;
}

const TIMEOUT_MS = 10_000;
const MAIL_FROM = 'Tirek <no-reply@tirek.example>';

/** What no further attempt can mend. */
class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

export function alertWebhookTask(dependencies: AlertDependencies): Task {
  const { centerWebhook } = dependencies;
  return deliveryTask(dependencies, 'webhook', async (alert) => {
    if (centerWebhook === undefined) throw new Undeliverable('no webhook of the Center backend is configured');
    await postAlert(centerWebhook, alert);
  });
}

export function alertMailTask(dependencies: AlertDependencies): Task {
  const { pool, smtpUrl, mailFrom = MAIL_FROM } = dependencies;
  const transport = smtpUrl === undefined ? undefined : createTransport(smtpUrl, { from: mailFrom });
  return deliveryTask(dependencies, 'mail', async (alert) => {
    if (transport === undefined) throw new Undeliverable('no mail server is configured');
    await mailAlert(transport, await readMailboxes(pool, alert), alert);
  });
}

function deliveryTask({ pool, log }: AlertDependencies, channel: AlertChannel, send: (alert: AlertToSend) => Promise<void>): Task {
  return async (payload, helpers) => {
    const { alertId } = payload as { alertId: string };
    const alert = await beginDelivery(pool, alertId, channel);
    if (alert === undefined) return;
    try {
      await send(alert);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const { attempts, max_attempts: most } = helpers.job;
      const last = error instanceof Undeliverable || attempts >= most;
      await endDelivery(pool, alertId, channel, { state: last ? 'failed' : 'waiting', error: reason });
      log.warn({ alertId, channel, attempt: attempts, last, reason }, 'an alert was not delivered');
      if (error instanceof Undeliverable) return;
      throw new Error(`alert not delivered by ${channel}: ${reason}`, { cause: error });
    }
    await endDelivery(pool, alertId, channel, { state: 'delivered' });
  };
}

/** The id of the message is the alert's: a receiver that gets it twice knows it. */
async function postAlert({ url, secret }: { url: string; secret: string }, alert: AlertToSend): Promise<void> {
  const body = JSON.stringify(webhookBody(alert));
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...signatureHeaders(secret, alert.id, body) },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the Center backend answered ${response.status}`);
}

/** Ids, codes and instants; who the family is, the backend asks with its own rights. */
function webhookBody(alert: AlertToSend): object {
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
  };
}

async function mailAlert(transport: Transporter, addresses: readonly string[], alert: AlertToSend): Promise<void> {
  if (addresses.length === 0) throw new Undeliverable(`no mailbox is known for ${alert.recipients.join(', ')}`);
  const { subject, text } = alertText(alert);
  // The same at every attempt, so that mail programs can drop a second copy.
  const messageId = `<${createHash('sha256').update(alert.id).digest('hex').slice(0, 32)}@tirek.example>`;
  await transport.sendMail({ to: [...addresses], subject, text, messageId });
}
