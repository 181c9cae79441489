import { mkdirSync, appendFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SearchAttributeRow } from '../../contracts/search-attributes.js';
import type { MeteredProcess } from '../../metrics/registry.js';
import { startChild, type Child } from './child.js';
import { lockDataDir, openDataDir, type HeldLock } from './data-dir.js';
import { until, withProgress } from '../../process/deadline.js';
import { readEndpoints, writeEndpoints, type Endpoints } from './endpoints.js';
import { StartFailure, reasonOf } from '../../process/failure.js';
import { freePorts, portOrFree } from './free-port.js';
import { keepRunning } from './keep-running.js';
import { keysEnv } from './keys.js';
import { databaseOf, withoutDatabases } from './databases.js';
import { obtainPostgres, type DatabaseUrls, type RunningPostgres } from './postgres.js';
import { probe } from './probe.js';
import { centerWebhookSecret, writeAgencies, type AgencyAccess } from './secrets.js';
import { keepSigningKeys, type SigningKeyFiles } from './signing-keys.js';
import { noteStart } from './start-times.js';
import { obtainTemporalServer, type RunningTemporal } from './temporal-server.js';
import { openUiDoor, type UiDoor, type UiDoorOptions } from './ui-door.js';

/** Our own processes. */
export const PROCESSES = ['worker', 'relay', 'provider', 'api', 'simulators'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** The worker may finish what it has begun; the rest has little to finish. */
const DRAIN_MS: Readonly<Record<ProcessName, number>> = { worker: 25_000, relay: 15_000, provider: 5_000, api: 10_000, simulators: 5_000 };

const READY_WITHIN_MS = 120_000;
const MOST_PORT_ATTEMPTS = 3;
const PORT_TAKEN = /EADDRINUSE|port \d+ is taken/i;

/** What the rest of the house contributes: the stack itself knows no table, route or agency. */
export interface StackParts {
  /** Entry file of each process. */
  entries: Readonly<Record<ProcessName, string>>;
  searchAttributes: readonly SearchAttributeRow[];
  agencyCodes: readonly string[];
  /** Path on the simulators' server where an agency takes referrals. */
  agencyPath: (code: string) => string;
  /** Path on the simulators' server that plays the Center backend's receiver of alerts. */
  centerWebhookPath: string;
  /** Path on the simulators' server that plays NCANode. */
  ncanodePath: string;
  /** What the API is told of the development provider at that address; makes its secrets where there are none. */
  providerClient: (dataDir: string, issuer: string) => Promise<NodeJS.ProcessEnv>;
  /** Brings the database up to date and makes the agencies known to it; may give a sentence to tell. */
  prepareDatabase: (postgres: RunningPostgres, agencies: readonly AgencyAccess[], env: NodeJS.ProcessEnv) => Promise<string | undefined>;
  /** Gives the file with the workflow code for the worker, built while the servers start. */
  workflowBundle: (dataDir: string, env: NodeJS.ProcessEnv) => Promise<string>;
  /** Paths on the API. */
  paths: { ready: string; openapi: string; console: string };
  /** The list of running cases in a Temporal UI. */
  runningCases: (uiUrl: string, namespace: string) => string;
  /** A page on the door to our own Temporal UI that leads to that list. */
  uiPage: (namespace: string) => UiDoorOptions['page'];
}

export interface StackOptions {
  dataDir: string;
  env: NodeJS.ProcessEnv;
  parts: StackParts;
  report: (line: string) => void;
  /** Called with one sentence when the stack can no longer run. */
  giveUp: (sentence: string) => void;
}

export interface StartedStack {
  endpoints: Endpoints;
  /** One sentence about how long this start took. */
  took: string;
  origins: readonly string[];
}

/** What the processes stand on. */
interface Ground {
  temporal: RunningTemporal;
  postgres: RunningPostgres;
  bundle: string;
  /** Base URL of the Temporal UI that people are shown. */
  ui: string | undefined;
  /** Where the development provider was: tokens name its address. */
  providerPort: number | undefined;
}

/** What the processes are told, once the servers are there. */
interface Plan {
  /** Base URL of the API. */
  api: string;
  env: NodeJS.ProcessEnv;
  agencies: readonly AgencyAccess[];
  /** Base URL of the simulators. */
  simulators: string;
  /** Base URL of the development provider; undefined when the environment names another. */
  provider: string | undefined;
  /** Port of each process that serves metrics. */
  metricsPorts: Readonly<Record<MeteredProcess, number>>;
  signingKeys: SigningKeyFiles;
  databases: DatabaseUrls;
}

/** Everything that `npm start` runs, in the order in which it must come up and go down. */
export class Stack {
  readonly #options: StackOptions;
  readonly #children = new Map<ProcessName, Child>();
  #lock: HeldLock | undefined;
  #temporal: RunningTemporal | undefined;
  #postgres: RunningPostgres | undefined;
  #door: UiDoor | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: StackOptions) {
    this.#options = options;
  }

  /**
   * Brings everything up and waits until the API calls itself ready.
   *
   * @throws StartFailure with a remedy; call `stop` afterwards to take down what came up
   */
  async start(): Promise<StartedStack> {
    const startedAt = Date.now();
    const { dataDir, env } = this.#options;
    await openDataDir(dataDir);
    this.#lock = await lockDataDir(dataDir, this.#options.report);
    const wantedPort = portFrom(env.PORT);
    const former = await readEndpoints(dataDir).catch(() => undefined); // damaged: only wishes for ports are lost
    const [{ temporal, postgres }, bundle] = await Promise.all([this.#obtainServers(former), this.#workflowBundle()]);
    this.#door = await this.#openDoor(temporal, portIn(former?.temporalUi ?? undefined));
    const ground = { temporal, postgres, bundle, ui: this.#door?.url, providerPort: portIn(former?.provider ?? undefined) };
    const plan = await this.#runProcesses(ground, wantedPort);
    const endpoints = this.#endpoints(plan, temporal, postgres);
    await writeEndpoints(dataDir, endpoints);
    const took = await noteStart(dataDir, Date.now() - startedAt, temporal.fetchMs ?? 0);
    return { endpoints, took, origins: [temporal.origin, postgres.origin] };
  }

  /** Takes everything down: the worker drains first, the servers go last. */
  stop(): Promise<void> {
    this.#stopped ??= this.#takeDown();
    return this.#stopped;
  }

  isStopping(): boolean {
    return this.#stopped !== undefined;
  }

  /** Ends our processes at once; the servers end themselves when this process is gone. */
  kill(): void {
    for (const child of this.#children.values()) child.kill();
    this.#lock?.release();
  }

  async #obtainServers(former: Endpoints | undefined): Promise<{ temporal: RunningTemporal; postgres: RunningPostgres }> {
    const { dataDir, env, report, parts } = this.#options;
    const [temporal, postgres] = await Promise.allSettled([
      obtainTemporalServer({
        dataDir,
        env,
        report,
        searchAttributes: parts.searchAttributes,
        dbFilename: join(dataDir, 'temporal.db'),
        port: portIn(former && `http://${former.temporal}`),
        onUnexpectedEnd: this.#keep('The Temporal server', () => this.#temporal?.restart()),
      }).then((server) => (this.#temporal = server)),
      obtainPostgres({
        dataDir,
        env,
        report,
        port: portIn(former?.postgresOwner),
        onUnexpectedEnd: this.#keep('Postgres', () => this.#postgres?.restart()),
      }).then((server) => (this.#postgres = server)),
    ]);
    if (temporal.status === 'rejected') throw temporal.reason;
    if (postgres.status === 'rejected') throw postgres.reason;
    this.#refuseWhenStopping();
    return { temporal: temporal.value, postgres: postgres.value };
  }

  /** Only in front of a server of ours: a foreign UI is set up by whoever runs it. */
  async #openDoor({ uiUrl, namespace }: RunningTemporal, port: number | undefined): Promise<UiDoor | undefined> {
    if (uiUrl === undefined) return undefined;
    return openUiDoor({ ui: uiUrl, port, page: this.#options.parts.uiPage(namespace) });
  }

  #workflowBundle(): Promise<string> {
    const { dataDir, env, parts } = this.#options;
    return env.TIREK_WORKFLOW_BUNDLE ? Promise.resolve(env.TIREK_WORKFLOW_BUNDLE) : parts.workflowBundle(dataDir, env);
  }

  /** A port that was free a moment ago may be taken by the time our process asks for it: then another. */
  async #runProcesses(ground: Ground, wantedPort: number): Promise<Plan> {
    for (let attempt = 1; ; attempt += 1) {
      const plan = await this.#plan(ground, await this.#apiPort(attempt === 1 ? wantedPort : 0));
      await this.#prepareDatabase(ground.postgres, plan);
      await this.#startProcesses(plan);
      try {
        await this.#waitUntilReady(`${plan.api}${this.#options.parts.paths.ready}`);
        return plan;
      } catch (error) {
        if (attempt === MOST_PORT_ATTEMPTS || !PORT_TAKEN.test(reasonOf(error))) throw error;
        this.#options.report('A port was taken meanwhile, so other ones are tried');
        await this.#stopProcesses();
      }
    }
  }

  async #apiPort(wanted: number): Promise<number> {
    const port = await portOrFree(wanted);
    if (wanted > 0 && port !== wanted) this.#options.report(`Port ${wanted} is taken, so the API listens on ${port}`);
    return port;
  }

  /** Environment of our processes: configuration passes to them in no other way. */
  async #plan({ temporal, postgres, bundle, ui, providerPort }: Ground, apiPort: number): Promise<Plan> {
    const { dataDir, parts } = this.#options;
    const [simulatorsPort, smtpPort, worker = 0, relay = 0, apiMetrics = 0] = await freePorts(5);
    const simulators = `http://127.0.0.1:${simulatorsPort}`;
    const api = `http://127.0.0.1:${apiPort}`;
    const { file, agencies } = await writeAgencies(dataDir, parts.agencyCodes, (code) => simulators + parts.agencyPath(code));
    const signingKeys = await keepSigningKeys(dataDir);
    // Each process is given its own URL alone, and none the owner's: what cannot log in as owner cannot rewrite the ledger.
    const own = withoutDatabases(this.#options.env);
    const provider = own.TIREK_OIDC_ISSUER ? undefined : `http://127.0.0.1:${await portOrFree(providerPort)}`;
    const env: NodeJS.ProcessEnv = {
      TIREK_PUBLIC_URL: api,
      TIREK_CENTER_WEBHOOK_URL: simulators + parts.centerWebhookPath,
      TIREK_CENTER_WEBHOOK_SECRET: await centerWebhookSecret(dataDir),
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      ...(own.TIREK_SIGNATURES === undefined ? { TIREK_NCANODE_URL: simulators + parts.ncanodePath } : {}),
      // Nobody at a development machine wants to wait a minute for a mail.
      TIREK_DIGEST_SECONDS: '2',
      // The simulators are this machine's.
      ...(own.TIREK_HOST === undefined ? { TIREK_AGENCY_LOOPBACK: 'development' } : {}),
      ...(ui === undefined ? {} : { TIREK_TEMPORAL_UI: ui }),
      ...own,
      ...(await keysEnv(dataDir, own)),
      TZ: 'UTC', // the time zone of a worker leaks into its workflows
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      PORT: String(apiPort),
      PORT_SIMULATORS: String(simulatorsPort),
      SMTP_PORT: String(smtpPort),
      TIREK_WORKFLOW_BUNDLE: bundle,
      TIREK_API_URL: api,
      TIREK_AGENCIES_FILE: file,
      TIREK_DATA_DIR: dataDir,
      ...(provider === undefined ? {} : { ...(await parts.providerClient(dataDir, provider)), PORT_PROVIDER: new URL(provider).port }),
      TIREK_SIGNING_KEYS: signingKeys.all,
      TIREK_ANCHOR_DIR: join(dataDir, 'anchors'),
    };
    return { env, databases: postgres.urls, agencies, simulators, provider, api, metricsPorts: { worker, relay, api: apiMetrics }, signingKeys };
  }

  async #prepareDatabase(postgres: RunningPostgres, plan: Plan): Promise<void> {
    const { report, parts } = this.#options;
    report('Bringing the database up to date');
    try {
      const told = await parts.prepareDatabase(postgres, plan.agencies, plan.env);
      if (told !== undefined) report(told);
    } catch (error) {
      if (error instanceof StartFailure) throw error;
      this.#log(error);
      throw new StartFailure(
        `The database could not be brought up to date (${reasonOf(error)}): see ${this.#logFile()}, and if the data folder is from a newer version of this project, use that version.`,
      );
    }
    this.#refuseWhenStopping();
  }

  async #startProcesses({ env, databases, provider, metricsPorts, signingKeys }: Plan): Promise<void> {
    const names = PROCESSES.filter((name) => name !== 'provider' || provider !== undefined);
    this.#options.report(`Starting ${names.join(', ')}`);
    const ports: Readonly<Partial<Record<ProcessName, number>>> = metricsPorts;
    const keys: Readonly<Partial<Record<ProcessName, string>>> = signingKeys.own;
    const ofProcess = (name: ProcessName): NodeJS.ProcessEnv => ({
      ...env,
      TIREK_METRICS_PORT: String(ports[name] ?? 0),
      ...databaseOf(name, databases),
      ...(keys[name] === undefined ? {} : { TIREK_SIGNING_KEY_FILE: keys[name] }),
    });
    await Promise.all(names.map((name) => this.#startProcess(name, ofProcess(name))));
    this.#refuseWhenStopping();
  }

  async #startProcess(name: ProcessName, env: NodeJS.ProcessEnv, again?: (how: string) => void): Promise<void> {
    const { dataDir, parts } = this.#options;
    const child = await startChild({ name, entry: parts.entries[name], dataDir, env, stopWithinMs: DRAIN_MS[name] });
    this.#children.set(name, child);
    const onEnd: (how: string) => void = again ?? this.#keep(`The ${name}`, (): Promise<void> => this.#startProcess(name, env, onEnd));
    void child.end.then((how) => {
      if (!child.stopping() && this.#ready) onEnd(how);
    });
  }

  /** Until the stack is ready an early end is a failure to tell, afterwards one to mend. */
  #ready = false;

  #keep(name: string, startAgain: () => Promise<void> | undefined): (how: string) => void {
    return keepRunning({
      name,
      report: this.#options.report,
      startAgain: async () => startAgain(),
      stopping: () => this.isStopping(),
      giveUp: this.#options.giveUp,
    });
  }

  async #waitUntilReady(url: string): Promise<void> {
    this.#options.report('Waiting until everything is ready');
    let last = 'no answer';
    const attempt = async (): Promise<true | undefined> => {
      this.#refuseWhenStopping();
      this.#refuseEarlyEnd();
      const answer = await probe(url);
      last = answer ?? last;
      return answer === 'ready' ? true : undefined;
    };
    const ready = await withProgress(this.#options.report, 'Still waiting', until(attempt, READY_WITHIN_MS, 250));
    if (!ready) {
      throw new StartFailure(
        `The stack did not get ready within ${READY_WITHIN_MS / 1000} s; ${url} says: ${last}. The logs are in ${join(this.#options.dataDir, 'logs')}.`,
      );
    }
    this.#ready = true;
    this.#refuseEarlyEnd();
  }

  #refuseEarlyEnd(): void {
    for (const child of this.#children.values()) {
      const how = child.ended();
      if (how === undefined) continue;
      throw new StartFailure(`The ${child.name} ended while starting (${how}): ${child.logTail() || 'it wrote nothing'}. See ${child.logFile}.`);
    }
  }

  #refuseWhenStopping(): void {
    if (this.isStopping()) throw new StartFailure('The start was interrupted.');
  }

  #endpoints({ api, simulators, provider, metricsPorts }: Plan, temporal: RunningTemporal, postgres: RunningPostgres): Endpoints {
    const { parts, env } = this.#options;
    const { url: door } = this.#door ?? {};
    const ours = door === undefined ? undefined : door + parts.uiPage(temporal.namespace).path;
    const foreign = env.TIREK_TEMPORAL_UI ? parts.runningCases(env.TIREK_TEMPORAL_UI, temporal.namespace) : null;
    return {
      api,
      openapi: api + parts.paths.openapi,
      console: api + parts.paths.console,
      temporal: temporal.address,
      temporalUi: ours ?? foreign,
      databases: postgres.urls,
      postgresOwner: postgres.ownerUrl,
      provider: provider ?? null,
      simulators,
      metrics: { worker: metricsUrl(metricsPorts.worker), relay: metricsUrl(metricsPorts.relay), api: metricsUrl(metricsPorts.api) },
    };
  }

  async #takeDown(): Promise<void> {
    const { report } = this.#options;
    this.#lock?.stopping();
    const worker = this.#children.get('worker');
    if (worker && worker.ended() === undefined) {
      report('Draining the worker');
      await worker.stop();
    }
    await this.#stopProcesses();
    if (this.#temporal?.pid !== undefined || this.#postgres?.pid !== undefined) report('Stopping Temporal and Postgres');
    await Promise.all([this.#door?.stop(), this.#temporal?.stop(), this.#postgres?.stop()]);
    this.#lock?.release();
  }

  async #stopProcesses(): Promise<void> {
    await Promise.all([...this.#children.values()].map((child) => child.stop()));
  }

  #logFile(): string {
    return join(this.#options.dataDir, 'logs', 'start.log');
  }

  #log(error: unknown): void {
    noteError(this.#options.dataDir, error);
  }
}

function metricsUrl(port: number): string {
  return `http://127.0.0.1:${port}/metrics`;
}

function portFrom(text: string | undefined): number {
  const port = text ? Number(text) : 3000;
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StartFailure(`PORT is "${text}", which is no port: set a number from 1 to 65535, or unset it.`);
}

/** Keeps the stack trace that the console does not show. */
export function noteError(dataDir: string, error: unknown): string {
  const file = join(dataDir, 'logs', 'start.log');
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  appendFileSync(file, `${new Date().toISOString()} ${text}\n`);
  return file;
}

/** The port of a former address, as a wish for the next start. */
function portIn(url: string | undefined): number | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return Number(new URL(url).port) || undefined;
}
