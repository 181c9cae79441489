/** Alarms on their way out: a signed webhook to the Center backend, a mail to the administrators; each way is retried by itself. */
import { createHash } from 'node:crypto';

import type { Task } from 'graphile-worker';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';

import { postToCenter, type CenterWebhook } from '../adapters/center-webhook.js';
import { alarmMail } from '../contracts/messages/alarm-text.js';
import { beginAlarmDelivery, endAlarmDelivery, type AlarmJob, type AlarmToSend } from '../db/alarms.js';
import type { Pool } from '../db/pool.js';
import { addressesOf } from '../db/staffing.js';

export interface AlarmDependencies {
  pool: Pool;
  log: Logger;
  /** Without it that way is closed. */
  centerWebhook?: CenterWebhook;
  /** Without it that way is closed. */
  smtpUrl?: string;
  mailFrom?: string;
}

const MAIL_FROM = 'Tirek <no-reply@tirek.example>';

/** What no further attempt can mend. */
class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

type Send = (alarm: AlarmToSend, event: AlarmJob['event']) => Promise<void>;

export function alarmTask(dependencies: AlarmDependencies): Task {
  const { pool, log } = dependencies;
  const ways: Readonly<Record<AlarmJob['channel'], Send>> = { webhook: webhookWay(dependencies), mail: mailWay(dependencies) };
  return async (payload, helpers) => {
    const job = payload as AlarmJob;
    const alarm = await beginAlarmDelivery(pool, job);
    if (alarm === undefined) return;
    try {
      await ways[job.channel](alarm, job.event);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const { attempts, max_attempts: most } = helpers.job;
      const last = error instanceof Undeliverable || attempts >= most;
      await endAlarmDelivery(pool, job, { state: last ? 'failed' : 'waiting', error: reason });
      log.warn({ ...job, attempt: attempts, last, reason }, 'an alarm was not delivered');
      if (error instanceof Undeliverable) return;
      throw new Error(`alarm not delivered by ${job.channel}: ${reason}`, { cause: error });
    }
    await endAlarmDelivery(pool, job, { state: 'delivered' });
  };
}

function webhookWay({ centerWebhook }: AlarmDependencies): Send {
  return async ({ id, kind, params, raisedAt, clearedAt }, event) => {
    if (centerWebhook === undefined) throw new Undeliverable('no webhook of the Center backend is configured');
    await postToCenter(centerWebhook, `${id}:${event}`, {
      type: `alarm.${event}`,
      alarmId: id,
      kind,
      params,
      raisedAt: new Date(raisedAt).toISOString(),
      // The end of an alarm may come before the news of its beginning got through.
      ...(event === 'cleared' && clearedAt !== undefined ? { clearedAt: new Date(clearedAt).toISOString() } : {}),
    });
  };
}

function mailWay({ pool, smtpUrl, mailFrom = MAIL_FROM }: AlarmDependencies): Send {
  const transport = smtpUrl === undefined ? undefined : createTransport(smtpUrl, { from: mailFrom });
  return async (alarm, event) => {
    if (transport === undefined) throw new Undeliverable('no mail server is configured');
    const addresses = await addressesOf(pool, 'administrator');
    if (addresses.length === 0) throw new Undeliverable('no mail address of an administrator is known');
    const messageId = `<${createHash('sha256').update(`${alarm.id}:${event}`).digest('hex').slice(0, 32)}@tirek.example>`;
    await transport.sendMail({ to: addresses, ...alarmMail(alarm, event), messageId });
  };
}
