/**
 * The first pages: cases, what is due, one case with "why this date". They read through the same
 * functions as the API and change nothing.
 */
import type { VNode } from 'preact';
import express, { Router, type ErrorRequestHandler, type Request, type Response } from 'express';
import { listAlarms } from '../api/alarms.js';
import { listLawAdoptions, listVersions, previewVersion } from '../api/law.js';
import { problem, ProblemError, problemInWords } from '../api/problems.js';
import { listAlerts, listCases, listDuties, readCase, readTimeline } from '../api/reads.js';
import { listRules } from '../api/rules.js';
import type { ConsoleParts } from '../api/server.js';
import { explainDutyOf } from '../api/why.js';
import { AlarmQuery } from '../contracts/http/alarms.js';
import { CaseQuery, TimelineQuery } from '../contracts/http/cases.js';
import { AlertQuery, DutyQuery } from '../contracts/http/duties.js';
import { PreviewQuery, VersionParameters } from '../contracts/http/law.js';
import { Id } from '../contracts/http/primitives.js';
import { LANGUAGES, languageOf, type Language } from '../contracts/messages/language.js';
import { findActorByToken } from '../db/directory.js';
import type { Pool } from '../db/pool.js';
import type { Actor } from '../domain/case/facts.js';
import { AlarmsPage } from './alarms-page.js';
import { CasePage } from './case-page.js';
import { cookieOf, cookieLine } from './cookies.js';
import { LawPage, LawPreviewPage } from './law-page.js';
import { AlertsPage, CasesPage, DutiesPage } from './lists.js';
import { document, readerOf, type Reader } from './page.js';
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
  const { pool } = parts;
  const router = Router();
  router.use((request, response, next) => {
    response.set('Content-Security-Policy', PAGE_SECURITY);
    rememberLanguage(request, response);
    next();
  });
  router.get('/style.css', (_request, response) => void response.type('css').send(STYLE));
  serveDoor(router, pool);
  servePages(router, parts);
  router.use((request, response) => notFound(request, response, undefined));
  router.use(answerProblem);
  return router;
}

function serveDoor(router: Router, pool: Pool): void {
  router.get('/sign-in', (request, response) => show(response, <SignInPage reader={readerFor(request)} wrong={false} />));
  router.post('/sign-in', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    // A form of another kind leaves no body at all.
    const { key } = (request.body ?? {}) as { key?: unknown };
    const actor = typeof key === 'string' && key !== '' ? await findActorByToken(pool, key) : undefined;
    if (actor === undefined) return show(response, <SignInPage reader={readerFor(request)} wrong />, 401);
    response.append('Set-Cookie', cookieLine(KEY_COOKIE, String(key), '/console')).redirect(303, '/console/cases');
  });
  router.post('/sign-out', (_request, response) => {
    response.append('Set-Cookie', cookieLine(KEY_COOKIE, '', '/console')).redirect(303, '/console/sign-in');
  });
}

type PageOf = (call: { request: Request; actor: Actor; reader: Reader }) => Promise<VNode>;

function servePages(router: Router, { pool, ruleTests }: ConsoleParts): void {
  const page = (path: string, build: PageOf): void => {
    router.get(path, async (request, response) => {
      const key = cookieOf(request, KEY_COOKIE);
      const actor = key === undefined ? undefined : await findActorByToken(pool, key);
      if (actor === undefined) return response.redirect(303, '/console/sign-in');
      show(response, await build({ request, actor, reader: readerFor(request, actor) }));
    });
  };
  router.get('/', (_request, response) => response.redirect(303, '/console/cases'));
  page('/cases', async ({ request, actor, reader }) => (
    <CasesPage reader={reader} page={await listCases(pool, actor, queryOf(CaseQuery, request), reader.language)} />
  ));
  page('/duties', async ({ request, actor, reader }) => (
    <DutiesPage reader={reader} page={await listDuties(pool, actor, queryOf(DutyQuery, request))} />
  ));
  page('/alerts', async ({ request, actor, reader }) => (
    <AlertsPage reader={reader} page={await listAlerts(pool, actor, queryOf(AlertQuery, request), reader.language)} />
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
    return <LawPreviewPage reader={reader} preview={await previewVersion(pool, actor, place.data, queryOf(PreviewQuery, request))} />;
  });
  page('/cases/:caseId', async ({ request, actor, reader }) => {
    const caseId = caseIdOf(request);
    const [detail, timeline] = await Promise.all([
      readCase(pool, actor, caseId, reader.language),
      readTimeline(pool, actor, caseId, queryOf(TimelineQuery, request), reader.language),
    ]);
    return <CasePage reader={reader} detail={detail} timeline={timeline} />;
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
