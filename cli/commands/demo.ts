/** `tirek demo`: a synthetic family goes the whole road on the running stack, or one of the hard days (`--road`). */
import { Option, type Command } from 'commander';
import { reasonOf } from '../../process/failure.js';
import { bearerOf, type BearerOf } from './bearer.js';
import { CURRENT_LAW } from './current-law.js';
import { findRunningStack, type RunningStack } from './running-stack.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';
import type { Check } from '../../tools/demo/checks.js';
import type { DemoResult } from '../../tools/demo/demo.js';
import type { HardDay } from '../../tools/demo/hard-days.js';

interface Options {
  api?: string;
  json?: true;
  road?: HardDay;
}

/** The names of `HARD_DAYS`; the compiler compares them with it, so that the command needs no client of the API to tell them. */
const ROADS = ['threat', 'violence', 'minors', 'stay'] as const satisfies readonly HardDay[];

/** @param leave sets the exit code */
export function addDemoCommand(program: Command, terminal: Terminal, leave: (exitCode: number) => void): void {
  program
    .command('demo')
    .description('a synthetic family goes the whole road on the running stack (development server only)')
    .option('--api <url>', 'address of the API; default: that of the running stack')
    .option('--json', 'one JSON object on stdout, the story on stderr')
    .addOption(new Option('--road <road>', 'one of the hard days instead, in the time of the wall').choices(ROADS))
    .action(async ({ api, json, road }: Options) => {
      const stack = await findRunningStack(terminal.env);
      const tell = json ? terminal.err : terminal.out;
      const bearer = await bearerOf(terminal.env, { fresh: true });
      if (road !== undefined) return tellDay(await dayOn(road, api ?? stack.api, bearer, tell), tell, leave);
      const result = await demoOn({ ...stack, ...(api === undefined ? {} : { api }) }, bearer, tell);
      tellEnd(result, tell);
      if (json) outJson(terminal, { ...result.summary, checks: result.checks });
      if (result.checks.some(({ ok }) => !ok)) leave(1);
    });
}

async function demoOn(stack: RunningStack, bearer: BearerOf, tell: (text: string) => void): Promise<DemoResult> {
  // Loaded here: dates and calendars are answered without a Temporal client.
  const { runDemo } = await import('../../tools/demo/demo.js');
  try {
    return await runDemo({ ...stack, bearerOf: bearer, calendar: CURRENT_LAW.calendar, tell });
  } catch (error) {
    throw new CommandFailure(
      'demo_failed',
      `The road ended early: ${reasonOf(error).replace(/[.?]$/, '')}. The logs of the stack are in its data folder; mend what they name and run the demonstration again.`,
    );
  }
}

async function dayOn(road: HardDay, api: string, bearer: BearerOf, tell: (text: string) => void): Promise<readonly Check[]> {
  const { runHardDay } = await import('../../tools/demo/hard-days.js');
  try {
    return await runHardDay(road, { api, bearerOf: bearer, tell });
  } catch (error) {
    throw new CommandFailure(
      'demo_failed',
      `The day ended early: ${reasonOf(error).replace(/[.?]$/, '')}. The logs of the stack are in its data folder; mend what they name and run it again.`,
    );
  }
}

function tellDay(checks: readonly Check[], tell: (text: string) => void, leave: (exitCode: number) => void): void {
  tell('');
  tellChecks(checks, tell);
  if (checks.some(({ ok }) => !ok)) leave(1);
}

function tellChecks(checks: readonly Check[], tell: (text: string) => void): void {
  for (const { what, ok, found } of checks) tell(`${ok ? 'ok     ' : 'FAILED '} ${what}${ok ? '' : `; found ${found}`}`);
}

function tellEnd({ summary, checks, cost }: DemoResult, tell: (text: string) => void): void {
  const failed = checks.filter(({ ok }) => !ok);
  tell('');
  tellChecks(checks, tell);
  tell('');
  tell(
    `${summary.stages.length} stages, ${summary.obligations.length} duties, ${summary.alerts.length} alerts; ${cost.historyEvents} events in ${cost.runs} ${cost.runs === 1 ? 'run' : 'runs'}, ${cost.billableActions} billable actions; ${summary.wallSeconds} s of wall time.`,
  );
  tell(failed.length === 0 ? 'The road ended as told.' : `The road did not end as told: ${failed.length} of ${checks.length} checks failed.`);
}
