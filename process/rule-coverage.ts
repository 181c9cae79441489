/**
 * Which tests name which rules. The list is collected from the titles of the tests, never written by
 * hand: a test proves a rule when its title, or that of the group around it, names the rule's id.
 *
 * `npm run -s tirek -- rules` shows what is found here beside each row.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { NamedTest, RuleTests } from '../contracts/rule-row.js';
import type { Rule } from '../domain/law/rule.js';
import { RULES } from '../domain/law/rules/table.js';
import { testTitles } from './test-titles.js';

export interface RuleCoverage {
  tests: NamedTest[];
}

/** A row enforced so may stand without a test: it is shown somewhere, or it says what it waits for. */
const STANDS_WITHOUT_TEST: readonly Rule['enforced']['as'][] = ['principle', 'reference', 'not_built', 'report'];

/**
 * The tests under `<root>/test` by the rule that they name; every row of the table has an
 * entry. An installation without its tests has empty ones.
 *
 * @param root folder of the project
 * @throws the error of the file system for anything but a missing `test` folder
 */
export async function collectCoverage(root: string): Promise<Map<string, RuleCoverage>> {
  const coverage = new Map<string, RuleCoverage>(RULES.map((rule) => [rule.id, { tests: [] }]));
  for (const path of await testFiles(join(root, 'test'))) {
    const file = relative(root, path).split(sep).join('/');
    for (const title of testTitles(await readFile(path, 'utf8'))) {
      for (const id of idsIn(title)) coverage.get(id)?.tests.push({ file, title });
    }
  }
  return coverage;
}

/** The same, or undefined in an installation without its tests: nothing is known of them there, which is not "no test". */
export async function testsAtHand(root: string): Promise<RuleTests | undefined> {
  const coverage = await collectCoverage(root);
  return [...coverage.values()].some(({ tests }) => tests.length > 0) ? coverage : undefined;
}

async function testFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && /\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The ids that a title names, each once: whole words, so that `192-11-1` does not name `192-1` or `192-11`. */
function idsIn(title: string): Set<string> {
  return new Set(title.match(/(?<![\w-])(?:(?:256|192|A26|D|J)-\w+(?:-\w+)*|P\d+)(?![\w-])/g) ?? []);
}

/** Rows that nothing holds: neither a test that names them nor a place that can stand without one. */
export function uncovered(rules: readonly Pick<Rule, 'id' | 'enforced'>[], coverage: RuleTests): string[] {
  return rules
    .filter(({ id, enforced }) => {
      const isTested = (coverage.get(id)?.tests.length ?? 0) > 0;
      return !isTested && !(STANDS_WITHOUT_TEST.includes(enforced.as) && enforced.at !== '');
    })
    .map((rule) => rule.id);
}
