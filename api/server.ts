/** The API as an Express application, and as a running server. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Client } from '@temporalio/client';
import express, { type Express, type Request, type RequestHandler, type Router } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../process/config.js';
import { COMMAND_OPERATIONS, OPERATIONS } from '../contracts/http/operations.js';
import { present } from '../contracts/optional.js';
import type { RuleTests } from '../contracts/rule-row.js';
import { vaultOf, type Pool } from '../db/pool.js';
import { GROUNDS } from '../domain/law/grounds.js';
import { SECTORS } from '../domain/law/sectors.js';
import { FUNCTIONS } from '../domain/organisation/functions.js';
import { verifierOf } from '../adapters/signatures/of-config.js';
import { NO_VERIFIER, type SignatureVerifier } from '../adapters/signatures/verifier.js';
import { createPingHttp } from '../adapters/agency-http.js';
import { bellErrors } from '../metrics/bell-errors.js';
import { houseGauges } from '../metrics/house-gauges.js';
import { createRegistry } from '../metrics/registry.js';
import { serveMetricsOrWarn } from '../metrics/server.js';
import { createBell, listsAfter, SILENT_BELL, type Bell } from '../work/bell.js';
import { createDesk, type Desk } from '../ledger/desk.js';
import { listAlarms } from '../office/alarms.js';
import { connectionsOf } from './connections.js';
import { boundByAddress, boundTries, doorsWithin, vouchFor } from './bounds.js';
import { createBounds, type Bounds } from '../office/bounds.js';
import type { AgencyReach } from '../contracts/agency-reach.js';
import { DEFAULT_BOUNDS, type BoundSettings } from '../contracts/bounds.js';
import { boundRefusals } from '../metrics/bound-refusals.js';
import { guardsOf, serviceBehind, signedInOf, type Authenticate } from './authenticate.js';
import { signInParts } from './sign-in.js';
import type { PageSignIn } from '../office/page-sign-in.js';
import { tellMe } from '../office/me.js';
import { answerTransfer, giveCommand, tellOfTransfers } from '../office/give-command.js';
import { endOwnSessions, endSessionsOfColleague, listOwnSessions } from '../office/sessions.js';
import { explainDutyOfCenter, recordMobileGroupOrder, planOutreach, recordOutreach, releaseGroupMember, showCenter } from '../office/centers.js';
import { ALL_OPERATIONS, openApiDocument } from './openapi.js';
import { openApiPage } from './openapi-page.js';
import { loggablePath } from './loggable-path.js';
import type { AskedOnce } from '../office/asked.js';
import type { SignedMessage } from '../office/receive-report.js';
import { uploadIn } from './upload.js';
import type { OperationSpec } from '../contracts/http/operation.js';
import { problemHandler, unknownRoute } from './problems.js';
import { listAlerts, listCases, listDuties, readCase, readMemberHistory, readTimeline } from '../office/reads.js';
import { readFamilyView } from './family-door.js';
import { tellFigures } from '../office/figures.js';
import { listLooks } from '../office/looks.js';
import { listMessages, previewMessages } from '../office/messages.js';
import { checkReadiness } from './readiness.js';
import { takeReport, tellOwnMessages, tellStanding } from '../office/receive-report.js';
import { listReports, takeReportAgain } from '../office/reports.js';
import { takeAppeal } from '../office/register-appeal.js';
import { serve, serveOtherMethods, whileAwaited, type Gate, type Handler } from './serve.js';
import { draftCalendar, draftPolicy, listLawAdoptions, listVersions, previewVersion, setState, showAdoption, showVersion } from '../office/law.js';
import { approveProposal, listProposals, propose, Proposed, rejectProposal, showProposal, withdrawProposal } from '../office/proposals.js';
import { needsSecondPerson } from '../domain/access/four-eyes.js';
import * as organisations from '../office/organisations.js';
import { listCodes, listColleagues, showCodeHistory } from '../office/reference-codes.js';
import { replaceStaffing, seeAlert, showStaffing } from '../office/staffing.js';
import type { ActDeps } from '../office/proposed-acts.js';
import { engineClient } from '../adapters/engine-client.js';
import { listRules } from '../office/rules.js';
import { bringSignature, listSignaturesOf } from '../office/signatures.js';
import { keepRoom, showPlaces } from '../office/places.js';
import { downloadStayJournal, readStayJournal } from '../office/stay-journal.js';
import { downloadDocument, listDocumentsOf, readDocument, uploadDocument } from '../office/documents.js';
import { showPhoneList } from '../office/phone-list.js';
import { takeAlertOf } from '../office/taken-alerts.js';
import { endTask, listTasks, takeTask } from '../office/tasks.js';
import { explainDutyOf } from '../office/why.js';

/** What the pages share with the API. */
export type ConsoleParts = Pick<ApiDeps, 'readers' | 'desk' | 'ruleTests' | 'bounds'> & {
  /** How people come in to the pages. */
  signIn: PageSignIn | 'development_tokens';
} & Pick<ApiDeps, 'temporal' | 'log' | 'agencyReach'>;

