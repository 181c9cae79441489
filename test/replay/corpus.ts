/**
 * The corpus of recorded histories: runs of cases as a real server wrote them, each with the ledger
 * and the state that they led to. It is committed, grows with each release, and must replay for ever.
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
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

const FOLDER = fileURLToPath(new URL('./histories/', import.meta.url));

/** All recorded cases. @throws Error when there is none: an empty corpus would pass every change. */
export async function readCorpus(): Promise<{ name: string; recorded: RecordedCase }[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.json.gz')).toSorted();
  if (files.length === 0) throw new Error(`no recorded histories in ${FOLDER}`);
  return Promise.all(
    files.map(async (file) => ({
      name: basename(file, '.json.gz'),
      recorded: JSON.parse(gunzipSync(await readFile(join(FOLDER, file))).toString('utf8')) as RecordedCase,
    })),
  );
}

export async function writeRecorded(name: string, recorded: RecordedCase): Promise<string> {
  const file = join(FOLDER, `${name}.json.gz`);
  await writeFile(file, gzipSync(JSON.stringify(recorded), { level: 9 }));
  return file;
}
