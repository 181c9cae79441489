import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { Express } from 'express';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApi } from '../../api/server.js';
import { PROBLEM_STATUS } from '../../contracts/http/problem.js';
import { DOOR_COMMAND_KINDS } from '../../domain/case/commands.js';
import { REFUSAL_CODES } from '../../domain/case/refusal-kinds.js';
import { absentTemporal, startApiUnderTest, type ApiUnderTest } from './api-under-test.js';

interface Operation {
  operationId: string;
  security: unknown[];
  parameters?: { name: string; in: string; required?: boolean }[];
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  webhooks: Record<string, unknown>;
  components: { schemas: Record<string, unknown> };
}

let api: ApiUnderTest;
let document: Document;

beforeAll(async () => {
  api = await startApiUnderTest();
  document = (await api.get<Document>('/openapi.json', { token: undefined })).body;
});
afterAll(() => api.stop());

const operations = (): { path: string; method: string; operation: Operation }[] =>
  Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, operation })));

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}

/** What Express serves, as `get /v1/cases/{caseId}`; the catch-alls of other methods are no operations. */
function routesOf(app: Express): string[] {
  const { stack } = app.router as unknown as { stack: Layer[] };
  return stack.flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {}).filter((method) => method !== '_all');
    return methods.map((method) => `${method} ${route?.path.replaceAll(/:(\w+)/g, '{$1}') ?? ''}`);
  });
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    // A text of one line would be taken for the name of a file.
    const result = await new Validator().validate(JSON.stringify(document, null, 1));
    expect(result).toEqual({ valid: true });
    expect(document.openapi).toBe('3.1.0');
  });

  it('names every route of the server, and the server serves everything that it names', async () => {
    const absent = absentTemporal();
    const app = createApi({
      pool: api.database.pool,
      desk: createDesk(api.database.pool, { proof: TEST_PROOF }),
      temporal: absent.client,
      log: pino({ level: 'silent' }),
      authenticate: async () => undefined,
    });
    await absent.close();
    const served = routesOf(app).toSorted();
    expect(
      operations()
        .map(({ path, method }) => `${method} ${path}`)
        .toSorted(),
    ).toEqual(served);
    expect(served.length).toBeGreaterThan(DOOR_COMMAND_KINDS.length);
  });

  it('has one operation per command of the core', () => {
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(ids).toEqual(expect.arrayContaining([...DOOR_COMMAND_KINDS]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('asks for a token everywhere but health, documents and webhooks', () => {
    const open = operations()
      .filter(({ operation }) => operation.security.length === 0)
      .map(({ path }) => path);
    expect(open.toSorted()).toEqual([
      '/docs',
      '/healthz',
      '/openapi.json',
      '/readyz',
      '/webhooks/agencies/{agency}',
      '/webhooks/agencies/{agency}/messages',
      '/webhooks/agencies/{agency}/reports/{reportId}',
    ]);
  });

  it('asks for an Idempotency-Key on every POST under /v1 and nowhere else', () => {
    const keyed = operations().filter(({ operation }) => operation.parameters?.some(({ name, required }) => name === 'Idempotency-Key' && required === true));
    const posts = operations().filter(({ path, method }) => method === 'post' && path.startsWith('/v1/'));
    expect(keyed.map(({ path }) => path).toSorted()).toEqual(posts.map(({ path }) => path).toSorted());
  });

  it('gives every failure the shape of a problem', () => {
    for (const { path, operation } of operations()) {
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue;
        expect({ path, status, media: Object.keys(content ?? {}) }).toEqual({ path, status, media: ['application/problem+json'] });
        expect(content?.['application/problem+json']?.schema.$ref).toBe('#/components/schemas/Problem');
      }
    }
  });

  it('shows what Tirek sends to agencies as webhooks', () => {
    expect(Object.keys(document.webhooks).toSorted()).toEqual(['ping', 'referral', 'resendRequest', 'reworkNotice']);
  });

  it('lists every code that a problem can have, each with a status', () => {
    const { enum: codes } = document.components.schemas['ProblemCode'] as { enum: string[] };
    expect(codes.toSorted()).toEqual(Object.keys(PROBLEM_STATUS).toSorted());
    expect(codes).toEqual(expect.arrayContaining([...REFUSAL_CODES]));
  });
});

describe('GET /docs', () => {
  it('is a page that needs nothing from elsewhere and runs no script', async () => {
    const page = await api.get('/docs', { token: undefined });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.text).not.toMatch(/<script|<link|https?:\/\/(?!127)/);
    for (const { path } of operations()) expect(page.text).toContain(path);
  });
});
