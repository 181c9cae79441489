import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { until } from '../../process/deadline.js';
import { StartFailure, reasonOf } from '../../process/failure.js';
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
    throw new StartFailure(`The data folder ${dir} cannot be made (${reasonOf(error)}): set TIREK_DATA_DIR to a folder you may write to.`);
  }
}

interface Lock {
  pid: number;
  identity: string;
  since: string;
  /** True once its stack is on its way down. */
  stopping?: boolean;
}

export interface HeldLock {
  /** Tells those who come that it will soon be given back. */
  stopping(): void;
  /** Gives it back; safe in an exit handler. */
  release(): void;
}

/** A stack whose starter was just killed needs a moment to notice. */
const NOTICE_WITHIN_MS = 2000;
const STOP_WITHIN_MS = 90_000;

/**
 * Keeps a second stack from the same data folder. The lock of a process that is gone is taken over,
 * and one that is stopping is waited for: who starts again right after Ctrl-C need not know how
 * long draining takes.
 *
 * @throws StartFailure when a stack holds it that is not stopping
 */
export async function lockDataDir(dir: string, report: (line: string) => void): Promise<HeldLock> {
  const file = join(dir, 'lock');
  const identity = (await identityOf(process.pid)) ?? '';
  const mine: Lock = { pid: process.pid, identity, since: new Date().toISOString() };
  for (;;) {
    if (await tryCreate(file, textOf(mine))) return asHeld(file, mine);
    const held = await readFile(file, 'utf8').catch(() => undefined);
    if (held === undefined) continue; // given back between the two looks
    const holder = parse(held);
    if (holder === undefined || !(await isHolding(holder))) await removeStale(file, held);
    else await waitForEnd(file, holder, dir, report);
  }
}

function textOf(lock: Lock): string {
  return `${JSON.stringify(lock)}\n`;
}

function asHeld(file: string, mine: Lock): HeldLock {
  return {
    stopping: () => {
      if (isMine(file, mine)) writeFileSync(file, textOf({ ...mine, stopping: true }));
    },
    release: () => {
      if (isMine(file, mine)) rmSync(file);
    },
  };
}

/** False also when the data folder was removed meanwhile. */
function isMine(file: string, mine: Lock): boolean {
  try {
    return parse(readFileSync(file, 'utf8'))?.identity === mine.identity;
  } catch {
    return false;
  }
}

async function isHolding(holder: Lock): Promise<boolean> {
  return (await identityOf(holder.pid)) === holder.identity;
}

/** Returns when the holder has gone; throws when it has no mind to go, or takes too long. */
async function waitForEnd(file: string, holder: Lock, dir: string, report: (line: string) => void): Promise<void> {
  const now = async (): Promise<'gone' | 'stopping' | undefined> => {
    if (!(await isHolding(holder))) return 'gone';
    const there = parse(await readFile(file, 'utf8').catch(() => ''));
    if (there?.pid !== holder.pid) return 'gone';
    return there.stopping ? 'stopping' : undefined;
  };
  const soon = await until(now, NOTICE_WITHIN_MS);
  if (soon === 'gone') return;
  if (soon === undefined) throw heldBy(holder, dir);
  report(`The stack that ran on this data folder (process ${holder.pid}) is still stopping`);
  const gone = await until(async () => ((await now()) === 'gone' ? true : undefined), STOP_WITHIN_MS);
  if (!gone) throw heldBy(holder, dir);
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
