import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { Client } from 'pg';

import { writeFileAtomically } from './atomic-file.js';
import { StartFailure, reasonOf } from '../../process/failure.js';
import { portOrFree } from './free-port.js';
import { binariesFor } from './postgres-binaries.js';
import { asSuperuser, clearOrphan, clusterExists, createCluster, startCluster, type ClusterOptions } from './postgres-cluster.js';
import { clusterPlace, openShelf } from './postgres-place.js';
import type { ServerProcess } from './server-process.js';
import { unprivilegedUser, type RunAs } from './unprivileged-user.js';

export interface PostgresOptions {
  /** Holds passwords, the log, and normally the data. */
  dataDir: string;
  /** Read for DATABASE_URL and DATABASE_OWNER_URL. */
  env: NodeJS.ProcessEnv;
  /** Takes lines of progress for the console. */
  report: (line: string) => void;
  /** Wanted port; a taken one moves to a free one. */
  port?: number | undefined;
  /**
   * For tests: the data may lie among temporary files, and the owner role may make databases, so
   * that each test file has one of its own (`CREATE DATABASE a TEMPLATE tirek`). Default false.
   */
  forTests?: boolean;
  /** Called when a server that we started ends without being asked, with how it ended. */
  onUnexpectedEnd?: (how: string) => void;
}

export interface RunningPostgres {
  /** URL of the role that owns every table; for migrations only. */
  readonly ownerUrl: string;
  /** URL of the role that the product uses; it owns nothing. */
  readonly appUrl: string;
  /** Name of that role, which migrations grant rights to. */
  readonly appRole: string;
  /** One sentence for the console: which server was taken. */
  readonly origin: string;
  /** Folder of the data, when it was started here. */
  readonly place?: string;
  /** Process id of the postmaster, when it was started here. */
  readonly pid?: number | undefined;
  /** Starts it again on the same port after it ended; an error for a server not started here. */
  restart(): Promise<void>;
  /** Ends a server started here; leaves a foreign one alone. */
  stop(): Promise<void>;
}

const DATABASE = 'tirek';
const OWNER = 'tirek_owner';
const APP = 'tirek_app';

interface Passwords {
  superuser: string;
  owner: string;
  app: string;
}

/**
 * Gives a Postgres with the database, its owner role and the product's role: the one named by
 * DATABASE_URL, else an embedded one started here.
 *
 * @throws StartFailure with a remedy
 */
export async function obtainPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { DATABASE_URL: appUrl, DATABASE_OWNER_URL: ownerUrl } = options.env;
  if (appUrl) return useRunningServer(appUrl, ownerUrl);
  if (ownerUrl) {
    throw new StartFailure(
      'DATABASE_OWNER_URL is set without DATABASE_URL: set both (the role that owns the tables, and the role that works with them), or neither.',
    );
  }
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const as = await unprivilegedUser(options.report);
  const lasting = options.forTests !== true;
  const place = await clusterPlace(dataDir, as, lasting, options.report);
  const binaries = await binariesFor(as, () => shelfFor(as, lasting), options.report);
  const passwords = await passwordsOf(dataDir, clusterExists(place));
  await clearOrphan(place, options.report);
  const cluster: ClusterOptions = {
    binaries,
    place,
    as,
    port: await portOrFree(options.port),
    logFile: join(dataDir, 'logs', 'postgres.log'),
    superuserPassword: passwords.superuser,
    report: options.report,
  };
  if (!clusterExists(place)) await createCluster(cluster);
  const embedded = new EmbeddedPostgres(cluster, passwords, options);
  await embedded.start();
  return embedded.asRunning();
}

function shelfFor(as: RunAs | undefined, lasting: boolean): Promise<string> {
  if (as === undefined) throw new Error('a shelf is needed only when Postgres runs as another user');
  return openShelf(as, lasting);
}

async function useRunningServer(appUrl: string, ownerUrl: string | undefined): Promise<RunningPostgres> {
  if (!ownerUrl) {
    throw new StartFailure(
      'DATABASE_URL is set without DATABASE_OWNER_URL: migrations need the role that owns the tables, so set that too, or unset both to have a Postgres started here.',
    );
  }
  const app = await aboutConnection('DATABASE_URL', appUrl);
  const owner = await aboutConnection('DATABASE_OWNER_URL', ownerUrl);
  if (app.role === owner.role) {
    throw new StartFailure(
      `DATABASE_URL and DATABASE_OWNER_URL both log in as ${app.role}: the product must work with a role that owns no table, so that nobody can rewrite the ledger. Make a second role and use it in DATABASE_URL.`,
    );
  }
  return {
    appUrl,
    ownerUrl,
    appRole: app.role,
    origin: `Postgres: the running server ${app.version} (DATABASE_URL), as role ${app.role}.`,
    restart: () => Promise.reject(new Error('the Postgres of DATABASE_URL was not started here')),
    stop: () => Promise.resolve(),
  };
}

