import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { Client } from 'pg';

import { until } from '../../process/deadline.js';
import { StartFailure, reasonOf } from '../../process/failure.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { commandLineOf, endProcess } from './process-liveness.js';
import { lastLines, runCommand } from './run-command.js';
import { startServerProcess, type ServerProcess } from './server-process.js';
import { ids, type RunAs } from './unprivileged-user.js';

/** The cluster's superuser; only the start uses it, to make the roles of the product. */
export const SUPERUSER = 'postgres';

export interface ClusterOptions {
  binaries: PostgresBinaries;
  /** Folder that holds the cluster's own folder `cluster`. */
  place: string;
  as: RunAs | undefined;
  port: number;
  logFile: string;
  superuserPassword: string;
  report: (line: string) => void;
}

const START_WITHIN_MS = 60_000;

/** A crashed server's children need a moment to notice; until then its memory counts as in use. */
const RETRY_WITHIN_MS = 15_000;
const IN_USE_STILL = /pre-existing shared memory|could not bind|Address already in use/;

function clusterDir(place: string): string {
  return join(place, 'cluster');
}

/** Whether a complete cluster lies at the place. */
export function clusterExists(place: string): boolean {
  return existsSync(join(clusterDir(place), 'PG_VERSION'));
}

/**
 * Makes the cluster beside its final name and renames it when complete, so that a start killed in
 * between begins anew instead of finding half a cluster.
 */
export async function createCluster(options: ClusterOptions): Promise<void> {
  const { place, as } = options;
  options.report('Making the Postgres database');
  const draft = join(place, 'cluster.new');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  if (as) await chown(draft, as.uid, as.gid);
  const passwordFile = join(place, 'initdb-password');
  await writeFile(passwordFile, `${options.superuserPassword}\n`, { mode: 0o600 });
  if (as) await chown(passwordFile, as.uid, as.gid);
  try {
    const args = ['--pgdata', draft, '--username', SUPERUSER, '--pwfile', passwordFile];
    args.push('--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C');
    // Upper and lower case of Kazakh and Russian letters must not depend on the machine's locales.
    args.push('--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8');
    const made = await runCommand(options.binaries.initdb, args, { as: ids(as), cwd: place });
    if (made.code !== 0) {
      throw new StartFailure(
        `Postgres could not make its database in ${place} (${lastLines(made.stderr, 2)}): check free space and rights there, or set TIREK_DATA_DIR to another folder.`,
      );
    }
    await rename(draft, clusterDir(place));
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * Ends the server that an earlier start left running on this cluster, and removes the lock file of
 * one that is dead: its process id may belong to somebody else by now.
 */
export async function clearOrphan(place: string, report: (line: string) => void): Promise<void> {
  const pid = await runningPostmaster(place);
  if (pid !== undefined) {
    report('Ending the Postgres of an earlier start');
    await endProcess(pid, 'SIGINT', 20_000, 'SIGQUIT');
  }
  await rm(lockFile(place), { force: true });
}

function lockFile(place: string): string {
  return join(clusterDir(place), 'postmaster.pid');
}

/** Process id of the server that runs on this cluster, if one does. */
export async function runningPostmaster(place: string): Promise<number | undefined> {
  const pid = await readFile(lockFile(place), 'utf8').then(
    (text) => Number.parseInt(text, 10),
    () => Number.NaN,
  );
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return (await commandLineOf(pid))?.includes(clusterDir(place)) ? pid : undefined;
}

/**
 * Starts the server and waits until it takes connections.
 *
 * @throws StartFailure with the tail of its log when it ends early or never answers
 */
export async function startCluster(options: ClusterOptions): Promise<ServerProcess> {
  options.report('Starting Postgres');
  const giveUpAt = Date.now() + RETRY_WITHIN_MS;
  for (;;) {
    const server = await spawnPostgres(options);
    if (await isReady(server, options)) return server;
    await server.stop();
    const tail = server.logTail();
    if (IN_USE_STILL.test(tail) && Date.now() < giveUpAt) {
      await pause(200);
      continue;
    }
    const how = server.ended() ?? 'no answer';
    throw new StartFailure(`Postgres did not start (${how}): ${tail || 'it wrote nothing'}. See ${options.logFile}; the data is in ${options.place}.`);
  }
}

async function spawnPostgres(options: ClusterOptions): Promise<ServerProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(options.port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '128MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  const args = ['-D', clusterDir(options.place)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  return startServerProcess({
    command: options.binaries.postgres,
    args,
    logFile: options.logFile,
    cwd: options.place,
    as: ids(options.as),
    stopSignal: 'SIGINT', // "fast": ends sessions instead of waiting for them
    forceSignal: 'SIGQUIT',
    stopWithinMs: 20_000,
  });
}

/** False when the server ended or did not answer in time. */
async function isReady(server: ServerProcess, options: ClusterOptions): Promise<boolean> {
  const ready = await until(
    async () => {
      if (server.ended() !== undefined) return 'ended' as const;
      return (await answers(options)) ? ('ready' as const) : undefined;
    },
    START_WITHIN_MS,
    50,
  );
  return ready === 'ready';
}

async function answers(options: ClusterOptions): Promise<boolean> {
  try {
    await asSuperuser(options, 'postgres', async (client) => client.query('SELECT 1'));
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === '28P01') {
      throw new StartFailure(
        `The Postgres data in ${options.place} was made with other passwords than those in the data folder: bring back its postgres-passwords.json, or remove the data folder to begin anew.`,
      );
    }
    return false; // refused or still recovering
  }
}

/** Runs `work` on one connection of the superuser and closes it. */
export async function asSuperuser<T>(
  options: Pick<ClusterOptions, 'port' | 'superuserPassword'>,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: '127.0.0.1',
    port: options.port,
    user: SUPERUSER,
    password: options.superuserPassword,
    database,
    connectionTimeoutMillis: 5000,
  });
  let broken: unknown;
  client.on('error', (error) => (broken = error)); // without a listener a lost connection ends the process
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    throw broken === undefined ? error : new Error(reasonOf(broken), { cause: error });
  } finally {
    await client.end().catch(() => {}); // the outcome is decided already
  }
}
