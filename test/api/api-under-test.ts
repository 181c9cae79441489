/** The API on a real Postgres and a port of its own, and a client that speaks plain HTTP with it. */
import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { Client } from '@temporalio/client';
import { pino, type Logger } from 'pino';
import type { z } from 'zod';
import { authenticateByToken } from '../../api/authenticate.js';
import { createApi, type ApiDeps } from '../../api/server.js';
import { createBounds } from '../../office/bounds.js';
import { WIDE_BOUNDS } from '../../tools/bench/wide-bounds.js';
import { engineClient } from '../../adapters/engine-client.js';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { createPool, type Pool } from '../../db/pool.js';
import type { DocumentType } from '../../domain/case/documents.js';
import { createDevelopmentVerifier } from '../../adapters/signatures/development-certificates.js';
import { signatureOf, signatureOfToken } from '../../tools/demo/development-signer.js';
import type { SignedDocument } from '../fixtures/synthetic-family.js';
import { syntheticDocument } from '../../tools/demo/synthetic-document.js';
import { seedDevelopment } from '../../db/seed.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import type { ProblemBody } from '../../contracts/http/problem.js';
import type { ReportAccepted } from '../../contracts/http/reference.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import type { Vault } from '../../vault/vault.js';
import { TEST_VAULT } from '../stack/keys.js';

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
  /** Uploads a synthetic document; its id. */
  paper(caseId: string, type: DocumentType, asking?: Asking): Promise<string>;
  /** Uploads a signed plan with the ЭЦП of who asks, or of the one with that ИИН; somebody of the family is named beside. */
  signed(caseId: string, asking?: Asking & { iin?: string }): Promise<Required<SignedDocument>>;
  stop(): Promise<void>;
}

export interface UnderTestOptions {
  /** Default: nobody listens there. */
  temporal?: Client;
  log?: Logger;
  deps?: Partial<ApiDeps>;
  database?: TestDatabase;
  /** Keys of the owner's connections; default: those of the test run. */
  vault?: Vault;
  /** Default: any free one. */
  port?: number;
}

/** A client of a Temporal server that is not there: port 9 is the discard service, which nobody runs. */
export function absentTemporal(): ReturnType<typeof engineClient> {
  return engineClient({ temporalAddress: '127.0.0.1:9', temporalNamespace: 'default' });
}

/** What pages ask for beside the house: nobody turns the clocks, and nobody reads the log. */
export const NO_ENGINE = { temporal: absentTemporal().client, log: pino({ level: 'silent' }) };

export async function startApiUnderTest(options: UnderTestOptions = {}): Promise<ApiUnderTest> {
  const database = options.database ?? (await createDatabase());
  const owner = createPool(database.ownerUrl, { vault: options.vault ?? TEST_VAULT, applicationName: 'tirek-test-owner' });
  const agencies = Object.entries(SECRETS).map(([code, secret]) => ({ code, endpointUrl: `http://127.0.0.1:9/${code}`, secret }));
  await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies });
  const absent = options.temporal === undefined ? absentTemporal() : undefined;
  const app = createApi({
    pool: database.pool,
    desk: createDesk(options.deps?.pool ?? database.pool, { proof: TEST_PROOF }),
    temporal: options.temporal ?? absent!.client,
    log: options.log ?? pino({ level: 'silent' }),
    verifier: createDevelopmentVerifier(),
    bounds: createBounds(database.pool, WIDE_BOUNDS),
    agencyReach: { loopback: true },
    // The switch of a development machine; sign-in itself has tests of its own.
    authenticate: authenticateByToken(database.pool),
    ...options.deps,
  });
  const server = createServer(app);
  server.listen(options.port ?? 0, '127.0.0.1');
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
    paper: (caseId, type, asking) => paperTo(ask, caseId, type, asking),
    signed: (caseId, asking) => signedTo(ask, caseId, asking),
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

