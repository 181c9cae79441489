import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { StartFailure, reasonOf } from '../../process/failure.js';
import { isAlive } from './process-liveness.js';

/**
 * Where downloaded servers are kept: once per user, shared by all data folders and by tests.
 * `TIREK_CACHE_DIR` wins, then the system's own convention.
 */
export function cacheDirOf(env: NodeJS.ProcessEnv): string {
  if (env.TIREK_CACHE_DIR) return env.TIREK_CACHE_DIR;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'tirek');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tirek');
  if (process.platform === 'win32') return join(env.LOCALAPPDATA ?? tmpdir(), 'tirek', 'cache');
  return join(homedir(), '.cache', 'tirek');
}

/** Makes the cache folder, or says in one sentence why that is impossible. */
export async function openCacheDir(env: NodeJS.ProcessEnv): Promise<string> {
  const dir = cacheDirOf(env);
  try {
    await mkdir(dir, { recursive: true });
  } catch (error) {
    throw new StartFailure(`The folder for downloaded servers cannot be made (${reasonOf(error)}): set TIREK_CACHE_DIR to a folder you may write to.`);
  }
  return dir;
}

/**
 * Makes a folder for work that is later renamed to its place, and removes those that the work of
 * processes killed meanwhile left behind.
 */
export async function makePartialDir(target: string): Promise<string> {
  const prefix = `${basename(target)}.partial-`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10))) continue;
    await rm(join(dirname(target), name), { recursive: true, force: true });
  }
  return mkdtemp(join(dirname(target), `${prefix}${process.pid}-`));
}
