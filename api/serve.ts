/** From a row of the operation table to a route: address, access, body, checks, answer. */
import express, { type Express, type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import type { OperationSpec } from '../contracts/http/operations.js';
import type { EdgeCode } from '../contracts/http/problem-codes.js';
import type { RefusalCode } from '../domain/case/refusal.js';
import type { Language } from '../contracts/messages/language.js';
import { fieldIssues } from './field-faults.js';
import { PAGE_CSP } from './openapi-page.js';
import { languageOfRequest, methodNotAllowed, problem, refused, type ProblemError } from './problems.js';

/** An individual plan with sixty described measures fits; a file does not. */
const STAFF_BODY_LIMIT = '256kb';
const WEBHOOK_BODY_LIMIT = '64kb';

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : Readonly<Record<string, never>>;

export interface Call<S extends OperationSpec> {
  request: Request;
  language: Language;
  parameters: Output<S['parameters']>;
  query: Output<S['query']>;
}

export type Handler<S extends OperationSpec> = (call: Call<S>) => Promise<z.input<S['success']['schema']>>;

/** Puts an operation on its address. */
export function serve<S extends OperationSpec>(app: Express, spec: S, handler: Handler<S>, requireActor: RequestHandler): void {
  const route = app.route(expressPath(spec.path));
  route[spec.method](...guards(spec, requireActor), async (request, response) => {
    const language = languageOfRequest(request);
    const parameters = readParameters(spec, request);
    const query = readQuery(spec, request);
    // The schemas of the row made both, which the compiler cannot follow through the optional members.
    const reply = await handler({ request, language, parameters, query } as Call<S>);
    response.status(spec.success.status).set('Content-Language', language).vary('Accept-Language');
    if (spec.success.mediaType === undefined) response.json(reply);
    else response.set('Content-Security-Policy', PAGE_CSP).type(spec.success.mediaType).send(String(reply));
  });
}

/** Answers other methods on every address with 405; call it after all operations are served. */
export function serveOtherMethods(app: Express, specs: readonly OperationSpec[]): void {
  for (const path of new Set(specs.map((spec) => spec.path))) {
    const methods = specs.filter((spec) => spec.path === path).flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
    app.route(expressPath(path)).all(methodNotAllowed(methods));
  }
}

/** `{caseId}` of the document is `:caseId` of the router. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function guards(spec: OperationSpec, requireActor: RequestHandler): RequestHandler[] {
  switch (spec.access) {
    case 'token':
      return spec.body === undefined ? [requireActor] : [requireActor, requireJson, express.json(JSON_BODY), bodyOrEmpty];
    case 'signature':
      return [requireJson, express.raw({ type: () => true, limit: WEBHOOK_BODY_LIMIT, inflate: false })];
    case 'open':
      return [];
  }
}

const JSON_BODY = { type: () => true, limit: STAFF_BODY_LIMIT, inflate: false, strict: true };

/** A request without any body is let through: some commands say everything by their address. */
const requireJson: RequestHandler = (request, _response, next) => {
  const empty = request.get('content-length') === '0' && request.get('transfer-encoding') === undefined;
  if (!empty && request.is('application/json') === false) throw problem('media_type_unsupported');
  next();
};

const bodyOrEmpty: RequestHandler = (request, _response, next) => {
  request.body ??= {};
  next();
};

/** A malformed id names nothing that exists. */
const UNKNOWN_PART: Readonly<Record<string, () => ProblemError>> = {
  caseId: () => problem('case_unknown'),
  key: () => problem('duty_unknown'),
  alertId: () => problem('alert_unknown'),
  holder: () => problem('holder_unknown'),
  adoptionId: () => problem('law_adoption_unknown'),
  version: () => problem('law_version_unknown'),
  agency: () => problem('agency_not_connected'),
  measureId: () => unknownPart('measure_unknown'),
  reportId: () => unknownPart('report_unknown'),
};

function unknownPart(code: RefusalCode): ProblemError {
  return refused({ code });
}

function readParameters(spec: OperationSpec, request: Request): unknown {
  if (spec.parameters === undefined) return {};
  const parsed = spec.parameters.safeParse(request.params);
  if (parsed.success) return parsed.data;
  const part = String(parsed.error.issues[0]?.path[0]);
  const unknown: EdgeCode = 'route_unknown';
  throw UNKNOWN_PART[part]?.() ?? problem(unknown);
}

function readQuery(spec: OperationSpec, request: Request): unknown {
  if (spec.query === undefined) return {};
  const given: unknown = { ...request.query };
  const parsed = spec.query.safeParse(given);
  if (parsed.success) return parsed.data;
  throw problem('request_invalid', { issues: fieldIssues(parsed.error.issues, given) });
}

/** Checks a body against its schema. @throws ProblemError `request_invalid` with each field's fault */
export function readBody<B extends z.ZodType>(schema: B, body: unknown): z.output<B> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw problem('request_invalid', { issues: fieldIssues(parsed.error.issues, body) });
}
