import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { Connection } from '@temporalio/client';

import type { SearchAttributeRow } from '../../contracts/search-attributes.js';
import { ensureNamespace, namespaceExists } from '../../process/temporal-namespace.js';
import { until } from '../../process/deadline.js';
import { StartFailure, reasonOf } from '../../process/failure.js';
import { freePorts, portOrFree } from './free-port.js';
import { commandLineOf, endProcess } from './process-liveness.js';
import { startServerProcess, type ServerProcess } from './server-process.js';
import { findTemporalCli, isNewEnough } from './temporal-cli.js';

export interface TemporalOptions {
  /** Holds the log, the memory of a running server and usually the database file. */
  dataDir: string;
  /** Read for TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TIREK_TEMPORAL_CLI, TIREK_CACHE_DIR, PATH. */
  env: NodeJS.ProcessEnv;
  /** Takes lines of progress for the console. */
  report: (line: string) => void;
  searchAttributes: readonly SearchAttributeRow[];
  /** Without the web UI. */
  headless?: boolean;
  /** SQLite file that keeps the cases; `undefined` keeps them in memory only. */
  dbFilename?: string | undefined;
  /** Wanted port; a taken one moves to a free one. */
  port?: number | undefined;
  /** Called when a server that we started ends without being asked, with how it ended. */
  onUnexpectedEnd?: (how: string) => void;
}

export interface RunningTemporal {
  /** host:port of the gRPC frontend. */
  readonly address: string;
  readonly namespace: string;
  /** The UI of a server started here, write actions and all: for the door in front of it alone. */
  readonly uiUrl?: string;
  /** One sentence for the console: which server was taken. */
  readonly origin: string;
  /** Milliseconds spent fetching the server; absent when it was at hand. */
  readonly fetchMs?: number;
  /** Process id of the server, when it was started here. */
  readonly pid?: number | undefined;
  /** Starts it again on the same ports after it ended; an error for a server not started here. */
  restart(): Promise<void>;
  /** Ends a server started here; leaves a foreign one alone. */
  stop(): Promise<void>;
}

interface Ports {
  frontend: number;
  ui: number;
  http: number;
  metrics: number;
}

const START_WITHIN_MS = 60_000;
const MOST_PORT_ATTEMPTS = 3;

/**
 * Gives a healthy Temporal server with the search attributes registered: the one named by
 * TEMPORAL_ADDRESS, else a development server started here on ports of its own.
 *
 * @throws StartFailure with a remedy
 */
export async function obtainTemporalServer(options: TemporalOptions): Promise<RunningTemporal> {
  const address = options.env.TEMPORAL_ADDRESS;
  if (address) return useRunningServer(address, options);
  await endOrphan(options.dataDir, options.report);
  const cli = await findTemporalCli(options.env, options.report);
  const server = await startOnFreePorts(cli.path, options);
  return server.asRunning(`Temporal: started here, ${cli.origin}.`, cli.fetchMs);
}

/**
 * A port that was free a moment ago may be taken by the time the server asks for it: then others. A server that panics at its
 * start (exit code 2: one of its own parts did not come in time, on a machine that does much else) is started once more.
 */
async function startOnFreePorts(cli: string, options: TemporalOptions): Promise<DevServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = new DevServer(cli, await choosePorts(options), options);
    try {
      await server.start();
      return server;
    } catch (error) {
      const reason = reasonOf(error);
      const isWorthAnother = reason.includes('address already in use') || reason.includes('(exit code 2)');
      if (attempt === MOST_PORT_ATTEMPTS || !isWorthAnother) throw error;
    }
  }
}

async function useRunningServer(address: string, options: TemporalOptions): Promise<RunningTemporal> {
  const namespace = options.env.TEMPORAL_NAMESPACE || 'default';
  const connection = await Connection.connect({ address, connectTimeout: '10s' }).catch((error: unknown) => {
    throw new StartFailure(
      `TEMPORAL_ADDRESS names ${address}, where no Temporal server answers (${reasonOf(error)}): start it, correct the address, or unset the variable to have one started here.`,
    );
  });
  try {
    await ensureNamespace(connection, namespace, { searchAttributes: options.searchAttributes });
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    return {
      address,
      namespace,
      origin: `Temporal: the running server ${serverVersion} at ${address} (TEMPORAL_ADDRESS), namespace ${namespace}${skippingNote(serverVersion)}.`,
      restart: () => Promise.reject(new Error(`the Temporal server at ${address} was not started here`)),
      stop: () => Promise.resolve(),
    };
  } finally {
    await connection.close();
  }
}

