/**
 * The first pages: cases, what is due, one case with "why this date". They go through the same functions as the
 * API; all that they change is to have a refused report decided again, and to decide proposals.
 */
import type { Desk } from '../ledger/desk.js';
import type { VNode } from 'preact';
import helmet from 'helmet';
import { z } from 'zod';
import express, { Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { listAlarms } from '../office/alarms.js';
import { explainDutyOfCenter, showCenter } from '../office/centers.js';
import { listLawAdoptions, listVersions, previewVersion } from '../office/law.js';
import { createBounds, type Bounds } from '../office/bounds.js';
import { DEFAULT_BOUNDS } from '../contracts/bounds.js';
import { bodyText } from '../api/idempotency.js';
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
import { vaultOf } from '../db/pool.js';
import type { Act } from '../domain/access/rights.js';
import type { Actor } from '../domain/case/facts.js';
import { LookQuery } from '../contracts/http/looks.js';
import type { Pool } from '../db/pool.js';
import { requireRight } from '../office/asked.js';
import { listLooks } from '../office/looks.js';
import { AlarmsPage } from './alarms-page.js';
import { proposalPage, proposalsPage, serveDecisions } from './decisions.js';
import { LooksDoorPage, LooksPage } from './looks-page.js';
import { CenterPage } from './center-page.js';
import { CasePage } from './case-page.js';
import { within } from './bounded-entrance.js';
import { developmentEntrance } from './development-entrance.js';
import { ownFormsOnly, type Entrance } from './entrance.js';
import { providerEntrance } from './provider-entrance.js';
import { readerBehind } from './reader-behind.js';
import { readerFor, rememberLanguage, show } from './request.js';
import { LawPage, LawPreviewPage } from './law-page.js';
import { AlertsPage, CasesPage, DutiesPage } from './lists.js';
import { organisationNames } from '../db/organisations.js';
import type { Reader } from './page.js';
import { ReportsPage, RetakenPage } from './reports-page.js';
import { serveTaking, serveTakingLinks } from './take-page.js';
import { RulesPage } from './rules-page.js';
import { NotFoundPage } from './sign-in.js';
import { STYLE } from './style.js';
import { WhyPage } from './why-page.js';

/** No script, nothing from elsewhere, no frame, and forms only to ourselves and to where a sign-out leads on. */
function pageSecurity({ formTargets }: Entrance): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"], formAction: ["'self'", ...formTargets], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    // Without a referrer a browser would not name the origin of a form either.
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
}

function entranceOf({ desk: { pool }, signIn }: ConsoleParts, bounds: Bounds): Entrance {
  return within(bounds, signIn === 'development_tokens' ? developmentEntrance(pool, bounds) : providerEntrance(signIn, bounds));
}

/** The router to be mounted at `/console`. */
export function createConsole(parts: ConsoleParts): Router {
  const { desk, bounds = createBounds(desk.pool, DEFAULT_BOUNDS) } = parts;
  const entrance = entranceOf(parts, bounds);
  const router = Router();
  router.use(pageSecurity(entrance), (request, response, next) => {
    rememberLanguage(request, response, entrance.originOf(request));
    next();
  });
  entrance.serveMachines?.(router);
  router.use(ownFormsOnly(entrance));
  router.get('/style.css', (_request, response) => void response.type('css').send(STYLE));
  entrance.serve(router);
  servePages(router, parts, desk, entrance);
  serveRetakes(router, desk, entrance);
  serveTaking(router, desk, entrance);
  serveTakingLinks(router, desk);
  serveDecisions(router, parts, entrance, (request) => readerBehind(entrance, request, 'decideProposals'));
  router.use((request, response) => notFound(request, response, undefined));
  router.use(answerProblem);
  return router;
}

function serveRetakes(router: Router, desk: Desk, entrance: Entrance): void {
  router.post('/reports/:reportId/retake', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    const found = await readerBehind(entrance, request, 'retakeReport');
    if (found === undefined) return response.redirect(303, entrance.doorFor(request));
    const { actor, reader } = found;
    const form = RetakeForm.safeParse(request.body);
    const place = ReportParameters.safeParse(request.params);
    if (!form.success || !place.success) throw refused({ code: 'report_unknown' });
    const { content: digest } = await vaultOf(desk.pool).fingerprints();
    const asked = { actor, reportId: place.data.reportId, idempotencyKey: form.data.key, bodySha256: digest(bodyText(request, {})) };
    const { state, reason } = await retakeReport(desk, asked, reader.language);
    show(response, <RetakenPage reader={reader} state={state} reason={reason} />);
  });
}

const RetakeForm = z.strictObject({ key: Id });

type PageOf = (call: { request: Request; actor: Actor; reader: Reader }) => Promise<VNode>;

