import { readFileSync, rmSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { StartFailure, reasonOf } from './failure.js';
import { identityOf } from './process-identity.js';

/** The folder that holds everything one stack keeps: `TIREK_DATA_DIR`, else `.tirek`. */
export function dataDirOf(env: NodeJS.ProcessEnv): string {
  return resolve(env.TIREK_DATA_DIR || '.tirek');
}

/** Makes the data folder with its folder for logs. */
export async function openDataDir(dir: string): Promise<void> {
  try {
    await mkdir(join(dir, 'logs'), { recursive: true });
  } catch (error) {
    throw new StartFailure(
      `The data folder ${dir} cannot be made (${reasonOf(error)}): set TIREK_DATA_DIR to a folder you may write to.`,
    );
  }
}

interface Lock {
  pid: number;
  identity: string;
  since: string;
}

/**
 * Keeps a second stack from the same data folder. The lock of a process that is gone is taken over.
 *
 * @returns call it to give the lock back; safe in an exit handler
 * @throws StartFailure when a living process holds it
 */
export async function lockDataDir(dir: string): Promise<() => void> {
  const file = join(dir, 'lock');
  const identity = (await identityOf(process.pid)) ?? '';
  const mine: Lock = { pid: process.pid, identity, since: new Date().toISOString() };
  const content = `${JSON.stringify(mine)}\n`;
  for (;;) {
    if (await tryCreate(file, content)) return () => release(file, content);
    const held = await readFile(file, 'utf8').catch(() => undefined);
    if (held === undefined) continue; // given back between the two looks
    const holder = parse(held);
    if (holder && (await identityOf(holder.pid)) === holder.identity) throw heldBy(holder, dir);
    await removeStale(file, held);
  }
}

function heldBy(holder: Lock, dir: string): StartFailure {
  return new StartFailure(
    `A stack already runs on ${dir} (process ${holder.pid}, since ${holder.since}; its addresses are in ${join(dir, 'endpoints.json')}): stop it, or set TIREK_DATA_DIR to another folder for a second one.`,
  );
}

async function tryCreate(file: string, content: string): Promise<boolean> {
  try {
    await writeFile(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new StartFailure(`The data folder cannot be locked (${reasonOf(error)}): check the rights of ${file}.`);
  }
}

function parse(text: string): Lock | undefined {
  try {
    return JSON.parse(text) as Lock;
  } catch {
    return undefined; // its writer was killed in the middle
  }
}

/**
 * Moves the stale lock aside; two starts that do this at once must not remove each other's new lock,
 * so what was moved is looked at again and put back if it is not the stale one.
 */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.stale-${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return; // another start was quicker
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, file).catch(() => {}); // a third one has it
  await rm(aside, { force: true });
}

function release(file: string, content: string): void {
  try {
    if (readFileSync(file, 'utf8') === content) rmSync(file);
  } catch {
    // nothing to give back: the data folder was removed meanwhile
  }
}
