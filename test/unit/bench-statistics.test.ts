import { describe, expect, it } from 'vitest';
import { percentile, spreadOf } from '../../tools/bench/statistics.js';
import { counted, timed } from '../../tools/bench/tables.js';

describe('several runs in a few numbers', () => {
  it.each([
    [[3, 1, 2], { median: 2, min: 1, max: 3, of: 3 }],
    [[4, 1, 3, 2], { median: 2.5, min: 1, max: 4, of: 4 }],
    [[7], { median: 7, min: 7, max: 7, of: 1 }],
    // As text 10 would come before 9.
    [[9, 10, 100], { median: 10, min: 9, max: 100, of: 3 }],
  ])('%j', (values, spread) => expect(spreadOf(values)).toEqual(spread));

  it('no value has no spread and no percentile', () => {
    expect(spreadOf([])).toBeUndefined();
    expect(percentile([], 0.99)).toBeUndefined();
  });

  it('a percentile is a value that occurred, by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.5)).toBe(50);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([5], 0.01)).toBe(5);
  });
});

describe('how figures are written', () => {
  it('a count that never differed is one number, else its range', () => {
    expect(counted([9, 9, 9])).toBe('9');
    expect(counted([9, 6, 47])).toBe('6..47');
    expect(counted([])).toBe('-');
  });

  it('a time is a median with its spread, alone when there was one run', () => {
    expect(timed(spreadOf([10, 12.34, 20]))).toBe('12.3 (10.0..20.0)');
    expect(timed(spreadOf([0.237]), 2)).toBe('0.24');
    expect(timed(undefined)).toBe('-');
  });
});