export interface ApiDeps {
  /** By which families are read for somebody: held by the second lock to what that person may see. */
  readers: Pool;
  temporal: Client;
  log: Logger;
  authenticate: Authenticate;
  /** Where commands, appeals and reports are taken; by its connections the API does whatever it does itself. */
  desk: Desk;
  /** Who looks into electronic signatures; default: nobody, and none is taken. */
  verifier?: SignatureVerifier;
  /** Wakes the relays for what was taken here; default: nobody hears, and patrols find it. */
  bell?: Bell;
  /** Where organisations may be spoken to; default: at public addresses by https. */
  agencyReach?: AgencyReach;
  /** How much one caller may ask for; default: bounds of its own, by these settings. */
  bounds?: Bounds;
  /** Default: the owners' defaults. */
  boundSettings?: BoundSettings;
  /** Whose word for the caller's address is believed: addresses or networks of proxies; default: nobody's. */
  trustedProxies?: readonly string[];
  /** Which tests name which rules, where the tests are installed; shown in the rule table. */
  ruleTests?: Promise<RuleTests | undefined>;
  /** Pages for case workers, under `/console`. */
  consoleRouter?: Router;
  /** The page of families, under `/family`. */
  familyRouter?: Router;
  /** People reach this API by https, and are told to come no other way. */
  overTls?: boolean;
}

type OperationName = keyof typeof OPERATIONS;
type Handlers = { [K in keyof typeof OPERATIONS]: Handler<(typeof OPERATIONS)[K]> };

/** Builds the application; it listens nowhere yet. */
export function createApi(deps: ApiDeps): Express {
  const { log, desk } = deps;
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.set('trust proxy', deps.trustedProxies === undefined ? false : [...deps.trustedProxies]);
  const bounds = deps.bounds ?? createBounds(desk.pool, deps.boundSettings ?? DEFAULT_BOUNDS);
  app.use(logRequests(log), safeHeaders(deps.overTls ?? false), boundByAddress(bounds, OPERATIONS.health.path));
  const gate: Gate = {
    doors: doorsWithin(bounds, guardsOf(boundTries(deps.authenticate, bounds))),
    contentDigest: async () => (await vaultOf(desk.pool).fingerprints()).content,
  };
  serveOperations(app, handlersOf({ ...deps, bounds }, desk), gate);
  const commandDeps = { desk, log };
  for (const { kind, spec } of COMMAND_OPERATIONS) {
    serve(app, spec, ({ asked, parameters }) => giveCommand(commandDeps, kind, asked as AskedOnce, asStrings(parameters)), gate);
  }
  serveOtherMethods(
    app,
    ALL_OPERATIONS.map(({ spec }) => spec),
  );
  if (deps.consoleRouter !== undefined) mountConsole(app, deps.consoleRouter);
  if (deps.familyRouter !== undefined) app.use('/family', deps.familyRouter);
  app.use(unknownRoute);
  app.use(problemHandler(log));
  return app;
}

