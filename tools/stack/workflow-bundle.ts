import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, readdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { StartFailure } from '../../process/failure.js';
import { lastWords, runCommand } from './run-command.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Everything that can be part of a bundle: the rooms that workflows may import, and the packages. */
const SOURCES = ['workflows', 'contracts', 'domain', 'package-lock.json', 'tools/bundle-workflows.ts'];

/**
 * The workflow bundle of the sources as they are now, built only when they have changed since the
 * last start: bundling is most of what a worker does before it takes work.
 *
 * @returns path of the bundle in the data folder
 * @throws StartFailure when the workflows cannot be bundled
 */
export async function workflowBundle(dataDir: string, env: NodeJS.ProcessEnv): Promise<string> {
  const name = `workflows-${await digestOfSources()}.js`;
  const bundle = join(dataDir, name);
  if (existsSync(bundle)) return bundle;
  const draft = `${bundle}.${process.pid}.new`;
  const args = ['--import', import.meta.resolve('tsx'), join(ROOT, 'tools', 'bundle-workflows.ts'), draft];
  const built = await runCommand(process.execPath, args, { cwd: ROOT, env });
  if (built.code !== 0) {
    await rm(draft, { force: true });
    throw new StartFailure(
      `The workflows could not be bundled (${lastWords(built.stderr) || 'no reason given'}): mend the code in workflows/ and start again.`,
    );
  }
  await removeFormer(dataDir, name);
  await rename(draft, bundle);
  return bundle;
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesUnder(join(ROOT, source))) {
      hash
        .update(`${relative(ROOT, file)}\0`)
        .update(await readFile(file))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesUnder(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

async function removeFormer(dataDir: string, name: string): Promise<void> {
  for (const entry of await readdir(dataDir)) {
    if (/^workflows-\w+\.js$/.test(entry) && entry !== name) await rm(join(dataDir, entry));
  }
}
