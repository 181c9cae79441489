/** Whether the engine is asked at all: while it is away one call at a time looks for it, with growing pauses. */

const FIRST_PAUSE_MS = 250;
/** No clock waits longer for an engine that is back. */
export const LONGEST_PAUSE_MS = 5_000;

export class EngineGate {
  readonly #now: () => number;
  #pauseMs = 0;
  #openAt = -Infinity;

  /** @param now monotonic milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How many of `wanted` calls may be made now. */
  allows(wanted: number): number {
    if (this.#pauseMs === 0) return wanted;
    if (this.#now() < this.#openAt) return 0;
    // The next one may look only when this one has told what it found, or hangs.
    this.#openAt = this.#now() + LONGEST_PAUSE_MS;
    return Math.min(1, wanted);
  }

  answered(): void {
    this.#pauseMs = 0;
  }

  /** The engine did not answer. */
  away(): void {
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2));
    this.#openAt = this.#now() + this.#pauseMs;
  }
}
