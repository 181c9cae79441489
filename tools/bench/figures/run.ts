/**
 * `node --import tsx tools/bench/figures/run.ts <part> <file> [--quick]`: one part, once, on servers and processes of
 * its own, its figures as JSON in the file. Run by the comparison of two checkouts, in each of them.
 */
import { writeFile } from 'node:fs/promises';
import { BenchHouse } from '../bench-stack.js';
import { figureEffortOf, FIGURE_PARTS, MEASURE_FIGURES, type FigurePart } from './parts.js';

async function main(): Promise<void> {
  const [part = '', file = '', ...options] = process.argv.slice(2);
  if (!isFigurePart(part) || file === '') throw new Error(`usage: run.ts ${FIGURE_PARTS.join('|')} <file> [--quick]`);
  const house = new BenchHouse({ env: process.env, report: () => undefined, giveUp: (sentence) => leave(house, sentence) });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => leave(house, 'Stopping'));
  try {
    const stack = await house.open();
    const figures = await MEASURE_FIGURES[part](stack, figureEffortOf(options.includes('--quick'), 1), tell);
    await writeFile(file, JSON.stringify({ figures, temporal: stack.temporal, postgres: stack.postgresVersion }));
  } finally {
    await house.close();
  }
  process.exit(0);
}

function isFigurePart(name: string): name is FigurePart {
  return FIGURE_PARTS.some((part) => part === name);
}

function tell(line: string): void {
  console.error(`  ${line}`);
}

function leave(house: BenchHouse, sentence: string): void {
  console.error(sentence);
  void house.close().finally(() => process.exit(1));
}

await main();
