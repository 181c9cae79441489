/**
 * The clock of one case. The function is a table of contents: it knows no paragraph of the law. What
 * may happen, what follows and when is decided by the pure core; here it only lasts.
 */
import { allHandlersFinished, condition, continueAsNew } from '@temporalio/workflow';
import type { CaseInput, CaseOutcome } from '../../contracts/case-workflow.js';
import { CaseShell } from './case-shell.js';

export async function caseWorkflow(input: CaseInput): Promise<CaseOutcome> {
  const shell = new CaseShell(input);
  shell.listen();
  for (;;) {
    await shell.waitForWork();
    await shell.takeTurn();
    if (!shell.isOver() && !shell.mayContinueAsNew()) continue;
    // A run may not end under a handler: its caller would get a failure for a command that was journaled.
    await condition(allHandlersFinished);
    if (shell.hasWork()) continue;
    if (shell.isOver()) return shell.outcome();
    return continueAsNew<typeof caseWorkflow>(shell.nextInput());
  }
}
