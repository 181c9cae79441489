/** `tirek clock`: the engine's clocks from the ledger, and effects that are held after a restore. */
import type { Command } from 'commander';
import type { Pool } from '../../db/pool.js';
import { readCaseId } from './case-id.js';
import { databaseOption, onDatabase } from './database.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Options {
  case?: string;
  database?: string;
  json?: true;
}

export function addClockCommand(program: Command, terminal: Terminal): void {
  const clock = program.command('clock').description('the clocks of the cases in Temporal; they hold nothing that the ledger does not have');
  const command = (words: string, description: string): Command =>
    clock
      .command(words)
      .description(description)
      .option(...databaseOption('work'))
      .option('--json', 'one JSON object');
  command('rebuild', 'start the clock of every running case anew; threats first, whatever runs is replaced')
    .option('--case <id>', 'one case instead of all')
    .action(async (options: Options) =>
      show(
        terminal,
        options,
        { clocks: await onDatabase(terminal, 'work', options.database, (pool) => rebuild(pool, options)) },
        ({ clocks }) => `clocks that are started anew: ${clocks}`,
      ),
    );
  command('release', 'let effects go to agencies again that are held since the ledger was restored').action(async (options: Options) => {
    const { releaseEffects } = await import('../../db/clocks.js');
    const released = await onDatabase(terminal, 'work', options.database, releaseEffects);
    show(terminal, options, released, ({ held, cases }) => (held ? `Effects are released; cases with something to send: ${cases}` : 'Nothing was held.'));
  });
}

async function rebuild(pool: Pool, options: Options): Promise<number> {
  const { rebuildClock, wakeEveryClock } = await import('../../db/clocks.js');
  if (options.case === undefined) return wakeEveryClock(pool, { name: 'ClockRebuilt', rebuild: true, forget: false });
  const caseId = readCaseId(options.case);
  if (await rebuildClock(pool, caseId)) return 1;
  throw new CommandFailure('case_unknown', `The ledger has no case ${caseId}: copy its id from the list of cases.`);
}

function show<T>(terminal: Terminal, { json }: Options, value: T, textOf: (value: T) => string): void {
  if (json) outJson(terminal, value);
  else terminal.out(textOf(value));
}
