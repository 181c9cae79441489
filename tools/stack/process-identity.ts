import { readFileSync } from 'node:fs';

import { commandLineOf, isAlive } from './process-liveness.js';
import { runCommand } from './run-command.js';

/**
 * A text that tells this process from a later one with the same id: what is known of its birth.
 * `undefined` when no such process runs.
 */
export async function identityOf(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'linux') return linuxIdentity(pid);
  if (process.platform === 'win32') return commandLineOf(pid);
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const shown = await runCommand('ps', ['-o', 'lstart=', '-p', String(pid)], { env });
  return shown.code === 0 ? shown.stdout.trim() : undefined;
}

/** Boot of the machine and clock tick of the start: field 22, counted after the name in brackets. */
function linuxIdentity(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return `${boot} ${fields[19]}`;
  } catch {
    return undefined; // it ended between the two looks
  }
}
