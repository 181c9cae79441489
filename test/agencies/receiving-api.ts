/** Stands for the API in the tests of the protocol: checks the signature of each report and keeps it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { verifySignature } from '../../adapters/standard-webhooks.js';
import { AgencyReport } from '../../contracts/agency-protocol.js';

export interface ReceivedReport {
  agency: string;
  deliveryId: string;
  report: AgencyReport;
}

export interface ReceivingApi {
  url: string;
  /** Reports that were answered with 202, in order. */
  accepted: ReceivedReport[];
  /** Webhook ids whose signature did not hold. */
  badlySigned: string[];
  /** Answers so many of the next reports with 503. */
  failNext: number;
  /** Takes requests and answers none until it is aborted. */
  hold: AbortSignal | undefined;
  stop(): Promise<void>;
}

export async function startReceivingApi(secretOf: (agency: string) => string): Promise<ReceivingApi> {
  const api: ReceivingApi = { url: '', accepted: [], badlySigned: [], failNext: 0, hold: undefined, stop: async () => {} };
  const server = createServer((req, res) => {
    void take(api, secretOf, req).then(
      (status) => res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ reportId: `center-${api.accepted.length}` })),
      (error: unknown) => res.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  api.url = `http://127.0.0.1:${address.port}`;
  api.stop = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return api;
}

async function take(api: ReceivingApi, secretOf: (agency: string) => string, req: IncomingMessage): Promise<number> {
  const body = await buffer(req);
  if (api.hold?.aborted === false) await once(api.hold, 'abort');
  const agency = /^\/webhooks\/agencies\/([a-z_]+)$/.exec(req.url ?? '')?.[1];
  if (agency === undefined || req.method !== 'POST') return 404;
  const verified = verifySignature(secretOf(agency), req.headers, body);
  if (!verified.ok) {
    api.badlySigned.push(String(req.headers['webhook-id']));
    return 401;
  }
  if (api.failNext > 0) {
    api.failNext -= 1;
    return 503;
  }
  api.accepted.push({ agency, deliveryId: verified.id, report: AgencyReport.parse(JSON.parse(body.toString('utf8'))) });
  return 202;
}