async function aboutConnection(variable: string, url: string): Promise<{ role: string; version: string }> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => {}); // the query below fails with the same reason
  try {
    await client.connect();
    const { rows } = await client.query<{ role: string; version: string }>("SELECT current_user AS role, current_setting('server_version') AS version");
    const [row] = rows;
    if (row === undefined) throw new Error('it gave no answer');
    return row;
  } catch (error) {
    throw new StartFailure(
      `${variable} names a database that does not answer (${reasonOf(error)}): start it, correct the URL, or unset DATABASE_URL and DATABASE_OWNER_URL to have a Postgres started here.`,
    );
  } finally {
    await client.end().catch(() => {}); // the outcome is decided already
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url');
}

/** Random passwords, written before the cluster is made, so that no start can lose them. */
async function passwordsOf(dataDir: string, clusterIsThere: boolean): Promise<Passwords> {
  const file = join(dataDir, 'postgres-passwords.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new StartFailure(`The database passwords in ${file} cannot be read (${error.message}): start as the user who made the data folder.`);
  });
  if (text !== undefined) return JSON.parse(text) as Passwords;
  if (clusterIsThere) {
    throw new StartFailure(
      `The data folder ${dataDir} holds a database but not its passwords (${file}): bring the file back, or remove the folder to begin without its cases.`,
    );
  }
  const fresh: Passwords = { superuser: secret(), owner: secret(), app: secret() };
  await writeFileAtomically(file, `${JSON.stringify(fresh, null, 2)}\n`, 0o600);
  return fresh;
}

/** The embedded server: its start, its roles and its end. */
class EmbeddedPostgres {
  readonly #cluster: ClusterOptions;
  readonly #passwords: Passwords;
  readonly #options: PostgresOptions;
  #server: ServerProcess | undefined;
  #stopping = false;

  constructor(cluster: ClusterOptions, passwords: Passwords, options: PostgresOptions) {
    this.#cluster = cluster;
    this.#passwords = passwords;
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#stopping = false;
    const server = await startCluster(this.#cluster);
    this.#server = server;
    try {
      await ensureRolesAndDatabase(this.#cluster, this.#passwords);
      if (this.#options.forTests) await letOwnerMakeDatabases(this.#cluster);
    } catch (error) {
      await this.stop();
      throw error;
    }
    void server.end.then((how) => {
      if (!this.#stopping) this.#options.onUnexpectedEnd?.(how);
    });
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#server?.stop();
  }

  async restart(): Promise<void> {
    await clearOrphan(this.#cluster.place, this.#cluster.report);
    await this.start();
  }

  asRunning(): RunningPostgres {
    const { port, place } = this.#cluster;
    const url = (role: string, password: string): string => `postgresql://${role}:${password}@127.0.0.1:${port}/${DATABASE}`;
    const running: RunningPostgres = {
      ownerUrl: url(OWNER, this.#passwords.owner),
      appUrl: url(APP, this.#passwords.app),
      appRole: APP,
      origin: `Postgres: embedded, started here on 127.0.0.1:${port} with its data in ${place}.`,
      place,
      restart: () => this.restart(),
      stop: () => this.stop(),
    };
    Object.defineProperty(running, 'pid', { get: () => this.#server?.pid, enumerable: true });
    return running;
  }
}

/** Makes roles and database if they are missing; a start killed half-way is completed by the next. */
async function ensureRolesAndDatabase(cluster: ClusterOptions, passwords: Passwords): Promise<void> {
  await asSuperuser(cluster, 'postgres', async (client) => {
    for (const [role, password] of [
      [OWNER, passwords.owner],
      [APP, passwords.app],
    ] as const) {
      await ensureRole(client, role, password);
    }
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
    await client.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
    await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${DATABASE} TO ${APP}`);
  });
}

async function letOwnerMakeDatabases(cluster: ClusterOptions): Promise<void> {
  await asSuperuser(cluster, 'postgres', (client) => client.query(`ALTER ROLE ${OWNER} CREATEDB`));
}

async function ensureRole(client: Client, role: string, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount !== 0) return;
  await client.query(`CREATE ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
}
