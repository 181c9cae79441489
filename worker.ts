/**
 * Composition root of the worker: the clocks of cases, the sweeps of adoptions, and one activity worker per protocol, whose
 * queue is shared by fairness: a slow organisation holds up nobody else, and a new one needs no new worker.
 */
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { createClockActivities, sightsIn } from './activities/clock.js';
import { askerOnEngine } from './activities/clock-asker.js';
import { createEffectActivities } from './activities/effects.js';
import { createLawAdoptionActivities } from './activities/law-adoption.js';
import { engineConnection } from './adapters/engine-client.js';
import { createAgencyHttp } from './adapters/agency-http.js';
import { readConfig, type Config } from './process/config.js';
import { CASES_TASK_QUEUE, EFFECT_QUEUES } from './contracts/case-clock.js';
import { startHeartbeat } from './db/heartbeat.js';
import { createPool } from './db/pool.js';
import { createDesk, type Desk } from './ledger/desk.js';
import type { TakeOutcome } from './ledger/take.js';
import { KNOWN_VERSION } from './ledger/version.js';
import { createRegistry } from './metrics/registry.js';
import { serveMetricsOrWarn } from './metrics/server.js';
import { bellErrors } from './metrics/bell-errors.js';
import { tellSteps } from './ledger/recorded-steps.js';
import { stepLateness } from './metrics/step-lateness.js';
import { ensureNamespace } from './process/temporal-namespace.js';
import { watchVersion, type ReleaseTooOld } from './process/version-watch.js';
import { createWorkflowWorker } from './process/workflow-sandbox.js';
import { vaultOfConfig } from './vault/of-config.js';
import { createBell, listsAfter } from './work/bell.js';
import { assertAlmatyIsUtcPlus5 } from './process/time-zone-check.js';
import { exitWithParent } from './process/parent-watch.js';

/** Long enough for an attempt that is under way to end as a rule (its bound is 15 s), short enough for a Ctrl-C. */
const GRACE = '10s';

export interface RunningWorker {
  /** Ends when the workers have stopped; rejects when one of them failed. */
  done: Promise<void>;
  /** Drains: takes nothing new, lets what is under way finish. */
  stop(): Promise<void>;
}

/** On two cores more tasks at once than that finish none sooner, and under load finished work is thrown away. */
const WORKFLOW_TASKS = 24;
/**
 * Looks run while their workflow task is held, on connections of their own: behind a plan's hundred referrals, each with
 * its reads and its outcome, they would wait until the engine gives their tasks up (ten seconds) and replays them.
 */
const LOOKS = 8;
/** Activities have time. */
const EFFECT_CONNECTIONS = 6;
/** Attempts at once: most of them wait for an answer. */
const EFFECTS = 100;
/** Sweeps of adoptions: one runs at a time. */
const SWEEPS = 2;

/**
 * Connects and runs all workers of this process.
 * @throws ReleaseTooOld, or Error with a readable sentence when the time zone data of the machine is wrong or the namespace
 *   cannot be made ready
 */
