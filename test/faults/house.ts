/**
 * The whole house as it runs in earnest: a Temporal server on a file, a Postgres, and worker, relay
 * and API as processes of their own, so that each of them can be killed and nobody else is disturbed.
 * Only the outside world, whose memory the tests read, lives in the test's own process.
 */
import { keepSigningKeys, signingKeyFiles } from '../../tools/stack/signing-keys.js';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { isStorageUnavailable } from '../../office/storage-faults.js';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { migrate } from '../../db/migrate.js';
import { createPool, type Pool } from '../../db/pool.js';
import { seedDevelopment, seedLaw } from '../../db/seed.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { WIDE_BOUNDS_ENV } from '../../tools/bench/wide-bounds.js';
import { startChild, type Child } from '../../tools/stack/child.js';
import { isAlive } from '../../tools/stack/process-liveness.js';
import { startTestServers, type TestServers } from '../../tools/stack/test-stack.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators, type RunningSimulators } from '../../simulators/start.js';
import type { RelayTimes } from '../../work/relay.js';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { putPlainCalendarInForce } from '../stack/plain-law.js';
import { QUICK } from './relay-times.js';
import { TEST_KEYS_FILE, TEST_VAULT, TEST_VIOLENCE_KEYS_FILE } from '../stack/keys.js';

export type ProcessName = 'worker' | 'relay' | 'api';
export type ServerName = 'temporal' | 'postgres';

/** Bounds, not expectations: the machine may be busy with other things. */
export const PATIENCE_MS = 120_000;
export const HOUSE_WITHIN_MS = 180_000;
export const FAULT_WITHIN_MS = 300_000;

/** What every process writes when it has begun its work. */
const BEGUN: Readonly<Record<ProcessName, string>> = {
  worker: 'worker is running',
  relay: 'the relay is working',
  api: 'api is listening',
};

const ENTRY: Readonly<Record<ProcessName, string>> = { worker: '../../worker.ts', relay: './quick-relay.ts', api: '../../api.ts' };

export interface HouseOptions {
  /** Default: `QUICK`. An empty one leaves the relay the times that it has in earnest. */
  relayTimes?: Partial<RelayTimes>;
}

const TEMPORAL_FILE = 'temporal.db';

interface Agency {
  code: string;
  secret: string;
}

interface Foundations {
  dir: string;
  servers: TestServers;
  simulators: RunningSimulators;
  agencies: readonly Agency[];
  centerWebhookSecret: string;
  relayTimes: Partial<RelayTimes>;
}

