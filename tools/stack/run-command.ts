import { spawn, type ChildProcess } from 'node:child_process';

export interface CommandResult {
  /** Exit code; `undefined` when the command could not be started, was killed or ran out of time. */
  code: number | undefined;
  stdout: string;
  /** Standard error; when the command could not be started, the reason. */
  stderr: string;
}

export interface CommandOptions {
  timeoutMs?: number;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Ends the command when aborted. */
  signal?: AbortSignal;
  /** Run as this user and group (only root may ask for it). */
  as?: { uid: number; gid: number } | undefined;
}

/** An interrupted start must not leave a download behind that runs on by itself. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill();
});

/** Runs a command to its end and never throws: the caller reads code and output. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: options.cwd,
      env: options.env ?? process.env,
      signal: limits(options),
      windowsHide: true,
      ...options.as,
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', (error) => resolve({ code: undefined, stdout, stderr: error.message }));
    child.on('exit', () => running.delete(child));
    child.on('close', (code) => resolve({ code: code ?? undefined, stdout, stderr }));
  });
}

/** Not spawn's own `timeout`: its timer outlives a command that cannot be started, and holds this process. */
function limits({ timeoutMs, signal }: CommandOptions): AbortSignal | undefined {
  if (timeoutMs === undefined) return signal;
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

/** Lines that a dying Node process writes around its message and that tell a reader nothing. */
const STACK_NOISE = /^(at |Node\.js v|node:|throw |\^+$|[{}]+$|--- )/;

/** The last telling lines of an output, joined for one sentence. */
export function lastLines(output: string, count = 3): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !STACK_NOISE.test(line));
  return lines.slice(-count).join(' | ');
}

/** Why a Node process died: its last error line if it wrote one, else its last lines. */
export function lastWords(output: string): string {
  const errors = output.match(/^(?:Uncaught )?\w*Error(?: \[\w+\])?: .+$/gm);
  return errors?.at(-1) ?? lastLines(output);
}
