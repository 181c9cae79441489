/** A process of ours: its incarnations, its way to Postgres, and how both break. */
import type { Instant } from '../../domain/law/calendar.js';
import type { Faults } from './faults.js';
import type { Transaction } from './model-house.js';
import type { Link } from './model-store.js';
import type { Dice, Scheduler } from './scheduler.js';

/** The connection broke or fell silent: what was asked may have been done. */
export class LinkBroken extends Error {
  override readonly name = 'LinkBroken';
}

export interface Surroundings {
  scheduler: Scheduler;
  dice: Dice;
  faults: Faults;
  /** Told before each call of a process: great faults happen while something is under way. */
  onCall: () => void;
  /** How often Postgres was restored: with it every connection broke. */
  restores: () => number;
  note: (line: string) => void;
}

/** Client-side deadline of one call, and of a transaction. */
const CALL_WITHIN_MS = 5_000;
const TRANSACTION_WITHIN_MS = 4_000;
/** A bound far above any pause that is drawn. */
const LONGEST_CUT_MS = 120_000;

/** Whoever waits for this waits for ever: that is what it is to be forgotten. One for each, or it would keep all of them. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/** One life of a process; what it had in hand dies with it. */
export class Incarnation implements Link {
  alive = true;
  readonly process: Process;
  readonly #transactions = new Set<Transaction>();

  constructor(process: Process) {
    this.process = process;
  }

  async to(): Promise<void> {
    await this.#travel('request_lost');
  }

  async back(): Promise<void> {
    await this.#travel('answer_lost');
  }

  holds(transaction: Transaction): void {
    this.#transactions.add(transaction);
    transaction.onEnd = () => this.#transactions.delete(transaction);
    this.process.surroundings.scheduler.after(TRANSACTION_WITHIN_MS, () => transaction.rollback());
  }

  /** A moment of work in this process, in which it may die or stand still. */
  async pause(ms: number): Promise<void> {
    await this.process.surroundings.scheduler.pause(ms);
    if (!this.alive) return never();
    return undefined;
  }

  die(): void {
    this.alive = false;
    // The server notices the end of a connection at once, and of a silent one at the bound of the transaction.
    for (const transaction of this.#transactions) transaction.rollback();
  }

  async #travel(loss: 'request_lost' | 'answer_lost'): Promise<void> {
    const { surroundings } = this.process;
    const { faults, dice, scheduler } = surroundings;
    if (!this.alive) return never();
    const { restores } = surroundings;
    const connected = restores();
    surroundings.onCall();
    if (this.alive && faults.strikes('process_killed', 30_000)) this.process.kill();
    if (!this.alive) return never();
    if (faults.strikes('process_paused', 45_000)) await scheduler.pause(dice.whole(11_000, 40_000));
    if (faults.strikes('link_cut', LONGEST_CUT_MS)) this.process.cutUntil = scheduler.now + dice.whole(1_000, LONGEST_CUT_MS);
    await scheduler.pause(dice.whole(1, 4));
    if (scheduler.now < this.process.cutUntil) {
      await scheduler.pause(CALL_WITHIN_MS);
      if (!this.alive) return never();
      throw new LinkBroken('the link is silent');
    }
    if (!this.alive) return never();
    if (restores() !== connected) throw new LinkBroken('Postgres was restored');
    if (faults.strikes(loss)) throw new LinkBroken(loss);
    return undefined;
  }
}

export class Process {
  readonly name: string;
  readonly surroundings: Surroundings;
  current: Incarnation | undefined;
  cutUntil: Instant = 0;
  readonly #begin: (incarnation: Incarnation) => void;

  /** @param begin what the process does when it starts */
  constructor(name: string, surroundings: Surroundings, begin: (incarnation: Incarnation) => void) {
    this.name = name;
    this.surroundings = surroundings;
    this.#begin = begin;
  }

  start(): void {
    this.current = new Incarnation(this);
    this.#begin(this.current);
  }

  /** Forgotten at any await; somebody starts it again within half a minute. */
  kill(): void {
    const { scheduler, dice, note } = this.surroundings;
    if (this.current === undefined) return;
    note(`${this.name} is killed`);
    this.current.die();
    this.current = undefined;
    scheduler.after(dice.whole(1_000, 20_000), () => this.start());
  }
}
