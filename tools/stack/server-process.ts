import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { endProcess, endWhenWeDie } from './process-liveness.js';
import { lastLines } from './run-command.js';

export interface ServerProcessOptions {
  command: string;
  args: readonly string[];
  /** Output of the server is appended here. */
  logFile: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  as?: { uid: number; gid: number } | undefined;
  /** The signal that ends this server in good order. */
  stopSignal: 'SIGINT' | 'SIGTERM';
  /** What to send when it has not ended after `stopWithinMs`. */
  forceSignal: 'SIGQUIT' | 'SIGKILL';
  stopWithinMs: number;
}

export interface ServerProcess {
  readonly pid: number;
  /** How it ended ("exit code 1", "SIGKILL"), or `undefined` while it runs. */
  ended(): string | undefined;
  /** Resolves with the same when it ends, whether asked or not. */
  readonly end: Promise<string>;
  /** The last lines it wrote since this start. */
  logTail(): string;
  stop(): Promise<void>;
}

/**
 * Starts a server of another make (Temporal, Postgres) in a session of its own, so that Ctrl-C in
 * the terminal does not reach it before our own order of shutdown does.
 *
 * @throws Error when the program cannot be started at all
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const logStart = sizeOf(options.logFile);
  const log = openSync(options.logFile, 'a');
  const child = spawn(options.command, options.args, {
    stdio: ['ignore', log, log],
    detached: true,
    cwd: options.cwd,
    env: options.env ?? process.env,
    windowsHide: true,
    ...options.as,
  });
  closeSync(log);
  const end = endOf(child);
  const pid = await pidOf(child);
  const forget = endWhenWeDie(pid, options.stopSignal === 'SIGINT' ? 'INT' : 'TERM');
  let ended: string | undefined;
  void end.then((how) => {
    ended = how;
    forget();
  });
  return {
    pid,
    end,
    ended: () => ended,
    logTail: () => lastLines(readFrom(options.logFile, logStart), 4),
    async stop() {
      if (ended !== undefined) return;
      await endProcess(pid, options.stopSignal, options.stopWithinMs, options.forceSignal);
      await end;
    },
  };
}

function pidOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      if (child.pid !== undefined) resolve(child.pid);
    });
  });
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, name) => resolve(name ?? `exit code ${code}`));
  });
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0; // no log yet
  }
}

function readFrom(file: string, offset: number): string {
  try {
    return readFileSync(file).subarray(offset).toString('utf8');
  } catch {
    return '';
  }
}
