/**
 * The whole of Tirek in this process, on ports of its own: database, namespace, outside world, worker,
 * relay, and the API with the pages. Tests speak with it as a Center's software and the agencies do.
 */
import { randomUUID } from 'node:crypto';
import { pino, type Logger } from 'pino';
import type { z } from 'zod';
import { startApi } from '../../api/server.js';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { createConsole } from '../../console/router.js';
import { ReportAccepted } from '../../contracts/http/reference.js';
import { ownAddress } from '../../db/organisation-keys.js';
import type { Config } from '../../process/config.js';
import { startRelay } from '../../work/relay.js';
import { createCenterApi, type CenterApi } from '../../tools/demo/center-api.js';
import { startEngine, type Engine } from './engine.js';

export type ProcessName = 'worker' | 'relay' | 'api';

export interface Asking {
  /** Default: the case manager's; null asks without any. */
  token?: string | null;
  key?: string;
  language?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string;
  headers?: Readonly<Record<string, string>>;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed JSON; undefined for anything else. */
  json: unknown;
}

export interface AgencyReport {
  agency: string;
  caseId: string;
  measureId: string;
  outcome?: 'performed' | 'in_progress' | 'not_performed';
  note?: string;
  /** The agency's own id of the message; a fresh one by default. */
  deliveryId?: string;
}

export interface Tirek extends Engine {
  /** Address of the API. */
  url: string;
  /** The API as the Center's software uses it: whatever is refused throws. Reads with the head's token. */
  center: CenterApi;
  /** One request as it is, and what was answered; redirects are not followed. */
  ask(method: string, path: string, asking?: Asking): Promise<Reply>;
  /** Reads and checks the shape of the answer. @throws Error for any other status than 200 */
  read<S extends z.ZodType>(schema: S, path: string, asking?: Asking): Promise<z.infer<S>>;
  /** One delivery of a report, signed with the agency's own key. @throws Error when it was not accepted */
  report(report: AgencyReport): Promise<z.infer<typeof ReportAccepted>>;
}

export interface TirekOptions {
  /** Who takes what each process writes; default: nobody. */
  logOf?: (process: ProcessName) => Logger;
  /** Other settings than those of a test. */
  settings?: Partial<Config>;
}

/** Starts everything; the law in force is that of the calendar without holidays. */
export async function startTirek({ logOf = () => pino({ level: 'silent' }), settings = {} }: TirekOptions = {}): Promise<Tirek> {
  const engine = await startEngine({ log: logOf('worker'), settings, sendsWakes: false });
  const relay = await startRelay({ ...engine.config, digestWindowMs: 200 }, logOf('relay'));
  const api = await startApi(engine.config, logOf('api'), createConsole);
  await engine.simulators.setApi(api.url);
  const ask = askerOf(api.url);
  return {
    ...engine,
    url: api.url,
    center: createCenterApi(api.url, 'dev-head'),
    ask,
    read: async (schema, path, asking) => schema.parse(expected(200, path, await ask('GET', path, asking))),
    report: (report) => deliver(engine, ask, report),
    stop: async () => {
      await api.stop();
      await relay.stop();
      await engine.stop();
    },
  };
}

async function deliver(engine: Engine, ask: Tirek['ask'], report: AgencyReport): Promise<z.infer<typeof ReportAccepted>> {
  const { agency, deliveryId = randomUUID(), outcome = 'performed', ...rest } = report;
  const connected = await ownAddress(engine.database.pool, agency);
  if (connected === undefined) throw new Error(`agency ${agency} is not connected`);
  const raw = JSON.stringify({ type: 'report', outcome, ...rest });
  const path = `/webhooks/agencies/${agency}`;
  const headers = signatureHeaders(connected.secrets, deliveryId, raw);
  return ReportAccepted.parse(expected(202, path, await ask('POST', path, { token: null, raw, headers })));
}

function expected(status: number, path: string, reply: Reply): unknown {
  if (reply.status !== status) throw new Error(`${path} was answered with ${reply.status}: ${reply.text}`);
  return reply.json;
}

function askerOf(url: string): Tirek['ask'] {
  return async (method, path, { token = 'dev-manager', key, language, body, raw, headers = {} } = {}) => {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(language === undefined ? {} : { 'accept-language': language }),
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' && path.startsWith('/console') ? { origin: url } : {}),
        ...headers,
      },
      ...(content === undefined ? {} : { body: content }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
}

/** A page or an empty answer is no JSON, which is for the test to find right or wrong. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
