import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { Client } from 'pg';

import { writeFileAtomically } from './atomic-file.js';
import { LOGINS, roleName, type DatabaseLogin } from '../../db/roles.js';
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
  /** Read for DATABASE_OWNER_URL and the URLs of the processes' roles. */
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
  /** URL of each process's role, and of the auditor's; they own nothing. */
  readonly urls: DatabaseUrls;
  /** For tests alone: URL of a role that may do what all processes may. */
  readonly handUrl?: string;
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
/** What tests do by hand, in the place of several processes, they do as this one. */
const HAND = 'tirek_hand';

type Passwords = Readonly<Record<'superuser' | 'owner' | DatabaseLogin, string>>;

export type DatabaseUrls = Readonly<Record<DatabaseLogin, string>>;

/** Where a given server's URLs stand. */
export const URL_VARIABLES: Readonly<Record<'owner' | DatabaseLogin, string>> = {
  owner: 'DATABASE_OWNER_URL',
  api: 'DATABASE_API_URL',
  clock: 'DATABASE_CLOCK_URL',
  work: 'DATABASE_WORK_URL',
  auditor: 'DATABASE_AUDITOR_URL',
};

/**
 * Gives a Postgres with the database, its owner role and the roles of the processes: the one named by
 * DATABASE_OWNER_URL and its like, else an embedded one started here.
 *
 * @throws StartFailure with a remedy
 */
export async function obtainPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const given = givenUrls(options.env);
  if (given !== undefined) return useRunningServer(given);
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

/** All of them or none: with fewer a process would have to log in as another one. */
function givenUrls(env: NodeJS.ProcessEnv): Record<'owner' | DatabaseLogin, string> | undefined {
  const entries = Object.entries(URL_VARIABLES).map(([who, variable]) => [who, env[variable], variable] as const);
  const absent = entries.filter(([, url]) => !url).map(([, , variable]) => variable);
  if (absent.length < entries.length && absent.length > 0) {
    throw new StartFailure(
      `A Postgres of your own needs the owner's URL and one for each process, and ${absent.join(', ')} is not set: set ${Object.values(URL_VARIABLES).join(', ')}, or unset them all to have a Postgres started here.`,
    );
  }
  if (absent.length > 0 && env.DATABASE_URL) {
    throw new StartFailure(
      `DATABASE_URL is of one process, and this starts all of them: set ${Object.values(URL_VARIABLES).join(', ')}, or unset it to have a Postgres started here.`,
    );
  }
  return absent.length > 0 ? undefined : (Object.fromEntries(entries.map(([who, url]) => [who, url])) as Record<'owner' | DatabaseLogin, string>);
}

async function useRunningServer({ owner: ownerUrl, ...urls }: Record<'owner' | DatabaseLogin, string>): Promise<RunningPostgres> {
  const owner = await aboutConnection(URL_VARIABLES.owner, ownerUrl);
  for (const login of LOGINS) {
    const { role } = await aboutConnection(URL_VARIABLES[login], urls[login]);
    if (role !== owner.role) continue;
    throw new StartFailure(
      `${URL_VARIABLES[login]} and DATABASE_OWNER_URL both log in as ${role}: a process must work with a role that owns no table, so that nobody can rewrite the ledger. Make the roles as deploy/postgres-roles.sh does.`,
    );
  }
  return {
    urls,
    ownerUrl,
    origin: `Postgres: the running server ${owner.version} (DATABASE_OWNER_URL), each process as a role of its own.`,
    restart: () => Promise.reject(new Error('the Postgres of DATABASE_OWNER_URL was not started here')),
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
      `${variable} names a database that does not answer (${reasonOf(error)}): start it, correct the URL, or unset it and its like to have a Postgres started here.`,
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
  if (text !== undefined) {
    const known = JSON.parse(text) as Partial<Passwords>;
    // A folder of an older release: its roles are made at this start.
    return keptPasswords(file, { ...freshPasswords(), ...known });
  }
  if (clusterIsThere) {
    throw new StartFailure(
      `The data folder ${dataDir} holds a database but not its passwords (${file}): bring the file back, or remove the folder to begin without its cases.`,
    );
  }
  return keptPasswords(file, freshPasswords());
}

function freshPasswords(): Passwords {
  return { superuser: secret(), owner: secret(), api: secret(), clock: secret(), work: secret(), auditor: secret() };
}

async function keptPasswords(file: string, passwords: Passwords): Promise<Passwords> {
  await writeFileAtomically(file, `${JSON.stringify(passwords, null, 2)}\n`, 0o600);
  return passwords;
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
      if (this.#options.forTests) await prepareForTests(this.#cluster, this.#passwords.owner);
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
      urls: mapLogins((login) => url(roleName(login), this.#passwords[login])),
      ...(this.#options.forTests ? { handUrl: url(HAND, this.#passwords.owner) } : {}),
      origin: `Postgres: embedded, started here on 127.0.0.1:${port} with its data in ${place}.`,
      place,
      restart: () => this.restart(),
      stop: () => this.stop(),
    };
    Object.defineProperty(running, 'pid', { get: () => this.#server?.pid, enumerable: true });
    return running;
  }
}

function mapLogins(of: (login: DatabaseLogin) => string): DatabaseUrls {
  return { api: of('api'), clock: of('clock'), work: of('work'), auditor: of('auditor') };
}

/** Makes roles and database if they are missing; a start killed half-way is completed by the next. */
async function ensureRolesAndDatabase(cluster: ClusterOptions, passwords: Passwords): Promise<void> {
  await asSuperuser(cluster, 'postgres', async (client) => {
    await ensureRole(client, OWNER, passwords.owner);
    for (const login of LOGINS) await ensureRole(client, roleName(login), passwords[login]);
    await ensureRole(client, roleName('desk'));
    // What the API reads for somebody it reads as itself; what it does, it does as the desk, which it has to say.
    await client.query(`GRANT ${roleName('desk')} TO ${roleName('api')} WITH INHERIT FALSE, SET TRUE`);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} OWNER ${OWNER}`);
    await client.query(`REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`);
    await client.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO ${LOGINS.map(roleName).join(', ')}`);
  });
}

async function prepareForTests(cluster: ClusterOptions, password: string): Promise<void> {
  await asSuperuser(cluster, 'postgres', async (client) => {
    await client.query(`ALTER ROLE ${OWNER} CREATEDB`);
    await ensureRole(client, HAND, password);
    // It also cuts the connections of others, as a server that goes away does.
    await client.query(`GRANT ${(['desk', 'clock', 'work'] as const).map(roleName).join(', ')}, pg_signal_backend TO ${HAND}`);
    await client.query(`GRANT CONNECT ON DATABASE ${DATABASE} TO ${HAND}`);
  });
}

/** Without a password nobody logs in as it. */
async function ensureRole(client: Client, role: string, password?: string): Promise<void> {
  const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
  if (rowCount !== 0) return;
  await client.query(`CREATE ROLE ${role} ${password === undefined ? 'NOLOGIN' : `LOGIN PASSWORD ${client.escapeLiteral(password)}`}`);
}
