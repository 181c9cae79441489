/**
 * The first page of the Temporal UI: it gives the list of workflows the columns that a supervisor reads and a few saved
 * views, and goes on to the list. The UI keeps both in the browser, under names that were read in its version 2.54; when a
 * later one forgets them, the list has its usual columns.
 */
import type { SearchAttributeName } from '../../contracts/search-attributes.js';

const COLUMNS_KEY = 'namespace-workflow-table-columns';
const VIEWS_KEY = 'saved-workflow-queries';

/** Columns of the UI and attributes of ours, as its dialogue of columns names them. */
const COLUMNS: readonly (SearchAttributeName | 'Status' | 'Workflow ID')[] = [
  'Status',
  'TirekNumber',
  'TirekStage',
  'TirekNextTerm',
  'TirekNextRule',
  'TirekOverdue',
  'TirekWaitingOn',
  'TirekLane',
  'TirekCenter',
  'Workflow ID',
];

const VIEWS = [
  { name: 'Missed terms', query: '`TirekOverdue` > 0 AND `ExecutionStatus`="Running"' },
  { name: 'Threats', query: '`TirekLane`="threat" AND `ExecutionStatus`="Running"' },
  { name: 'Minors', query: '`TirekLane`="minors" AND `ExecutionStatus`="Running"' },
];

/** Where the page is. */
export const CASES_PATH = '/tirek';

/** Runs in the browser. What was stored there and cannot be read is written anew. */
const ARRANGE = `
const stored = (key) => {
  try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; }
};
const columns = stored(given.columnsKey);
if (!(columns[given.namespace] ?? []).some(({ label }) => label.startsWith('Tirek'))) {
  localStorage.setItem(given.columnsKey, JSON.stringify({ ...columns, [given.namespace]: given.columns }));
}
const views = stored(given.viewsKey);
const own = views[given.namespace] ?? [];
const missing = given.views.filter(({ name }) => !own.some((view) => view.name === name));
if (missing.length > 0) localStorage.setItem(given.viewsKey, JSON.stringify({ ...views, [given.namespace]: [...own, ...missing] }));
location.replace(given.list);
`;

/**
 * The page as HTML. It changes no columns among which there is one of ours, because then a person has arranged them, and
 * adds only views of a name that is not there.
 * @param list path of the list of running cases in the UI
 */
export function casesPage(namespace: string, list: string): string {
  const views = VIEWS.map(({ name, query }) => ({ id: `tirek-${name}`, name, query, type: 'user' }));
  const given = { namespace, list, columns: COLUMNS.map((label) => ({ label })), views, columnsKey: COLUMNS_KEY, viewsKey: VIEWS_KEY };
  // What is inside a script ends at the first "</script" whatever the quotes say.
  const data = JSON.stringify(given).replaceAll('<', String.raw`\u003c`);
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Tirek: cases</title></head>
<body>
<noscript>The Temporal UI needs JavaScript.</noscript>
<script>
const given = ${data};${ARRANGE}</script>
</body>
</html>
`;
}
