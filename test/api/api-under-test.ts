/** The API on a real Postgres and a port of its own, and a client that speaks plain HTTP with it. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { Client } from '@temporalio/client';
import { pino, type Logger } from 'pino';
import { createApi, type ApiDeps } from '../../api/server.js';
import { temporalClient } from '../../api/temporal-client.js';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { createPool, type Pool } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import type { ProblemBody } from '../../contracts/http/problem.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';

/** Secrets of two connected agencies; the other ten are not. */
export const SECRETS = {
  employment: 'whsec_ZW1wbG95bWVudC1zZWNyZXQtb2YtdGVzdHM=',
  health: 'whsec_aGVhbHRoLXNlY3JldC1vZi10aGUtdGVzdHMtMDE=',
} as const;

export interface Reply<T = ProblemBody> {
  status: number;
  headers: Headers;
  text: string;
  body: T;
}

export interface Asking {
  token?: string | undefined;
  key?: string;
  language?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Buffer;
  headers?: Record<string, string>;
}

export interface ApiUnderTest {
  url: string;
  database: TestDatabase;
  /** Sees and changes everything, as the application does not. */
  owner: Pool;
  ask<T = ProblemBody>(method: string, path: string, asking?: Asking): Promise<Reply<T>>;
  get<T = ProblemBody>(path: string, asking?: Asking): Promise<Reply<T>>;
  /** With a fresh key unless one is given. */
  post<T = ProblemBody>(path: string, body: unknown, asking?: Asking): Promise<Reply<T>>;
  stop(): Promise<void>;
}

export interface UnderTestOptions {
  /** Default: nobody listens there. */
  temporal?: Client;
  log?: Logger;
  deps?: Partial<ApiDeps>;
  database?: TestDatabase;
}

/** A client of a Temporal server that is not there: port 9 is the discard service, which nobody runs. */
export function absentTemporal(): ReturnType<typeof temporalClient> {
  return temporalClient({ temporalAddress: '127.0.0.1:9', temporalNamespace: 'default' });
}

export async function startApiUnderTest(options: UnderTestOptions = {}): Promise<ApiUnderTest> {
  const database = options.database ?? (await createDatabase());
  const owner = createPool(database.ownerUrl, { applicationName: 'tirek-test-owner' });
  const agencies = Object.entries(SECRETS).map(([code, secret]) => ({ code, endpointUrl: `http://127.0.0.1:9/${code}`, secret }));
  await seedDevelopment(owner, { agencies });
  const absent = options.temporal === undefined ? absentTemporal() : undefined;
  const app = createApi({
    pool: database.pool,
    temporal: options.temporal ?? absent!.client,
    log: options.log ?? pino({ level: 'silent' }),
    ...options.deps,
  });
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}`;
  const ask = askerOf(url);
  return {
    url,
    database,
    owner,
    ask,
    get: (path, asking) => ask('GET', path, asking),
    post: (path, body, asking) => ask('POST', path, { key: randomUUID(), body, ...asking }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await absent?.close();
      await owner.end();
      if (options.database === undefined) await database.drop();
    },
  };
}

function askerOf(url: string): ApiUnderTest['ask'] {
  return async <T>(method: string, path: string, asking: Asking = {}): Promise<Reply<T>> => {
    const { token = 'dev-manager', key, language, body, raw, headers = {} } = asking;
    const anonymous = 'token' in asking && asking.token === undefined;
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(anonymous ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(language === undefined ? {} : { 'accept-language': language }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: typeof content === 'string' ? content : new Uint8Array(content) }),
    });
    const text = await response.text();
    // What came is checked by each test; a page or an empty answer has no body of that shape.
    return { status: response.status, headers: response.headers, text, body: parsed(text) as T };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Posts a report as an agency does, signed now with its own secret unless told otherwise. */
export async function sendReport(
  api: ApiUnderTest,
  report: unknown,
  how: { agency?: string; id?: string; at?: Date; secret?: string; headers?: Record<string, string>; raw?: string } = {},
): Promise<Reply<{ accepted: boolean; duplicate: boolean; reportId: string } & ProblemBody>> {
  const { agency = 'employment', id = randomUUID(), at = new Date(), secret = SECRETS.employment, headers = {} } = how;
  const raw = how.raw ?? JSON.stringify(report);
  const signed = { ...signatureHeaders(secret, id, raw, at), ...headers };
  return api.ask('POST', `/webhooks/agencies/${agency}`, { token: undefined, raw, headers: signed });
}

/**
 * Rows of every table of ours, so that "changes nothing" can be checked as it is said. The queue's own
 * tables are left out: what wakes the relay comes a moment after the message that it is woken for.
 */
export async function rowCounts(owner: Pool): Promise<Record<string, number>> {
  const { rows } = await owner.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const counts = await Promise.all(
    rows.map(async ({ name }) => {
      const { rows: counted } = await owner.query<{ n: number }>(`select count(*)::int as n from ${name}`);
      return [name, counted[0]?.n ?? 0] as const;
    }),
  );
  return Object.fromEntries(counts);
}
