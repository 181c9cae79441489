/** The journal: a turn of a case goes into the ledger and the read model in one transaction. */
import { ApplicationFailure } from '@temporalio/common';

import { LEDGER_CONFLICT, type JournalReceipt, type JournalTurn, type LedgerConflict } from '../contracts/journal.js';
import { chainDigest, EMPTY_LEDGER } from '../contracts/ledger-digest.js';
import type { Entry } from '../domain/case/facts.js';
import { prepareTurn, readDigests, readEntriesAfter, readStoredCase, writeAnswers, writeTurn, type StoredCase } from '../db/ledger.js';
import { lawByRef } from '../db/law.js';
import { isUniqueViolation, type Pool } from '../db/pool.js';
import type { CaseState } from '../domain/case/state.js';
import type { StepName } from '../domain/law/ladder.js';
import type { Force } from '../domain/law/rule.js';
import type { LawInForce, LawRef } from '../domain/law/law.js';

/** A step of a ladder that was written down, against the moment for which it was planned, both in case time. */
export interface RecordedStep {
  step: StepName;
  force: Force;
  latenessMs: number;
}

export type StepObserver = (step: RecordedStep) => void;

export interface JournalActivities {
  /**
   * Records a turn. The same turn again writes nothing and has the same receipt.
   * @throws ApplicationFailure `LedgerConflict` (not retryable) when another content has the place of an
   *   entry; its detail is a `LedgerConflict`. Any other error means: not recorded, try again.
   */
  recordTurn(turn: JournalTurn): Promise<JournalReceipt>;
  /**
   * The entries that the ledger has after a place. A worker that dies between the journal's commit
   * and the end of its workflow task leaves a turn which the workflow's history does not know: the
   * ledger is the truth, and the case takes these entries up before it decides anything new.
   */
  ledgerAfter(place: { caseId: string; seq: number }): Promise<readonly Entry[]>;
  /** The law by its versions: entries that were taken up from the ledger may rest on a law that the run has not seen. */
  readLaw(ref: LawRef): Promise<LawInForce>;
}

/** A repeat that raced with the first attempt is seen as one at the second look. */
const LOOKS = 2;

export function createJournalActivities({ pool, onStep = () => {} }: { pool: Pool; onStep?: StepObserver }): JournalActivities {
  return {
    recordTurn: (turn) => recordTurn(pool, turn, onStep),
    ledgerAfter: ({ caseId, seq }) => readEntriesAfter(pool, caseId, seq),
    readLaw: (ref) => lawByRef(pool, ref),
  };
}

async function recordTurn(pool: Pool, turn: JournalTurn, onStep: StepObserver): Promise<JournalReceipt> {
  for (let look = 1; ; look += 1) {
    const stored = await readStoredCase(pool, turn.caseId);
    const receipt = await alreadyRecorded(pool, turn, stored);
    if (receipt) return receipt;
    const prepared = prepareTurn(stored?.state, turn);
    try {
      await writeTurn(pool, stored?.state, turn, prepared);
      tellSteps(stored?.state, turn.entries, onStep);
      return { head: prepared.head };
    } catch (error) {
      // Another attempt took the same places between our look and our write. Which row of the turn meets its twin
      // first is Postgres's affair: any may say so, and the second look tells what it was.
      if (look === LOOKS || !isUniqueViolation(error)) throw error;
    }
  }
}

/**
 * Told after the write, so that a repeat tells nothing. Only of moments that stood in the ledger before
 * this turn: what an act of people or a new law puts into the past is not the engine's lateness.
 */
function tellSteps(before: CaseState | undefined, entries: readonly Entry[], onStep: StepObserver): void {
  for (const { type, at, data } of entries) {
    if (type !== 'DeadlineStepReached') continue;
    const { dutyKey, step, force, moment } = data;
    const planned = before?.duties.find(({ key }) => key === dutyKey)?.steps.some((each) => each.step === step && each.at === moment);
    if (planned === true) onStep({ step, force, latenessMs: at - moment });
  }
}

/** The receipt when there is nothing to write, undefined when the turn continues the ledger. */
async function alreadyRecorded(pool: Pool, turn: JournalTurn, stored: StoredCase | undefined): Promise<JournalReceipt | undefined> {
  const [first] = turn.entries;
  const storedSeq = stored?.seq ?? 0;
  if (first === undefined) {
    await writeAnswers(pool, turn);
    return { head: turn.previousHead };
  }
  if (first.seq === storedSeq + 1) {
    if ((stored?.head ?? EMPTY_LEDGER) === turn.previousHead) return undefined;
    throw conflict('fork', turn, first.seq, storedSeq);
  }
  if (first.seq > storedSeq) throw conflict('fork', turn, first.seq, storedSeq);
  const head = await sameAsStored(pool, turn, first.seq, storedSeq);
  await writeAnswers(pool, turn);
  return { head };
}

/** The head of a turn that is in the ledger entry by entry; anything else in its places is a conflict. */
async function sameAsStored(pool: Pool, turn: JournalTurn, first: number, storedSeq: number): Promise<string> {
  const digests = await readDigests(pool, turn.caseId, first - 1, first + turn.entries.length - 1);
  const bySeq = new Map(digests.map(({ seq, digest }) => [seq, digest]));
  const before = first === 1 ? EMPTY_LEDGER : bySeq.get(first - 1);
  if (before !== turn.previousHead) throw conflict('fork', turn, first, storedSeq);
  let head = turn.previousHead;
  for (const entry of turn.entries) {
    head = chainDigest(head, entry);
    if (bySeq.get(entry.seq) !== head) throw conflict('behind', turn, entry.seq, storedSeq);
  }
  return head;
}

function conflict(kind: LedgerConflict['kind'], { caseId }: JournalTurn, seq: number, storedSeq: number): ApplicationFailure {
  const detail: LedgerConflict = { kind, caseId, seq, storedSeq };
  return ApplicationFailure.nonRetryable(
    `ledger of case ${caseId}: place ${seq} does not continue what is stored (${kind}, ${storedSeq} entries); nothing was written`,
    LEDGER_CONFLICT,
    detail,
  );
}
