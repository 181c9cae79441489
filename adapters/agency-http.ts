/** How an agency is spoken to: one signed POST per message; whatever happens is a value with a code. */
import { IDEMPOTENCY_KEY_HEADER, agencyMessageUrl, textOfMessage, type AgencyMessage, type Ping, type ResendRequest } from '../contracts/agency-protocol.js';
import { endpointFault, type AgencyReach } from '../contracts/agency-reach.js';
import { ADDRESS_REFUSED, guardedFetch } from './guarded-fetch.js';
import { outcomeOf } from './agency-answers.js';
import { signatureHeaders, type SignatureHeaders } from './standard-webhooks.js';

export interface AgencyAddress {
  code: string;
  endpointUrl: string;
  /** Standard Webhooks secrets (`whsec_...`) of this agency that are good now, the newest first. */
  secrets: readonly string[];
}

/** `reason` is a code without personal data: it goes into Temporal and the ledger. */
export type SendOutcome =
  /** `receipt`: whatever it writes of its own; words that stand in no ledger. */
  { outcome: 'accepted'; receipt?: string } | { outcome: 'refused'; reason: string } | { outcome: 'unreachable'; reason: string; retryAfterMs?: number };

export interface AgencyHttp {
  /** Sends once and never throws for what the agency or the network does. */
  send(agency: AgencyAddress, message: AgencyMessage): Promise<SendOutcome>;
}

/** What an agency says when it is asked to send again what it had sent. */
export type ResendOutcome =
  | { outcome: 'asked' }
  /** It does not know the message: people ask it. */
  | { outcome: 'unspoken'; reason: string }
  | { outcome: 'unreachable'; reason: string };

export interface ResendHttp {
  /** Asks once and never throws for what the agency or the network does. */
  ask(agency: AgencyAddress, request: ResendRequest): Promise<ResendOutcome>;
}

/** What comes of a ping: does it answer at its address, and take the key? */
export type PingOutcome = { outcome: 'answered' } | { outcome: 'unreachable'; reason: string };

export interface PingHttp {
  /** Asks once and never throws for what the agency or the network does. */
  ping(agency: AgencyAddress, ping: Ping): Promise<PingOutcome>;
}

export interface AgencyHttpOptions {
  /** Where organisations may stand; default: public addresses by https. */
  reach?: AgencyReach;
  /** Instead of one that asks each address when it connects. */
  fetch?: typeof globalThis.fetch;
  /** Bound of one attempt, answer included. Keep it below the activity's start-to-close of 30 s. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** The agency does not know the message: no such path, no such method, gone, or not implemented. */
const UNSPOKEN = new Set([404, 405, 410, 501]);

/** Creates the adapter; it holds no state but its connections. */
export function createAgencyHttp(options: AgencyHttpOptions): AgencyHttp {
  const line = lineOf(options);
  return {
    send: (agency, message) => post(line, agency, message.dispatchKey, message, outcomeOf),
  };
}

/** Creates the adapter that asks for what was sent; likewise without state. */
export function createResendHttp(options: AgencyHttpOptions): ResendHttp {
  const line = lineOf(options);
  return { ask: (agency, request) => post(line, agency, request.requestId, request, resendOutcomeOf) };
}

/** Creates the adapter of the test of a connection; likewise without state. */
export function createPingHttp(options: AgencyHttpOptions): PingHttp {
  const line = lineOf(options);
  return { ping: (agency, ping) => post(line, agency, ping.pingId, ping, pingOutcomeOf) };
}

function lineOf({ reach = {}, fetch = guardedFetch(reach), timeoutMs = DEFAULT_TIMEOUT_MS }: AgencyHttpOptions): Required<AgencyHttpOptions> {
  return { reach, fetch, timeoutMs };
}

/** One signed POST. @param id the same at every attempt */
async function post<T>(
  { reach, fetch, timeoutMs }: Required<AgencyHttpOptions>,
  agency: AgencyAddress,
  id: string,
  message: AgencyMessage | ResendRequest | Ping,
  read: (response: Response) => Promise<T>,
): Promise<T | { outcome: 'unreachable'; reason: string }> {
  const body = textOfMessage(message);
  const signed = sign(agency.secrets, id, body);
  if (signed === undefined) return { outcome: 'unreachable', reason: 'secret_invalid' };
  const url = agencyMessageUrl(agency.endpointUrl, message.type);
  if (!URL.canParse(url)) return { outcome: 'unreachable', reason: 'endpoint_invalid' };
  const fault = endpointFault(url, reach);
  if (fault !== undefined) return { outcome: 'unreachable', reason: fault };
  const headers = { 'content-type': 'application/json', [IDEMPOTENCY_KEY_HEADER]: id, ...signed };
  try {
    // A redirect would carry a person's identity to an address that nobody entered for this agency.
    const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    return await read(response);
  } catch (error) {
    return { outcome: 'unreachable', reason: networkReason(error) };
  }
}

async function pingOutcomeOf(response: Response): Promise<PingOutcome> {
  await response.body?.cancel();
  return response.ok ? { outcome: 'answered' } : { outcome: 'unreachable', reason: `http_${response.status}` };
}

/** 202 alone is a yes: a server that answers 200 to whatever is posted has not understood what is asked of it. */
async function resendOutcomeOf(response: Response): Promise<ResendOutcome> {
  await response.body?.cancel();
  const { status } = response;
  if (status === 202) return { outcome: 'asked' };
  return { outcome: UNSPOKEN.has(status) ? 'unspoken' : 'unreachable', reason: `http_${status}` };
}

function sign(secrets: readonly string[], id: string, body: string): SignatureHeaders | undefined {
  if (secrets.length === 0) return undefined;
  try {
    return signatureHeaders(secrets, id, body);
  } catch {
    // The only fault that signing knows is an unusable secret; its message could quote the secret.
    return undefined;
  }
}

const NETWORK_REASONS = new Map([
  [ADDRESS_REFUSED, 'address_not_allowed'],
  ['ECONNREFUSED', 'connection_refused'],
  ['ECONNRESET', 'connection_reset'],
  ['EPIPE', 'connection_reset'],
  ['UND_ERR_SOCKET', 'connection_reset'],
  ['ENOTFOUND', 'host_unknown'],
  ['EAI_AGAIN', 'host_unknown'],
  ['ETIMEDOUT', 'timeout'],
  ['UND_ERR_CONNECT_TIMEOUT', 'timeout'],
  ['CERT_HAS_EXPIRED', 'certificate_invalid'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate_invalid'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate_invalid'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificate_invalid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_invalid'],
]);

/** Codes only: the text of a network error may quote what was sent. */
function networkReason(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'timeout';
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return NETWORK_REASONS.get(code) ?? 'network_error';
}
