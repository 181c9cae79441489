/**
 * The whole stack for a measurement: servers and a database of its own, and the real worker, relay,
 * API and simulators as processes of their own, on free ports and a temporary data folder.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { createPool, type Pool } from '../../db/pool.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { createCenterApi, type CenterApi } from '../demo/center-api.js';
import { CaseTimes } from '../demo/case-times.js';
import { skipsTime } from '../demo/fast-forward.js';
import { TOKENS } from '../demo/walk.js';
import type { Endpoints } from '../stack/endpoints.js';
import { reasonOf } from '../../process/failure.js';
import { obtainPostgres, type RunningPostgres } from '../stack/postgres.js';
import { Stack } from '../stack/stack.js';
import { obtainTemporalServer } from '../stack/temporal-server.js';
import { TIREK_PARTS } from '../stack/tirek-parts.js';
import { InboxWatch } from './inbox-watch.js';
import type { ServerUrls } from './own-database.js';
import { makeNamespace } from './own-namespace.js';
import { ReportSender } from './report-sender.js';
import { WIDE_BOUNDS_ENV } from './wide-bounds.js';

/** What is enough for reads: Postgres alone. */
export interface BenchPostgres {
  postgresVersion: string;
  database: ServerUrls;
}

export interface BenchStack extends BenchPostgres {
  /** One sentence: which Temporal server is measured. */
  temporal: string;
  serverVersion: string;
  /** Whether cases can be lived through months: a development server's gift. */
  skipsTime: boolean;
  endpoints: Endpoints;
  namespace: string;
  client: Client;
  api: CenterApi;
  inbox: InboxWatch;
  /** The time of cases as the ledger has it. */
  times: CaseTimes;
  /** Signs and sends as the agencies do, up to fifty at once. */
  reports: ReportSender;
  secrets: ReadonlyMap<string, string>;
  simulators: SimulatorsClient;
}

export const SENDERS = 50;

export interface BenchHouseOptions {
  env: NodeJS.ProcessEnv;
  /** Address of a running Temporal server to measure; absent: one is started as `npm start` does. */
  temporalAddress?: string;
  report: (line: string) => void;
  /** Called with one sentence when the stack broke under the measurement. */
  giveUp: (sentence: string) => void;
}

interface ChosenTemporal {
  address: string;
  namespace: string;
  origin: string;
}

/** What was opened, in that order; closed in the other. */
export class BenchHouse {
  private readonly options: BenchHouseOptions;
  private readonly leave: (() => Promise<void>)[] = [];
  private stack: Stack | undefined;
  private opening: Promise<BenchPostgres> | undefined;
  private closed: Promise<void> | undefined;

  constructor(options: BenchHouseOptions) {
    this.options = options;
  }

  /**
   * Brings everything up and waits until it is ready.
   * @throws StartFailure with a remedy; call `close` afterwards to take down what came up
   */
  open(): Promise<BenchStack> {
    const opening = this.bringUp();
    this.opening = opening;
    return opening;
  }

  /** Postgres alone, for parts that need no more; otherwise like `open`. */
  openPostgresAlone(): Promise<BenchPostgres> {
    const opening = this.bringUpPostgres();
    this.opening = opening;
    return opening;
  }

  private async bringUpPostgres(): Promise<BenchPostgres> {
    const postgres = await this.openPostgres(await this.makeDir(), withoutServers(this.options.env));
    const pool = createPool(postgres.ownerUrl, { applicationName: 'tirek-bench', max: 1 });
    this.leave.push(() => pool.end());
    return { postgresVersion: await versionOf(pool), database: postgres };
  }

