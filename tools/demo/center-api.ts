/** The API as a Center's own software uses it: over HTTP, with a token per person and a key per command. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { AppealRegistered, CommandAnswer, type RegisterAppealBody } from '../../contracts/http/appeals.js';
import { CaseDetail, TimelinePage, type TimelineEntry } from '../../contracts/http/cases.js';
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import { UploadedDocument } from '../../contracts/http/documents.js';
import { BroughtSignature } from '../../contracts/http/signatures.js';
import { AlertPage, Why, type Alert } from '../../contracts/http/duties.js';
import { ProblemBody } from '../../contracts/http/problem.js';
import type { DoorCommandKind } from '../../domain/case/commands.js';
import type { DocumentType } from '../../domain/case/documents.js';
import { until } from '../../process/deadline.js';
import { reasonOf } from '../../process/failure.js';
import type { BearerOf } from '../provider/token-source.js';
import { signatureOf, signatureOfToken } from './development-signer.js';
import { syntheticDocument } from './synthetic-document.js';

export type CaseView = z.infer<typeof CaseDetail>;
export type LedgerLine = z.infer<typeof TimelineEntry>;
export type AlertView = z.infer<typeof Alert>;

export interface CommandAsked {
  /** Whose token speaks. */
  token: string;
  kind: DoorCommandKind;
  body?: unknown;
  /** Fills the names in braces of the command's path. */
  parameters?: Readonly<Record<string, string>>;
}

/** Appeals and commands are repeated with the same key while their outcome is not known. */
export interface CenterApi {
  registerAppeal(token: string, body: z.input<typeof RegisterAppealBody>): Promise<z.infer<typeof AppealRegistered>>;
  command(caseId: string, asked: CommandAsked): Promise<z.infer<typeof CommandAnswer>>;
  /** Keeps a synthetic document for the case; the id by which a command refers to it. */
  upload(caseId: string, token: string, type: DocumentType): Promise<string>;
  /** Keeps a signed plan for the case, with the ЭЦП of whoever has the token, or of the one with that ИИН; the ids by which a command refers to both. */
  uploadSigned(caseId: string, token: string, iin?: string): Promise<{ documentId: string; signatureId: string }>;
  /** Undefined until the engine has opened the case. */
  readCase(caseId: string): Promise<CaseView | undefined>;
  /** Lines of the ledger after that place. */
  timeline(caseId: string, afterSeq: number): Promise<readonly LedgerLine[]>;
  /** In the order of their legal moments. */
  alerts(caseId: string): Promise<readonly AlertView[]>;
  why(caseId: string, dutyKey: string): Promise<z.infer<typeof Why>>;
}

/** What the API answered instead of what was asked. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly code: string;
  readonly status: number;
  /** The sentence of the API for people. */
  readonly detail: string;
  /** What is wrong with which place of the request. */
  readonly errors: readonly { field: string; message: string }[];

  constructor(asked: string, status: number, code: string, detail: string, rule: string | undefined, errors: ApiRefusal['errors'] = []) {
    super(`${asked} was answered with ${status} ${code}${rule === undefined ? '' : ` (${rule})`}: ${detail}`);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.errors = errors;
  }
}

const REPEAT_FOR_MS = 20_000;
const ANSWER_WITHIN_MS = 15_000;
const PAGE = 200;

/**
 * @param reader token of the person who looks at the case
 * @param bearerOf what stands for a token in the request; default: the token itself
 */
