/**
 * Liveness means progress. A relay whose loops died, hang or hold all places for ever looks alive from outside:
 * so it asks, on connections of its own, whether work is due that it could take and does not, and ends itself.
 */
import type { DueWork, Lane, ListName } from './work-list.js';

/** Longer than any piece of work may take before it is given up. */
export const STUCK_AFTER_MS = 20_000;

/**
 * Looks come every two seconds. When none has come for so long, this process itself was held up, or Postgres was away: nobody could take
 * anything meanwhile, and what fell due in that time is no proof that the loops stand. They get the whole time anew.
 */
export const LOOKS_MISSED_AFTER_MS = 10_000;

export interface Standstill {
  list: ListName;
  lane: Lane;
  /** How long work has been due there, in milliseconds. */
  dueMs: number;
}

/** When this process took something or ended it, lane by lane. */
export class Progress {
  readonly #stuckAfterMs: number;
  readonly #now: () => number;
  readonly #movedAt = new Map<string, number>();
  /** Since when looks have followed one another. */
  #watchedSince: number;
  #lookedAt: number;
  #stands = false;

  /** @param now monotonic milliseconds */
  constructor(stuckAfterMs: number = STUCK_AFTER_MS, now: () => number = () => performance.now()) {
    this.#stuckAfterMs = stuckAfterMs;
    this.#now = now;
    this.#watchedSince = this.#lookedAt = now();
  }

  /** Something was taken, or what was in hand has ended: a lane whose every place is busy for long moves by its ends. */
  moved(list: ListName, lane: Lane): void {
    this.#movedAt.set(`${list}:${lane}`, this.#now());
  }

  /** Lanes where work has been due for longer than it may, and this process, which could have, has moved none for as long. */
  standstills(due: readonly DueWork[]): Standstill[] {
    const now = this.#now();
    if (now - this.#lookedAt > LOOKS_MISSED_AFTER_MS) this.#watchedSince = now;
    this.#lookedAt = now;
    const since = now - this.#stuckAfterMs;
    const movedAt = (list: ListName, lane: Lane): number => Math.max(this.#watchedSince, this.#movedAt.get(`${list}:${lane}`) ?? -Infinity);
    const found = due
      .filter(({ list, lane, oldestMs }) => oldestMs > this.#stuckAfterMs && movedAt(list, lane) < since)
      .map(({ list, lane, oldestMs }) => ({ list, lane, dueMs: oldestMs }));
    if (found.length > 0) this.#stands = true;
    return found;
  }

  /** It was found standing still: it waits to be ended, and judges nothing any more. */
  get stands(): boolean {
    return this.#stands;
  }
}
