/** Wakes as signals, for tests without the relay: each row that is due, again and again until its look has deleted it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import {
  CASES_TASK_QUEUE,
  clockWorkflowId,
  CLOCK_VERSION,
  WORKFLOW_OF,
  type ClockInput,
  type ClockKind,
  type RunLimits,
  type ToldFacts,
} from '../../contracts/case-clock.js';
import type { Pool } from '../../db/pool.js';

/** Starts the clock of a case, or of a Center, or wakes it; `rebuild` replaces the run. */
export async function wakeClock(
  client: Client,
  caseId: string,
  {
    name = 'Look',
    told = { stage: 'unknown', facts: [] },
    rebuild = false,
    limits,
    kind = 'case',
  }: { kind?: ClockKind; name?: string; told?: ToldFacts; rebuild?: boolean; limits?: RunLimits } = {},
): Promise<string> {
  const input: ClockInput = { subjectId: caseId, clockVersion: CLOCK_VERSION, ...(limits === undefined ? {} : { limits }) };
  const handle = await client.workflow.signalWithStart(WORKFLOW_OF[kind], {
    workflowId: clockWorkflowId(kind, caseId),
    taskQueue: CASES_TASK_QUEUE,
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    workflowIdConflictPolicy: rebuild ? 'TERMINATE_EXISTING' : 'USE_EXISTING',
    args: [input],
    signal: name,
    signalArgs: [told],
  });
  return handle.signaledRunId;
}

export function startWakeSender(pool: Pool, client: Client): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const send = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const { rows } = await pool.query<{ subject_id: string; kind: ClockKind; name: string; rebuild: boolean }>(
        `update wake set due_at = clock_timestamp() + interval '10 seconds', attempts = attempts + 1
          where subject_id in (select subject_id from wake where due_at <= clock_timestamp() order by lane, due_at limit 20 for update skip locked)
         returning subject_id, name, rebuild, (select kind from subject_file where subject_file.subject_id = wake.subject_id) as kind`,
      );
      await Promise.all(rows.map(({ subject_id, kind, name, rebuild }) => wakeClock(client, subject_id, { kind, name, rebuild })));
      if (rows.length === 0) await pause(20);
    }
  };
  const sending = send();
  return {
    stop: async () => {
      stopping.abort();
      await sending;
    },
  };
}
