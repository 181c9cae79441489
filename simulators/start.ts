/** The outside world in one process: agencies, the Center's backend, a mail catcher. For development and tests. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express, { json, type ErrorRequestHandler, type Express } from 'express';
import { ZodError } from 'zod';
import { agencyRoutes } from './agency-routes.js';
import { createSimulatedAgency, type SimulatedAgency } from './agency.js';
import { createCenterBackend } from './center-backend.js';
import { ApiAddress } from './control-protocol.js';
import { startMailCatcher } from './mail-catcher.js';
import { createSimulatedNcanode } from './ncanode.js';
import { createReportSender } from './report-sender.js';

export interface SimulatorsOptions {
  agencies: readonly { code: string; secret: string }[];
  centerWebhookSecret: string;
  /** Default 0: the system chooses. */
  port?: number;
  smtpPort?: number;
  /** Default loopback: the control API lets anybody who reaches it steer the agencies. */
  host?: string;
  /** Where reports go; may be told later by `PUT /control/api`, until then they wait. */
  apiUrl?: string;
  /** Pauses between the attempts of a report: the first, and the longest to which it doubles. */
  firstPauseMs?: number;
  longestPauseMs?: number;
  /** Takes faults of the simulators themselves; default: a warning of the process. */
  onFault?: (error: unknown) => void;
}

export interface RunningSimulators {
  readonly url: string;
  readonly smtpUrl: string;
  /** Where the agency with that code takes messages: its `endpoint_url`. */
  agencyUrl(code: string): string;
  /** Ends every timer, request and connection. */
  stop(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/**
 * Starts all simulators; two may run side by side.
 * @throws Error when a given port is taken
 */
export async function startSimulators(options: SimulatorsOptions): Promise<RunningSimulators> {
  const { host = LOOPBACK, onFault = warn } = options;
  const world = { apiUrl: options.apiUrl };
  const agencies = new Map(options.agencies.map(({ code, secret }) => [code, simulatedAgency(code, secret, world, options, onFault)]));
  const mail = await startMailCatcher({ host, port: options.smtpPort ?? 0, onFault });
  const center = createCenterBackend(options.centerWebhookSecret);
  const ncanode = createSimulatedNcanode();
  const app = express();
  app.disable('x-powered-by');
  app.get('/healthz', (_req, res) => void res.json({ agencies: agencies.size }));
  app.use('/agencies', agencyRoutes(agencies));
  app.use('/center', center.routes);
  app.use('/mail', mail.routes);
  app.use('/ncanode', ncanode.routes);
  controlRoutes(app, world, () => [...agencies.values(), center, mail, ncanode].forEach((part) => part.reset()));
  app.use(answerFault(onFault));
  const server = await listen(app, options.port ?? 0, host).catch(async (error: unknown) => {
    await mail.stop();
    throw error;
  });
  const url = `http://${host}:${portOf(server)}`;
  return {
    url,
    smtpUrl: mail.url,
    agencyUrl: (code) => `${url}/agencies/${code}`,
    stop: () => stopAll(agencies.values(), server, mail),
  };
}

function simulatedAgency(
  code: string,
  secret: string,
  world: { apiUrl: string | undefined },
  { firstPauseMs = 250, longestPauseMs = 10_000 }: SimulatorsOptions,
  onFault: (error: unknown) => void,
): SimulatedAgency {
  const sender = createReportSender({ code, secret, apiUrl: () => world.apiUrl, firstPauseMs, longestPauseMs });
  return createSimulatedAgency({ code, secret, sender, onFault });
}

function controlRoutes(app: Express, world: { apiUrl: string | undefined }, reset: () => void): void {
  app.put('/control/api', json(), (req, res) => {
    world.apiUrl = ApiAddress.parse(req.body).url;
    res.json({ url: world.apiUrl });
  });
  app.post('/reset', (_req, res) => {
    reset();
    res.status(204).end();
  });
}

function answerFault(onFault: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) return next(error);
    if (error instanceof ZodError) return void res.status(400).json({ code: 'request_invalid', issues: error.issues });
    const status = statusOf(error);
    if (status >= 500) onFault(error);
    res.status(status).json({ code: status >= 500 ? 'simulator_fault' : 'request_invalid' });
  };
}

/** The body parsers of Express put a 4xx on what they throw. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : 500;
}

async function listen(app: Express, port: number, host: string): Promise<Server> {
  const server = createServer(app);
  server.listen({ port, host });
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the simulators listen on no TCP port');
  return address.port;
}

async function stopAll(agencies: Iterable<SimulatedAgency>, server: Server, mail: { stop(): Promise<void> }): Promise<void> {
  for (const agency of agencies) agency.stop();
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await Promise.all([closed, mail.stop()]);
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
