/** What a turn writes down: the entries of the ledger and the answers of the commands that made them. */
import type { Entry } from '../domain/case/facts.js';
import type { Answer } from '../domain/case/turn.js';

export interface JournalTurn {
  caseId: string;
  /** Digest of the ledger before this turn. */
  previousHead: string;
  entries: readonly Entry[];
  /** Commands answered in this turn, by command id. */
  answers: readonly { commandId: string; answer: Answer }[];
}

export interface JournalReceipt {
  /** Digest of the ledger after this turn, computed from what was recorded. */
  head: string;
}

/** Type of the failure when another content already has the place of an entry; nothing was written. */
export const LEDGER_CONFLICT = 'LedgerConflict';

/**
 * First detail of that failure. `behind`: the ledger shares the turn's past and has gone on from it,
 * because a worker died after the journal's commit and before the end of its workflow task; the case
 * takes those entries up. `fork`: the ledger has another past, which nobody may paper over.
 */
export interface LedgerConflict {
  kind: 'behind' | 'fork';
  caseId: string;
  /** First place in question. */
  seq: number;
  /** The last place that the ledger has, 0 when it is empty. */
  storedSeq: number;
}
