/** Which tests prove which rules is read from their titles. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rule } from '../../domain/law/rule.js';
import { RULES } from '../../domain/law/rules/table.js';
import { collectCoverage, testsAtHand, uncovered } from '../../process/rule-coverage.js';
import { testTitles } from '../../process/test-titles.js';

function row(id: string, as: Rule['enforced']['as'], at = 'a place'): Rule {
  return {
    id,
    title: { kk: 'Жол', ru: 'Строка', en: 'A row' },
    source: { order: '256', paragraph: 'п.1' },
    readings: [{ edition: '256', since: '2024-06-14', force: 'law' }],
    enforced: { as, at },
    wording: { kk: null, ru: null, en: 'a row' },
  };
}

describe('titles of tests', () => {
  it.each<[string, string, string[]]>([
    ['plain', `describe('a', () => { it("b", run); test(\`c\`, run); });`, ['a', 'b', 'c']],
    ['modifiers', `it.skipIf(slow('x'))('a', run); describe.concurrent('b', run); it.runIf((1 + 1) * 2)('c', run);`, ['a', 'b', 'c']],
    ['options and line breaks', `it(\n  'a',\n  { timeout: 5 },\n  run);`, ['a']],
    [
      'a table of rows',
      `it.each([\n  ['192-9', 1, 'other'],\n  ['192-12', 2, ['x']],\n] as const)('%s is due %s', run);`,
      ['192-9 is due %s', '192-12 is due %s'],
    ],
    ['a table of words', `it.each(['a', 'b'])('%s', run);`, ['a', 'b']],
    ['a table whose title asks for no word', `it.each([['a', 1]])('number %d', run); it.each(rows)('%s', run);`, ['number %d', '%s']],
    ['comments', `// it('a', run)\n/* it('b', run) */ it(/* why */ 'c', run);`, ['c']],
    ['strings and expressions', `const s = "it('a', run)"; const r = /it\\('a'/; const t = \`\${f('it("b")')} it('c')\`; it('d', run);`, ['d']],
    ['a quote in a regular expression', `expect(x).toMatch(/'/); it('a', run); const half = a / b / c; it('b', run);`, ['a', 'b']],
    ['other calls', `exit('a'); suite.it('b'); it(title, run); await submit('c');`, []],
    ['escapes', `it('it\\'s a', run);`, [`it\\'s a`]],
  ])('%s', (_, source, titles) => {
    expect(testTitles(source)).toEqual(titles);
  });
});

describe('coverage', () => {
  let root = '';
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'rule-coverage-'));
    await mkdir(join(root, 'test', 'unit'), { recursive: true });
    const source = `describe('192-11-1 and 256-14-2T', () => { it('256-13-1, 256-13-1: P24', run); it('192-13x, X-192-12', run); });`;
    await writeFile(join(root, 'test', 'unit', 'a.test.ts'), source);
    await writeFile(join(root, 'test', 'unit', 'lives.ts'), `it('192-12', run);`);
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('a title names whole ids, each once', async () => {
    const coverage = await collectCoverage(root);
    const named = [...coverage].flatMap(([id, { tests }]) => tests.map(({ file, title }) => [id, file, title]));
    expect(named).toEqual([
      ['192-11-1', 'test/unit/a.test.ts', '192-11-1 and 256-14-2T'],
      ['256-13-1', 'test/unit/a.test.ts', '256-13-1, 256-13-1: P24'],
      ['256-14-2T', 'test/unit/a.test.ts', '192-11-1 and 256-14-2T'],
      ['P24', 'test/unit/a.test.ts', '256-13-1, 256-13-1: P24'],
    ]);
  });

  it('every row has an entry, also where the tests are not installed', async () => {
    const coverage = await collectCoverage(join(root, 'nowhere'));
    expect([...coverage.keys()]).toEqual(RULES.map((rule) => rule.id));
    expect([...coverage.values()].flatMap(({ tests }) => tests)).toEqual([]);
    expect(await testsAtHand(join(root, 'nowhere'))).toBeUndefined();
    expect((await testsAtHand(root))?.get('256-13-1')?.tests).toHaveLength(1);
  });

  it('a row that binds the product is held by a test, not by its own word', () => {
    const rows = [
      row('a', 'duty'),
      row('b', 'validation'),
      row('c', 'record'),
      row('d', 'report'),
      row('e', 'principle', ''),
      row('f', 'not_built'),
      row('g', 'duty'),
    ];
    expect(uncovered(rows, new Map([['g', { tests: [{ file: 'x.test.ts', title: 'g' }] }]]))).toEqual(['a', 'b', 'c', 'e']);
  });
});
