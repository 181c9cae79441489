/** Chance that is the same at every run: all randomness of a life comes from the numbers of its seed. */

export interface Chance {
  /** A whole number from 0 to n − 1. */
  below(n: number): number;
  /** True once in n times. */
  once(n: number): boolean;
  of<T>(list: readonly T[]): T;
}

/** mulberry32: small, fast, and good enough to mix up the lives of cases. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
  return {
    below,
    once: (n) => below(n) === 0,
    of: (list) => {
      const [chosen] = list.slice(below(list.length));
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
  };
}
