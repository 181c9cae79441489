/** The relay process: runs the jobs of the inbox and of the alerts, whatever goes away and comes back. */
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { Client, Connection } from '@temporalio/client';
import { Logger as WorkerLogger, parseCronItems, run, type Runner, type RunnerOptions, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Logger } from 'pino';

import { startHeartbeat } from '../db/heartbeat.js';
import { ALERT_MAIL_JOB, ALERT_WEBHOOK_JOB, RELAY_JOB, SWEEP_JOB } from '../db/jobs.js';
import { createPool, type Pool } from '../db/pool.js';
import { alertMailTask, alertWebhookTask } from './alert-jobs.js';
import { freeJobsOfDeadRelays } from './dead-relays.js';
import { reasonOf, relayTask } from './relay-job.js';
import { patrolInbox, sweepTask } from './sweep-job.js';

export interface RelayConfig {
  databaseUrl: string;
  temporalAddress: string;
  temporalNamespace: string;
  centerWebhookUrl?: string;
  centerWebhookSecret?: string;
  smtpUrl?: string;
}

export interface Relay {
  /** Finishes the jobs in hand, then closes its connections. */
  stop(): Promise<void>;
}

/** A job waits for the engine and hardly computes: more of them at once than there are cores. */
const CONCURRENCY = 10;
const POLL_MS = 500;
/** How often the relay looks for messages without a job and for jobs without a relay. */
const PATROL_EVERY_MS = 2_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Starts the relay. It needs neither Postgres nor Temporal to be there: it says so in the log and
 * tries again until they are.
 */
export async function startRelay(config: RelayConfig, log: Logger): Promise<Relay> {
  const pool = createPool(config.databaseUrl, {
    applicationName: 'tirek relay',
    max: CONCURRENCY + 4,
    onIdleError: (error) => log.warn({ reason: error.message }, 'a database connection broke; it is replaced'),
  });
  const connection = Connection.lazy({ address: config.temporalAddress });
  const client = new Client({ connection, namespace: config.temporalNamespace });
  const loop = new RelayLoop(pool, taskList(config, { pool, client, log }), log);
  loop.start();
  return {
    async stop() {
      await loop.stop();
      await connection.close();
      await pool.end();
    },
  };
}

function taskList(config: RelayConfig, { pool, client, log }: { pool: Pool; client: Client; log: Logger }): TaskList {
  const { centerWebhookUrl: url, centerWebhookSecret: secret, smtpUrl } = config;
  const alerts = {
    pool,
    log,
    ...(url === undefined || secret === undefined ? {} : { centerWebhook: { url, secret } }),
    ...(smtpUrl === undefined ? {} : { smtpUrl }),
  };
  return {
    [RELAY_JOB]: relayTask({ pool, client, log }),
    [ALERT_WEBHOOK_JOB]: alertWebhookTask(alerts),
    [ALERT_MAIL_JOB]: alertMailTask(alerts),
    [SWEEP_JOB]: sweepTask({ pool, log }),
  };
}

/** Runs the job library again and again: an outage of Postgres ends a run, never the process. */
class RelayLoop {
  readonly #pool: Pool;
  readonly #tasks: TaskList;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #runner: Runner | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(pool: Pool, tasks: TaskList, log: Logger) {
    this.#pool = pool;
    this.#tasks = tasks;
    this.#log = log;
  }

  start(): void {
    this.#ended = this.#keepRunning();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // A runner that is stopping by itself rejects a second stop: the loop's end is what counts.
    await this.#runner?.stop('the relay is asked to stop').catch(() => undefined);
    await this.#ended;
  }

  async #keepRunning(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !this.#stopping.signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const startedAt = Date.now();
      const reason = await this.#runOnce().then(() => 'the job runner ended', reasonOf);
      if (this.#stopping.signal.aborted) return;
      if (Date.now() - startedAt > LONGEST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
      this.#log.error({ reason, pauseMs }, 'the relay stopped working and starts again after a pause');
      await delay(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
  }

  async #runOnce(): Promise<void> {
    const events: WorkerEvents = new EventEmitter();
    let instance: string | undefined;
    events.once('pool:create', ({ workerPool }) => {
      instance = workerPool.id;
    });
    const runner = await run(this.#options(events), this.#tasks, SWEEPS);
    this.#runner = runner;
    const ended = new AbortController();
    const over = runner.promise.finally(() => ended.abort());
    // Stopped while the runner was being made: nobody had a runner to stop then.
    if (this.#stopping.signal.aborted) await runner.stop();
    if (instance === undefined) throw new Error('the job library did not tell its name');
    this.#log.info({ instance }, 'the relay is working');
    await Promise.all([over, this.#showLife(instance, ended.signal), this.#patrol(ended.signal)]);
  }

  #options(events: WorkerEvents): RunnerOptions {
    return {
      pgPool: this.#pool,
      concurrency: CONCURRENCY,
      pollInterval: POLL_MS,
      noHandleSignals: true,
      logger: quietLogger(this.#log),
      events,
      // Without a batch the library does not wait for the end of a job, and an outage in that moment ends the process.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    };
  }

  /** Only while the runner lives: a process whose runner died must not look ready. */
  async #showLife(instance: string, ended: AbortSignal): Promise<void> {
    const heartbeat = startHeartbeat(this.#pool, 'relay', () => !ended.aborted, this.#log, instance);
    await whenAborted(ended);
    await heartbeat.stop();
  }

  async #patrol(ended: AbortSignal): Promise<void> {
    while (!ended.aborted) {
      await this.#round().catch((error: unknown) => this.#log.warn({ reason: reasonOf(error) }, 'the relay could not make its round'));
      await delay(PATROL_EVERY_MS, undefined, { signal: ended }).catch(() => undefined);
    }
  }

  async #round(): Promise<void> {
    const dead = await freeJobsOfDeadRelays(this.#pool);
    if (dead > 0) this.#log.warn({ dead }, 'freed the jobs of relays that died');
    const found = await patrolInbox(this.#pool);
    if (found > 0) this.#log.info({ cases: found }, 'found messages that waited without a job');
  }
}

async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

const SWEEPS = parseCronItems([{ task: SWEEP_JOB, match: '* * * * *', options: { backfillPeriod: 0, maxAttempts: 1, jobKey: SWEEP_JOB } }]);

/** The library tells of every job; what matters of them the tasks say themselves. */
function quietLogger(log: Logger): WorkerLogger {
  return new WorkerLogger(() => (level, message) => {
    if (level === 'error') log.error(message);
    else if (level === 'warning') log.warn(message);
    else log.trace(message);
  });
}
