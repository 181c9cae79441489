/**
 * Chance by name. A draw is found by its seed, its life, its name and its number, not by its place in a
 * sequence: so a life that takes another turn under another law still draws the same for everything
 * else, and the difference between two laws is never the difference between two dice.
 */

/** The name of a draw, as a number. */
export type Stream = number;

/** FNV-1a over the letters of a name. */
export function streamOf(name: string): Stream {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** Something that happens in `of` of all cases. */
export interface Share {
  readonly stream: Stream;
  readonly of: number;
}

/** Working days that pass before something is done: half of the people need at most `half`, nine of ten at most `nineOfTen`. */
export interface Delay {
  readonly stream: Stream;
  readonly half: number;
  readonly nineOfTen: number;
  /** Nobody needs longer. */
  readonly longest: number;
}

/** A whole number, each as likely as the other. */
export interface Range {
  readonly stream: Stream;
  readonly least: number;
  readonly most: number;
}

/** One of several, by weight. */
export interface Choice<T> {
  readonly stream: Stream;
  readonly among: readonly (readonly [T, number])[];
}

/** One round of the finalizer of MurmurHash3 for each word. */
function stirred(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return Math.imul(mixed + 0x9e3779b9, 0x01000193);
}

const LN_9 = Math.log(9);

/** All draws of one life. */
export class Chance {
  private readonly root: number;

  constructor(seed: number, life: number) {
    this.root = stirred(stirred(0x2545f491, seed), life);
  }

  /** Strictly between 0 and 1; the same for the same stream and number. */
  uniform(stream: Stream, number = 0): number {
    const hash = stirred(stirred(stirred(this.root, stream), number), 0x68e31da4);
    return ((hash >>> 0) + 0.5) / 0x1_0000_0000;
  }

  happens({ stream, of }: Share, number = 0): boolean {
    return this.uniform(stream, number) < of;
  }

  /**
   * Working days of a delay: log-logistic, the simplest of the right shape (never below zero, most people
   * near the middle, a long tail of late ones) that two numbers describe which a person can name.
   */
  delay({ stream, half, nineOfTen, longest }: Delay, number = 0): number {
    const chance = this.uniform(stream, number);
    return Math.min(longest, half * (chance / (1 - chance)) ** (Math.log(nineOfTen / half) / LN_9));
  }

  whole({ stream, least, most }: Range, number = 0): number {
    return least + Math.floor(this.uniform(stream, number) * (most - least + 1));
  }

  choose<T>({ stream, among }: Choice<T>, number = 0): T {
    let left = this.uniform(stream, number) * among.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of among) {
      left -= weight;
      if (left < 0) return value;
    }
    const [last] = among.slice(-1);
    if (last === undefined) throw new Error('nothing to choose from');
    return last[0];
  }
}
