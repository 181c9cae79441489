import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { writeFileAtomically } from './atomic-file.js';

/** How long the starts of a data folder took, in milliseconds. */
export interface StartTimes {
  /** The first start, which makes the databases. */
  firstMs: number;
  /** Part of the first start spent fetching the Temporal server. */
  firstFetchMs: number;
  /** The latest of the later starts. */
  againMs?: number;
}

/** Notes this start and tells how long it took, with the first one beside it. */
export async function noteStart(dataDir: string, tookMs: number, fetchMs: number): Promise<string> {
  const file = join(dataDir, 'start-times.json');
  const known = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as StartTimes,
    () => undefined,
  );
  const times: StartTimes = known === undefined ? { firstMs: tookMs, firstFetchMs: fetchMs } : { ...known, againMs: tookMs };
  await writeFileAtomically(file, `${JSON.stringify(times)}\n`);
  const fetched = fetchMs > 0 ? `, of which ${seconds(fetchMs)} fetching the Temporal server` : '';
  if (known === undefined) return `First start of this data folder: ${seconds(tookMs)}${fetched}.`;
  return `Started again in ${seconds(tookMs)}${fetched}; the first start took ${seconds(known.firstMs)}.`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
