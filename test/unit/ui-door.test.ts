/** What the door in front of the Temporal UI lets through, and what its first page arranges in a browser. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { casesPage } from '../../tools/stack/ui-cases-page.js';
import { isReading } from '../../tools/stack/ui-door.js';

const CASE = '/api/v1/namespaces/default/workflows/case-1';

describe('the door', () => {
  it.each(['GET', 'HEAD'])('lets %s through', (method) => {
    expect(isReading(method, '/namespaces/default/workflows')).toBe(true);
    expect(isReading(method, CASE)).toBe(true);
  });

  it('lets a query through: it is a POST and reads', () => {
    expect(isReading('POST', `${CASE}/query/__temporal_workflow_metadata`)).toBe(true);
    expect(isReading('POST', '/api/v1/namespaces/default/workflows/case%3A1/query/progress')).toBe(true);
  });

  it.each([
    ['POST', `${CASE}/signal/go`],
    ['POST', `${CASE}/terminate`],
    ['POST', `${CASE}/cancel`],
    ['POST', `${CASE}/reset`],
    ['POST', `${CASE}/update/decide`],
    ['POST', '/api/v1/namespaces/default/batch-operations/1'],
    ['POST', '/api/v1/namespaces/query/workflows/query'],
    ['DELETE', '/api/v1/namespaces/default/schedules/1'],
    ['PUT', `${CASE}/query/q`],
    ['PATCH', CASE],
    ['OPTIONS', CASE],
    [undefined, CASE],
  ])('keeps %s %s out', (method, path) => {
    expect(isReading(method, path)).toBe(false);
  });

  it.each([
    `${CASE}/query/..%2Fsignal%2Fgo`,
    `${CASE}/query/..`,
    `${CASE}/query/%2e%2e`,
    `${CASE}%2Fterminate/query/q`,
    `${CASE}/signal/go/../../query/q`,
    `${CASE}%5Cterminate/query/q`,
    `${CASE}/query/%zz`,
    `/${CASE}/query/q`,
  ])('keeps out an act that is dressed as a query: %s', (path) => {
    expect(isReading('POST', path)).toBe(false);
  });
});

/** Runs the page's script as a browser would, with what that browser remembers; gives where it was led to. */
function visit(html: string, memory: Map<string, string>): string | undefined {
  const [, script = ''] = /<script>([^]*)<\/script>/.exec(html) ?? [];
  let led: string | undefined;
  const localStorage = { getItem: (key: string) => memory.get(key) ?? null, setItem: (key: string, value: string) => void memory.set(key, value) };
  const location = {
    replace: (url: string) => {
      led = url;
    },
  };
  runInNewContext(script, { localStorage, location });
  return led;
}

type Columns = Record<string, { label: string }[]>;
type Views = Record<string, { name: string; query: string }[]>;
const columnsIn = (memory: Map<string, string>): Columns => JSON.parse(memory.get('namespace-workflow-table-columns') ?? '') as Columns;
const viewsIn = (memory: Map<string, string>): Views => JSON.parse(memory.get('saved-workflow-queries') ?? '') as Views;

describe('the first page', () => {
  const page = casesPage('default', '/namespaces/default/workflows?query=running');

  it('gives the list number, stage, next term, what is missed and the Center as columns, and leads to it', () => {
    const memory = new Map<string, string>();
    expect(visit(page, memory)).toBe('/namespaces/default/workflows?query=running');
    const labels = columnsIn(memory).default?.map(({ label }) => label) ?? [];
    expect(labels).toEqual(expect.arrayContaining(['TirekNumber', 'TirekStage', 'TirekNextTerm', 'TirekOverdue', 'TirekCenter']));
    const known = new Set<string>(SEARCH_ATTRIBUTES.map(({ name }) => name));
    expect(labels.filter((label) => label.startsWith('Tirek') && !known.has(label))).toEqual([]);
    expect(viewsIn(memory).default?.map(({ name }) => name)).toEqual(['Missed terms', 'Threats', 'Minors']);
  });

  it('leaves what a person arranged, and other namespaces', () => {
    const arranged = { default: [{ label: 'TirekNumber' }], other: [{ label: 'Type' }] };
    const own = {
      default: [
        { name: 'Missed terms', query: 'mine' },
        { name: 'My Center', query: 'TirekCenter = "x"' },
      ],
    };
    const memory = new Map([
      ['namespace-workflow-table-columns', JSON.stringify(arranged)],
      ['saved-workflow-queries', JSON.stringify(own)],
    ]);
    visit(page, memory);
    visit(page, memory);
    expect(columnsIn(memory)).toEqual(arranged);
    expect(viewsIn(memory).default?.map(({ name, query }) => (query === 'mine' ? `${name} (mine)` : name))).toEqual([
      'Missed terms (mine)',
      'My Center',
      'Threats',
      'Minors',
    ]);
  });

  it('writes anew what a browser holds and nobody can read', () => {
    const memory = new Map([['namespace-workflow-table-columns', '{broken']]);
    visit(page, memory);
    expect(columnsIn(memory).default?.length).toBeGreaterThan(5);
  });

  it('ends its script at no namespace', () => {
    const memory = new Map<string, string>();
    expect(visit(casesPage('</script>', '/list'), memory)).toBe('/list');
    expect(columnsIn(memory)['</script>']).toBeDefined();
  });
});
