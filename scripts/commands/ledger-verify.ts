/** `tirek ledger verify`: does the ledger rebuild what is stored? */
import type { Command } from 'commander';
import { reasonOf } from '../stack/failure.js';
import type { LedgerVerdict } from '../ledger-verify.js';
import { readCaseId } from './case-id.js';
import { wrap } from './layout.js';
import { findRunningStack } from './running-stack.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

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
    .description('rebuild digests, state, read model and dates from the ledger and compare them with what is stored')
    .option('--case <id>', 'one case instead of all')
    .option('--database <url>', 'Postgres; default: DATABASE_URL, else that of the running stack')
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const caseId = options.case === undefined ? undefined : readCaseId(options.case);
      const database = options.database ?? (terminal.env.DATABASE_URL || (await findRunningStack(terminal.env)).postgres);
      const verdict = await verdictOf(database, caseId);
      if (options.json) outJson(terminal, verdict);
      else terminal.out(verdictText(verdict));
      if (verdict.faults.length > 0) leave(1);
    });
}

async function verdictOf(database: string, caseId: string | undefined): Promise<LedgerVerdict> {
  if (!URL.canParse(database)) {
    throw new CommandFailure('database_invalid', 'The address of the database is no URL: write postgresql://user:password@host:port/name.');
  }
  const { createPool } = await import('../../db/pool.js');
  const { verifyLedger } = await import('../ledger-verify.js');
  const pool = createPool(database, { applicationName: 'tirek-ledger-verify' });
  try {
    return await verifyLedger(pool, caseId === undefined ? {} : { caseId });
  } catch (error) {
    // Without the URL: it holds a password.
    throw new CommandFailure('database_unreadable', `The ledger cannot be read from ${new URL(database).host} (${reasonOf(error)}): is that database running, and is it of this version?`);
  } finally {
    await pool.end();
  }
}

function verdictText({ cases, entries, faults }: LedgerVerdict): string {
  const seen = `cases: ${cases}, entries: ${entries}`;
  if (faults.length === 0) return `The ledger is sound (${seen}): what is stored follows from it.`;
  return [`The ledger and what is stored DIFFER (${seen}, faults: ${faults.length}).`, ...faults.map(faultText)].join('\n');
}

function faultText({ caseId, seq, code, fault }: LedgerVerdict['faults'][number]): string {
  return wrap(`${caseId}${seq === undefined ? '' : ` entry ${seq}`} ${code}: ${fault}`, 2);
}
