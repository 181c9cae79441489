/**
 * Liveness means progress. A relay whose loops died, hang or hold all places for ever looks alive from outside:
 * so it asks, on connections of its own, whether work is due that it could take and does not, and ends itself.
 */
import type { DueWork, Lane, ListName } from './work-list.js';

/** Longer than any piece of work may take and any link may stay silent. */
export const STUCK_AFTER_MS = 20_000;

export interface Standstill {
  list: ListName;
  lane: Lane;
  /** How long work has been due there, in milliseconds. */
  dueMs: number;
}

/** When this process took something, lane by lane. */
export class Progress {
  readonly #stuckAfterMs: number;
  readonly #now: () => number;
  readonly #begunAt: number;
  readonly #takenAt = new Map<string, number>();

  /** @param now monotonic milliseconds */
  constructor(stuckAfterMs: number = STUCK_AFTER_MS, now: () => number = () => performance.now()) {
    this.#stuckAfterMs = stuckAfterMs;
    this.#now = now;
    this.#begunAt = now();
  }

  taken(list: ListName, lane: Lane): void {
    this.#takenAt.set(`${list}:${lane}`, this.#now());
  }

  /** Lanes where work has been due for longer than it may, and this process has taken none for as long. */
  standstills(due: readonly DueWork[]): Standstill[] {
    const since = this.#now() - this.#stuckAfterMs;
    return due
      .filter(({ list, lane, oldestMs }) => oldestMs > this.#stuckAfterMs && (this.#takenAt.get(`${list}:${lane}`) ?? this.#begunAt) < since)
      .map(({ list, lane, oldestMs }) => ({ list, lane, dueMs: oldestMs }));
  }
}
