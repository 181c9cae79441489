import { StartFailure, reasonOf } from '../../process/failure.js';
import { Stack, noteError, type StackOptions, type StartedStack } from './stack.js';

/**
 * npm passes Ctrl-C on to us although the terminal has sent it already: what comes within a second
 * of the first signal is the same one.
 */
const SAME_SIGNAL_MS = 1000;

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface ConsoleOptions extends Pick<StackOptions, 'dataDir' | 'env' | 'parts'> {
  /** Sentences for the end of the block that tells the addresses. */
  hints?: readonly string[];
}

/**
 * Runs a stack until it is told to end. The first Ctrl-C takes it down in order, the second at once.
 * The exit code is 0 after an orderly end and 1 after a failure, which is told in one sentence.
 */
export async function runInConsole(options: ConsoleOptions): Promise<void> {
  const startedAt = Date.now();
  const report = (line: string): void => {
    console.log(`[${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s] ${line}`);
  };
  process.stdout.on('error', () => {}); // a closed terminal must not break the orderly end
  process.stderr.on('error', () => {});
  const fail = async (sentence: string): Promise<void> => {
    console.error(sentence);
    await stack.stop();
    process.exit(1);
  };
  const stack = new Stack({ ...options, report, giveUp: (sentence) => void fail(sentence) });
  endOnSignal(stack, report);
  try {
    tell(await stack.start(), options.hints ?? []);
  } catch (error) {
    if (stack.isStopping()) return; // the signal's own way out ends the process
    await fail(sentenceFor(error, options.dataDir));
  }
}

function sentenceFor(error: unknown, dataDir: string): string {
  if (error instanceof StartFailure) return error.message;
  const log = noteError(dataDir, error);
  return `The stack could not be started (${reasonOf(error)}): the details are in ${log}.`;
}

function endOnSignal(stack: Stack, report: (line: string) => void): void {
  let firstAt: number | undefined;
  const onSignal = (): void => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      report('Stopping; Ctrl-C again ends everything at once');
      void end();
    } else if (Date.now() - firstAt > SAME_SIGNAL_MS) {
      stack.kill();
      process.exit(130);
    }
  };
  const end = async (): Promise<void> => {
    try {
      await stack.stop();
      report('Stopped');
      process.exit(0);
    } catch (error) {
      console.error(`The stack did not stop in order (${reasonOf(error)}).`);
      stack.kill();
      process.exit(1);
    }
  };
  for (const name of ENDING_SIGNALS) process.on(name, onSignal);
  whenStarterIsGone(onSignal);
}

/** A shell between npm and us may die of a signal without passing it on. */
function whenStarterIsGone(end: () => void): void {
  if (process.env.npm_lifecycle_event === undefined) return;
  const starter = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(watch);
    end();
  }, 200);
  watch.unref();
}

function tell({ endpoints, took, origins }: StartedStack, hints: readonly string[]): void {
  const rows: [string, string][] = [
    ['API', endpoints.api],
    ['OpenAPI page', endpoints.openapi],
    ['Console page', endpoints.console],
    ['Temporal UI', endpoints.temporalUi ?? 'that of the foreign server (set TIREK_TEMPORAL_UI to have the link here)'],
    ['Temporal', endpoints.temporal],
  ];
  const lines = rows.map(([name, address]) => `  ${name.padEnd(14)}${address}`);
  const end = 'Ctrl-C drains the worker and stops everything; the cases are kept.';
  console.log(['', 'Tirek is ready.', ...lines, '', ...origins, ...hints, took, end, ''].join('\n'));
}
