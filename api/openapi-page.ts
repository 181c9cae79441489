/** The OpenAPI document as one readable page: made on the server, no script, nothing fetched from elsewhere. */
import type { OpenApiDocument } from './openapi.js';

/** The parts of the document that the page shows, as plain JSON. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  additionalProperties?: boolean | Schema;
}

interface Content {
  schema?: Schema;
  example?: unknown;
}

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, { description: string; content?: Record<string, Content> }>;
}

interface Page {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  webhooks?: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const STYLE = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem}
h2{margin-top:2.5rem;border-bottom:1px solid #8886}
article{margin:1.5rem 0;padding:.25rem 1rem;border:1px solid #8886;border-radius:.5rem}
h3 code{font-size:1rem}
.method{display:inline-block;min-width:3.5rem;font-weight:700;text-transform:uppercase}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem;border-bottom:1px solid #8884}
pre{overflow:auto;padding:.5rem;background:#8882;border-radius:.25rem}
nav ul{columns:2}`;

/** The page runs no script and loads nothing; its one style stands in it. */
export const PAGE_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Renders the whole page. */
export function openApiPage(document: OpenApiDocument): string {
  // The document is our own JSON; the library's types describe all of OpenAPI, of which this page shows a part.
  const page = document as unknown as Page;
  const operations = Object.entries(page.paths).flatMap(([path, methods]) => entries(path, methods));
  const outgoing = Object.entries(page.webhooks ?? {}).flatMap(([path, methods]) => entries(path, methods));
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags ?? []))];
  const title = `${page.info.title} ${page.info.version}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escape(title)}</title><style>${STYLE}</style></head><body>
<h1>${escape(title)}</h1>${prose(page.info.description ?? '')}
<p>The same as JSON: <a href="/openapi.json">openapi.json</a></p>
<nav><ul>${operations.map(({ path, method, operation }) => `<li><a href="#${escape(operation.operationId ?? path)}"><span class="method">${method}</span> ${escape(path)}</a></li>`).join('')}</ul></nav>
${tags
  .map((tag) =>
    section(
      tag,
      operations.filter(({ operation }) => operation.tags?.includes(tag)),
    ),
  )
  .join('')}
${section('What Tirek sends to agencies', outgoing)}
<h2>Shapes</h2>${Object.entries(page.components.schemas)
    .map(([name, schema]) => shape(name, schema))
    .join('')}
</body></html>`;
}

interface Listed {
  path: string;
  method: string;
  operation: Operation;
}

function entries(path: string, methods: Record<string, Operation>): Listed[] {
  return Object.entries(methods).map(([method, operation]) => ({ path, method, operation }));
}

function section(title: string, listed: readonly Listed[]): string {
  return `<section><h2>${escape(title)}</h2>${listed.map(article).join('')}</section>`;
}

function article({ path, method, operation }: Listed): string {
  const { operationId, summary, security, parameters = [], requestBody, responses } = operation;
  return `<article id="${escape(operationId ?? path)}"><h3><span class="method">${method}</span> <code>${escape(path)}</code></h3>
<p>${prose(summary ?? '', 'span')}.${security?.length === 0 ? '' : ' Needs a token.'}</p>${parameterTable(parameters)}
${requestBody === undefined ? '' : `<h4>Body</h4>${contents(requestBody.content)}`}
<h4>Answers</h4><table>${Object.entries(responses)
    .map(([status, response]) => `<tr><th>${status}</th><td>${prose(response.description, 'span')}</td><td>${typesOf(response.content)}</td></tr>`)
    .join('')}</table></article>`;
}

function parameterTable(parameters: NonNullable<Operation['parameters']>): string {
  if (parameters.length === 0) return '';
  const rows = parameters.map(
    ({ name, in: where, required, description, schema }) =>
      `<tr><td><code>${escape(name)}</code></td><td>${where}${required === true ? ', required' : ''}</td><td>${typeOf(schema)}</td><td>${prose(description ?? schema?.description ?? '', 'span')}</td></tr>`,
  );
  return `<table>${rows.join('')}</table>`;
}

function contents(content: Record<string, Content>): string {
  return Object.values(content)
    .map(({ schema, example }) => `<p>${typeOf(schema)}</p>${example === undefined ? '' : `<pre>${escape(JSON.stringify(example, null, 2))}</pre>`}`)
    .join('');
}

function typesOf(content: Record<string, Content> | undefined): string {
  return Object.entries(content ?? {})
    .map(([media, { schema }]) => `${typeOf(schema)} <small>${escape(media)}</small>`)
    .join('<br>');
}

function shape(name: string, schema: Schema): string {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(
    ([property, type]) =>
      `<tr><td><code>${escape(property)}</code>${required.has(property) ? '' : ' <small>optional</small>'}</td><td>${typeOf(type)}</td><td>${prose(type.description ?? '', 'span')}</td></tr>`,
  );
  const body = rows.length > 0 ? `<table>${rows.join('')}</table>` : `<p>${typeOf(schema)}</p>`;
  return `<article id="shape-${escape(name)}"><h3><code>${escape(name)}</code></h3>${prose(schema.description ?? '')}${body}</article>`;
}

function typeOf(schema: Schema | undefined): string {
  if (schema === undefined) return '';
  const { $ref, oneOf, anyOf, items, type, format } = schema;
  if ($ref !== undefined) {
    const name = escape($ref.split('/').at(-1) ?? $ref);
    return `<a href="#shape-${name}">${name}</a>`;
  }
  const variants = oneOf ?? anyOf;
  if (variants !== undefined) return variants.map(typeOf).join(' or ');
  if (items !== undefined) return `list of ${typeOf(items)}${boundsOf(schema)}`;
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values !== undefined) return values.map((value) => `<code>${escape(JSON.stringify(value))}</code>`).join(' ');
  const name = Array.isArray(type) ? type.join(' or ') : (type ?? 'anything');
  return `${escape(name)}${format === undefined ? '' : ` (${escape(format)})`}${boundsOf(schema)}`;
}

function boundsOf({ minimum, maximum, minLength, maxLength, maxItems, pattern }: Schema): string {
  const bounds = [
    minimum === undefined ? '' : `from ${minimum}`,
    maximum === undefined ? '' : `to ${maximum}`,
    minLength === undefined ? '' : `at least ${minLength} characters`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    maxItems === undefined ? '' : `at most ${maxItems} items`,
    pattern === undefined ? '' : `like <code>${escape(pattern)}</code>`,
  ].filter((bound) => bound !== '');
  return bounds.length === 0 ? '' : `, ${bounds.join(', ')}`;
}

/** Paragraphs, lists and `code` of the descriptions. */
function prose(text: string, wrap: 'p' | 'span' = 'p'): string {
  if (text === '') return '';
  if (wrap === 'span') return inline(text);
  return text
    .split('\n\n')
    .map((block) =>
      block.startsWith('- ')
        ? `<ul>${block
            .slice(2)
            .split('\n- ')
            .map((item) => `<li>${inline(item)}</li>`)
            .join('')}</ul>`
        : `<p>${inline(block)}</p>`,
    )
    .join('');
}

function inline(text: string): string {
  return escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