/** The schemas of addresses know text only; the loop over the commands does not see each row's own. */
function asStrings(parameters: object): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}

/** Pages are served beside the API and share nothing with it but the process. */
export function mountConsole(app: Express, consoleRouter: Router): void {
  app.use('/console', consoleRouter);
}

/**
 * In the order of the table: an address with a name comes there before one with a version in its place. Row and handler
 * are of one name, which the compiler checks where the handlers are listed and cannot follow through the loop.
 */
function serveOperations(app: Express, handlers: Handlers, gate: Gate): void {
  for (const name of Object.keys(OPERATIONS) as OperationName[]) serve(app, OPERATIONS[name] as OperationSpec, handlers[name] as Handler<OperationSpec>, gate);
}

/** The bytes as they came: what is signed is them, and nothing that a parser made of them. */
function signedMessage(request: Request, bounds: Bounds): SignedMessage {
  const { headers, body } = request as { headers: Request['headers']; body: unknown };
  return { headers, bytes: Buffer.isBuffer(body) ? body : Buffer.alloc(0), onSigned: countedFor(request, bounds) };
}

/** Of a message that an organisation has signed: from then on somebody stands behind the request, and has a bound. */
function countedFor(request: Request, bounds: Bounds): (organisation: string) => Promise<void> {
  return (organisation) => {
    vouchFor(request);
    return bounds.report(organisation);
  };
}

