/** Problems as answers of HTTP, written in one place (RFC 9457). */
import { randomUUID } from 'node:crypto';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import { languageOf, type Language } from '../contracts/messages/language.js';
import { PROBLEM_MEDIA_TYPE, problemType, type ProblemBody } from '../contracts/http/problem.js';
import type { EdgeCode } from '../contracts/http/problem-codes.js';
import { loggableError } from '../office/loggable-error.js';
import { ClientGone, problem, ProblemError, problemInWords } from '../office/problem.js';
import { isStorageUnavailable } from '../office/storage-faults.js';
import { loggablePath } from './loggable-path.js';
import { ClocksDisagree } from '../ledger/take.js';
import { VersionUnknown } from '../ledger/version.js';
import { KeysAway } from '../vault/key-service.js';

/** Seconds after which a client may try again what is temporarily unavailable. */
const RETRY_AFTER_SECONDS = 2;

export function languageOfRequest(request: Request): Language {
  return languageOf(request.get('accept-language'));
}

/** The address of the request without its query, which may hold what somebody searched for. */
export function instanceOf(request: Request): string {
  return request.originalUrl.split('?')[0] ?? request.originalUrl;
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
  if (error instanceof KeysAway) return problem('keys_unavailable');
  if (error instanceof VersionUnknown) return problem('release_outdated');
  if (error instanceof ClocksDisagree) return problem('clocks_disagree');
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
  return (error: unknown, request, response, _next) => {
    if (error instanceof ClientGone) return undefined;
    if (response.headersSent) {
      // Half of an answer is out: nothing can be said any more, and nobody must take it for the whole.
      log.warn({ error: loggableError(error), path: loggablePath(request) }, 'an answer broke off');
      return void response.destroy();
    }
    const known = asProblem(error);
    if (known !== undefined) {
      // A 503 of the storage has a cause, which only this line tells to who is on call.
      if (!(error instanceof ProblemError)) log.warn({ error: loggableError(error), path: loggablePath(request) }, 'a request could not be served');
      return sendProblem(known, request, response);
    }
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
