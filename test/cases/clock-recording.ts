/**
 * The history that a version of the clock has recorded, kept beside the tests for later code to be held against. A new
 * version has its own: `TIREK_RECORD_CLOCK=1 npx vitest run --project engine test/cases/replayed-clock.test.ts`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyFromJSON, historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { CLOCK_VERSION } from '../../contracts/case-clock.js';

const FILE = fileURLToPath(new URL(`./recorded/clock-${CLOCK_VERSION}.json`, import.meta.url));

/** Told of the machine that recorded it, and of no use to a replay; its own queue is named after it, too. */
const OF_THE_MACHINE = new Set(['identity', 'binaryChecksum', 'workerVersion']);
const NAME_OF_A_WORKER = /^tirek-worker@/;

function withoutMachine(key: string, value: unknown): unknown {
  if (OF_THE_MACHINE.has(key)) return undefined;
  return typeof value === 'string' && NAME_OF_A_WORKER.test(value) ? 'a worker' : value;
}

export async function keepRecording(history: History): Promise<void> {
  await writeFile(FILE, `${JSON.stringify(JSON.parse(historyToJSON(history)), withoutMachine)}\n`);
}

/** @throws Error when this version has recorded none */
export async function readRecording(): Promise<History> {
  return historyFromJSON(JSON.parse(await readFile(FILE, 'utf8')));
}
