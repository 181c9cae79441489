/** Alarms on their way out: a signed webhook to the Center backend, a mail to the administrators; each way is retried by itself. */
import { createHash } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import { postToCenter, type CenterWebhook } from '../adapters/center-webhook.js';
import type { AlarmChannel } from '../contracts/alarm.js';
import { alarmMail } from '../contracts/messages/alarm-text.js';
import { endAlarmDelivery, renewAlarmDelivery, takeAlarmDeliveries, type AlarmDelivery, type AlarmTaking } from '../db/alarms.js';
import type { Pool } from '../db/pool.js';
import { addressesOf } from '../db/staffing.js';
import { mailTimeouts, MAIL_FROM } from './digests.js';
import { DIED_WITH_ITS_PROCESS, growingPause, inMs, isFree } from './lease.js';
import { reasonOf, type LaneOptions, type WorkList } from './work-list.js';

export interface AlarmDependencies {
  pool: Pool;
  log: Logger;
  /** Without it that way is closed. */
  centerWebhook?: CenterWebhook;
  /** Without it that way is closed. */
  smtpUrl?: string;
  mailFrom?: string;
  lanes: readonly LaneOptions[];
  leaseMs: number;
  mostAttempts: number;
  /** Of the pauses between attempts, in milliseconds. */
  pauseUnitMs: number;
}

/** What no further attempt can mend. */
class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

type Send = (delivery: AlarmDelivery) => Promise<void>;

export function alarmList(dependencies: AlarmDependencies): WorkList<AlarmDelivery> {
  const { pool, log, lanes, leaseMs, mostAttempts, pauseUnitMs } = dependencies;
  const ways: Readonly<Record<AlarmChannel, Send>> = { webhook: webhookWay(dependencies), mail: mailWay(dependencies) };
  const leaseEnd = inMs(leaseMs);
  const taking: AlarmTaking = {
    isFree: (row) => isFree(row, leaseMs),
    leaseEnd,
    pause: (attempts) => growingPause(attempts, pauseUnitMs),
    mostAttempts,
    died: DIED_WITH_ITS_PROCESS,
  };
  return {
    name: 'alarms',
    lanes,
    leaseMs,
    withinMs: 15_000,
    take: (_lane, most) => takeAlarmDeliveries(pool, taking, most),
    renew: (delivery) => renewAlarmDelivery(pool, delivery, leaseEnd),
    do: async (delivery) => {
      await ways[delivery.channel](delivery);
      await endAlarmDelivery(pool, delivery, { state: 'delivered' });
    },
    failed: async (delivery, error) => {
      const { alarmId, event, channel, attempts } = delivery;
      const reason = error instanceof Undeliverable ? error.message : reasonOf(error);
      const last = error instanceof Undeliverable || attempts >= mostAttempts;
      log.warn({ alarmId, event, channel, attempt: attempts, last, reason }, 'an alarm was not delivered');
      await endAlarmDelivery(pool, delivery, { state: last ? 'failed' : 'waiting', error: reason });
    },
  };
}

function webhookWay({ centerWebhook }: AlarmDependencies): Send {
  return async ({ alarm: { id, kind, params, raisedAt, clearedAt }, event }) => {
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
  const transport = smtpUrl === undefined ? undefined : createTransport({ url: smtpUrl, ...mailTimeouts }, { from: mailFrom });
  return async ({ alarm, event }) => {
    if (transport === undefined) throw new Undeliverable('no mail server is configured');
    const addresses = await addressesOf(pool, 'administrator');
    if (addresses.length === 0) throw new Undeliverable('no mail address of an administrator is known');
    const messageId = `<${createHash('sha256').update(`${alarm.id}:${event}`).digest('hex').slice(0, 32)}@tirek.example>`;
    await transport.sendMail({ to: addresses, ...alarmMail(alarm, event), messageId });
  };
}
