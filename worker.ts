/**
 * Composition root of the worker: the workflows of cases and of adoptions, the journal, and one activity worker per agency
 * on that agency's own queue, so that a slow agency holds up nobody else.
 */
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { createDispatchActivities } from './activities/dispatches.js';
import { createJournalActivities } from './activities/journal.js';
import { createLawAdoptionActivities } from './activities/law-adoption.js';
import { createAgencyHttp } from './adapters/agency-http.js';
import { readConfig, type Config } from './config.js';
import { CASES_TASK_QUEUE, agencyTaskQueue } from './contracts/case-workflow.js';
import { startHeartbeat } from './db/heartbeat.js';
import { createPool } from './db/pool.js';
import { SECTORS } from './domain/law/sectors.js';
import { createRegistry } from './metrics/registry.js';
import { serveMetricsOrWarn } from './metrics/server.js';
import { stepLateness } from './metrics/step-lateness.js';
import { assertAlmatyIsUtcPlus5 } from './scripts/time-zone-check.js';
import { exitWithParent } from './scripts/stack/parent-watch.js';

/** Long enough for a dispatch that is under way to end (its bound is 15 s), short enough for a Ctrl-C. */
const GRACE = '10s';

export interface RunningWorker {
  /** Ends when the workers have stopped; rejects when one of them failed. */
  done: Promise<void>;
  /** Drains: takes nothing new, lets what is under way finish. */
  stop(): Promise<void>;
}

/**
 * Connects and runs all workers of this process.
 * @throws Error with a readable sentence when the time zone data of the machine is wrong
 */
export async function startWorker(config: Config, log: Logger): Promise<RunningWorker> {
  assertAlmatyIsUtcPlus5();
  const pool = createPool(config.databaseUrl, { applicationName: 'tirek-worker' });
  const connection = await NativeConnection.connect({ address: config.temporalAddress });
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: config.temporalNamespace,
    identity: `tirek-worker@${hostname()}:${process.pid}`,
    shutdownGraceTime: GRACE,
    shutdownForceTime: '20s',
  };
  const registry = createRegistry('worker');
  const journal = createJournalActivities({ pool, onStep: stepLateness(registry) });
  const adoption = createLawAdoptionActivities({ pool, client: new Client({ connection, namespace: config.temporalNamespace }) });
  const dispatches = createDispatchActivities({ pool, agencyHttp: createAgencyHttp({}) });
  const workers = [
    await Worker.create({ ...shared, ...workflowSource(config), taskQueue: CASES_TASK_QUEUE, activities: { ...journal, ...adoption }, maxCachedWorkflows: 1_000 }),
    ...(await Promise.all(SECTORS.map(({ code }) => Worker.create(agencyWorker(shared, code, dispatches))))),
  ];
  const metrics = await serveMetricsOrWarn(config.metrics, log, () => ({ registry }));
  const heartbeat = startHeartbeat(pool, 'worker', () => workers.every((worker) => worker.getState() === 'RUNNING'), log);
  const done = runAll(workers, async () => {
    await heartbeat.stop();
    await metrics?.stop();
    await connection.close();
    await pool.end();
  });
  return {
    done,
    stop: async () => {
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await done;
    },
  };
}

/** Runs until every worker has stopped; whatever happens, what they stood on is taken down after them. */
async function runAll(workers: readonly Worker[], takeDown: () => Promise<void>): Promise<void> {
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    await takeDown();
  }
}

/** An agency gets few slots of its own: a bulkhead, and fewer pollers on a small machine. */
function agencyWorker(shared: Omit<WorkerOptions, 'taskQueue'>, code: string, activities: object): WorkerOptions {
  return {
    ...shared,
    taskQueue: agencyTaskQueue(code),
    activities,
    maxConcurrentActivityTaskExecutions: 10,
    maxConcurrentActivityTaskPolls: 2,
  };
}

function workflowSource(config: Config): Pick<WorkerOptions, 'workflowBundle'> | Pick<WorkerOptions, 'workflowsPath'> {
  if (config.workflowBundle !== undefined) return { workflowBundle: { codePath: config.workflowBundle } };
  return { workflowsPath: fileURLToPath(new URL('./workflows/index.ts', import.meta.url)) };
}

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel, name: 'worker' });
  const worker = await startWorker(config, log);
  log.info('worker is running');
  // The Temporal runtime itself turns SIGINT and SIGTERM into a shutdown of the workers.
  exitWithParent(() => void worker.stop());
  await worker.done;
  log.info('worker has drained');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
    process.exit();
  });
}
