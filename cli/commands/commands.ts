/** `tirek commands`: who may give which command where; the same table stands in docs/commands.md. */
import type { Command } from 'commander';
import { commandTable } from '../../domain/case/command-table.js';
import { commandTableText } from '../command-table-text.js';
import { outJson, type Terminal } from './terminal.js';

export function addCommandsCommand(program: Command, terminal: Terminal): void {
  program
    .command('commands')
    .description('every command beside every stage: who may give it, and what is answered where it may not be given')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: true }) => {
      const commands = commandTable();
      if (json) outJson(terminal, { commands });
      else terminal.out(commandTableText(commands));
    });
}
