import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { PARENT_PIPE } from '../../process/parent-watch.js';
import { endProcess } from './process-liveness.js';
import { lastWords } from './run-command.js';

/** Logs larger than this are set aside when the child starts, so that they do not grow for ever. */
const LARGEST_LOG_BYTES = 10_000_000;

export interface ChildOptions {
  /** Name for the log file and for sentences: "worker". */
  name: string;
  /** TypeScript or JavaScript file to run. */
  entry: string;
  dataDir: string;
  /** Whole environment of the child. */
  env: NodeJS.ProcessEnv;
  /** How long it may drain after SIGTERM before it is forced. */
  stopWithinMs: number;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  /** How it ended, or `undefined` while it runs. */
  ended(): string | undefined;
  /** Resolves when it ends, whether asked or not. */
  readonly end: Promise<string>;
  /** True once its end was asked for. */
  stopping(): boolean;
  readonly logFile: string;
  /** The last lines it wrote since this start. */
  logTail(): string;
  stop(): Promise<void>;
  /** Ends it at once, without draining. */
  kill(): void;
}

/**
 * Starts one of our own processes. It has a session of its own, so that Ctrl-C reaches it in our
 * order and not at once, and a pipe at its standard input that tells it when we are gone.
 */
export async function startChild(options: ChildOptions): Promise<Child> {
  const logFile = join(options.dataDir, 'logs', `${options.name}.log`);
  const { log, from } = openLog(logFile, options.name);
  // The log is handed over as a file: through a pipe of ours, our death would break its last words.
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), options.entry], {
    stdio: ['pipe', log, log],
    detached: true,
    env: { ...options.env, [PARENT_PIPE]: '1' },
    windowsHide: true,
  });
  closeSync(log);
  const end = endOf(child);
  const pid = await pidOf(child);
  child.stdin?.on('error', () => {}); // it ended before us
  return asChild(options, child, pid, end, logFile, from);
}

function asChild(options: ChildOptions, child: ChildProcess, pid: number, end: Promise<string>, logFile: string, logFrom: number): Child {
  let ended: string | undefined;
  let stopping = false;
  void end.then((how) => (ended = how));
  return {
    name: options.name,
    pid,
    end,
    logFile,
    ended: () => ended,
    stopping: () => stopping,
    logTail: () => lastWords(readFileSync(logFile).subarray(logFrom).toString('utf8')),
    async stop() {
      stopping = true;
      if (ended !== undefined) return;
      if (process.platform === 'win32') child.stdin?.end(); // no SIGTERM there: the closed pipe asks
      await endProcess(pid, 'SIGTERM', options.stopWithinMs);
      await end;
    },
    kill() {
      stopping = true;
      if (ended === undefined) child.kill('SIGKILL');
    },
  };
}

function openLog(file: string, name: string): { log: number; from: number } {
  if (existsSync(file) && statSync(file).size > LARGEST_LOG_BYTES) renameSync(file, `${file}.old`);
  const log = openSync(file, 'a');
  writeSync(log, `--- ${name} started ${new Date().toISOString()}\n`);
  return { log, from: statSync(file).size };
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
