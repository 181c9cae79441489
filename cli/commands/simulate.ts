/** `tirek simulate`: the whole machinery without servers, with everything going wrong that may, by seed. */
import type { Command } from 'commander';
import type { Simulated } from '../../simulation/machinery/simulate.js';
import { table } from './layout.js';
import { outJson, type Terminal } from './terminal.js';
import { wholeNumber } from './whole-number.js';

interface Options {
  lives: number;
  seed: number;
  world: number;
  json?: true;
}

const MOST_LIVES = 1_000_000;
const GREATEST_SEED = 2 ** 32 - 1;
/** Told on the way, so that a long run shows that it lives. */
const TOLD_EVERY_WORLDS = 200;

export function addSimulateCommand(program: Command, terminal: Terminal, leave: (exitCode: number) => void): void {
  program
    .command('simulate')
    .description(
      'live cases through ledger, clock, work lists and agencies while processes die, answers are lost, clocks step and backups are restored; stops at the first thing that does not hold',
    )
    .requiredOption('--lives <number>', 'how many lives', wholeNumber(1, MOST_LIVES))
    .requiredOption('--seed <number>', 'the same seed gives the same story', wholeNumber(0, GREATEST_SEED))
    .option('--world <number>', 'the first world; with --lives 1 that world alone is lived again', wholeNumber(0, MOST_LIVES), 0)
    .option('--json', 'one JSON object')
    .action(async ({ lives, seed, world: from, json }: Options) => {
      // Loaded here: the other commands need none of it.
      const { simulate } = await import('../../simulation/machinery/simulate.js');
      const begun = performance.now();
      const onWorld = (world: number): void => {
        if ((world - from + 1) % TOLD_EVERY_WORLDS === 0) terminal.err(`${world - from + 1} worlds, ${seconds(begun)} s`);
      };
      const result = await simulate({ lives, seed, from, onWorld });
      if (json) outJson(terminal, { seed, ...result, seconds: seconds(begun) });
      else terminal.out(textOf(seed, result, seconds(begun)));
      if (result.broken !== undefined) leave(1);
    });
}

function seconds(begun: number): number {
  return Math.round((performance.now() - begun) / 100) / 10;
}

function textOf(seed: number, { lives, worlds, steps, entries, faults, broken }: Simulated, took: number): string {
  const head = `seed ${seed}: ${lives} lives in ${worlds} worlds, ${entries} ledger entries, ${steps} steps, ${took} s`;
  const counts = table(
    Object.entries(faults).map(([kind, count]) => [kind.replaceAll('_', ' '), String(count)]),
    2,
  );
  if (broken === undefined) return `${head}\nfaults\n${counts}\nviolations: none`;
  const violations = broken.violations.map(({ invariant, what }) => `  ${invariant}: ${what}`).join('\n');
  const again = `lived again by: npm run -s tirek -- simulate --lives 1 --seed ${seed} --world ${broken.world}`;
  return `${head}\nfaults\n${counts}\nlast steps of world ${broken.world}\n${broken.story.map((line) => `  ${line}`).join('\n')}\nviolations: ${broken.violations.length}\n${violations}\n${again}`;
}
