/** Starting the sweep of an adoption, or waking the one that runs: one call that may be repeated. */
import type { Client } from '@temporalio/client';

import { CASES_TASK_QUEUE } from '../contracts/case-clock.js';
import { LAW_ADOPTION_WORKFLOW, lawAdoptionWorkflowId, WAKE_SIGNAL, type AdoptionInput } from '../contracts/law-adoption.js';

const DEADLINE_MS = 3_000;

/** @throws when the engine cannot be reached; the relay wakes it then */
export async function wakeAdoption(client: Client, adoptionId: string, deadlineMs: number = DEADLINE_MS): Promise<void> {
  const input: AdoptionInput = { adoptionId };
  await client.withDeadline(Date.now() + deadlineMs, () =>
    client.workflow.signalWithStart(LAW_ADOPTION_WORKFLOW, {
      workflowId: lawAdoptionWorkflowId(adoptionId),
      taskQueue: CASES_TASK_QUEUE,
      // An adoption that had ended runs again for cases that it missed.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [input],
      signal: WAKE_SIGNAL,
      signalArgs: [],
      staticSummary: 'Adoption of a calendar or a policy',
    }),
  );
}
