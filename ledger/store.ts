/**
 * What `take` asks of the place where cases live: one look, one write, and both under the lock of a case.
 * Postgres is one such place; the simulation of the machinery has another, held against it by the same seeds.
 */
import type { Known, ThingIds } from '../domain/case/references.js';
import type { Claim } from '../domain/case/decision.js';
import type { SubjectKind } from '../domain/subject/state.js';
import type { AnyAnswer, AnyState } from '../domain/subject/subjects.js';
import type { Instant } from '../domain/law/calendar.js';
import type { RecomputedTerms } from '../domain/law/recomputation.js';
import type { Queryable } from '../db/pool.js';
import type { CaseWriting } from './writing.js';

/** A client's key and what it was used for. */
export interface CommandKey {
  actorId: string;
  idempotencyKey: string;
}

/** What is asked beside the case: keys that may have an answer already, and the things to which commands refer. */
export interface Asked {
  keys: readonly CommandKey[];
  /** Absent: none. */
  things?: ThingIds;
}

/** A command that was answered before. */
export interface KnownCommand extends CommandKey {
  id: string;
  bodySha256: string;
  caseId: string | null;
  kind: string;
  answer: AnyAnswer;
}

/** The version of the law in force, and the act by which running cases take it up; absent for the first one. */
export interface LawInForceRow {
  kind: 'calendar' | 'policy';
  version: string;
  adoption?: { id: string; act: string; recompute: RecomputedTerms };
}

/** A report of the inbox that waits for the case; reports come in the order of receipt. */
export interface WaitingReport {
  inboxId: string;
  receivedAt: Instant;
  /** Whose signature was verified. */
  source: string;
  payload: ReportPayload;
  /** Signature of the door that received it; absent of one that came in by none. */
  act: string | null;
}

/** What an agency says; references and codes only. */
export type ReportPayload = (
  | { measureId: string; outcome: 'performed' | 'in_progress' | 'not_performed'; noteId?: string }
  /** 256-24 */
  | { referralId: string; identified: boolean }
) & {
  /** Organisations that had ended, and whose successor the sender is. */
  standsFor?: readonly string[];
};

/** Where a subject stands. */
export interface SubjectRow {
  kind: SubjectKind;
  seq: number;
  head: string;
  version: number;
  running: boolean;
  /** Case time of the last entry. */
  clockAt: Instant;
  skipping: boolean;
  skewMs: number;
  state: AnyState;
  /** Place of the ledger as of which the state is stored; what came after was replayed. */
  snapshotSeq: number;
}

/** All that a turn is decided on, seen at one moment. */
export interface Look {
  /** The clock of Postgres, read with the rest (epoch ms); under the lock: after the lock. */
  now: Instant;
  subject: SubjectRow | undefined;
  law: readonly LawInForceRow[];
  known: readonly KnownCommand[];
  /** What exists of the things that were asked for. */
  things: Known;
  waiting: readonly WaitingReport[];
}

export interface LockedStore {
  /** The connection that holds the lock: who works under it must not wait for another one of the same pool. */
  reader?: Queryable;
  look(asked: Asked): Promise<Look>;
  /**
   * Takes claims for the case, all or none, in one order for everybody; it waits for whoever is just taking one of them.
   * @returns the claims that another case has
   */
  claim(claims: readonly Claim[]): Promise<readonly Claim[]>;
  write(writing: CaseWriting): Promise<'written' | 'beaten'>;
}

export interface LedgerStore {
  look(caseId: string, asked: Asked): Promise<Look>;
  /** All or nothing. `beaten`: somebody was faster, and nothing was written; look again under the lock. */
  write(writing: CaseWriting): Promise<'written' | 'beaten'>;
  /** Under the row lock of the case; what the work throws leaves nothing behind. */
  locked<T>(caseId: string, work: (store: LockedStore) => Promise<T>): Promise<T>;
}
