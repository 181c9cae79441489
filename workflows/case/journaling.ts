/** Journal first, then the answer and the effects: what was answered is in the ledger. */
import { ActivityFailure, ApplicationFailure, TimeoutFailure, proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { JournalActivities } from '../../activities/journal.js';
import { LEDGER_CONFLICT, type JournalTurn, type LedgerConflict } from '../../contracts/journal.js';
import { chainDigests } from '../../contracts/ledger-digest.js';
import type { Entry } from '../../domain/case/facts.js';
import type { Turn, TurnInput } from '../../domain/case/turn.js';
import type { LawInForce, LawRef } from '../../domain/law/law.js';

/**
 * Our own database, within a second: a local activity costs one event. Few quick attempts only,
 * because one that keeps failing heartbeats its workflow task and fills the history.
 */
const { recordTurn, ledgerAfter, readLaw } = proxyLocalActivities<JournalActivities>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumAttempts: 3 },
});

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;

/** A turn is in the ledger, or the ledger has gone on without this run, which must take it up first. */
export type Journaled = { recorded: true; head: string } | { recorded: false };

/**
 * Records a turn.
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
): Promise<Journaled> {
  const journal = { caseId, previousHead, entries: turn.entries, answers: commandAnswers(inputs, turn) };
  const head = chainDigests(previousHead, turn.entries);
  const receipt = await patiently(async () => {
    try {
      return (await recordTurn(journal)).head;
    } catch (error) {
      if (conflictOf(error)?.kind === 'behind') return undefined;
      throw error;
    }
  });
  if (receipt === undefined) return { recorded: false };
  if (receipt !== head) throw new Error(`journal of case ${caseId} says ${receipt}, this code computes ${head}`);
  return { recorded: true, head };
}

/**
 * What the ledger has after a place. A worker that dies between the journal's commit and the end of
 * its workflow task leaves entries that the history of the workflow does not know.
 */
export async function readLedgerAfter(caseId: string, seq: number): Promise<readonly Entry[]> {
  return patiently(() => ledgerAfter({ caseId, seq }));
}

/** The law that the ledger names, for a run that has taken up an adoption from there. */
export async function readLawOf(ref: LawRef): Promise<LawInForce> {
  return patiently(() => readLaw(ref));
}

async function patiently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (!isOfActivity(error) || conflictOf(error)) throw asTaskFailure(error);
      await sleep(pauseMs, { summary: 'the journal cannot be reached' });
    }
  }
}

/** A local activity fails with its own failure; only a normal one is wrapped into an ActivityFailure. */
function isOfActivity(error: unknown): boolean {
  return error instanceof ActivityFailure || error instanceof ApplicationFailure || error instanceof TimeoutFailure;
}

function causeOfFailure(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error;
}

function conflictOf(error: unknown): LedgerConflict | undefined {
  const cause = causeOfFailure(error);
  if (!(cause instanceof ApplicationFailure) || cause.type !== LEDGER_CONFLICT) return undefined;
  return cause.details?.[0] as LedgerConflict;
}

/** A plain Error fails the workflow task, which shows and recovers; a Temporal failure would end the case. */
function asTaskFailure(error: unknown): Error {
  const cause = causeOfFailure(error);
  return new Error(`journal refused a turn: ${cause instanceof Error ? cause.message : String(cause)}`);
}

function commandAnswers(inputs: readonly TurnInput[], turn: Turn): JournalTurn['answers'] {
  return inputs.flatMap((input, index) => {
    const answer = turn.answers[index];
    return input.kind === 'command' && answer?.ok === true ? [{ commandId: input.command.id, answer }] : [];
  });
}