function handlersOf(
  { readers, temporal, log, ruleTests, bounds, agencyReach = {}, verifier = NO_VERIFIER, bell = SILENT_BELL }: ApiDeps & { bounds: Bounds },
  desk: Desk,
): Handlers {
  // What is done, and what is no family's; whatever is read for somebody is read over `readers`.
  const { pool } = desk;
  const pingHttp = createPingHttp({ timeoutMs: 4_000, reach: agencyReach });
  const acts: ActDeps = { pool, temporal, log, proof: desk.deps.proof, reach: agencyReach };
  const document = openApiDocument();
  const page = openApiPage(document);
  return {
    readMe: async ({ request }) => tellMe(signedInOf(request)),
    listOwnSessions: ({ asked }) => listOwnSessions({ pool, log }, asked.actor),
    endOwnSessions: ({ asked }) => endOwnSessions({ pool, log }, asked.actor),
    endOwnSession: ({ asked, parameters }) => endOwnSessions({ pool, log }, asked.actor, { only: parameters.sessionId }),
    endSessions: ({ asked, parameters }) => endSessionsOfColleague({ pool, log }, asked.actor, parameters.center, parameters.person),
    readService: async ({ request }) => ({ service: serviceBehind(request) ?? '' }),
    registerAppeal: async ({ asked }) => {
      const answered = await takeAppeal(desk, asked, bounds);
      await tellOfTransfers({ desk, log }, answered.caseId);
      bell.ring('wakes');
      return answered;
    },
    listCases: ({ asked, query, language }) => listCases(readers, asked.actor, query, language),
    readCase: ({ asked, parameters, language }) => readCase(readers, asked.actor, parameters.caseId, language),
    readMemberHistory: ({ asked, parameters }) => readMemberHistory(readers, asked.actor, parameters.caseId, parameters.personId),
    readTimeline: ({ asked, parameters, query, language }) => readTimeline(readers, asked.actor, parameters.caseId, query, language),
    listMessages: ({ asked, parameters }) => listMessages(readers, asked.actor, parameters.caseId),
    previewMessages: ({ asked, parameters, query }) => previewMessages(readers, asked.actor, parameters.caseId, query),
    listLooks: ({ asked, parameters, query }) => listLooks(readers, asked.actor, parameters.caseId, query),
    explainDuty: ({ asked, parameters, language }) => explainDutyOf(readers, asked.actor, parameters.caseId, parameters.key, language),
    uploadDocument: ({ request, asked, parameters, query }) => uploadDocument(pool, parameters.caseId, uploadIn(request, asked, query.type)),
    listDocuments: ({ asked, parameters, query, language }) => listDocumentsOf(readers, asked.actor, parameters.caseId, query, language),
    readDocument: ({ asked, parameters, language }) => readDocument(readers, asked.actor, parameters.documentId, language),
    downloadDocument: ({ asked, parameters }) => downloadDocument({ pool: readers, log }, asked.actor, parameters.documentId),
    readCenter: ({ asked, parameters, language }) => showCenter(desk, asked.actor, parameters.center, language),
    readPhoneList: ({ asked, parameters }) => showPhoneList(pool, asked.actor, parameters.center),
    listPlaces: ({ asked, parameters, query }) => showPlaces(readers, asked.actor, parameters.center, query),
    writeRoom: ({ asked, parameters }) => keepRoom(pool, asked, parameters),
    readStayJournal: ({ asked, parameters, query }) => readStayJournal(readers, asked.actor, parameters.center, query),
    downloadStayJournal: ({ asked, parameters, query }) => downloadStayJournal(readers, asked.actor, parameters.center, query),
    recordMobileGroupOrder: ({ asked, parameters }) => recordMobileGroupOrder({ desk, log }, asked, parameters.center),
    planOutreach: ({ asked, parameters }) => planOutreach({ desk, log }, asked, parameters.center),
    recordOutreach: ({ asked, parameters }) => recordOutreach({ desk, log }, asked, parameters.center),
    releaseGroupMember: ({ asked, parameters }) => releaseGroupMember({ desk, log }, asked, parameters.center, parameters.memberId),
    explainCenterDuty: ({ asked, parameters, language }) => explainDutyOfCenter(desk, asked.actor, parameters.center, parameters.key, language),
    bringSignature: ({ asked, parameters }) => bringSignature({ pool, verifier, log }, asked, parameters.documentId),
    listSignatures: ({ asked, parameters }) => listSignaturesOf(readers, asked.actor, parameters.documentId),
    readFamilyView: ({ request, language }) => readFamilyView(pool, bounds, request, language),
    readFigures: ({ asked, query }) => tellFigures(pool, asked.actor, query),
    listDuties: ({ asked, query, language }) => listDuties(readers, asked.actor, query, language),
    listAlerts: ({ asked, query, language }) => listAlerts(readers, asked.actor, query, language),
    markAlertSeen: ({ asked, parameters }) => seeAlert(pool, asked.actor, parameters.alertId),
    takeAlert: ({ asked, parameters }) => takeAlertOf(pool, asked, parameters.alertId),
    readStaffing: ({ asked, parameters }) => showStaffing(pool, asked.actor, parameters.holder),
    replaceStaffing: async ({ asked, parameters }) =>
      needsSecondPerson('keepStaffing', asked.actor, parameters.holder)
        ? new Proposed(await propose(acts, 'replaceStaffing', asked, parameters))
        : replaceStaffing(pool, asked, parameters.holder),
    listAlarms: ({ asked, query, language }) => listAlarms(pool, asked.actor, query, language),
    listReports: ({ asked, query, language }) => listReports(readers, asked.actor, query, language),
    retakeReport: ({ asked, parameters }) => takeReportAgain(desk, asked, parameters.reportId),
    listProposals: ({ asked, query }) => listProposals(pool, asked.actor, query.state),
    readProposal: ({ asked, parameters }) => showProposal(pool, asked.actor, parameters.proposalId),
    approveProposal: ({ asked, parameters }) => approveProposal(acts, asked, parameters.proposalId),
    rejectProposal: ({ asked, parameters }) => rejectProposal(pool, asked, parameters.proposalId),
    withdrawProposal: ({ asked, parameters }) => withdrawProposal(pool, asked, parameters.proposalId),
    listRules: async ({ language }) => listRules(pool, language, await ruleTests),
    listLawVersions: ({ asked }) => listVersions(pool, asked.actor),
    listAdoptions: ({ asked }) => listLawAdoptions(pool, asked.actor),
    readAdoption: ({ asked, parameters }) => showAdoption(pool, asked.actor, parameters.adoptionId),
    setAdoptionState: ({ asked, parameters }) => setState({ pool, temporal, log }, asked, parameters.adoptionId),
    draftCalendar: ({ asked, parameters }) => draftCalendar(pool, asked, parameters.version),
    draftPolicy: ({ asked, parameters }) => draftPolicy(pool, asked, parameters.version),
    previewLaw: ({ request, asked, parameters, query }) => previewVersion(pool, asked.actor, parameters, { ...query, signal: whileAwaited(request) }),
    adoptLaw: ({ asked, parameters }) => propose(acts, 'adoptLaw', asked, parameters),
    giveUpAdoption: ({ asked, parameters }) => propose(acts, 'giveUpAdoption', asked, parameters),
    readLawVersion: ({ asked, parameters }) => showVersion(pool, asked.actor, parameters),
    listOrganisations: ({ query }) => organisations.listOrganisations(pool, query),
    readOrganisation: ({ parameters }) => organisations.showOrganisation(pool, parameters.organisationId),
    writeOrganisation: ({ asked, parameters }) => propose(acts, 'writeOrganisation', asked, parameters),
    endOrganisation: ({ asked, parameters }) => propose(acts, 'endOrganisation', asked, parameters),
    readOrganisationHistory: ({ asked, parameters }) => organisations.showHistory(pool, asked.actor, parameters.organisationId),
    listOrganisationKeys: ({ asked, parameters }) => organisations.listKeys(pool, asked.actor, parameters.organisationId),
    setOrganisationKey: ({ asked, parameters }) => propose(acts, 'setOrganisationKey', asked, parameters),
    pingOrganisation: ({ asked, parameters }) => organisations.ping(pool, pingHttp, asked.actor, parameters.organisationId),
    proposeOrganisations: ({ asked, parameters }) => organisations.proposeFor(readers, asked.actor, parameters.caseId),
    listTasks: ({ asked, query, language }) => listTasks(readers, asked.actor, query, language),
    takeTask: ({ asked, parameters }) => takeTask(readers, asked, parameters.taskId),
    answerTransfer: ({ asked, parameters }) => answerTransfer({ desk, log }, asked, parameters.questionId),
    endTask: ({ asked, parameters }) => endTask(readers, asked, parameters.taskId),
    readOwnMessages: ({ request, parameters }) => tellOwnMessages(pool, log, parameters.agency, signedMessage(request, bounds)),
    nameOnPaper: ({ asked, parameters }) => organisations.nameOnPaper(readers, asked, parameters.caseId, parameters.function),
    listFunctions: async () => ({ items: FUNCTIONS.map((row) => ({ ...row })) }),
    listColleagues: ({ asked }) => listColleagues(pool, asked.actor),
    listCodes: ({ parameters, query }) => listCodes(pool, parameters.list, query.on),
    readCodeHistory: ({ parameters }) => showCodeHistory(pool, parameters.list, parameters.code),
    replaceCode: ({ asked, parameters }) => propose(acts, 'replaceCode', asked, parameters),
    listSectors: async () => ({ items: SECTORS.map((sector) => ({ ...sector })) }),
    listGrounds: async () => ({ items: GROUNDS.map((ground) => ({ ...ground })) }),
    receiveReport: async ({ request, parameters }) => {
      const accepted = await takeReport(desk, log, parameters.agency, signedMessage(request, bounds));
      if (accepted.state === 'waiting') bell.ring('inbox');
      return accepted;
    },
    readReport: ({ request, parameters }) => tellStanding(pool, log, parameters.agency, parameters.reportId, signedMessage(request, bounds)),
    health: async () => ({ alive: true }),
    readiness: () => checkReadiness(pool, temporal),
    openapi: async () => ({ ...document }),
    docs: async () => page,
  };
}

