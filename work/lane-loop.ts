/** One lane of one list: takes what is due whenever a place is free, renews the leases, gives up what takes too long. */
import type { Logger } from 'pino';
import { LeaseLost, type Leased } from './lease.js';
import { reasonOf, type LaneOptions, type ListName, type WorkList, type WorkObserver } from './work-list.js';

/** Between two warnings about a list that cannot be read: an outage of an hour is not a thousand lines. */
const WARN_EVERY_MS = 10_000;

export class LaneLoop<P extends Leased> {
  readonly #list: WorkList<P>;
  readonly #options: LaneOptions;
  readonly #observer: WorkObserver;
  readonly #log: Logger;
  readonly #underWay = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #rung = false;
  /** Bells so far: what came while a piece was under way may have been kept back by its lease. */
  #bells = 0;
  /** More may be due than there were places for. */
  #more = false;
  #ring: () => void = () => {};
  #warnedAt = -Infinity;

  constructor(list: WorkList<P>, options: LaneOptions, observer: WorkObserver, log: Logger) {
    this.#list = list;
    this.#options = options;
    this.#observer = observer;
    this.#log = log;
    this.#ended = this.#run();
  }

  get list(): ListName {
    return this.#list.name;
  }

  /** There may be something to do. */
  ring(): void {
    this.#bells += 1;
    this.#wake();
  }

  #wake(): void {
    this.#rung = true;
    this.#ring();
  }

  /** Takes nothing more and waits for what is under way, which is bounded in time. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.ring();
    await this.#ended;
    await Promise.all(this.#underWay);
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#rung = false;
      const free = this.#options.places - this.#underWay.size;
      const taken = free > 0 ? await this.#take(free) : 0;
      // All that was asked for: there may be more, and a place may have become free meanwhile.
      this.#more = taken === free;
      if (this.#more && this.#underWay.size < this.#options.places) continue;
      await this.#pause();
    }
  }

  async #take(most: number): Promise<number> {
    try {
      const pieces = await this.#list.take(this.#options.lane, most);
      if (pieces.length > 0) this.#observer.taken(this.#list.name, this.#options.lane, pieces.length);
      for (const piece of pieces) this.#begin(piece);
      return pieces.length;
    } catch (error) {
      if (performance.now() - this.#warnedAt > WARN_EVERY_MS) {
        this.#warnedAt = performance.now();
        this.#log.warn({ list: this.#list.name, lane: this.#options.lane, reason: reasonOf(error) }, 'a work list could not be read; it is asked again');
      }
      return 0;
    }
  }

  #begin(piece: P): void {
    const bells = this.#bells;
    const work = this.#work(piece).finally(() => {
      this.#underWay.delete(work);
      if (this.#more || this.#bells !== bells) this.#wake();
    });
    this.#underWay.add(work);
  }

  async #work(piece: P): Promise<void> {
    const { name, leaseMs, withinMs } = this.#list;
    const given = new AbortController();
    const renewing = setInterval(() => void this.#renew(piece, given), leaseMs / 3);
    const tooLong = setTimeout(() => given.abort(new Error(`not done within ${withinMs} ms`)), withinMs);
    try {
      await Promise.race([this.#list.do(piece, given.signal), abortOf(given.signal)]);
      this.#observer.ended(name, this.#options.lane, 'done');
    } catch (error) {
      await this.#endBadly(piece, error);
    } finally {
      clearInterval(renewing);
      clearTimeout(tooLong);
    }
  }

  async #renew(piece: P, given: AbortController): Promise<void> {
    // Not known whether it is held: the lease runs on, and whatever is written asks for the token.
    const held = await this.#list.renew(piece).catch(() => true);
    if (!held) given.abort(new LeaseLost(`a lease of ${this.#list.name} was lost`));
  }

  async #endBadly(piece: P, error: unknown): Promise<void> {
    const { name } = this.#list;
    const { lane } = this.#options;
    const lost = error instanceof LeaseLost;
    this.#observer.ended(name, lane, lost ? 'lost' : 'failed');
    if (lost) {
      this.#log.warn({ list: name, lane }, 'a lease ran out under way; the work is anybody’s');
      return;
    }
    try {
      await this.#list.failed(piece, error);
    } catch (failure) {
      this.#log.warn(
        { list: name, lane, reason: reasonOf(error), failure: reasonOf(failure) },
        'how an attempt ended could not be written; it is tried again when its lease is over',
      );
    }
  }

  /** Until a bell, a free place, or the next patrol. */
  async #pause(): Promise<void> {
    if (this.#rung || this.#stopping.signal.aborted) return;
    await new Promise<void>((resolve) => {
      const patrol = setTimeout(resolve, this.#options.everyMs);
      this.#ring = () => {
        clearTimeout(patrol);
        resolve();
      };
    });
    this.#ring = () => {};
  }
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))), { once: true });
  });
}
