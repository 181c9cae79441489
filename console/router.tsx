/**
 * The first pages: cases, what is due, one case with "why this date". They go through the same functions as the
 * API; all that they change is to have a refused report decided again.
 */
import type { VNode } from 'preact';
import { z } from 'zod';
import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express';
import { listAlarms } from '../office/alarms.js';
import { explainDutyOfCenter, showCenter } from '../office/centers.js';
import { listLawAdoptions, listVersions, previewVersion } from '../office/law.js';
import { addressOf, vouchFor } from '../api/bounds.js';
import { createBounds, type Bounds } from '../office/bounds.js';
import { DEFAULT_BOUNDS } from '../contracts/bounds.js';
import { bodyDigest } from '../api/idempotency.js';
import { problem, ProblemError, problemInWords, refused } from '../office/problem.js';
import { listAlerts, listCases, listDuties, readCase, readTimeline } from '../office/reads.js';
import { listReports, retakeReport } from '../office/reports.js';
import { listRules } from '../office/rules.js';
import { whileAwaited } from '../api/serve.js';
import type { ConsoleParts } from '../api/server.js';
import { explainDutyOf } from '../office/why.js';
import { AlarmQuery } from '../contracts/http/alarms.js';
import { CaseQuery, TimelineQuery } from '../contracts/http/cases.js';
import { AlertQuery, DutyQuery } from '../contracts/http/duties.js';
import { PreviewQuery, VersionParameters } from '../contracts/http/law.js';
import { Id } from '../contracts/http/primitives.js';
import { ReportParameters, ReportQuery } from '../contracts/http/reports.js';
import { LANGUAGES, languageOf, type Language } from '../contracts/messages/language.js';
import { findActorByToken } from '../db/directory.js';
import type { Pool } from '../db/pool.js';
import type { Actor } from '../domain/case/facts.js';
import { createDesk, type Desk } from '../ledger/desk.js';
import { AlarmsPage } from './alarms-page.js';
import { CenterPage } from './center-page.js';
import { CasePage } from './case-page.js';
import { cookieOf, cookieLine } from './cookies.js';
import { LawPage, LawPreviewPage } from './law-page.js';
import { AlertsPage, CasesPage, DutiesPage } from './lists.js';
import { organisationNames } from '../db/organisations.js';
import { document, readerOf, type Reader } from './page.js';
import { ReportsPage, RetakenPage } from './reports-page.js';
import { RulesPage } from './rules-page.js';
import { NotFoundPage, SignInPage } from './sign-in.js';
import { STYLE } from './style.js';
import { WhyPage } from './why-page.js';

const KEY_COOKIE = 'tirek_key';
const LANGUAGE_COOKIE = 'tirek_lang';

/** No script, nothing from elsewhere, no frame, and forms only to ourselves. */
const PAGE_SECURITY = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The router to be mounted at `/console`. */
export function createConsole(parts: ConsoleParts): Router {
  const { pool, desk = createDesk(pool), bounds = createBounds(pool, DEFAULT_BOUNDS) } = parts;
  const router = Router();
  router.use((request, response, next) => {
    response.set('Content-Security-Policy', PAGE_SECURITY);
    rememberLanguage(request, response);
    next();
  });
  router.get('/style.css', (_request, response) => void response.type('css').send(STYLE));
  serveDoor(router, pool, bounds);
  servePages(router, parts, desk, bounds);
  serveRetakes(router, desk, bounds);
  router.use((request, response) => notFound(request, response, undefined));
  router.use(answerProblem);
  return router;
}

function serveDoor(router: Router, pool: Pool, bounds: Bounds): void {
  router.get('/sign-in', (request, response) => show(response, <SignInPage reader={readerFor(request)} wrong={false} />));
  router.post('/sign-in', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    // A form of another kind leaves no body at all.
    const { key } = (request.body ?? {}) as { key?: unknown };
    const address = addressOf(request);
    await bounds.beforeSignIn(address);
    const actor = typeof key === 'string' && key !== '' ? await findActorByToken(pool, key) : undefined;
    if (actor === undefined) await bounds.afterFailedSignIn(address);
    if (actor === undefined) return show(response, <SignInPage reader={readerFor(request)} wrong />, 401);
    response.append('Set-Cookie', cookieLine(KEY_COOKIE, String(key), '/console')).redirect(303, '/console/cases');
  });
  router.post('/sign-out', (_request, response) => {
    response.append('Set-Cookie', cookieLine(KEY_COOKIE, '', '/console')).redirect(303, '/console/sign-in');
  });
}

/** The form comes from our own page alone: from elsewhere the key of the session is not sent along. */
function serveRetakes(router: Router, desk: Desk, bounds: Bounds): void {
  router.post('/reports/:reportId/retake', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    const actor = await actorBehind(desk.pool, request, bounds);
    if (actor === undefined) return response.redirect(303, '/console/sign-in');
    const reader = readerFor(request, actor);
    const form = RetakeForm.safeParse(request.body);
    const place = ReportParameters.safeParse(request.params);
    if (!form.success || !place.success) throw refused({ code: 'report_unknown' });
    const asked = { actor, reportId: place.data.reportId, idempotencyKey: form.data.key, bodySha256: bodyDigest(request, {}) };
    const { state, reason } = await retakeReport(desk, asked, reader.language);
    show(response, <RetakenPage reader={reader} state={state} reason={reason} />);
  });
}

const RetakeForm = z.strictObject({ key: Id });

/** Who is signed in; each page counts as a request of theirs. */
async function actorBehind(pool: Pool, request: Request, bounds: Bounds): Promise<Actor | undefined> {
  const key = cookieOf(request, KEY_COOKIE);
  const actor = key === undefined ? undefined : await findActorByToken(pool, key);
  if (actor === undefined) return undefined;
  vouchFor(request);
  await bounds.request(actor);
  return actor;
}

