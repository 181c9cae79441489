/** `tirek ledger verify`: does the ledger rebuild what is stored? */
import type { Command } from 'commander';
import type { LedgerVerdict } from '../ledger-verify.js';
import { readCaseId } from './case-id.js';
import { DATABASE_OPTION, onDatabase } from './database.js';
import { wrap } from './layout.js';
import { outJson, type Terminal } from './terminal.js';

interface Options {
  case?: string;
  database?: string;
  json?: true;
}

/** @param leave sets the exit code */
export function addLedgerCommand(program: Command, terminal: Terminal, leave: (exitCode: number) => void): void {
  program
    .command('ledger')
    .description('the ledger of the cases')
    .command('verify')
    .description('rebuild digests, state, read model and dates from the ledger, decide its takes again, and compare with what is stored')
    .option('--case <id>', 'one case instead of all')
    .option(...DATABASE_OPTION)
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const caseId = options.case === undefined ? undefined : readCaseId(options.case);
      const verdict = await onDatabase(terminal, options.database, async (pool): Promise<LedgerVerdict> => {
        const { verifyLedger } = await import('../ledger-verify.js');
        return verifyLedger(pool, caseId === undefined ? {} : { caseId });
      });
      if (options.json) outJson(terminal, verdict);
      else terminal.out(verdictText(verdict));
      if (verdict.faults.length > 0) leave(1);
    });
}

function verdictText({ cases, entries, faults, decidedAgain, notComparable }: LedgerVerdict): string {
  const seen = `cases: ${cases}, entries: ${entries}, takes decided again: ${decidedAgain}, not comparable: ${notComparable}`;
  if (faults.length === 0) return `The ledger is sound (${seen}): what is stored follows from it.`;
  return [`The ledger and what is stored DIFFER (${seen}, faults: ${faults.length}).`, ...faults.map(faultText)].join('\n');
}

function faultText({ caseId, seq, code, fault }: LedgerVerdict['faults'][number]): string {
  return wrap(`${caseId}${seq === undefined ? '' : ` entry ${seq}`} ${code}: ${fault}`, 2);
}
