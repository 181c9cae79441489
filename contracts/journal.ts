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

/** Type of the failure when another content already has the place of an entry: never retried, always loud. */
export const LEDGER_CONFLICT = 'LedgerConflict';