/** Starts the servers, the database and the outside world; none of our processes runs yet. */
export async function openHouse({ relayTimes = QUICK }: HouseOptions = {}): Promise<House> {
  const dir = await mkdtemp(join(tmpdir(), 'tirek-faults-'));
  const agencies = SECTORS.map(({ code }) => ({ code, secret: secret() }));
  const centerWebhookSecret = secret();
  const simulators = await startSimulators({ agencies, centerWebhookSecret, firstPauseMs: 50, longestPauseMs: 500 });
  let servers: TestServers | undefined;
  try {
    servers = await startTestServers(dir, { dbFilename: join(dir, TEMPORAL_FILE), searchAttributes: SEARCH_ATTRIBUTES });
    const house = new House({ dir, servers, simulators, agencies, centerWebhookSecret, relayTimes });
    await house.furnish();
    return house;
  } catch (error) {
    await Promise.allSettled([simulators.stop(), servers?.stop()]);
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

function secret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

export class House {
  readonly pool: Pool;
  readonly client: Client;
  readonly outside: SimulatorsClient;
  readonly servers: TestServers;
  /** Address of the API as it is now; another one after each of its starts. */
  apiUrl = '';
  /** Logs, passwords and files of this house. */
  readonly dir: string;
  private readonly connection: Connection;
  private readonly simulators: RunningSimulators;
  private readonly agencies: readonly Agency[];
  /** What every process of the house is started with. */
  readonly env: NodeJS.ProcessEnv;
  private readonly children = new Map<ProcessName, Child>();

  constructor({ dir, servers, simulators, agencies, centerWebhookSecret, relayTimes }: Foundations) {
    this.dir = dir;
    this.servers = servers;
    this.simulators = simulators;
    this.agencies = agencies;
    this.outside = createSimulatorsClient(simulators.url);
    this.pool = createPool(servers.appUrl, { vault: TEST_VAULT, applicationName: 'tirek-test' });
    this.connection = Connection.lazy({ address: servers.temporalAddress });
    this.client = new Client({ connection: this.connection, namespace: servers.namespace });
    const { PATH, HOME, TMPDIR } = process.env;
    this.env = {
      PATH,
      HOME,
      TMPDIR,
      TZ: 'UTC',
      LOG_LEVEL: 'info',
      DATABASE_URL: servers.appUrl,
      TIREK_KEYS_FILE: TEST_KEYS_FILE,
      TIREK_VIOLENCE_KEYS_FILE: TEST_VIOLENCE_KEYS_FILE,
      TEMPORAL_ADDRESS: servers.temporalAddress,
      TEMPORAL_NAMESPACE: servers.namespace,
      TIREK_WORKFLOW_BUNDLE: injectedGround().workflowBundle,
      TIREK_CENTER_WEBHOOK_URL: `${simulators.url}/center/webhooks`,
      TIREK_CENTER_WEBHOOK_SECRET: centerWebhookSecret,
      TIREK_NCANODE_URL: `${simulators.url}/ncanode`,
      SMTP_URL: simulators.smtpUrl,
      TIREK_DIGEST_SECONDS: '0.2',
      TIREK_TEST_RELAY_TIMES: JSON.stringify(relayTimes),
      PORT: '0',
      TIREK_AGENCY_LOOPBACK: 'development',
      ...WIDE_BOUNDS_ENV,
      TIREK_DEVELOPMENT_TOKENS: '1',
    };
  }

  /** Tables, law and agencies. */
  async furnish(): Promise<void> {
    const { ownerUrl, appRole } = this.servers;
    await keepSigningKeys(this.dir);
    await migrate(ownerUrl, appRole);
    const owner = createPool(ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-seed', max: 1 });
    try {
      await seedLaw(owner);
      await putPlainCalendarInForce(owner);
      const endpoints = this.agencies.map(({ code, secret }) => ({ code, secret, endpointUrl: this.simulators.agencyUrl(code) }));
      await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies: endpoints });
    } finally {
      await owner.end();
    }
  }

  /** Rows of a query; asked again while Postgres is away. */
  async rows<T extends object>(sql: string, values: readonly unknown[] = []): Promise<T[]> {
    return eventually(
      async () => {
        try {
          return (await this.pool.query<T>(sql, [...values])).rows;
        } catch (error) {
          if (isStorageUnavailable(error)) return undefined;
          throw error;
        }
      },
      'Postgres answers',
      PATIENCE_MS,
    );
  }

  secretOf(agency: string): string {
    const known = this.agencies.find(({ code }) => code === agency);
    if (known === undefined) throw new Error(`there is no agency ${agency}`);
    return known.secret;
  }

  /** Starts processes and waits until each says that it works. */
  async start(...names: readonly ProcessName[]): Promise<void> {
    await Promise.all(names.map((name) => this.startOne(name)));
  }

  /** With the key by which that process signs. */
  envOf(name: ProcessName): NodeJS.ProcessEnv {
    const { own, all } = signingKeyFiles(this.dir);
    return { ...this.env, TIREK_SIGNING_KEY_FILE: own[name], TIREK_SIGNING_KEYS: all };
  }

  private async startOne(name: ProcessName): Promise<void> {
    const entry = fileURLToPath(new URL(ENTRY[name], import.meta.url));
    const child = await startChild({ name, entry, dataDir: this.dir, env: this.envOf(name), stopWithinMs: 20_000 });
    this.children.set(name, child);
    const begun = await eventually(() => this.firstWord(child), `the ${name} has begun`, PATIENCE_MS);
    if (name !== 'api') return;
    this.apiUrl = String(begun['url']);
    await this.outside.setApi(this.apiUrl);
  }

  /** The line by which a process says that it works; throws when it has ended instead. */
  private async firstWord(child: Child): Promise<Record<string, unknown> | undefined> {
    const how = child.ended();
    if (how !== undefined) throw new Error(`the ${child.name} ended at its start (${how}): ${child.logTail()}`);
    const log = await readFile(child.logFile, 'utf8');
    const sinceStart = log.slice(log.lastIndexOf(`--- ${child.name} started`));
    const line = sinceStart.split('\n').find((words) => words.includes(`"msg":"${BEGUN[child.name as ProcessName]}"`));
    return line === undefined ? undefined : (JSON.parse(line) as Record<string, unknown>);
  }

  /** kill -9; returns when the process is gone. */
  async kill(name: ProcessName): Promise<void> {
    const child = this.child(name);
    child.kill();
    const how = await child.end;
    if (how !== 'SIGKILL') throw new Error(`the ${name} was not killed but had ended: ${how}: ${child.logTail()}`);
    this.children.delete(name);
  }

  /** kill -9 of a server; returns when it is gone. Its children, if any, may need a moment more. */
  async killServer(name: ServerName): Promise<void> {
    const { pid } = this.servers[name];
    if (pid === undefined) throw new Error(`the ${name} of this test has no process`);
    process.kill(pid, 'SIGKILL');
    await eventually(async () => (isAlive(pid) ? undefined : true), `${name} is gone`, PATIENCE_MS);
  }

  /** Starts a killed server again, on the same port and the same files. */
  async restartServer(name: ServerName): Promise<void> {
    await this.servers[name].restart();
  }

  /** Temporal's data is gone: the killed server starts again on its address and knows nothing. */
  async startEmptyTemporal(): Promise<void> {
    const file = join(this.dir, TEMPORAL_FILE);
    for (const end of ['', '-wal', '-shm', '-journal']) await rm(file + end, { force: true });
    await this.restartServer('temporal');
  }

  private child(name: ProcessName): Child {
    const child = this.children.get(name);
    if (child === undefined) throw new Error(`the ${name} does not run`);
    return child;
  }

  /** Processes that ended without being asked. */
  fallen(): string[] {
    return [...this.children.values()].flatMap((child) => {
      const how = child.ended();
      return how === undefined ? [] : [`${child.name} ended (${how}): ${child.logTail()}`];
    });
  }

  /** Ends everything, whatever has happened before; what a fault left half-open is not waited for. */
  async close(): Promise<void> {
    const children = [...this.children.values()];
    for (const child of children) child.kill();
    await Promise.all(children.map((child) => child.end));
    await Promise.allSettled([this.connection.close(), this.pool.end(), this.simulators.stop()]);
    await this.servers.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}
