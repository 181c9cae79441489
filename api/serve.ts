/** From a row of the operation table to a route: address, access, body, checks, answer. */
import { pipeline } from 'node:stream/promises';
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import type { OperationSpec } from '../contracts/http/operation.js';
import type { EdgeCode } from '../contracts/http/problem-codes.js';
import type { RefusalCode } from '../domain/case/refusal.js';
import type { Language } from '../contracts/messages/language.js';
import { requireRight, type Asked, type AskedOnce } from '../office/asked.js';
import type { Download } from '../office/documents.js';
import { Proposed } from '../office/proposals.js';
import { requireStepUp } from '../office/signed-in.js';
import { actorOf, signedInOf, type Guards } from './authenticate.js';
import { bodyText, idempotencyKeyOf } from './idempotency.js';
import { ANSWER_WITHIN_MS, answerInTime } from './answer-in-time.js';
import { fieldIssues } from '../office/field-faults.js';
import { PAGE_CSP } from './openapi-page.js';
import { ClientGone, problem, refused, type ProblemError } from '../office/problem.js';
import { languageOfRequest, methodNotAllowed } from './problems.js';

/** An individual plan with sixty described measures fits; a document has an operation of its own. */
const STAFF_BODY_LIMIT = '256kb';
const WEBHOOK_BODY_LIMIT = '64kb';

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : Readonly<Record<string, never>>;

export interface Call<S extends OperationSpec> {
  request: Request;
  /** What a person asks; of an operation that is done once with its key. */
  asked: S extends { access: 'token' } ? (S extends { idempotent: true } ? AskedOnce : Asked) : undefined;
  language: Language;
  parameters: Output<S['parameters']>;
  query: Output<S['query']>;
}

type Reply<S extends OperationSpec> = S['success'] extends { download: readonly string[] } ? Download : z.input<S['success']['schema']>;

export type Handler<S extends OperationSpec> = (call: Call<S>) => Promise<Reply<S> | (S extends { proposes: true } ? Proposed : never)>;

/** What every route stands on. */
export interface Gate {
  doors: Guards;
  /** How content is digested, hex; with a key, for it may be guessed. @throws KeysAway */
  contentDigest: () => Promise<(text: string) => string>;
}

/** Puts an operation on its address. */
export function serve<S extends OperationSpec>(app: Express, spec: S, handler: Handler<S>, { doors, contentDigest }: Gate): void {
  const route = app.route(expressPath(spec.path));
  route[spec.method](...guards(spec, doors), async (request, response) => {
    const language = languageOfRequest(request);
    const parameters = readParameters(spec, request);
    const query = readQuery(spec, request);
    // The schemas of the row made both, which the compiler cannot follow through the optional members.
    const asked = spec.access === 'token' ? await askedIn(spec, request, language, contentDigest) : undefined;
    const answer = handler({ request, asked, language, parameters, query } as Call<S>);
    const unbounded = spec.looksAtEverything === true || spec.upload !== undefined;
    const reply = await (unbounded ? answer : answerInTime(answer, ANSWER_WITHIN_MS));
    response.status(spec.success.status).set('Content-Language', language).vary('Accept-Language');
    if (reply instanceof Proposed) response.status(202).json(reply.proposal);
    else if (spec.success.download !== undefined) await sendFile(response, reply as Download);
    else if (spec.success.mediaType === undefined) response.json(reply);
    else response.set('Content-Security-Policy', PAGE_CSP).type(spec.success.mediaType).send(String(reply));
  });
}

/** Whoever takes nothing for so long is gone. */
const TAKES_WITHIN_MS = 30_000;
/** A file is saved, never shown: whatever it is, it runs nowhere near what the reader is signed in to. */
const FILE_CSP = "default-src 'none'; sandbox; frame-ancestors 'none'";

async function sendFile(response: Response, { mediaType, size, fileName, parts }: Download): Promise<void> {
  response.set({
    'Content-Type': mediaType,
    'Content-Length': String(size),
    'Content-Disposition': `attachment; filename="${fileName}"`,
    'Content-Security-Policy': FILE_CSP,
    'Cross-Origin-Resource-Policy': 'same-origin',
  });
  response.setTimeout(TAKES_WITHIN_MS, () => response.destroy());
  let closed = false;
  response.once('close', () => (closed = !response.writableFinished));
  await pipeline(parts, response).catch((error: unknown) => {
    throw closed ? new ClientGone() : error;
  });
}

/** Aborted with `ClientGone` when the client goes away before its answer, so that nobody works for nobody. */
export function whileAwaited({ res: response }: Request): AbortSignal {
  const gone = new AbortController();
  response?.once('close', () => gone.abort(new ClientGone()));
  return gone.signal;
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

function guards(spec: OperationSpec, { person, service }: Guards): RequestHandler[] {
  switch (spec.access) {
    case 'token':
      if (spec.upload !== undefined) return [discardRest, ...person];
      return spec.body === undefined ? [...person] : [...person, requireJson, inTime, express.json(JSON_BODY), bodyOrEmpty];
    case 'service':
      return [...service];
    case 'signature':
      return spec.body === undefined ? [] : [requireJson, express.raw({ type: () => true, limit: WEBHOOK_BODY_LIMIT, inflate: false })];
    // The handler counts the tries before it looks at the code.
    case 'family':
    case 'open':
      return [];
  }
}

/** Of bytes that are refused nothing more is kept, but they are read to their end: a sender that is cut off while it sends never sees why. */
const discardRest: RequestHandler = (request, response, next) => {
  response.once('finish', () => request.resume());
  next();
};

/** A body that is no document is small: who trickles it must not hold a socket as long as a document may. */
const BODY_WITHIN_MS = 30_000;

const inTime: RequestHandler = (request, _response, next) => {
  const late = setTimeout(() => request.destroy(), BODY_WITHIN_MS);
  request.once('close', () => clearTimeout(late)).once('end', () => clearTimeout(late));
  next();
};

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
  documentId: () => unknownPart('document_unknown'),
  adoptionId: () => problem('law_adoption_unknown'),
  version: () => problem('law_version_unknown'),
  organisationId: () => unknownPart('organisation_unknown'),
  agency: () => problem('agency_not_connected'),
  measureId: () => unknownPart('measure_unknown'),
  taskId: () => problem('task_unknown'),
  proposalId: () => problem('proposal_unknown'),
  dispatchKey: () => unknownPart('dispatch_unknown'),
  reportId: () => unknownPart('report_unknown'),
  questionId: () => unknownPart('transfer_question_unknown'),
};

function unknownPart(code: RefusalCode): ProblemError {
  return refused({ code });
}

/** The role is asked before anything of the request is read; how far the right goes, the use case asks when it knows of whom it is. */
async function askedIn(
  spec: OperationSpec & { access: 'token' },
  request: Request,
  language: Language,
  contentDigest: Gate['contentDigest'],
): Promise<Asked | AskedOnce> {
  const asked: Asked = { actor: actorOf(request, spec.act), body: request.body as unknown, language };
  requireRight(spec.act, asked.actor);
  if (spec.stepUp === true) requireStepUp(signedInOf(request));
  if (spec.idempotent !== true) return asked;
  const given = idempotencyKeyOf(request);
  const digest = await contentDigest();
  // Whatever a client has put into its key, it stays with the client.
  const key = digest(`key\n${given}`);
  return { ...asked, key, digestOf: (content) => digest(bodyText(request, content)) };
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
