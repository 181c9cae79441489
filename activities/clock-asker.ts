/** Who asks for a look: the engine says so, and no argument of an activity does. */
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { subjectOfWorkflow, type ClockKind, type LookRequest } from '../contracts/case-clock.js';

/** The clock that asks. */
export interface Asker {
  kind: ClockKind;
  runId: string;
}

/** Type of the failure of a look that no clock of ours has asked for. */
export const NOT_A_CLOCK = 'NotAClock';

/**
 * The clock of that subject, by the id of the workflow that runs. A look writes what is armed and that the clock has heard, so
 * another workflow that asks for it would make the case deaf.
 * @returns undefined when the workflow has the id of another subject, or of none
 * @throws ApplicationFailure when it came over the queue: clocks look locally, where their own code runs
 */
export function askerOnEngine({ subjectId }: LookRequest): Asker | undefined {
  const { isLocal, workflowExecution } = activityInfo();
  if (!isLocal || workflowExecution === undefined) throw ApplicationFailure.nonRetryable('only a clock looks', NOT_A_CLOCK);
  const { workflowId, runId } = workflowExecution;
  const clock = subjectOfWorkflow(workflowId);
  return clock?.subjectId === subjectId ? { kind: clock.kind, runId } : undefined;
}