export async function startWorker(config: Config, log: Logger): Promise<RunningWorker> {
  assertAlmatyIsUtcPlus5();
  // One for all connections: what is unwrapped once is at hand for all.
  const vault = vaultOfConfig(config.keys);
  if (!vault.holds('violence')) log.warn('the key of families with signs of violence is not held: nothing is sent to organisations about them from here');
  const pool = createPool(config.databaseUrl, { applicationName: 'tirek-worker', vault, max: 2 });
  const lookPool = createPool(config.databaseUrl, { applicationName: 'tirek-worker-looks', vault, max: LOOKS });
  const effectPool = createPool(config.databaseUrl, { applicationName: 'tirek-worker-effects', vault, max: EFFECT_CONNECTIONS });
  const endPools = async (): Promise<void> => {
    await Promise.all([pool.end(), lookPool.end(), effectPool.end()]);
  };
  let tooOld: ReleaseTooOld | undefined;
  let workers: readonly Worker[] = [];
  const watch = await watchVersion(
    pool,
    KNOWN_VERSION,
    (reason) => {
      tooOld = reason;
      log.error({ reason: reason.message }, 'the worker stops: its release is too old');
      shutDown(workers);
    },
    log,
  ).catch(async (error: unknown) => {
    await endPools();
    throw error;
  });
  const connection = await NativeConnection.connect(engineConnection(config));
  await ensureNamespace(connection, config.temporalNamespace);
  const registry = createRegistry('worker');
  const onStep = stepLateness(registry);
  const bell = createBell(config.databaseUrl);
  bellErrors(registry, bell);
  const onTaken = (outcome: TakeOutcome): void => {
    tellSteps(outcome, onStep);
    for (const list of listsAfter(outcome)) bell.ring(list);
  };
  const looks = createDesk(lookPool, { proof: config.proof, onTaken });
  workers = await createWorkers(config, connection, { looks, effects: createDesk(effectPool, { proof: config.proof, onTaken, shelf: looks.shelf }) });
  const metrics = await serveMetricsOrWarn(config.metrics, log, () => ({ registry }));
  const heartbeat = startHeartbeat(pool, 'worker', () => tooOld === undefined && workers.every((worker) => worker.getState() === 'RUNNING'), log);
  const done = runAll(workers, async () => {
    watch.stop();
    await heartbeat.stop();
    await metrics?.stop();
    await bell.stop();
    await connection.close();
    await endPools();
  }).then(() => {
    if (tooOld !== undefined) throw tooOld;
  });
  return {
    done,
    stop: async () => {
      shutDown(workers);
      await done;
    },
  };
}

function shutDown(workers: readonly Worker[]): void {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
}

interface Desks {
  looks: Desk;
  /** Of everything else: what is sent, and the sweeps of adoptions. */
  effects: Desk;
}

async function createWorkers(config: Config, connection: NativeConnection, { looks, effects }: Desks): Promise<Worker[]> {
  const shared: Omit<WorkerOptions, 'taskQueue'> = {
    connection,
    namespace: config.temporalNamespace,
    identity: `tirek-worker@${hostname()}:${process.pid}`,
    shutdownGraceTime: GRACE,
    shutdownForceTime: '20s',
  };
  const sending = createEffectActivities({
    desk: effects,
    agencyHttp: createAgencyHttp(config.agencyReach === undefined ? {} : { reach: config.agencyReach }),
  });
  return [
    await createWorkflowWorker({
      ...shared,
      ...workflowSource(config),
      taskQueue: CASES_TASK_QUEUE,
      activities: {
        ...createClockActivities({ desk: looks, sights: sightsIn(looks.pool), askerOf: askerOnEngine }),
        ...createLawAdoptionActivities({ desk: effects }),
      },
      maxCachedWorkflows: 1_000,
      maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS,
      maxConcurrentLocalActivityExecutions: LOOKS,
      maxConcurrentActivityTaskExecutions: SWEEPS,
      maxConcurrentActivityTaskPolls: 1,
    }),
    await Worker.create(effectWorker(shared, EFFECT_QUEUES.http, sending)),
  ];
}

/** Runs until every worker has stopped; whatever happens, what they stood on is taken down after them. */
async function runAll(workers: readonly Worker[], takeDown: () => Promise<void>): Promise<void> {
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    await takeDown();
  }
}

/**
 * Messages of one protocol to all organisations: an attempt mostly waits for an answer, so there are many slots. One that
 * does not answer soon has its circuit opened, and holds none.
 */
function effectWorker(shared: Omit<WorkerOptions, 'taskQueue'>, taskQueue: string, activities: object): WorkerOptions {
  return { ...shared, taskQueue, activities, maxConcurrentActivityTaskExecutions: EFFECTS, maxConcurrentActivityTaskPolls: 4 };
}

function workflowSource(config: Config): Pick<WorkerOptions, 'workflowBundle'> | Pick<WorkerOptions, 'workflowsPath'> {
  if (config.workflowBundle !== undefined) return { workflowBundle: { codePath: config.workflowBundle } };
  // Compiled, the bundle lies beside this file: bundling takes seconds and a compiler.
  if (import.meta.url.endsWith('.js')) return { workflowBundle: { codePath: fileURLToPath(new URL('./workflows.js', import.meta.url)) } };
  return { workflowsPath: fileURLToPath(new URL('./workflows/index.ts', import.meta.url)) };
}

async function main(): Promise<void> {
  assertAlmatyIsUtcPlus5();
  const config = readConfig(process.env, 'worker');
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
