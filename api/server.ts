/** The API as an Express application, and as a running server. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Client } from '@temporalio/client';
import express, { type Express, type RequestHandler, type Router } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { COMMAND_OPERATIONS, OPERATIONS } from '../contracts/http/operations.js';
import type { RuleTests } from '../contracts/rule-row.js';
import { createPool, type Pool } from '../db/pool.js';
import { GROUNDS } from '../domain/law/grounds.js';
import { SECTORS } from '../domain/law/sectors.js';
import { houseGauges } from '../metrics/house-gauges.js';
import { createRegistry } from '../metrics/registry.js';
import { serveMetricsOrWarn } from '../metrics/server.js';
import { listAlarms } from './alarms.js';
import { actorOf, authenticateByToken, requireActor, type Authenticate } from './authenticate.js';
import { giveCommand } from './give-command.js';
import { ALL_OPERATIONS, openApiDocument } from './openapi.js';
import { openApiPage } from './openapi-page.js';
import { loggablePath } from './loggable-path.js';
import { problemHandler, unknownRoute } from './problems.js';
import { listAlerts, listCases, listDuties, readCase, readTimeline } from './reads.js';
import { checkReadiness } from './readiness.js';
import { takeReport } from './receive-report.js';
import { takeAppeal } from './register-appeal.js';
import { serve, serveOtherMethods, type Handler } from './serve.js';
import { adoptVersion, draftCalendar, draftPolicy, listLawAdoptions, listVersions, previewVersion, setState, showAdoption, showVersion } from './law.js';
import { replaceStaffing, seeAlert, showStaffing } from './staffing.js';
import { temporalClient } from './temporal-client.js';
import { listRules } from './rules.js';
import { explainDutyOf } from './why.js';

/** What the pages share with the API. */
export type ConsoleParts = Pick<ApiDeps, 'pool' | 'ruleTests'>;

export interface ApiDeps {
  pool: Pool;
  temporal: Client;
  log: Logger;
  /** Default: the table of development tokens. */
  authenticate?: Authenticate;
  /** How long a command may take before its outcome is called unknown, in milliseconds; default 5 000. */
  commandTimeoutMs?: number;
  /** Which tests name which rules, where the tests are installed; shown in the rule table. */
  ruleTests?: Promise<RuleTests | undefined>;
  /** Pages for case workers, under `/console`. */
  consoleRouter?: Router;
}

const COMMAND_TIMEOUT_MS = 5_000;

type Handlers = { [K in keyof typeof OPERATIONS]: Handler<(typeof OPERATIONS)[K]> };