  private async makeDir(): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'tirek-bench-'));
    this.leave.push(() => rm(dir, { recursive: true, force: true }));
    return dir;
  }

  private async bringUp(): Promise<BenchStack> {
    const dir = await this.makeDir();
    const env = withoutServers(this.options.env);
    const [temporal, postgres] = await Promise.allSettled([this.openTemporal(dir, env), this.openPostgres(dir, env)]);
    if (temporal.status === 'rejected') throw temporal.reason;
    if (postgres.status === 'rejected') throw postgres.reason;
    if (this.closed !== undefined) throw new Error('the measurement was interrupted');
    const dataDir = join(dir, 'stack');
    const endpoints = await this.openStack(dataDir, env, temporal.value, postgres.value);
    return this.equip(dataDir, temporal.value, postgres.value, endpoints);
  }

  /** Takes everything down; safe at any moment and more than once. */
  close(): Promise<void> {
    this.closed ??= this.takeDown();
    return this.closed;
  }

  /** Ends our processes at once; the servers end themselves when this process is gone. */
  kill(): void {
    this.stack?.kill();
  }

  private async takeDown(): Promise<void> {
    // A start that is under way ends by it; what goes wrong is told when its turn comes below.
    await this.stack?.stop().catch(() => undefined);
    await this.opening?.catch(() => undefined);
    for (let step = this.leave.pop(); step !== undefined; step = this.leave.pop()) {
      await step().catch((error: unknown) => this.options.report(`Left behind: ${reasonOf(error)}`));
    }
  }

  private async openTemporal(dir: string, env: NodeJS.ProcessEnv): Promise<ChosenTemporal> {
    const { temporalAddress: address, report } = this.options;
    if (address === undefined) return this.startTemporal(dir, env);
    const namespace = await makeNamespace(address);
    this.leave.push(async () => {
      const told = await namespace.remove();
      if (told !== undefined) report(told);
    });
    return { address, namespace: namespace.name, origin: `the running server at ${address} (TEMPORAL_ADDRESS)` };
  }

  /** On a file, as `npm start` runs it: a server in memory is quicker and keeps nothing. */
  private async startTemporal(dir: string, env: NodeJS.ProcessEnv): Promise<ChosenTemporal> {
    const own = join(dir, 'temporal');
    await mkdir(own, { recursive: true });
    const server = await obtainTemporalServer({
      dataDir: own,
      env,
      report: this.options.report,
      headless: true,
      dbFilename: join(own, 'temporal.db'),
      searchAttributes: SEARCH_ATTRIBUTES,
      onUnexpectedEnd: (how) => this.options.giveUp(`The Temporal server ended under the measurement (${how}).`),
    });
    this.leave.push(() => server.stop());
    return { address: server.address, namespace: server.namespace, origin: 'a development server of its own, on a file' };
  }

  private async openPostgres(dir: string, env: NodeJS.ProcessEnv): Promise<RunningPostgres> {
    const postgres = await obtainPostgres({
      dataDir: join(dir, 'postgres'),
      env,
      report: this.options.report,
      forTests: true,
      onUnexpectedEnd: (how) => this.options.giveUp(`Postgres ended under the measurement (${how}).`),
    });
    this.leave.push(async () => {
      await postgres.stop();
      // It may lie outside of the data folder, where its user can enter.
      if (postgres.place !== undefined) await rm(postgres.place, { recursive: true, force: true });
    });
    return postgres;
  }

  private async openStack(dataDir: string, env: NodeJS.ProcessEnv, temporal: ChosenTemporal, postgres: RunningPostgres): Promise<Endpoints> {
    const { report, giveUp } = this.options;
    const given = {
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      DATABASE_OWNER_URL: postgres.ownerUrl,
      DATABASE_API_URL: postgres.urls.api,
      DATABASE_CLOCK_URL: postgres.urls.clock,
      DATABASE_WORK_URL: postgres.urls.work,
      DATABASE_AUDITOR_URL: postgres.urls.auditor,
      PORT: '0',
      // What is measured is the engine; a bench outlives every token of a provider.
      TIREK_DEVELOPMENT_TOKENS: '1',
    };
    const stack = new Stack({ dataDir, env: { ...env, ...given }, parts: TIREK_PARTS, report, giveUp });
    this.stack = stack;
    this.leave.push(() => stack.stop());
    return (await stack.start()).endpoints;
  }

  /** The means to drive and to watch the stack. */
  private async equip(dataDir: string, temporal: ChosenTemporal, database: RunningPostgres, endpoints: Endpoints): Promise<BenchStack> {
    const connection = await Connection.connect({ address: temporal.address });
    this.leave.push(() => connection.close());
    const pool = createPool(endpoints.postgresOwner, { applicationName: 'tirek-bench', max: 2 });
    this.leave.push(() => pool.end());
    const secrets = await secretsIn(dataDir);
    const reports = new ReportSender(endpoints.api, secrets, SENDERS);
    this.leave.push(() => reports.close());
    const client = new Client({ connection, namespace: temporal.namespace });
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    return {
      temporal: `${temporal.origin}, version ${serverVersion}`,
      serverVersion,
      postgresVersion: await versionOf(pool),
      database,
      skipsTime: await skipsTime(client),
      endpoints,
      namespace: temporal.namespace,
      client,
      api: createCenterApi(endpoints.api, TOKENS.head),
      inbox: new InboxWatch(pool),
      times: new CaseTimes(pool),
      reports,
      secrets,
      simulators: createSimulatorsClient(endpoints.simulators),
    };
  }
}

/** A measurement must never run on a database or a configuration that somebody uses. */
function withoutServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const ours = /^(TEMPORAL_|DATABASE_|SMTP_|PORT$|PORT_|LOG_LEVEL$|TIREK_(?!TEMPORAL_CLI$|CACHE_DIR$))/;
  return { ...Object.fromEntries(Object.entries(env).filter(([name]) => !ours.test(name))), ...WIDE_BOUNDS_ENV };
}

async function secretsIn(dataDir: string): Promise<ReadonlyMap<string, string>> {
  const agencies = JSON.parse(await readFile(join(dataDir, 'agencies.json'), 'utf8')) as { code: string; secret: string }[];
  return new Map(agencies.map(({ code, secret }) => [code, secret]));
}

async function versionOf(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ version: string }>(`select current_setting('server_version') as version`);
  return rows[0]?.version ?? 'unknown';
}
