/** Virtual time and one chance for everything: the same seed gives the same story, step by step. */
import type { Instant } from '../../domain/law/calendar.js';
import { Chance, streamOf } from '../chance.js';

const DRAWS = streamOf('machinery');

/** One sequence of draws. */
export class Dice {
  readonly #chance: Chance;
  #drawn = 0;

  constructor(seed: number, world: number) {
    this.#chance = new Chance(seed, world);
  }

  uniform(): number {
    this.#drawn += 1;
    return this.#chance.uniform(DRAWS, this.#drawn);
  }

  happens(share: number): boolean {
    return share > 0 && this.uniform() < share;
  }

  /** A whole number of both bounds and between. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.uniform() * (most - least + 1));
  }

  of<T>(list: readonly T[]): T {
    const chosen = list[this.whole(0, list.length - 1)];
    if (chosen === undefined) throw new Error('nothing to choose from');
    return chosen;
  }
}

interface Happening {
  at: Instant;
  /** Order of planning, for what happens at one instant. */
  place: number;
  happen: () => void;
}

/** Lets everything that has become possible happen, before time goes on. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class Scheduler {
  now: Instant;
  steps = 0;
  #planned = 0;
  /** A binary heap: the earliest first. */
  readonly #heap: Happening[] = [];

  constructor(now: Instant) {
    this.now = now;
  }

  at(at: Instant, happen: () => void): void {
    this.#planned += 1;
    this.#push({ at: Math.max(at, this.now), place: this.#planned, happen });
  }

  after(ms: number, happen: () => void): void {
    this.at(this.now + ms, happen);
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Lives until then, or until `over` says so. */
  async run(until: Instant, over: () => boolean = () => false): Promise<void> {
    for (let next = this.#heap[0]; next !== undefined && next.at <= until && !over(); next = this.#heap[0]) {
      this.#pop();
      this.now = next.at;
      this.steps += 1;
      next.happen();
      await settled();
    }
    if (!over()) this.now = Math.max(this.now, until);
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    heap.push(happening);
    for (let place = heap.length - 1; place > 0; ) {
      const above = (place - 1) >> 1;
      if (!this.#swapUnlessOrdered(above, place)) return;
      place = above;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      const least = right < heap.length && this.#isBefore(right, left) ? right : left;
      if (left >= heap.length || !this.#swapUnlessOrdered(place, least)) return;
      place = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined) return false;
    return first.at < second.at || (first.at === second.at && first.place < second.place);
  }

  /** @returns false when they stood in order */
  #swapUnlessOrdered(above: number, below: number): boolean {
    if (!this.#isBefore(below, above)) return false;
    const [first, second] = [this.#heap[above], this.#heap[below]];
    if (first === undefined || second === undefined) return false;
    this.#heap[above] = second;
    this.#heap[below] = first;
    return true;
  }
}