/** Builds the application; it listens nowhere yet. */
export function createApi(deps: ApiDeps): Express {
  const { pool, temporal, log } = deps;
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing');
  app.use(logRequests(log), safeHeaders);
  const guard = requireActor(deps.authenticate ?? authenticateByToken(pool));
  serveOperations(app, handlersOf(deps), guard);
  const commandDeps = { pool, temporal, log, commandTimeoutMs: deps.commandTimeoutMs ?? COMMAND_TIMEOUT_MS };
  for (const { kind, spec } of COMMAND_OPERATIONS) {
    serve(app, spec, ({ request, parameters }) => giveCommand(commandDeps, kind, request, asStrings(parameters)), guard);
  }
  serveOtherMethods(app, ALL_OPERATIONS.map(({ spec }) => spec));
  if (deps.consoleRouter !== undefined) mountConsole(app, deps.consoleRouter);
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

/** One line per operation: its handler is checked against the row of the table. */
function serveOperations(app: Express, handlers: Handlers, guard: RequestHandler): void {
  serve(app, OPERATIONS.registerAppeal, handlers.registerAppeal, guard);
  serve(app, OPERATIONS.listCases, handlers.listCases, guard);
  serve(app, OPERATIONS.readCase, handlers.readCase, guard);
  serve(app, OPERATIONS.readTimeline, handlers.readTimeline, guard);
  serve(app, OPERATIONS.explainDuty, handlers.explainDuty, guard);
  serve(app, OPERATIONS.listDuties, handlers.listDuties, guard);
  serve(app, OPERATIONS.listAlerts, handlers.listAlerts, guard);
  serve(app, OPERATIONS.listAlarms, handlers.listAlarms, guard);
  serve(app, OPERATIONS.markAlertSeen, handlers.markAlertSeen, guard);
  serve(app, OPERATIONS.readStaffing, handlers.readStaffing, guard);
  serve(app, OPERATIONS.replaceStaffing, handlers.replaceStaffing, guard);
  serve(app, OPERATIONS.listRules, handlers.listRules, guard);
  // The named addresses before those with a version in their place.
  serve(app, OPERATIONS.listLawVersions, handlers.listLawVersions, guard);
  serve(app, OPERATIONS.listAdoptions, handlers.listAdoptions, guard);
  serve(app, OPERATIONS.readAdoption, handlers.readAdoption, guard);
  serve(app, OPERATIONS.setAdoptionState, handlers.setAdoptionState, guard);
  serve(app, OPERATIONS.draftCalendar, handlers.draftCalendar, guard);
  serve(app, OPERATIONS.draftPolicy, handlers.draftPolicy, guard);
  serve(app, OPERATIONS.previewLaw, handlers.previewLaw, guard);
  serve(app, OPERATIONS.adoptLaw, handlers.adoptLaw, guard);
  serve(app, OPERATIONS.readLawVersion, handlers.readLawVersion, guard);
  serve(app, OPERATIONS.listSectors, handlers.listSectors, guard);
  serve(app, OPERATIONS.listGrounds, handlers.listGrounds, guard);
  serve(app, OPERATIONS.receiveReport, handlers.receiveReport, guard);
  serve(app, OPERATIONS.health, handlers.health, guard);
  serve(app, OPERATIONS.readiness, handlers.readiness, guard);
  serve(app, OPERATIONS.openapi, handlers.openapi, guard);
  serve(app, OPERATIONS.docs, handlers.docs, guard);
}

function handlersOf({ pool, temporal, log, ruleTests }: ApiDeps): Handlers {
  const document = openApiDocument();
  const page = openApiPage(document);
  return {
    registerAppeal: ({ request }) => takeAppeal(pool, request),
    listCases: ({ request, query, language }) => listCases(pool, actorOf(request), query, language),
    readCase: ({ request, parameters, language }) => readCase(pool, actorOf(request), parameters.caseId, language),
    readTimeline: ({ request, parameters, query, language }) =>
      readTimeline(pool, actorOf(request), parameters.caseId, query, language),
    explainDuty: ({ request, parameters, language }) => explainDutyOf(pool, actorOf(request), parameters.caseId, parameters.key, language),
    listDuties: ({ request, query }) => listDuties(pool, actorOf(request), query),
    listAlerts: ({ request, query, language }) => listAlerts(pool, actorOf(request), query, language),
    markAlertSeen: ({ request, parameters }) => seeAlert(pool, actorOf(request), parameters.alertId),
    readStaffing: ({ request, parameters }) => showStaffing(pool, actorOf(request), parameters.holder),
    replaceStaffing: ({ request, parameters }) => replaceStaffing(pool, request, parameters.holder),
    listAlarms: ({ request, query, language }) => listAlarms(pool, actorOf(request), query, language),
    listRules: async ({ language }) => listRules(pool, language, await ruleTests),
    listLawVersions: ({ request }) => listVersions(pool, actorOf(request)),
    listAdoptions: ({ request }) => listLawAdoptions(pool, actorOf(request)),
    readAdoption: ({ request, parameters }) => showAdoption(pool, actorOf(request), parameters.adoptionId),
    setAdoptionState: ({ request, parameters }) => setState({ pool, temporal, log }, request, parameters.adoptionId),
    draftCalendar: ({ request, parameters }) => draftCalendar(pool, request, parameters.version),
    draftPolicy: ({ request, parameters }) => draftPolicy(pool, request, parameters.version),
    previewLaw: ({ request, parameters, query }) => previewVersion(pool, actorOf(request), parameters, query),
    adoptLaw: ({ request, parameters }) => adoptVersion({ pool, temporal, log }, request, parameters),
    readLawVersion: ({ request, parameters }) => showVersion(pool, actorOf(request), parameters),
    listSectors: async () => ({ items: SECTORS.map((sector) => ({ ...sector })) }),
    listGrounds: async () => ({ items: GROUNDS.map((ground) => ({ ...ground })) }),
    receiveReport: ({ request, parameters }) => takeReport(pool, parameters.agency, request),
    health: async () => ({ alive: true }),
    readiness: () => checkReadiness(pool, temporal),
    openapi: async () => ({ ...document }),
    docs: async () => page,
  };
}

/** Answers hold personal data and depend on who asks: nothing on the way may keep them. */
const safeHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
  next();
};

/** Method, address, status, time: bodies, queries and headers are never written. */
function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    response.on('finish', () => {
      const ms = Math.round(performance.now() - begun);
      log.info({ method: request.method, path: loggablePath(request), status: response.statusCode, ms }, 'request');
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

const STOP_WITHIN_MS = 8_000;

/**
 * Starts the API on the configured port. It starts without Temporal: appeals and reports are taken
 * all the same, and `/readyz` says what is missing.
 *
 * @throws Error with a readable sentence when the port is taken
 */
export async function startApi(
  config: Config,
  log: Logger,
  createConsole?: (deps: ConsoleParts) => Router,
  ruleTests?: Promise<RuleTests | undefined>,
): Promise<RunningApi> {
  const pool = createPool(config.databaseUrl, {
    applicationName: 'tirek-api',
    max: 20,
    onBrokenConnection: (error) => log.warn({ error: error.message }, 'a connection to Postgres broke'),
  });
  const temporal = temporalClient(config);
  const shown: ConsoleParts = { pool, ...(ruleTests === undefined ? {} : { ruleTests }) };
  const server = createServer(
    createApi({ ...shown, temporal: temporal.client, log, ...(createConsole === undefined ? {} : { consoleRouter: createConsole(shown) }) }),
  );
  // A sender that trickles its request must not hold a socket for minutes.
  server.requestTimeout = 30_000;
  server.headersTimeout = 15_000;
  const port = await listen(server, config.port, config.host);
  const metrics = await serveMetricsOrWarn(config.metrics, log, () => {
    const registry = createRegistry('api');
    return { registry, refresh: houseGauges(registry, pool, log) };
  });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: async () => {
      await close(server);
      await metrics?.stop();
      await temporal.close();
      await pool.end();
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