async function paperTo(ask: ApiUnderTest['ask'], caseId: string, type: DocumentType, asking: Asking = {}): Promise<string> {
  const raw = syntheticDocument(`A synthetic document: ${type}.`);
  const reply = await ask<{ documentId: string }>('POST', `/v1/cases/${caseId}/documents?type=${type}`, {
    key: randomUUID(),
    raw,
    headers: { 'content-type': 'application/pdf' },
    ...asking,
  });
  if (reply.status !== 201) throw new Error(`a document was answered with ${reply.status}: ${reply.text}`);
  return reply.body.documentId;
}

async function signedTo(
  ask: ApiUnderTest['ask'],
  caseId: string,
  { iin, token = 'dev-manager' }: Asking & { iin?: string } = {},
): Promise<Required<SignedDocument>> {
  const documentId = await paperTo(ask, caseId, 'signed_ipr', { token });
  const bytes = syntheticDocument('A synthetic document: signed_ipr.');
  const cms = iin === undefined ? signatureOfToken(token, bytes) : signatureOf({ iin }, bytes);
  const brought = await ask<{ signatureId: string }>('POST', `/v1/documents/${documentId}/signatures`, { token, key: randomUUID(), body: { cms } });
  if (brought.status !== 201) throw new Error(`a signature was answered with ${brought.status}: ${brought.text}`);
  const { body } = await ask<{ persons: { personId: string }[] }>('GET', `/v1/cases/${caseId}`, { token });
  return { documentId, signatureId: brought.body.signatureId, personId: body.persons[0]?.personId ?? '' };
}

function askerOf(url: string): ApiUnderTest['ask'] {
  return async <T>(method: string, path: string, asking: Asking = {}): Promise<Reply<T>> => {
    const { token = 'dev-manager', key, language, body, raw, headers = {} } = asking;
    const anonymous = 'token' in asking && asking.token === undefined;
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    // A browser names with every form the page from which it comes.
    const fromOwnPage = method === 'POST' && path.startsWith('/console') ? { origin: url } : {};
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(anonymous ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(language === undefined ? {} : { 'accept-language': language }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...fromOwnPage,
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

/**
 * What comes of an act that waits for a second administrator when that one agrees: the answer of the operation, as
 * the one of an act that waits for nobody.
 */
export async function agreed(api: ApiUnderTest, proposing: Promise<Reply>, token = 'dev-admin-2'): Promise<Reply> {
  const proposed = (await proposing) as unknown as Reply<Agreed>;
  if (proposed.status !== 202) return proposed as unknown as Reply;
  const { proposalId, state } = proposed.body;
  const approved = state === 'approved' ? proposed : await api.ask<Agreed>('PUT', `/v1/proposals/${proposalId}/approval`, { token });
  if (approved.status >= 400) return approved as unknown as Reply;
  return { ...approved, status: 200, text: JSON.stringify(approved.body.result), body: approved.body.result as Reply['body'] };
}

interface Agreed {
  proposalId: string;
  state: string;
  result?: unknown;
}

/** Posts a report as an agency does, signed now with its own secret unless told otherwise. */
export async function sendReport(
  api: ApiUnderTest,
  report: unknown,
  how: { agency?: string; id?: string; at?: Date; secret?: string; headers?: Record<string, string>; raw?: string } = {},
): Promise<Reply<z.infer<typeof ReportAccepted> & ProblemBody>> {
  const { agency = 'employment', id = randomUUID(), at = new Date(), secret = SECRETS.employment, headers = {} } = how;
  const raw = how.raw ?? JSON.stringify(report);
  const signed = { ...signatureHeaders(secret, id, raw, at), ...headers };
  return api.ask('POST', `/webhooks/agencies/${agency}`, { token: undefined, raw, headers: signed });
}

/** Rows of every table, so that "changes nothing" can be checked as it is said; but for the log of looks and the count of refused tries, which record what was refused, too. */
export async function rowCounts(owner: Pool): Promise<Record<string, number>> {
  const { rows } = await owner.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables
      where schemaname = 'public' and tablename not like 'access_log%' and tablename <> 'bound_count' order by 1`,
  );
  const counts = await Promise.all(
    rows.map(async ({ name }) => {
      const { rows: counted } = await owner.query<{ n: number }>(`select count(*)::int as n from ${name}`);
      return [name, counted[0]?.n ?? 0] as const;
    }),
  );
  return Object.fromEntries(counts);
}