export function createCenterApi(url: string, reader: string, bearerOf?: BearerOf): CenterApi {
  const ask = createAsk(url, { bearerOf });
  return {
    registerAppeal: (token, body) => repeated('the appeal', ask, AppealRegistered, { method: 'POST', path: '/v1/appeals', token, body, key: randomUUID() }),
    command(caseId, { token, kind, body = {}, parameters = {} }) {
      const path = COMMAND_ROUTES[kind].path.replace(/\{(\w+)\}/g, (_place, name: string) => parameters[name] ?? '');
      return repeated(kind, ask, CommandAnswer, { method: 'POST', path: `${caseUrl(caseId)}/${path}`, token, body, key: randomUUID() });
    },
    upload: (caseId, token, type) => uploaded(ask, caseId, token, type),
    async uploadSigned(caseId, token, iin) {
      const documentId = await uploaded(ask, caseId, token, 'signed_ipr');
      const bytes = documentOf('signed_ipr');
      const cms = iin === undefined ? signatureOfToken(token, bytes) : signatureOf({ iin }, bytes);
      const path = `/v1/documents/${documentId}/signatures`;
      const { signatureId } = await repeated('the signature', ask, BroughtSignature, { method: 'POST', path, token, body: { cms }, key: randomUUID() });
      return { documentId, signatureId };
    },
    readCase: (caseId) => unlessCode('case_not_started_yet', ask(CaseDetail, { method: 'GET', path: caseUrl(caseId), token: reader })),
    async timeline(caseId, afterSeq) {
      const lines = await allPages(ask, TimelinePage, `${caseUrl(caseId)}/timeline`, reader);
      return lines.filter(({ seq }) => seq > afterSeq);
    },
    async alerts(caseId) {
      const alerts = await allPages(ask, AlertPage, `/v1/alerts?caseId=${caseId}`, reader);
      return alerts.toSorted((a, b) => Date.parse(a.moment) - Date.parse(b.moment));
    },
    why: (caseId, key) => ask(Why, { method: 'GET', path: `${caseUrl(caseId)}/duties/${encodeURIComponent(key)}/why`, token: reader }),
  };
}

function documentOf(type: DocumentType): Buffer {
  return syntheticDocument(`A synthetic document: ${type}.`);
}

async function uploaded(ask: Ask, caseId: string, token: string, type: DocumentType): Promise<string> {
  const path = `${caseUrl(caseId)}/documents?type=${type}`;
  const file = { mediaType: 'application/pdf', bytes: documentOf(type) };
  return (await repeated('the upload', ask, UploadedDocument, { method: 'POST', path, token, file, key: randomUUID() })).documentId;
}

/** Follows `next` to the end of a list. */
async function allPages<T>(ask: Ask, schema: z.ZodType<{ items: T[]; next?: string | undefined }>, path: string, token: string): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(after === undefined ? {} : { after }) });
    const page = await ask(schema, { method: 'GET', path: `${path}${path.includes('?') ? '&' : '?'}${query.toString()}`, token });
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}

function caseUrl(caseId: string): string {
  return `/v1/cases/${caseId}`;
}

interface Request {
  method: string;
  path: string;
  token: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  file?: { mediaType: string; bytes: Uint8Array };
  key?: string;
}

interface AskOptions {
  answerWithinMs?: number | undefined;
  bearerOf?: BearerOf | undefined;
}

const asItIs: BearerOf = async (token) => token;

export type Ask = <S extends z.ZodType>(schema: S, request: Request) => Promise<z.infer<S>>;

/** @param answerWithinMs bound of one request */
export function createAsk(url: string, { answerWithinMs = ANSWER_WITHIN_MS, bearerOf = asItIs }: AskOptions = {}): Ask {
  return async (schema, { method, path, token, body, file, key }) => {
    const mediaType = file?.mediaType ?? (body === undefined ? undefined : 'application/json');
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await bearerOf(token)}`,
        'accept-language': 'en',
        ...(mediaType === undefined ? {} : { 'content-type': mediaType }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(file === undefined ? {} : { body: new Uint8Array(file.bytes) }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((error: unknown) => {
      throw new Error(`the API at ${url} does not answer (${reasonOf(error)}): is the stack of this data folder running?`);
    });
    const content: unknown = await response.json().catch(() => undefined);
    if (response.ok) return schema.parse(content);
    const problem = ProblemBody.safeParse(content);
    if (!problem.success) throw new ApiRefusal(`${method} ${path}`, response.status, 'no_problem_body', JSON.stringify(content) ?? '', undefined);
    throw new ApiRefusal(`${method} ${path}`, response.status, problem.data.code, problem.data.detail, problem.data.rule, problem.data.errors);
  };
}

/** What is not known is asked again under the same key. */
async function repeated<S extends z.ZodType>(what: string, ask: Ask, schema: S, request: Request): Promise<z.infer<S>> {
  const answer = await until(() => unlessUnknown(ask(schema, request)), REPEAT_FOR_MS);
  if (answer === undefined) throw new Error(`the outcome of ${what} was not known after ${REPEAT_FOR_MS / 1000} s`);
  return answer;
}

function unlessUnknown<T>(answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    // 503: not known, not ready, not started. The same key makes the repeat safe.
    if (error instanceof ApiRefusal && error.status === 503) return undefined;
    throw error;
  });
}

function unlessCode<T>(code: string, answer: Promise<T>): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (error instanceof ApiRefusal && error.code === code) return undefined;
    throw error;
  });
}
