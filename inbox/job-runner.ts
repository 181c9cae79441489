/** Runs the job library again and again: an outage of Postgres ends a run, never the process. */
import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { Logger as WorkerLogger, parseCronItems, run, type Runner, type RunnerOptions, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Logger } from 'pino';

import { startHeartbeat } from '../db/heartbeat.js';
import { SWEEP_JOB } from '../db/jobs.js';
import type { Pool } from '../db/pool.js';
import { freeJobsOfDeadRelays } from './dead-relays.js';
import { reasonOf } from './relay-job.js';
import { patrolInbox } from './sweep-job.js';

export interface JobRunnerOptions {
  /** Connections of one run: after an outage the next run begins with fresh ones. */
  openPool: () => Pool;
  tasksOn: (pool: Pool) => TaskList;
  concurrency: number;
  log: Logger;
}

const POLL_MS = 500;
/** How often the relay looks for messages without a job and for jobs without a relay. */
const PATROL_EVERY_MS = 2_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** Longer than a job may take; a run that cannot even end is left behind. */
const END_WITHIN_MS = 12_000;

const SWEEPS = parseCronItems([{ task: SWEEP_JOB, match: '* * * * *', options: { backfillPeriod: 0, maxAttempts: 1, jobKey: SWEEP_JOB } }]);

/** Starts the runs; `stop` lets the jobs in hand finish. */
export function startJobRunner(options: JobRunnerOptions): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ended = keepRunning(options, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function keepRunning(options: JobRunnerOptions, stopping: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!stopping.aborted) {
    const startedAt = Date.now();
    const reason = await new JobRun(options, stopping).run();
    if (stopping.aborted) return;
    pauseMs = Date.now() - startedAt > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    options.log.error({ reason, pauseMs }, 'the relay stopped working and starts again after a pause');
    await delay(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/**
 * One run of the library, from its connections to its end. The library's own promise is not enough
 * to see the end: after it lost Postgres in the middle of a job it stops taking jobs and may never
 * say so. Its events tell it, and from then on nothing of that run is waited for without a bound.
 */
class JobRun {
  readonly #options: JobRunnerOptions;
  readonly #over = new AbortController();
  #reason = '';

  constructor(options: JobRunnerOptions, stopping: AbortSignal) {
    this.#options = options;
    // The listener goes with the run: there may be thousands of runs in one long outage.
    stopping.addEventListener('abort', () => this.#end('the relay is asked to stop'), { signal: this.#over.signal });
    if (stopping.aborted) this.#end('the relay is asked to stop');
  }

  /** @returns why the run ended */
  async run(): Promise<string> {
    const pool = this.#options.openPool();
    await this.#runOn(pool).catch((error: unknown) => this.#end(reasonOf(error)));
    this.#end('the job runner ended');
    await bounded(pool.end());
    return this.#reason;
  }

  async #runOn(pool: Pool): Promise<void> {
    let instance: string | undefined;
    const events: WorkerEvents = new EventEmitter();
    events.once('pool:create', ({ workerPool }) => {
      instance = workerPool.id;
    });
    events.once('pool:fatalError', ({ error }) => this.#end(reasonOf(error)));
    events.once('worker:fatalError', ({ error }) => this.#end(reasonOf(error)));
    events.once('pool:gracefulShutdown', ({ message }) => this.#end(message));
    const runner = await run(this.#runnerOptions(pool, events), this.#options.tasksOn(pool), SWEEPS);
    runner.promise.then(
      () => this.#end('the job runner ended'),
      (error: unknown) => this.#end(reasonOf(error)),
    );
    await this.#watch(pool, runner, instance);
  }

  async #watch(pool: Pool, runner: Runner, instance: string | undefined): Promise<void> {
    const { log } = this.#options;
    if (instance === undefined) throw new Error('the job library did not tell its name');
    log.info({ instance }, 'the relay is working');
    // Only while the runner works: a process whose runner died must not look ready.
    const heartbeat = startHeartbeat(pool, 'relay', () => !this.#over.signal.aborted, log, instance);
    while (!this.#over.signal.aborted) {
      await patrol(pool, log).catch((error: unknown) => log.warn({ reason: reasonOf(error) }, 'the relay could not make its round'));
      await delay(PATROL_EVERY_MS, undefined, { signal: this.#over.signal }).catch(() => undefined);
    }
    // A runner that is stopping by itself refuses a second stop: its end is what counts.
    await bounded(runner.stop(this.#reason).catch(() => runner.promise));
    await bounded(heartbeat.stop());
  }

  #end(reason: string): void {
    if (this.#over.signal.aborted) return;
    this.#reason = reason;
    this.#over.abort();
  }

  #runnerOptions(pool: Pool, events: WorkerEvents): RunnerOptions {
    return {
      pgPool: pool,
      concurrency: this.#options.concurrency,
      pollInterval: POLL_MS,
      noHandleSignals: true,
      logger: quietLogger(this.#options.log),
      events,
      // Without a batch nobody waits for the end of a job, and an outage in that moment ends the process.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    };
  }
}

async function patrol(pool: Pool, log: Logger): Promise<void> {
  const dead = await freeJobsOfDeadRelays(pool);
  if (dead > 0) log.warn({ dead }, 'freed the jobs of relays that died');
  const found = await patrolInbox(pool);
  if (found > 0) log.info({ cases: found }, 'found messages that waited without a job');
}

/** Waits for the end of something that is being given up, and not for ever. */
async function bounded(ending: Promise<unknown>): Promise<void> {
  const enough = new AbortController();
  const ended = ending.catch(() => undefined).finally(() => enough.abort());
  await Promise.race([ended, delay(END_WITHIN_MS, undefined, { signal: enough.signal }).catch(() => undefined)]);
}

/** The library tells of every job; what matters of them the tasks say themselves. */
function quietLogger(log: Logger): WorkerLogger {
  return new WorkerLogger(() => (level: string, message) => {
    if (level === 'error') log.error(message);
    else if (level === 'warning') log.warn(message);
    else log.trace(message);
  });
}
