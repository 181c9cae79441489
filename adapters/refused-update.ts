/** A refusal of the core as it comes back through Temporal: the failure of an Update that a validator did not let in. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { REFUSED } from '../contracts/case-workflow.js';
import type { Refusal } from '../domain/case/refusal.js';

/** The refusal in what an Update threw; undefined for any other failure, also that of a run which ended under it. */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof WorkflowUpdateFailedError)) return undefined;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || cause.type !== REFUSED) return undefined;
  return cause.details?.[0] as Refusal | undefined;
}
