/**
 * The corpus of recorded histories: runs of cases as a real server wrote them, each with the ledger
 * and the state that they led to. It is committed, grows with each release, and must replay for ever.
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Entry } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';

export interface RecordedRun {
  workflowId: string;
  /** The history as `historyToJSON` gives it; plain JSON.stringify would lose its enums and bytes. */
  history: unknown;
}

export interface RecordedCase {
  caseId: string;
  what: string;
  /** Runs of the case, oldest first; the last may be open. */
  runs: RecordedRun[];
  ledger: Entry[];
  state: CaseState;
}

/** A recorded sweep of an adoption: its cases have ledgers of their own, it has none. */
export type RecordedAdoption = Pick<RecordedCase, 'what' | 'runs'>;

const CASES = fileURLToPath(new URL('./histories/', import.meta.url));
const ADOPTIONS = fileURLToPath(new URL('./histories/adoptions/', import.meta.url));

/** All recorded cases. @throws Error when there is none: an empty corpus would pass every change. */
export async function readCorpus(): Promise<{ name: string; recorded: RecordedCase }[]> {
  return (await readFolder(CASES)) as { name: string; recorded: RecordedCase }[];
}

/** All recorded adoptions. @throws Error when there is none */
export async function readAdoptions(): Promise<{ name: string; recorded: RecordedAdoption }[]> {
  return (await readFolder(ADOPTIONS)) as { name: string; recorded: RecordedAdoption }[];
}

async function readFolder(folder: string): Promise<{ name: string; recorded: unknown }[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json.gz')).toSorted();
  if (files.length === 0) throw new Error(`no recorded histories in ${folder}`);
  return Promise.all(
    files.map(async (file) => ({
      name: basename(file, '.json.gz'),
      recorded: JSON.parse(gunzipSync(await readFile(join(folder, file))).toString('utf8')) as unknown,
    })),
  );
}

export function writeRecorded(name: string, recorded: RecordedCase): Promise<string> {
  return write(CASES, name, recorded);
}

export function writeRecordedAdoption(name: string, recorded: RecordedAdoption): Promise<string> {
  return write(ADOPTIONS, name, recorded);
}

async function write(folder: string, name: string, recorded: RecordedAdoption): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${name}.json.gz`);
  await writeFile(file, gzipSync(JSON.stringify(recorded), { level: 9 }));
  return file;
}
