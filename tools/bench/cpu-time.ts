/**
 * CPU time of the processes that a measurement runs on. On a machine that others use, too, it tells
 * more than the wall clock does. Linux only: elsewhere nothing is told.
 */
import { readdir, readFile } from 'node:fs/promises';
import { spreadOf, type Spread } from './statistics.js';

/** Seconds of CPU by the name of the process; descendants are counted with it. */
export type CpuSeconds = Readonly<Record<string, number>>;

/** Ticks of a second in /proc: fixed by the kernel's interface to user space. */
const TICKS = 100;
const MINE = 'this client';

export interface ProcessRow {
  pid: number;
  parent: number;
  /** Its own CPU time and that of its children that have ended and were waited for. */
  ticks: number;
  command: string;
}

/** @returns undefined where the system has no /proc */
export async function cpuSeconds(): Promise<CpuSeconds | undefined> {
  if (process.platform !== 'linux') return undefined;
  return secondsByName(await readProcesses(), process.pid);
}

/** Adds up each child of ours with all that descends from it. */
export function secondsByName(rows: readonly ProcessRow[], self: number): CpuSeconds {
  const seconds: Record<string, number> = {};
  const own = rows.find(({ pid }) => pid === self);
  if (own !== undefined) seconds[MINE] = own.ticks / TICKS;
  for (const child of childrenOf(rows, self)) {
    const name = nameOf(child.command);
    if (name !== undefined) seconds[name] = (seconds[name] ?? 0) + ticksOfTree(rows, child) / TICKS;
  }
  return seconds;
}

function childrenOf(rows: readonly ProcessRow[], parent: number): ProcessRow[] {
  return rows.filter((row) => row.parent === parent);
}

function ticksOfTree(rows: readonly ProcessRow[], top: ProcessRow): number {
  return childrenOf(rows, top.pid).reduce((total, child) => total + ticksOfTree(rows, child), top.ticks);
}

function nameOf(command: string): string | undefined {
  const ours = /\/(worker|relay|api|simulators)\.ts\b/.exec(command)?.[1];
  if (ours !== undefined) return ours;
  if (command.includes('start-dev')) return 'temporal';
  return /\bpostgres\b/.test(command) ? 'postgres' : undefined;
}

async function readProcesses(): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(pids.map((pid) => readProcess(pid)));
  return rows.filter((row) => row !== undefined);
}

/** Undefined when it ended between the two looks. */
async function readProcess(pid: string): Promise<ProcessRow | undefined> {
  try {
    const [stat, command] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/cmdline`, 'utf8')]);
    return parseStat(Number(pid), stat, command.replaceAll('\0', ' '));
  } catch {
    return undefined;
  }
}

/**
 * The fields after the name in brackets, which may hold spaces and brackets itself: proc(5). The ended
 * children of this process itself are left out: what they did, such as bundling, was no part of the work.
 */
export function parseStat(pid: number, stat: string, command: string): ProcessRow {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (place: number): number => Number(fields[place] ?? 0);
  const own = at(11) + at(12);
  return { pid, parent: at(1), ticks: own + (pid === process.pid ? 0 : at(13) + at(14)), command };
}

/** What was spent between two looks; undefined where the system tells nothing. */
export function spentBetween(before: CpuSeconds | undefined, after: CpuSeconds | undefined): CpuSeconds | undefined {
  if (before === undefined || after === undefined) return undefined;
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)]));
}

/** CPU of one of many things done, by process (ms). */
export type CpuMsEach = Readonly<Record<string, Spread>>;

/** @param runs what was spent in each run, and how many things were done in it */
export function cpuMsEach(runs: readonly { cpu: CpuSeconds | undefined; done: number }[]): CpuMsEach {
  const told = runs.flatMap(({ cpu, done }) => (cpu === undefined || done === 0 ? [] : [{ cpu, done }]));
  const names = [...new Set(told.flatMap(({ cpu }) => Object.keys(cpu)))].toSorted();
  return Object.fromEntries(
    names.flatMap((name) => {
      const spread = spreadOf(told.map(({ cpu, done }) => ((cpu[name] ?? 0) / done) * 1_000));
      return spread === undefined ? [] : [[name, spread]];
    }),
  );
}