function servePages(router: Router, parts: ConsoleParts, desk: Desk, entrance: Entrance): void {
  const { readers, ruleTests } = parts;
  const { pool } = desk;
  const page = (path: string, build: PageOf, act?: Act): void => {
    router.get(path, async (request, response) => {
      const found = await readerBehind(entrance, request, act);
      if (found === undefined) return response.redirect(303, entrance.doorFor(request));
      const reader = { ...found.reader, organisations: await organisationNames(pool) };
      show(response, await build({ request, actor: found.actor, reader }));
    });
  };
  router.get('/', (_request, response) => response.redirect(303, '/console/cases'));
  page('/cases', async ({ request, actor, reader }) => (
    <CasesPage reader={reader} page={await listCases(readers, actor, queryOf(CaseQuery, request), reader.language)} />
  ));
  page('/duties', async ({ request, actor, reader }) => (
    <DutiesPage reader={reader} page={await listDuties(readers, actor, queryOf(DutyQuery, request), reader.language)} />
  ));
  page('/alerts', async ({ request, actor, reader }) => (
    <AlertsPage reader={reader} page={await listAlerts(readers, actor, queryOf(AlertQuery, request), reader.language)} />
  ));
  page('/reports', async ({ request, actor, reader }) => (
    <ReportsPage reader={reader} page={await listReports(readers, actor, queryOf(ReportQuery, request), reader.language)} />
  ));
  page('/rules', async ({ reader }) => <RulesPage reader={reader} table={await listRules(pool, reader.language, await ruleTests)} />);
  page(
    '/alarms',
    async ({ request, actor, reader }) => <AlarmsPage reader={reader} page={await listAlarms(pool, actor, queryOf(AlarmQuery, request), reader.language)} />,
    'readAlarms',
  );
  page(
    '/law',
    async ({ actor, reader }) => {
      const [{ items: versions }, { items: adoptions }] = await Promise.all([listVersions(pool, actor), listLawAdoptions(pool, actor)]);
      return <LawPage reader={reader} versions={versions} adoptions={adoptions} />;
    },
    'keepLaw',
  );
  page(
    '/law/:place/:version',
    async ({ request, actor, reader }) => {
      const place = VersionParameters.safeParse(request.params);
      if (!place.success) throw problem('law_version_unknown');
      return (
        <LawPreviewPage
          reader={reader}
          preview={await previewVersion(pool, actor, place.data, { ...queryOf(PreviewQuery, request), signal: whileAwaited(request) })}
        />
      );
    },
    'keepLaw',
  );
  page('/proposals', (call) => proposalsPage(parts, call), 'decideProposals');
  page('/proposals/:proposalId', (call) => proposalPage(parts, call), 'decideProposals');
  serveLooks(page, readers);
  page('/cases/:caseId', async ({ request, actor, reader }) => {
    const caseId = caseIdOf(request);
    const [detail, timeline] = await Promise.all([
      readCase(readers, actor, caseId, reader.language),
      readTimeline(readers, actor, caseId, queryOf(TimelineQuery, request), reader.language),
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
    return <WhyPage reader={reader} why={await explainDutyOf(readers, actor, caseIdOf(request), key, reader.language)} />;
  });
}

type AddPage = (path: string, build: PageOf, act?: Act) => void;

/** The case is asked for by its id; who may not read the log of looks does not come as far as the form. */
function serveLooks(page: AddPage, readers: Pool): void {
  page(
    '/looks',
    async ({ request, actor, reader }) => {
      requireRight('readLooks', actor);
      const asked = LooksAsked.safeParse({ caseId: request.query['caseId'] });
      if (request.query['caseId'] === undefined) return <LooksDoorPage reader={reader} />;
      if (!asked.success) throw problem('case_unknown');
      const { caseId } = asked.data;
      return <LooksPage reader={reader} caseId={caseId} page={await listLooks(readers, actor, caseId, queryOf(LookQuery, request, 'caseId'))} />;
    },
    'readLooks',
  );
}

const LooksAsked = z.strictObject({ caseId: Id });

/** A malformed id names no case; Postgres would answer it with a fault. */
function caseIdOf(request: Request): string {
  const parsed = Id.safeParse(request.params['caseId']);
  if (!parsed.success) throw problem('case_unknown');
  return parsed.data;
}

/** Filters that cannot be read are left out: a page shows the whole list rather than a fault. @param besides a part of the query that is no filter */
function queryOf<Q>(
  schema: { safeParse(given: unknown): { success: true; data: Q } | { success: false }; parse(given: unknown): Q },
  request: Request,
  besides?: string,
): Q {
  const given = Object.fromEntries(Object.entries(request.query).filter(([name]) => name !== 'lang' && name !== besides));
  const parsed = schema.safeParse(given);
  return parsed.success ? parsed.data : schema.parse({});
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
  show(response, <NotFoundPage reader={reader} sentence={detail} signIn={signInAgain(error, request)} />, status);
};

/** Where the way on is a sign-in: a new one, or for an act that asks for it a fresh one. */
function signInAgain({ message: code }: ProblemError, { method, originalUrl }: Request): string | undefined {
  if (code === 'sign_in_failed') return '/console/sign-in';
  if (code !== 'step_up_needed') return undefined;
  return `/console/sign-in?${new URLSearchParams({ fresh: 'true', ...(method === 'GET' ? { next: originalUrl } : {}) }).toString()}`;
}