type PageOf = (call: { request: Request; actor: Actor; reader: Reader }) => Promise<VNode>;

function servePages(router: Router, { pool, ruleTests }: ConsoleParts, desk: Desk, bounds: Bounds): void {
  const page = (path: string, build: PageOf): void => {
    router.get(path, async (request, response) => {
      const actor = await actorBehind(pool, request, bounds);
      if (actor === undefined) return response.redirect(303, '/console/sign-in');
      const reader = { ...readerFor(request, actor), organisations: await organisationNames(pool) };
      show(response, await build({ request, actor, reader }));
    });
  };
  router.get('/', (_request, response) => response.redirect(303, '/console/cases'));
  page('/cases', async ({ request, actor, reader }) => (
    <CasesPage reader={reader} page={await listCases(pool, actor, queryOf(CaseQuery, request), reader.language)} />
  ));
  page('/duties', async ({ request, actor, reader }) => (
    <DutiesPage reader={reader} page={await listDuties(pool, actor, queryOf(DutyQuery, request), reader.language)} />
  ));
  page('/alerts', async ({ request, actor, reader }) => (
    <AlertsPage reader={reader} page={await listAlerts(pool, actor, queryOf(AlertQuery, request), reader.language)} />
  ));
  page('/reports', async ({ request, actor, reader }) => (
    <ReportsPage reader={reader} page={await listReports(pool, actor, queryOf(ReportQuery, request), reader.language)} />
  ));
  page('/rules', async ({ reader }) => <RulesPage reader={reader} table={await listRules(pool, reader.language, await ruleTests)} />);
  page('/alarms', async ({ request, actor, reader }) => (
    <AlarmsPage reader={reader} page={await listAlarms(pool, actor, queryOf(AlarmQuery, request), reader.language)} />
  ));
  page('/law', async ({ actor, reader }) => {
    const [{ items: versions }, { items: adoptions }] = await Promise.all([listVersions(pool, actor), listLawAdoptions(pool, actor)]);
    return <LawPage reader={reader} versions={versions} adoptions={adoptions} />;
  });
  page('/law/:place/:version', async ({ request, actor, reader }) => {
    const place = VersionParameters.safeParse(request.params);
    if (!place.success) throw problem('law_version_unknown');
    return (
      <LawPreviewPage
        reader={reader}
        preview={await previewVersion(pool, actor, place.data, { ...queryOf(PreviewQuery, request), signal: whileAwaited(request) })}
      />
    );
  });
  page('/cases/:caseId', async ({ request, actor, reader }) => {
    const caseId = caseIdOf(request);
    const [detail, timeline] = await Promise.all([
      readCase(pool, actor, caseId, reader.language),
      readTimeline(pool, actor, caseId, queryOf(TimelineQuery, request), reader.language),
    ]);
    return <CasePage reader={reader} detail={detail} timeline={timeline} />;
  });
  page('/centers/:center', async ({ request, actor, reader }) => (
    <CenterPage reader={reader} detail={await showCenter(desk, actor, String(request.params['center']), reader.language)} />
  ));
  page('/centers/:center/duties/:key', async ({ request, actor, reader }) => {
    const [center, key] = [String(request.params['center']), String(request.params['key'])];
    return <WhyPage reader={reader} why={await explainDutyOfCenter(desk, actor, center, key, reader.language)} />;
  });
  page('/cases/:caseId/duties/:key', async ({ request, actor, reader }) => {
    const key = String(request.params['key']);
    return <WhyPage reader={reader} why={await explainDutyOf(pool, actor, caseIdOf(request), key, reader.language)} />;
  });
}

/** A malformed id names no case; Postgres would answer it with a fault. */
function caseIdOf(request: Request): string {
  const parsed = Id.safeParse(request.params['caseId']);
  if (!parsed.success) throw problem('case_unknown');
  return parsed.data;
}

/** Filters that cannot be read are left out: a page shows the whole list rather than a fault. */
function queryOf<Q>(schema: { safeParse(given: unknown): { success: true; data: Q } | { success: false }; parse(given: unknown): Q }, request: Request): Q {
  const { lang: _lang, ...given } = request.query;
  const parsed = schema.safeParse(given);
  return parsed.success ? parsed.data : schema.parse({});
}

function readerFor(request: Request, actor?: Actor): Reader {
  return readerOf(languageFor(request), request.originalUrl, actor);
}

function languageFor(request: Request): Language {
  return asLanguage(request.query['lang']) ?? asLanguage(cookieOf(request, LANGUAGE_COOKIE)) ?? languageOf(request.get('accept-language'));
}

function asLanguage(given: unknown): Language | undefined {
  return LANGUAGES.find((language) => language === given);
}

function rememberLanguage(request: Request, response: Response): void {
  const wanted = asLanguage(request.query['lang']);
  if (wanted !== undefined) response.append('Set-Cookie', cookieLine(LANGUAGE_COOKIE, wanted, '/console'));
}

function show(response: Response, page: VNode, status = 200): void {
  response.status(status).type('html').send(document(page));
}

function notFound(request: Request, response: Response, sentence: string | undefined): void {
  const reader = readerFor(request);
  show(response, <NotFoundPage reader={reader} sentence={sentence ?? reader.words.notFound} />, 404);
}

/** What the API answers as a problem, a page says as a sentence; a fault of ours goes on to the API's own handler. */
const answerProblem: ErrorRequestHandler = (error, request, response, next) => {
  if (!(error instanceof ProblemError) || response.headersSent) return next(error);
  const reader = readerFor(request);
  const { status, detail } = problemInWords(error, reader.language);
  show(response, <NotFoundPage reader={reader} sentence={detail} />, status);
};
