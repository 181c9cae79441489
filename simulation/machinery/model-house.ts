/**
 * Postgres in small: tables, transactions whose rows are seen at their commit, locks that are waited for in
 * order. No snapshot lasts longer than one statement here, as in Postgres's read committed.
 */
import type { Instant } from '../../domain/law/calendar.js';
import type { CaseWriting } from '../../ledger/writing.js';
import { emptyTables, type Tables } from './tables.js';

/** 23505: another row has the place. */
export class UniqueViolation extends Error {
  override readonly name = 'UniqueViolation';
}

/** The transaction was ended from outside: its connection broke, its time was up, or the server was restored. */
export class TransactionEnded extends Error {
  override readonly name = 'TransactionEnded';
}

interface Waiter {
  transaction: Transaction;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Lock {
  holder: Transaction;
  waiting: Waiter[];
}

export class ModelHouse {
  tables: Tables = emptyTables();
  /** Place of the next row of the inbox: sequences are not rolled back, and a restore may not give one twice. */
  nextPlace = 1;
  readonly clock: () => Instant;
  /** Told of each commit, at once. */
  onCommit: () => void = () => {};
  /** Told of what a take writes, when it is committed. */
  onTaken: (writing: CaseWriting) => void = () => {};
  readonly #locks = new Map<string, Lock>();
  readonly #open = new Set<Transaction>();

  /** @param clock clock_timestamp() */
  constructor(clock: () => Instant) {
    this.clock = clock;
  }

  begin(): Transaction {
    const transaction = new Transaction(this);
    this.#open.add(transaction);
    return transaction;
  }

  /** Puts the tables back to a backup; every transaction that is open is gone. */
  restore(backup: Tables): void {
    for (const transaction of this.#open) transaction.rollback();
    this.tables = backup;
  }

  /** Used by transactions only. */
  lockFor(transaction: Transaction, key: string): Promise<void> | undefined {
    const lock = this.#locks.get(key);
    if (lock === undefined) {
      this.#locks.set(key, { holder: transaction, waiting: [] });
      return undefined;
    }
    if (lock.holder === transaction) return undefined;
    return new Promise((resolve, reject) => lock.waiting.push({ transaction, resolve, reject }));
  }

  /** Used by transactions only: gives each lock to the next who waits, and ends the waits of the one that is over. */
  released(transaction: Transaction): void {
    this.#open.delete(transaction);
    for (const [key, lock] of this.#locks) {
      lock.waiting = lock.waiting.filter((waiter) => {
        if (waiter.transaction === transaction) waiter.reject(new TransactionEnded('the wait for a lock was ended'));
        return waiter.transaction !== transaction;
      });
      if (lock.holder === transaction) this.#handOn(key, lock);
    }
  }

  #handOn(key: string, lock: Lock): void {
    const next = lock.waiting.shift();
    if (next === undefined) {
      this.#locks.delete(key);
      return;
    }
    lock.holder = next.transaction;
    next.resolve();
  }

  /** Gives one lock back before the end of its transaction: a row that was not there to be locked. */
  unlock(transaction: Transaction, key: string): void {
    const lock = this.#locks.get(key);
    if (lock?.holder === transaction) this.#handOn(key, lock);
  }
}

export class Transaction {
  readonly house: ModelHouse;
  /** Claims that this transaction has taken and nobody else can see yet. */
  readonly claimed = new Set<string>();
  /** Told when it is over, either way. */
  onEnd: () => void = () => {};
  #rows: (() => void)[] = [];
  #ended = false;

  constructor(house: ModelHouse) {
    this.house = house;
  }

  /** Waits for whoever holds it. @throws TransactionEnded */
  async lock(key: string): Promise<void> {
    this.#check();
    const wait = this.house.lockFor(this, key);
    if (wait !== undefined) await wait;
    this.#check();
  }

  unlock(key: string): void {
    this.house.unlock(this, key);
  }

  /** A row that is seen at the commit. */
  write(row: () => void): void {
    this.#check();
    this.#rows.push(row);
  }

  /** @throws TransactionEnded when it was ended before */
  commit(): void {
    this.#check();
    this.#ended = true;
    for (const row of this.#rows) row();
    this.house.released(this);
    this.onEnd();
    if (this.#rows.length > 0) this.house.onCommit();
  }

  rollback(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.house.released(this);
    this.onEnd();
  }

  #check(): void {
    if (this.#ended) throw new TransactionEnded('the transaction is over');
  }
}
