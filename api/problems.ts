/** Problems as answers: thrown where they are found, written in one place (RFC 9457). */
import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import type { Refusal } from '../domain/case/refusal.js';
import { catalogueOf, fill, type Params } from '../contracts/messages/catalogue.js';
import { languageOf, type Language } from '../contracts/messages/language.js';
import { refusalInWords } from '../contracts/messages/wording.js';
import { PROBLEM_MEDIA_TYPE, PROBLEM_STATUS, problemType, type ProblemBody } from '../contracts/http/problem.js';
import type { EdgeCode } from '../contracts/http/problem-codes.js';
import type { FieldIssue } from './field-faults.js';
import { loggableError } from './loggable-error.js';
import { loggablePath } from './loggable-path.js';
import { isStorageUnavailable } from './storage-faults.js';

/** Seconds after which a client may try again what is temporarily unavailable. */
const RETRY_AFTER_SECONDS = 2;

interface EdgeProblem {
  code: EdgeCode;
  params?: Params;
  issues?: readonly FieldIssue[];
  headers?: Readonly<Record<string, string>>;
}

/** A problem on its way to the client; nothing about it is logged but its code. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: EdgeProblem | { refusal: Refusal };

  constructor(problem: EdgeProblem | { refusal: Refusal }) {
    super('refusal' in problem ? problem.refusal.code : problem.code);
    this.problem = problem;
  }
}

/** A problem that the edge found. */
export function problem(code: EdgeCode, more: Omit<EdgeProblem, 'code'> = {}): ProblemError {
  return new ProblemError({ code, ...more });
}

/** A refusal of the core as the answer of a request. */
export function refused(refusal: Refusal): ProblemError {
  return new ProblemError({ refusal });
}

export function languageOfRequest(request: Request): Language {
  return languageOf(request.get('accept-language'));
}

/** The address of the request without its query, which may hold what somebody searched for. */
export function instanceOf(request: Request): string {
  return request.originalUrl.split('?')[0] ?? request.originalUrl;
}

/** Status of a problem and its sentence in the reader's language. */
export function problemInWords({ problem }: ProblemError, language: Language): Pick<ProblemBody, 'status' | 'detail'> {
  if ('refusal' in problem) return { status: PROBLEM_STATUS[problem.refusal.code], detail: refusalInWords(problem.refusal, language) };
  const { code, params } = problem;
  return { status: PROBLEM_STATUS[code], detail: fill(catalogueOf(language).problems[code], params ?? {}) };
}

function bodyOf(error: ProblemError, request: Request, language: Language): ProblemBody {
  const { titles, fields } = catalogueOf(language);
  const instance = instanceOf(request);
  const { status, detail } = problemInWords(error, language);
  if ('refusal' in error.problem) {
    const { code, rule, params } = error.problem.refusal;
    return { type: problemType(code), title: titles[status], status, code, rule, detail, params, instance };
  }
  const { code, params, issues } = error.problem;
  const errors = issues?.map((issue) => ({ ...issue, message: fields[issue.code] }));
  return { type: problemType(code), title: titles[status], status, code, detail, params, errors, instance };
}

export function sendProblem(error: ProblemError, request: Request, response: Response): void {
  const language = languageOfRequest(request);
  const body = bodyOf(error, request, language);
  const headers = 'refusal' in error.problem ? {} : (error.problem.headers ?? {});
  response.status(body.status);
  response.set(headers);
  if (body.status === 503) response.set('Retry-After', String(RETRY_AFTER_SECONDS));
  if (body.code === 'unauthenticated') response.set('WWW-Authenticate', 'Bearer');
  response.set('Content-Language', language).vary('Accept-Language');
  response.type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(body));
}

/** What the body parsers of Express say of a body that they cannot read. */
const PARSER_PROBLEMS: Readonly<Record<string, EdgeCode>> = {
  'entity.parse.failed': 'json_broken',
  'entity.too.large': 'body_too_large',
  'request.size.invalid': 'json_broken',
  'encoding.unsupported': 'media_type_unsupported',
  'charset.unsupported': 'media_type_unsupported',
};

function asProblem(error: unknown): ProblemError | undefined {
  if (error instanceof ProblemError) return error;
  if (isStorageUnavailable(error)) return problem('storage_unavailable');
  const { type, status } = faceOf(error);
  const code = type === undefined ? undefined : PARSER_PROBLEMS[type];
  if (code !== undefined) return problem(code);
  // A compressed body that is not, or an address with a broken %-escape: the client's fault, without a type.
  if (error instanceof URIError) return problem('route_unknown');
  return status !== undefined && status >= 400 && status < 500 ? problem('json_broken') : undefined;
}

function faceOf(error: unknown): { type?: string; status?: number } {
  if (typeof error !== 'object' || error === null) return {};
  const type = 'type' in error && typeof error.type === 'string' ? { type: error.type } : {};
  const status = 'status' in error && typeof error.status === 'number' ? { status: error.status } : {};
  return { ...type, ...status };
}

/** Last of the handlers: whatever was thrown becomes a problem. An unexpected error gets a number and is logged without the body. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    // The client is gone, or half of an answer is out: nothing can be said any more.
    if (response.headersSent) return next(error);
    const known = asProblem(error);
    if (known !== undefined) return sendProblem(known, request, response);
    const errorId = randomUUID();
    log.error({ errorId, error: loggableError(error), method: request.method, path: loggablePath(request) }, 'a request failed');
    return sendProblem(problem('internal', { params: { errorId } }), request, response);
  };
}

export const unknownRoute: RequestHandler = () => {
  throw problem('route_unknown');
};

/** For an address that exists, with another method than the ones given. */
export function methodNotAllowed(methods: readonly string[]): RequestHandler {
  const allow = methods.join(', ');
  return (request, response) => {
    if (request.method === 'OPTIONS') {
      response.set('Allow', allow).status(204).end();
      return;
    }
    throw problem('method_not_allowed', { params: { method: request.method }, headers: { Allow: allow } });
  };
}
