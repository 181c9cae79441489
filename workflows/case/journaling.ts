/** Journal first, then the answer and the effects: what was answered is in the ledger. */
import { ActivityFailure, ApplicationFailure, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { JournalActivities } from '../../activities/journal.js';
import { LEDGER_CONFLICT, type JournalTurn } from '../../contracts/journal.js';
import { chainDigests } from '../../contracts/ledger-digest.js';
import type { Turn, TurnInput } from '../../domain/case/turn.js';

/**
 * Our own database, within a second: a local activity costs one event. Few quick attempts only,
 * because one that keeps failing heartbeats its workflow task and fills the history.
 */
const { recordTurn } = proxyLocalActivities<JournalActivities>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 3 },
});

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Records a turn and returns the digest of the ledger after it.
 *
 * While Postgres is away it waits on timers with growing pauses; the case stands still rather than
 * answer what is not written down. On replay the recorded digest is compared with the one computed
 * from this code: a difference means that this code would have written another history, and fails
 * the workflow task loudly instead of going on.
 */
export async function journalTurn(
  caseId: string,
  previousHead: string,
  inputs: readonly TurnInput[],
  turn: Turn,
): Promise<string> {
  const head = chainDigests(previousHead, turn.entries);
  const receipt = await recordPatiently({ caseId, previousHead, entries: turn.entries, answers: commandAnswers(inputs, turn) });
  if (receipt !== head) throw new Error(`journal of case ${caseId} says ${receipt}, this code computes ${head}`);
  return head;
}

async function recordPatiently(journal: JournalTurn): Promise<string> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return (await recordTurn(journal)).head;
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isConflict(error)) throw asTaskFailure(error);
      await sleep(pauseMs, { summary: 'the journal cannot be reached' });
    }
  }
}

function isConflict(error: ActivityFailure): boolean {
  return error.cause instanceof ApplicationFailure && error.cause.type === LEDGER_CONFLICT;
}

/** A plain Error fails the workflow task, which shows and recovers; a Temporal failure would end the case. */
function asTaskFailure(error: unknown): Error {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return new Error(`journal refused a turn: ${cause instanceof Error ? cause.message : String(cause)}`);
}

function commandAnswers(inputs: readonly TurnInput[], turn: Turn): JournalTurn['answers'] {
  return inputs.flatMap((input, index) => {
    const answer = turn.answers[index];
    return input.kind === 'command' && answer?.ok === true ? [{ commandId: input.command.id, answer }] : [];
  });
}
