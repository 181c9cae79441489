/** The arrows of the house, all of them: which room may import which. The page of the house says why; here it is held. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Each room with those that it may import, besides itself. `domain` is one here: what its own rooms may is linted by file. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  wording: [],
  contracts: ['domain', 'wording'],
  vault: [],
  db: ['domain', 'contracts', 'vault'],
  documents: ['domain', 'db', 'vault'],
  ledger: ['domain', 'contracts', 'db'],
  process: ['domain', 'contracts', 'db', 'vault'],
  adapters: ['domain', 'contracts', 'process'],
  activities: ['domain', 'contracts', 'db', 'ledger', 'adapters', 'vault'],
  // Types of the activities alone, and their contracts.
  workflows: ['contracts', 'activities'],
  work: ['domain', 'contracts', 'db', 'vault', 'ledger', 'adapters', 'process'],
  metrics: ['contracts', 'db', 'ledger', 'work'],
  office: ['domain', 'contracts', 'db', 'documents', 'ledger', 'adapters', 'work'],
  api: ['domain', 'contracts', 'db', 'vault', 'ledger', 'office', 'adapters', 'process', 'metrics', 'work'],
  console: ['domain', 'contracts', 'wording', 'db', 'ledger', 'office', 'api'],
  simulators: ['contracts', 'adapters'],
  simulation: ['domain', 'contracts', 'db', 'ledger', 'workflows', 'activities'],
  // What a development server needs is loaded by the commands that need it, when they are given.
  cli: ['domain', 'contracts', 'db', 'vault', 'ledger', 'process', 'simulation', 'tools'],
  tools: ['domain', 'contracts', 'db', 'vault', 'ledger', 'process', 'adapters', 'work', 'metrics', 'api', 'simulators', 'simulation', 'cli'],
};

/** Rooms that import each other: none but the two that development alone uses together. */
const CIRCLES: readonly (readonly [string, string])[] = [['cli', 'tools']];

function sources(folder: string): string[] {
  return readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`);
}

const IMPORTS = /(?:from|import\() ?'(\.[^']+)'/g;

/** The rooms that a room imports, each with a file that does. */
function importsOf(room: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of sources(room)) {
    for (const [, specifier = ''] of readFileSync(`${ROOT}/${file}`, 'utf8').matchAll(IMPORTS)) {
      const [target = ''] = posix.normalize(posix.join(posix.dirname(file), specifier)).split('/');
      if (target !== room && target !== 'package.json') found.set(target, file);
    }
  }
  return found;
}

describe('the rooms of the house', () => {
  it.each(Object.keys(ARROWS))('%s imports what it may, and nothing that it names in vain', (room) => {
    const imported = importsOf(room);
    const may = ARROWS[room] ?? [];
    expect([...imported].filter(([target]) => !may.includes(target))).toEqual([]);
    expect(may.filter((target) => !imported.has(target))).toEqual([]);
  });

  it('are all that there are', () => {
    const known = [...Object.keys(ARROWS), 'test', 'node_modules', 'dist'];
    const others = readdirSync(ROOT, { withFileTypes: true }).filter(({ name }) => !known.includes(name) && !name.startsWith('.'));
    expect(others.filter((entry) => entry.isDirectory() && sources(entry.name).length > 0).map(({ name }) => name)).toEqual([]);
  });

  it('go in no circle', () => {
    const reaches = (from: string, to: string, seen: Set<string> = new Set()): boolean => {
      if (seen.has(from)) return false;
      seen.add(from);
      const next = (ARROWS[from] ?? []).filter((each) => !CIRCLES.some((pair) => pair.includes(from) && pair.includes(each)));
      return next.includes(to) || next.some((each) => reaches(each, to, seen));
    };
    expect(Object.keys(ARROWS).filter((room) => reaches(room, room))).toEqual([]);
  });
});
