/** The checklist of OWASP ASVS 5.0.0: whole, in order, and pointing at what there is. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = join(ROOT, 'docs/security.md');
const TEXT = readFileSync(PAGE, 'utf8');
const STATES = ['held', 'left', 'not ours'];

/** The last number of levels 1 and 2 in each section that has any; those of level 3 come behind it (ASVS 5.0.0). */
const LAST_OF_SECTION: readonly (readonly [section: string, last: number])[] = [
  ...sectionsOf(1, { 1: 2, 2: 9, 3: 11, 4: 3, 5: 2 }),
  ...sectionsOf(2, { 1: 3, 2: 3, 3: 4, 4: 1 }),
  ...sectionsOf(3, { 2: 2, 3: 4, 4: 6, 5: 5, 7: 2 }),
  ...sectionsOf(4, { 1: 3, 2: 1, 3: 2, 4: 4 }),
  ...sectionsOf(5, { 1: 1, 2: 3, 3: 2, 4: 3 }),
  ...sectionsOf(6, { 1: 3, 2: 12, 3: 4, 4: 4, 5: 5, 6: 3, 8: 4 }),
  ...sectionsOf(7, { 1: 3, 2: 4, 3: 2, 4: 5, 5: 2, 6: 2 }),
  ...sectionsOf(8, { 1: 2, 2: 3, 3: 1, 4: 1 }),
  ...sectionsOf(9, { 1: 3, 2: 4 }),
  ...sectionsOf(10, { 1: 2, 2: 2, 3: 4, 4: 11, 5: 5, 6: 2, 7: 3 }),
  ...sectionsOf(11, { 1: 2, 2: 3, 3: 3, 4: 4, 5: 1, 6: 1 }),
  ...sectionsOf(12, { 1: 3, 2: 2, 3: 4 }),
  ...sectionsOf(13, { 1: 1, 2: 5, 3: 2, 4: 5 }),
  ...sectionsOf(14, { 1: 2, 2: 4, 3: 3 }),
  ...sectionsOf(15, { 1: 3, 2: 3, 3: 7 }),
  ...sectionsOf(16, { 1: 1, 2: 5, 3: 4, 4: 3, 5: 3 }),
  ...sectionsOf(17, { 1: 1, 2: 4, 3: 2 }),
];

function sectionsOf(chapter: number, last: Readonly<Record<number, number>>): [string, number][] {
  return Object.entries(last).map(([section, number]) => [`${chapter}.${section}`, number]);
}

const numbered = (section: string, from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, at) => `${section}.${from + at}`);

interface Row {
  numbers: string[];
  asks: string;
  state: string;
  where: string;
}

/** A row of one number, or of several of one section: `6.2.1 to 6.2.12`. */
function rowOf(line: string): Row {
  const [number = '', asks = '', state = '', where = '', ...more] = line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
  const [, section = '', from, last] = /^(\d+\.\d+)\.(\d+)(?: to \1\.(\d+))?$/.exec(number) ?? [];
  if (from === undefined || more.length > 0) throw new Error(`no row of the checklist: ${line}`);
  return { numbers: numbered(section, Number(from), Number(last ?? from)), asks, state, where };
}

const ROWS = TEXT.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| number') && !line.startsWith('| ---'))
  .map(rowOf);

/** Paths of the repository: in backticks with a folder or an ending of ours. Addresses begin with a stroke. */
const PATHS = [...TEXT.matchAll(/`([^`\s]+)`/g)]
  .map(([, path = '']) => path)
  .filter((path) => !path.startsWith('/') && (path.includes('/') || /\.(?:ts|tsx|json|yml)$/.test(path)));

const LINKS = [...TEXT.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link).filter((link) => !link.startsWith('https:'));

/** As the pages are shown: small letters, strokes for spaces, other marks left out. */
const anchorsOf = (page: string): string[] =>
  [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('docs/security.md', () => {
  it('has every number of levels 1 and 2 once, in order', () => {
    const whole = LAST_OF_SECTION.flatMap(([section, last]) => numbered(section, 1, last));
    expect(ROWS.flatMap(({ numbers }) => numbers)).toEqual(whole);
  });

  it('says of each what it asks, one of three states, and where or why', () => {
    for (const { numbers, asks, state, where } of ROWS) {
      expect(STATES, numbers[0]).toContain(state);
      expect([asks, where], numbers[0]).not.toContain('');
    }
  });

  it('shows for what is held where that is', () => {
    const bare = ROWS.filter(({ state, where }) => state === 'held' && !/`[^`]*[/.][^`]*`|\]\(/.test(where));
    expect(bare.map(({ numbers }) => numbers[0])).toEqual([]);
  });

  it('names no path that is not there', () => {
    expect(PATHS.length).toBeGreaterThan(100);
    expect([...new Set(PATHS)].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it.each([...new Set(LINKS)])('leads to a page and a heading that are there: %s', (link) => {
    const [file = '', anchor] = link.split('#');
    const page = file === '' ? PAGE : join(dirname(PAGE), file);
    expect(existsSync(page)).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(readFileSync(page, 'utf8'))).toContain(anchor);
  });
});
