/** The relay process: runs the jobs of the inbox and of the alerts, whatever goes away and comes back. */
import { Client, Connection } from '@temporalio/client';
import type { TaskList } from 'graphile-worker';
import type { Logger } from 'pino';

import { ALARM_JOB, ALERT_MAIL_JOB, ALERT_WEBHOOK_JOB, DIGEST_JOB, RELAY_JOB, SWEEP_JOB } from '../db/jobs.js';
import { createPool, type Pool } from '../db/pool.js';
import { wakeAdoption } from './adoption-engine.js';
import type { WakeAdoption } from './adoption-watch.js';
import { alarmTask } from './alarm-jobs.js';
import { alertMailTask, alertWebhookTask } from './alert-jobs.js';
import { createCaseEngine } from './case-engine.js';
import { digestTask } from './digest-job.js';
import { startJobRunner } from './job-runner.js';
import { relayTask, type RelayDependencies } from './relay-job.js';
import { sweepTask } from './sweep-job.js';

export interface RelayConfig {
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  centerWebhookUrl?: string;
  centerWebhookSecret?: string;
  smtpUrl?: string;
  /** How long a person's digest waits for more after the last alert, in milliseconds; default a minute. */
  digestWindowMs?: number;
  /** Wall clock of the quiet hours, epoch milliseconds; default the machine's. */
  now?: () => number;
  /** Bound of one call to the engine, in milliseconds; default 8 000. */
  engineDeadlineMs?: number;
}

export interface Relay {
  /** Finishes the jobs in hand, then closes its connections. */
  stop(): Promise<void>;
}

/** A job waits for the engine and hardly computes: more of them at once than there are cores. */
const CONCURRENCY = 10;

const DIGEST_WINDOW_MS = 60_000;
/** So many windows at most, however many alerts keep coming. */
const MOST_WINDOWS = 5;

/**
 * Starts the relay. It needs neither Postgres nor Temporal to be there: it says so in the log and
 * tries again until they are.
 */
export async function startRelay(config: RelayConfig, log: Logger): Promise<Relay> {
  const connection = Connection.lazy({ address: config.temporalAddress });
  const client = new Client({ connection, namespace: config.temporalNamespace });
  const engine = createCaseEngine(client, config.engineDeadlineMs);
  const runner = startJobRunner({
    openPool: () => openPool(config.databaseUrl, log),
    tasksOn: (pool) => taskList(config, { pool, engine, log, wakeAdoption: (id) => wakeAdoption(client, id, config.engineDeadlineMs) }),
    concurrency: CONCURRENCY,
    log,
  });
  return {
    async stop() {
      await runner.stop();
      await connection.close();
    },
  };
}

function openPool(url: string, log: Logger): Pool {
  return createPool(url, {
    applicationName: 'tirek relay',
    // Jobs, the listener for new ones, heartbeat and patrol.
    max: CONCURRENCY + 4,
    onBrokenConnection: (error) => log.warn({ reason: error.message }, 'a database connection broke; it is replaced'),
  });
}

function taskList(config: RelayConfig, { pool, engine, log, wakeAdoption }: RelayDependencies & { wakeAdoption: WakeAdoption }): TaskList {
  const { centerWebhookUrl: url, centerWebhookSecret: secret, smtpUrl, digestWindowMs: quietMs = DIGEST_WINDOW_MS, now = Date.now } = config;
  const alerts = {
    pool,
    log,
    now,
    window: { quietMs, longestMs: MOST_WINDOWS * quietMs },
    ...(url === undefined || secret === undefined ? {} : { centerWebhook: { url, secret } }),
    ...(smtpUrl === undefined ? {} : { smtpUrl }),
  };
  return {
    [RELAY_JOB]: relayTask({ pool, engine, log }),
    [ALERT_WEBHOOK_JOB]: alertWebhookTask(alerts),
    [ALERT_MAIL_JOB]: alertMailTask(alerts),
    [DIGEST_JOB]: digestTask(alerts),
    [ALARM_JOB]: alarmTask(alerts),
    [SWEEP_JOB]: sweepTask({ pool, log, wakeAdoption }),
  };
}
