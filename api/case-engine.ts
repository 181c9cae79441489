/** Asking a running case: one Update per command, within a deadline, repeated under its own id where that is safe. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { refusalIn } from '../adapters/refused-update.js';
import { caseWorkflowId, commandUpdate } from '../contracts/case-workflow.js';
import type { Command } from '../domain/case/commands.js';
import { REFUSAL_CODES, type Refusal } from '../domain/case/refusal.js';
import type { Answer } from '../domain/case/turn.js';

export type Asked =
  | { kind: 'answered'; answer: Answer }
  /** No run of the case takes commands: it has not begun, or it has ended. */
  | { kind: 'not_running' }
  /** In time nobody answered; the command may have been taken or may yet be. */
  | { kind: 'unknown'; reason: string };

/**
 * gRPC statuses after which the same request fails again: a bad argument (3), no permission (7), an
 * unknown method (12), no identity (16). After any other, such as a workflow task that failed under
 * the Update (9) or a server that is away (14), the same id may be sent again.
 */
const HOPELESS: ReadonlySet<number> = new Set([3, 7, 12, 16]);
const BETWEEN_ATTEMPTS_MS = 150;

/**
 * Runs a command as an Update whose id is the command's own, until the deadline (epoch ms).
 * @throws Error for what no repeat can mend, such as an Update that the workflow does not know
 */
export async function askCase(client: Client, caseId: string, command: Command, deadline: number): Promise<Asked> {
  for (;;) {
    try {
      return { kind: 'answered', answer: await update(client, caseId, command, deadline) };
    } catch (error) {
      const verdict = verdictOn(error);
      if (verdict.kind !== 'again') return verdict;
      if (Date.now() + BETWEEN_ATTEMPTS_MS >= deadline) return { kind: 'unknown', reason: verdict.reason };
      await pause(BETWEEN_ATTEMPTS_MS);
    }
  }
}

async function update(client: Client, caseId: string, command: Command, deadline: number): Promise<Answer> {
  const handle = client.workflow.getHandle(caseWorkflowId(caseId));
  return client.withDeadline(deadline, () =>
    handle.executeUpdate<Answer, [Command]>(commandUpdate(command.kind), { updateId: command.id, args: [command] }),
  );
}

function verdictOn(error: unknown): Asked | { kind: 'again'; reason: string } {
  if (error instanceof WorkflowUpdateFailedError) {
    const refusal = refusalIn(error);
    if (isRefusal(refusal)) return { kind: 'answered', answer: { ok: false, refusal } };
    // Accepted by a run that ended before it answered: the journal knows, the caller looks there.
    return { kind: 'unknown', reason: 'the update failed' };
  }
  if (error instanceof WorkflowNotFoundError) return { kind: 'not_running' };
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return { kind: 'unknown', reason: 'no answer in time' };
  const code: number | undefined = error instanceof ServiceError && isGrpcServiceError(error.cause) ? error.cause.code : undefined;
  if (code !== undefined && !HOPELESS.has(code)) return { kind: 'again', reason: `gRPC status ${code}` };
  throw error;
}

/** A newer worker may refuse with a code for which this process has no sentence. */
function isRefusal(value: unknown): value is Refusal {
  if (typeof value !== 'object' || value === null || !('code' in value)) return false;
  return REFUSAL_CODES.some((code) => code === value.code);
}