function skippingNote(serverVersion: string): string {
  return isNewEnough(serverVersion) ? '' : '; it is older than 1.32 and cannot skip time, so demo and fast-forward will not work';
}

async function choosePorts(options: TemporalOptions): Promise<Ports> {
  const [http, metrics, ui] = await freePorts(3);
  if (http === undefined || metrics === undefined || ui === undefined) throw new Error('no free ports');
  const frontend = await portOrFree(options.port);
  return { frontend, ui, http, metrics };
}

/** A development server of ours: its arguments, its start and its end. */
class DevServer {
  readonly #cli: string;
  readonly #ports: Ports;
  readonly #options: TemporalOptions;
  readonly #namespace: string;
  #process: ServerProcess | undefined;
  #stopping = false;

  constructor(cli: string, ports: Ports, options: TemporalOptions) {
    this.#cli = cli;
    this.#ports = ports;
    this.#options = options;
    this.#namespace = options.env.TEMPORAL_NAMESPACE || 'default';
  }

  get address(): string {
    return `127.0.0.1:${this.#ports.frontend}`;
  }

  asRunning(origin: string, fetchMs: number | undefined): RunningTemporal {
    const running: RunningTemporal = {
      address: this.address,
      namespace: this.#namespace,
      origin,
      restart: () => this.start(),
      stop: () => this.stop(),
      ...(fetchMs === undefined ? {} : { fetchMs }),
      ...(this.#options.headless ? {} : { uiUrl: `http://127.0.0.1:${this.#ports.ui}` }),
    };
    Object.defineProperty(running, 'pid', { get: () => this.#process?.pid, enumerable: true });
    return running;
  }

  async start(): Promise<void> {
    const { dataDir, report } = this.#options;
    report('Starting the Temporal server');
    this.#stopping = false;
    mkdirSync(dataDir, { recursive: true });
    const started = await this.#spawn();
    this.#process = started;
    remember(dataDir, { pid: started.pid, port: this.#ports.frontend });
    try {
      await this.#prepare(started);
    } catch (error) {
      await this.stop();
      throw error;
    }
    void started.end.then((how) => {
      if (!this.#stopping) this.#options.onUnexpectedEnd?.(how);
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#process?.stop();
    forget(this.#options.dataDir);
  }

  #spawn(): Promise<ServerProcess> {
    return startServerProcess({
      command: this.#cli,
      args: this.#arguments(),
      logFile: join(this.#options.dataDir, 'logs', 'temporal.log'),
      env: this.#options.env,
      stopSignal: 'SIGTERM',
      forceSignal: 'SIGKILL',
      stopWithinMs: 15_000,
    }).catch((error: unknown) => {
      throw new StartFailure(`The Temporal server ${this.#cli} cannot be run (${reasonOf(error)}): set TIREK_TEMPORAL_CLI to one that can.`);
    });
  }

  #arguments(): string[] {
    const { frontend, ui, http, metrics } = this.#ports;
    const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--namespace', this.#namespace];
    args.push('--port', String(frontend), '--http-port', String(http), '--metrics-port', String(metrics));
    if (this.#options.headless) args.push('--headless');
    else args.push('--ui-port', String(ui));
    if (this.#options.dbFilename !== undefined) {
      args.push('--db-filename', resolve(this.#options.dbFilename));
      // Its own journal is synced twice for each of its writes, one after the other; what a power cut costs, the ledger gives back.
      args.push('--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL');
    }
    args.push('--log-level', 'warn', '--log-format', 'json');
    args.push('--dynamic-config-value', 'frontend.WorkflowTimeSkippingEnabled=true');
    // At its default of 1 s the timer queue looks ahead only once a second, and every fast-forward waits for it.
    args.push('--dynamic-config-value', 'history.timerProcessorMaxTimeShift="1ms"');
    // At its default of 1 s a run that lasted less, which a skipped life has many of, makes its successor wait for the rest.
    args.push('--dynamic-config-value', 'history.workflowIdReuseMinimalInterval="1ms"');
    // Fairness is off by default, and over several partitions of a queue it is only fair within each.
    args.push('--dynamic-config-value', 'matching.enableFairness=true');
    args.push('--dynamic-config-value', 'matching.numTaskqueueReadPartitions=1');
    args.push('--dynamic-config-value', 'matching.numTaskqueueWritePartitions=1');
    // The development server alone reads the attributes' definitions from its database for each use of one: half of all it reads.
    args.push('--dynamic-config-value', 'system.forceSearchAttributesCacheRefreshOnRead=false');
    for (const { name, type } of this.#options.searchAttributes) args.push('--search-attribute', `${name}=${type}`);
    return args;
  }

  /** Waits for health by connecting, then sets retention and search attributes. */
  async #prepare(started: ServerProcess): Promise<void> {
    const connection = await this.#connect(started);
    try {
      await ensureNamespace(connection, this.#namespace, { searchAttributes: this.#options.searchAttributes });
    } finally {
      await connection.close();
    }
  }

  async #connect(started: ServerProcess): Promise<Connection> {
    let last: unknown;
    const connection = await until(
      async () => {
        const ended = started.ended();
        if (ended !== undefined) throw this.#endedEarly(ended, started);
        try {
          return await this.#connectOnce();
        } catch (error) {
          last = error;
          return undefined;
        }
      },
      START_WITHIN_MS,
      50,
    );
    if (connection) return connection;
    throw new StartFailure(`The Temporal server did not answer within ${START_WITHIN_MS / 1000} s (${reasonOf(last)}): its log is ${this.#logFile()}.`);
  }

  async #connectOnce(): Promise<Connection> {
    // Lazy, because a connect that fails has nothing to close and its channel keeps this process alive for many seconds.
    const connection = Connection.lazy({ address: this.address, connectTimeout: '1s' });
    try {
      await connection.ensureConnected();
      if (!(await namespaceExists(connection, this.#namespace))) throw new Error('the namespace is not there yet');
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  #endedEarly(how: string, started: ServerProcess): StartFailure {
    const db = this.#options.dbFilename;
    const locked = db === undefined ? '' : `, and if its database ${db} is damaged, move it away`;
    return new StartFailure(`The Temporal server ended while starting (${how}): ${started.logTail() || 'it wrote nothing'}. See ${this.#logFile()}${locked}.`);
  }

  #logFile(): string {
    return join(this.#options.dataDir, 'logs', 'temporal.log');
  }
}

/** What the next start needs to recognise a server that outlived its start. */
interface Remembered {
  pid: number;
  port: number;
}

function memoryFile(dataDir: string): string {
  return join(dataDir, 'temporal-server.json');
}

function remember(dataDir: string, server: Remembered): void {
  writeFileSync(memoryFile(dataDir), `${JSON.stringify(server)}\n`);
}

function forget(dataDir: string): void {
  rmSync(memoryFile(dataDir), { force: true });
}

function recall(dataDir: string): Remembered | undefined {
  try {
    return JSON.parse(readFileSync(memoryFile(dataDir), 'utf8')) as Remembered;
  } catch {
    return undefined; // none is remembered, or its start was killed while writing it down
  }
}

/** Ends the server of an earlier start that was killed before it could: two on one file corrupt it. */
async function endOrphan(dataDir: string, report: (line: string) => void): Promise<void> {
  const remembered = recall(dataDir);
  if (remembered === undefined) return;
  const runs = await commandLineOf(remembered.pid);
  if (runs?.includes('start-dev') && runs.includes(`--port ${remembered.port} `)) {
    report('Ending the Temporal server of an earlier start');
    await endProcess(remembered.pid, 'SIGTERM', 15_000);
  }
  forget(dataDir);
}
