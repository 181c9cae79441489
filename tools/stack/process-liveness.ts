import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { until } from '../../process/deadline.js';
import { runCommand } from './run-command.js';

/** Whether a process with this id runs (also one that we may not signal). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return !isZombie(pid);
}

/** In containers whose first process collects no orphans, the dead stay listed for ever. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return /\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // gone between the two looks, or no /proc: the signal's answer stands
  }
}

/**
 * The command line of a process, or `undefined` when there is none. Process ids are used again by
 * the system, so a remembered id is trusted only together with what it runs.
 */
export async function commandLineOf(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'win32') {
    const query = `(Get-CimInstance Win32_Process -Filter 'ProcessId=${pid}').CommandLine`;
    const shown = await runCommand('powershell', ['-NoProfile', '-Command', query]);
    return shown.code === 0 ? shown.stdout.trim() : undefined;
  }
  const shown = await runCommand('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
  return shown.code === 0 ? shown.stdout.trim() : undefined;
}

/** Sends a signal; a process that is gone already is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Asks a process to end and forces it after `graceMs`. */
export async function endProcess(pid: number, ask: NodeJS.Signals, graceMs: number, force: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  const gone = (): true | undefined => (isAlive(pid) ? undefined : true);
  signal(pid, ask);
  if (await until(gone, graceMs, 50)) return;
  signal(pid, force);
  if (await until(gone, 5000, 50)) return;
  signal(pid, 'SIGKILL');
  await until(gone, 5000, 50);
}

/**
 * Ends `pid` when this Node process dies, even by kill -9: a small shell reads a pipe that only we
 * hold open and sends `name` when it closes. Without it a killed test run leaves servers behind.
 * Where there is no POSIX shell the next start finds the orphan by its remembered id.
 *
 * @returns call it once `pid` has ended, so that the watch cannot hit a later process with that id
 */
export function endWhenWeDie(pid: number, name: 'INT' | 'TERM'): () => void {
  if (process.platform === 'win32') return () => {};
  const script = 'read -r _; kill -s "$1" "$2" 2>/dev/null';
  const watch = spawn('/bin/sh', ['-c', script, 'tirek-watch', name, String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watch.on('error', () => {}); // no shell: the next start still finds the orphan
  watch.stdin.on('error', () => {}); // the watch ended before us
  watch.unref();
  (watch.stdin as unknown as { unref(): void }).unref();
  return () => {
    watch.kill('SIGKILL');
    watch.stdin.destroy();
  };
}
