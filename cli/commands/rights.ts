/** `tirek rights`: who sees what of which case, and who may do what; the same stands in docs/rights.md. */
import type { Command } from 'commander';
import { RIGHTS } from '../../domain/access/rights.js';
import { SIGHT } from '../../domain/access/sight.js';
import { rightsText } from '../rights-text.js';
import { outJson, type Terminal } from './terminal.js';

export function addRightsCommand(program: Command, terminal: Terminal): void {
  program
    .command('rights')
    .description('who sees what of which case, by role, relation and kind; who may do what')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: true }) => {
      if (json) outJson(terminal, { sight: SIGHT, rights: RIGHTS });
      else terminal.out(rightsText());
    });
}
