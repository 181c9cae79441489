/** `tirek what-if`: the same synthetic lives under today's law and under a changed one, side by side. */
import type { Command } from 'commander';
import type { Law } from '../../domain/law/law.js';
import type { Comparison, Run } from '../../simulation/what-if.js';
import { CURRENT_LAW } from './current-law.js';
import { outJson, type Terminal } from './terminal.js';
import { wholeNumber } from './whole-number.js';

interface Options {
  policy?: string;
  calendar?: string;
  lives: number;
  seed: number;
  year?: number;
  json?: true;
}

const MOST_LIVES = 1_000_000;
const GREATEST_SEED = 2 ** 32 - 1;

export function addWhatIfCommand(program: Command, terminal: Terminal): void {
  program
    .command('what-if')
    .description("live synthetic lives under today's law and under a changed one and compare what becomes of the obligations")
    .requiredOption('--lives <number>', 'how many lives; 44000 is a year of the whole country', wholeNumber(1, MOST_LIVES))
    .requiredOption('--seed <number>', 'the same seed gives the same lives', wholeNumber(0, GREATEST_SEED))
    .option('--policy <file>', "JSON file with a version and the settings that differ from today's policy")
    .option('--calendar <version>', 'a calendar version of this code, or a JSON file with a calendar')
    .option('--year <year>', 'the year of the appeals; default: the last one whose lives end inside the calendar', wholeNumber(1000, 9999))
    .option('--json', 'one JSON object')
    .action(async ({ lives, seed, json, ...options }: Options) => {
      // Loaded here: the other commands need none of it.
      const { changedLaw } = await import('./what-if-law.js');
      const { compareLaws, yearOfWholeLives } = await import('../../simulation/what-if.js');
      const changed = await changedLaw(CURRENT_LAW, options);
      const run = { lives, seed, year: options.year ?? yearOfWholeLives(CURRENT_LAW.calendar) };
      const compared = timed(terminal, lives, () => compareLaws(CURRENT_LAW, changed, run));
      if (json) outJson(terminal, answerOf({ today: CURRENT_LAW, changed }, run, compared));
      else terminal.out((await import('./what-if-text.js')).whatIfText({ today: CURRENT_LAW, changed }, run, compared));
    });
}

/** The shape of `--json`. No time stands in it: two runs of one seed are the same text. */
function answerOf(laws: { today: Law; changed: Law }, run: Run, { today, changed, change }: Comparison): object {
  return { ...run, today: { law: laws.today.ref, ...today }, changed: { law: laws.changed.ref, ...changed }, change };
}

function timed<T>(terminal: Terminal, lives: number, work: () => T): T {
  const cpu = process.cpuUsage();
  const clock = performance.now();
  const result = work();
  const { user, system } = process.cpuUsage(cpu);
  const computed = (user + system) / 1_000_000;
  const passed = (performance.now() - clock) / 1000;
  terminal.err(`${lives} lives under two laws: ${computed.toFixed(1)} s of one core, ${passed.toFixed(1)} s on the clock.`);
  return result;
}
