/**
 * Commands that the ledger has and that the engine never answered. A crash between the journal's
 * commit and the end of the workflow task takes the turn out of the engine's history; nobody repeats
 * an accepted command, and until its next input the case would watch no term and send no referral
 * that the turn brought. Asked again, the case finds the turn in the ledger and takes it up.
 */
import { settleCommands, unsettledCommands, type UnsettledCommand } from '../db/commands.js';
import type { Pool } from '../db/pool.js';
import type { Command } from '../domain/case/commands.js';
import type { CaseEngine } from './case-engine.js';
import { isCaseOpen } from './waiting-rows.js';

/**
 * Makes sure that the engine knows the accepted commands of a case.
 * @throws when it is not known whether it does: try again
 */
export async function settleCommandsOf(pool: Pool, engine: CaseEngine, caseId: string): Promise<void> {
  const unsettled = await unsettledCommands(pool, caseId);
  for (const command of unsettled) if (command.atEnd) await askAgain(pool, engine, caseId, command);
  await settleCommands(pool, unsettled.map(({ id }) => id));
}

async function askAgain(pool: Pool, engine: CaseEngine, caseId: string, { id, kind, data, actor, seq }: UnsettledCommand): Promise<void> {
  // The pair of kind and data comes from one row, which the compiler cannot follow through Postgres.
  const command = { kind, id, actor, data, knownSeq: seq } as Command;
  if ((await engine.askAgain(caseId, command)) === 'answered') return;
  if (await isCaseOpen(pool, caseId)) throw new Error(`case ${caseId} is open here and unknown to the engine`);
}
