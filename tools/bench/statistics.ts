/** Several runs in a few numbers. One run on one machine is an anecdote; the spread tells how much of one. */

export interface Spread {
  median: number;
  min: number;
  max: number;
  /** How many values there were. */
  of: number;
}

/** @returns undefined when there is no value to speak of */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  return { median: medianOf(sorted), min, max, of: sorted.length };
}

function medianOf(sorted: readonly number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? upper;
  return (lower + upper) / 2;
}

/**
 * The value that `share` of all values do not exceed, by the nearest rank: a value that occurred, never
 * an invented one between two.
 * @param share above 0 and up to 1
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
