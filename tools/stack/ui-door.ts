/**
 * A read-only door in front of the development server's web UI, which has no switch for its write actions: a signal, a
 * reset or a termination by hand goes round the ledger. Reading passes, every act is refused, and the UI is told so that it
 * shows no buttons for them.
 */
import { createServer, request, type IncomingMessage, type OutgoingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { reasonOf } from '../../process/failure.js';
import { portOrFree } from './free-port.js';

export interface UiDoorOptions {
  /** Base URL of the UI itself. */
  ui: string;
  /** Wanted port; a taken one moves to a free one. */
  port?: number | undefined;
  /** A page of our own beside those of the UI. */
  page: { path: string; html: string };
}

export interface UiDoor {
  readonly url: string;
  stop(): Promise<void>;
}

const SETTINGS = '/api/v1/settings';

/** What the UI is told: it then offers no act. The rest of its settings stays. */
const READ_ONLY = {
  DisableWriteActions: true,
  WorkflowTerminateDisabled: true,
  WorkflowCancelDisabled: true,
  WorkflowSignalDisabled: true,
  WorkflowUpdateDisabled: true,
  WorkflowResetDisabled: true,
  WorkflowPauseDisabled: true,
  BatchActionsDisabled: true,
  StartWorkflowDisabled: true,
  ActivityCommandsDisabled: true,
};

const REFUSAL = 'This Temporal UI only shows: acts on a case go through the API or the pages of Tirek, so that the ledger knows of them.';

/** Of one hop only, or a way to dress one method as another. */
const NOT_PASSED_ON = ['connection', 'keep-alive', 'upgrade', 'transfer-encoding', 'proxy-connection', 'x-http-method-override', 'x-method-override'];

/** Opens the door on the loopback address. */
export async function openUiDoor({ ui, port, page }: UiDoorOptions): Promise<UiDoor> {
  const server = createServer((incoming, response) => {
    // As it was sent and as it is passed on: what a parser would tidy up might not be what is done.
    const [path = '/'] = (incoming.url ?? '/').split('?');
    if (incoming.method === 'GET' && path === page.path) return answer(response, 200, 'text/html; charset=utf-8', page.html);
    if (!isReading(incoming.method, path)) return refuse(incoming, response);
    if (path === SETTINGS) return pass(ui, incoming, response, { 'accept-encoding': 'identity' }, toReadOnly);
    return pass(ui, incoming, response);
  });
  await listen(server, await portOrFree(port));
  const { port: own } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${own}`, stop: () => close(server) };
}

/**
 * Whether a request only reads. The one POST among what the UI 2.54 reads with is a query to a workflow, which changes
 * nothing. Its segments are taken apart decoded, because a server behind may put `..%2Fsignal` together again.
 */
export function isReading(method: string | undefined, path: string): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  if (method !== 'POST') return false;
  const segments = path.split('/').map(decoded);
  if (segments.length !== 9 || segments.some((segment) => segment === undefined || /^\.{1,2}$|[/\\]/.test(segment))) return false;
  const [, api, version, namespaces, , workflows, , query] = segments;
  return `${api}/${version}/${namespaces}/${workflows}/${query}` === 'api/v1/namespaces/workflows/query';
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined; // no valid escape, so nothing the UI sends
  }
}

function refuse(incoming: IncomingMessage, response: ServerResponse): void {
  incoming.resume();
  // The shape of the server's own refusals, which the UI knows how to show; 7 is PERMISSION_DENIED.
  answer(response, 403, 'application/json', JSON.stringify({ code: 7, message: REFUSAL, details: [] }));
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

type Change = (from: IncomingMessage, response: ServerResponse) => void;

function pass(ui: string, incoming: IncomingMessage, response: ServerResponse, extra: OutgoingHttpHeaders = {}, hand: Change = handOn): void {
  const { hostname, port } = new URL(ui);
  const headers: OutgoingHttpHeaders = { ...incoming.headers, ...extra };
  for (const name of NOT_PASSED_ON) delete headers[name];
  const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers }, (from) => hand(from, response));
  onward.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else
      answer(
        response,
        502,
        'text/plain; charset=utf-8',
        `The Temporal UI does not answer (${reasonOf(error)}): it is being started again, or "npm start" has ended.\n`,
      );
  });
  response.on('close', () => onward.destroy());
  incoming.pipe(onward);
}

function handOn(from: IncomingMessage, response: ServerResponse): void {
  const headers = { ...from.headers };
  for (const name of NOT_PASSED_ON) delete headers[name];
  response.writeHead(from.statusCode ?? 502, headers);
  from.on('error', () => response.destroy());
  from.pipe(response);
}

function toReadOnly(from: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  from.on('data', (chunk: Buffer) => chunks.push(chunk));
  from.on('error', () => response.destroy());
  from.on('end', () => {
    const settings = parsed(Buffer.concat(chunks).toString());
    if (settings === undefined) answer(response, 502, 'text/plain; charset=utf-8', 'The settings of the Temporal UI are not as known, so it is not shown.\n');
    else answer(response, 200, 'application/json', JSON.stringify({ ...settings, ...READ_ONLY }));
  });
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'DisableWriteActions' in value ? value : undefined;
  } catch {
    return undefined; // told by the caller
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