/** What is no page loads nothing and stands in no frame; pages, `/docs` and documents say their own in its place. */
const NO_PAGE_CSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'";
const A_YEAR = 'max-age=31536000; includeSubDomains';

/** Answers hold personal data and depend on who asks: nothing on the way may keep them. */
function safeHeaders(overTls: boolean): RequestHandler {
  const headers = {
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Content-Security-Policy': NO_PAGE_CSP,
    'Referrer-Policy': 'no-referrer',
    ...(overTls ? { 'Strict-Transport-Security': A_YEAR } : {}),
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}

/** Method, address, status, time: bodies, queries and headers are never written. */
function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    response.on('finish', () => {
      const ms = Math.round(performance.now() - begun);
      const service = serviceBehind(request);
      const behind = service === undefined ? {} : { service };
      log.info({ method: request.method, path: loggablePath(request), status: response.statusCode, ms, ...behind }, 'request');
    });
    next();
  };
}

export interface RunningApi {
  url: string;
  port: number;
  /** Takes no new request, lets those under way end, closes what it stands on. */
  stop(): Promise<void>;
}

/** Without it nobody could come in: better no API than one that seems to run. */
const NOBODY_COMES_IN =
  'TIREK_OIDC_ISSUER is not set, so nobody could sign in: name the provider of OpenID Connect, with TIREK_OIDC_CLIENT_ID and TIREK_OIDC_CLIENT_SECRET.';

