/** Which code decides: a digest over the pure core, computed once per process. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const CORE = fileURLToPath(new URL('../domain', import.meta.url));
const LENGTH = 16;

let known: string | undefined;

/**
 * A short digest (hex) of every file of `domain/` as it runs here. Two processes with the same one decide alike;
 * kept beside each entry, it tells the check of a ledger which decisions it can take again.
 */
export function decisionDigest(): string {
  known ??= digestOf(CORE);
  return known;
}

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of filesIn(folder)) hash.update(relative(folder, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, LENGTH);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((found) => (found.isDirectory() ? filesIn(join(folder, found.name)) : [join(folder, found.name)]))
    .toSorted();
}
