import { describe, expect, it } from 'vitest';
import { comparisonText, type Comparison } from '../../tools/bench/against.js';
import { FigureSet, type Figure } from '../../tools/bench/figures/figure.js';

const figure = (name: string, ...values: number[]): Figure => ({ name, unit: 'ms', digits: 1, values });
const environment = { takenAt: '2026-11-27T00:00:00.000Z', system: 'Linux', processor: 'x', cores: 2, memoryGiB: 8, freeMemoryGiB: 4, node: 'v20', load: [0] };

function linesOf(theirs: Figure[], ours: Figure[], failures: string[] = []): string[] {
  const comparison: Comparison = {
    environment,
    theirs: { commit: 'aaaa', figures: theirs, failures },
    ours: { commit: 'bbbb', figures: ours, failures: [] },
    loads: [0.1, 0.2],
  };
  return comparisonText(comparison)
    .split('\n')
    .map((line) => line.trim().replaceAll(/ {2,}/g, ' | '));
}

describe('two checkouts side by side', () => {
  it('are named by their commits, with the load before each measurement', () => {
    const lines = linesOf([], []);
    expect(lines.slice(0, 2)).toEqual(['theirs aaaa', 'ours | bbbb']);
    expect(lines[2]).toContain('load average before each measurement 0.1 0.2');
  });

  it('show median, spread and ratio of each figure', () => {
    expect(linesOf([figure('a command', 20, 24, 30)], [figure('a command', 5, 6, 7)])).toContain(
      'a command | 24.0 (20.0..30.0) | 6.0 (5.0..7.0) | 0.25 (0.17..0.35) | ms',
    );
  });

  it('show what only one of them has, and say what could not be measured', () => {
    const lines = linesOf([figure('old', 1)], [figure('new', 2)], ['cold ended with 1']);
    expect(lines).toContain('old | 1.0 | - | ms');
    expect(lines).toContain('new | - | 2.0 | ms');
    expect(lines).toContain('Not measured: theirs: cold ended with 1.');
  });
});

describe('figures', () => {
  it('gather a value a run; one that could not be told is left out', () => {
    const set = new FigureSet();
    for (const value of [1, undefined, Number.NaN, 3]) set.add('x', 'ms', value);
    expect(set.all().map(({ values }) => values)).toEqual([[1, 3]]);
  });
});