const STOP_WITHIN_MS = 8_000;

/**
 * Starts the API on the configured port. It starts without Temporal: commands, appeals and reports are taken
 * all the same, and `/readyz` says what is missing.
 *
 * @throws Error with a readable sentence when the port is taken; RoleUnfit
 */
export async function startApi(
  config: Config,
  log: Logger,
  createConsole?: (deps: ConsoleParts) => Router,
  ruleTests?: Promise<RuleTests | undefined>,
  createFamilyPages?: (deps: ConsoleParts) => Router,
): Promise<RunningApi> {
  const { signIn } = config;
  if (signIn === undefined) throw new Error(NOBODY_COMES_IN);
  const { pool, readers, endPools } = await connectionsOf(config, log);
  const temporal = engineClient(config);
  const bell = createBell(config.databaseUrl);
  const desk = createDesk(pool, { proof: config.proof, onTaken: (outcome) => listsAfter(outcome).forEach((list) => bell.ring(list)) });
  if (config.signatures === undefined) log.warn('nobody looks into electronic signatures: none is taken until TIREK_NCANODE_URL is set');
  const bounds = createBounds(pool, config.bounds ?? DEFAULT_BOUNDS);
  const { authenticate, pages } = signInParts(signIn, pool, log);
  const shown: ConsoleParts = {
    readers,
    desk,
    bounds,
    signIn: pages,
    temporal: temporal.client,
    log,
    ...present({ ruleTests, agencyReach: config.agencyReach }),
  };
  const server = createServer(
    createApi({
      ...shown,
      authenticate,
      bell,
      verifier: verifierOf(config.signatures),
      overTls: signIn.sessions.publicUrl.startsWith('https:'),
      ...(config.trustedProxies === undefined ? {} : { trustedProxies: config.trustedProxies }),
      ...(createConsole === undefined ? {} : { consoleRouter: createConsole(shown) }),
      ...(createFamilyPages === undefined ? {} : { familyRouter: createFamilyPages(shown) }),
    }),
  );
  // A document of twenty megabytes over a slow line takes so long; other bodies have a shorter bound (serve.ts).
  server.requestTimeout = 120_000;
  // Longer than the clients' own: one that reuses a connection just when we close it would see a reset.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 15_000;
  const leave = async (): Promise<void> => {
    await bell.stop();
    await temporal.close();
    await endPools();
  };
  const port = await listen(server, config.port, config.host).catch(async (error: unknown) => {
    await leave();
    throw error;
  });
  const metrics = await serveMetricsOrWarn(config.metrics, log, () => {
    const registry = createRegistry('api');
    bellErrors(registry, bell);
    boundRefusals(registry, bounds.refusals);
    return { registry, refresh: houseGauges(registry, pool, log) };
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: async () => {
      await close(server);
      await metrics?.stop();
      await leave();
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (taken) throw new Error(`Port ${port} is taken: set PORT to a free one and start again.`, { cause: error });
    throw error;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), STOP_WITHIN_MS);
  await closed;
  clearTimeout(force);
}
