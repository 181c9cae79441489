/** How an agency is spoken to: one signed POST per message; whatever happens is a value with a code. */
import { createHmac } from 'node:crypto';
import {
  Acknowledgement,
  AgencyRefusal,
  IDEMPOTENCY_KEY_HEADER,
  agencyMessageUrl,
  type AgencyMessage,
} from '../contracts/agency-protocol.js';
import { signatureHeaders, type SignatureHeaders } from './standard-webhooks.js';

export interface AgencyAddress {
  code: string;
  endpointUrl: string;
  /** Standard Webhooks secret (`whsec_...`) of this agency. */
  secret: string;
}

/** `reason` is a code without personal data: it goes into Temporal and the ledger. */
export type SendOutcome =
  | { outcome: 'accepted'; receiptId: string }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'unreachable'; reason: string; retryAfterMs?: number };

export interface AgencyHttp {
  /** Sends once and never throws for what the agency or the network does. */
  send(agency: AgencyAddress, message: AgencyMessage): Promise<SendOutcome>;
}

export interface AgencyHttpOptions {
  fetch?: typeof globalThis.fetch;
  /** Bound of one attempt, answer included. Keep it below the activity's start-to-close of 15 s. */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** An answer is a receipt or a code; what is longer is not one, and must not fill our memory. */
const LONGEST_ANSWER_BYTES = 64 * 1024;
/** 4xx that say "not now" and not "never". */
const TRY_AGAIN = new Set([408, 425, 429]);

/** Creates the adapter; it holds no state and no connection of its own. */
export function createAgencyHttp({ fetch = globalThis.fetch, timeoutMs = DEFAULT_TIMEOUT_MS }: AgencyHttpOptions): AgencyHttp {
  return {
    async send(agency, message) {
      const body = JSON.stringify(message);
      const signed = sign(agency.secret, message.dispatchKey, body);
      if (signed === undefined) return { outcome: 'unreachable', reason: 'secret_invalid' };
      const url = agencyMessageUrl(agency.endpointUrl, message.type);
      if (!URL.canParse(url)) return { outcome: 'unreachable', reason: 'endpoint_invalid' };
      const headers = { 'content-type': 'application/json', [IDEMPOTENCY_KEY_HEADER]: message.dispatchKey, ...signed };
      try {
        // A redirect would carry a person's identity to an address that nobody entered for this agency.
        const response = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
        return await outcomeOf(response, agency.secret);
      } catch (error) {
        return { outcome: 'unreachable', reason: networkReason(error) };
      }
    },
  };
}

function sign(secret: string, id: string, body: string): SignatureHeaders | undefined {
  try {
    return signatureHeaders(secret, id, body);
  } catch {
    // The only fault that signing knows is an unusable secret; its message could quote the secret.
    return undefined;
  }
}

async function outcomeOf(response: Response, secret: string): Promise<SendOutcome> {
  const { status } = response;
  if (status === 200 || status === 202) return accepted(await readAnswer(response), secret);
  if (status >= 400 && status < 500 && !TRY_AGAIN.has(status)) {
    const refusal = AgencyRefusal.safeParse(await readAnswer(response));
    return { outcome: 'refused', reason: refusal.success ? refusal.data.code : `http_${status}` };
  }
  await response.body?.cancel();
  const retryAfterMs = retryAfter(response.headers.get('retry-after'));
  return { outcome: 'unreachable', reason: `http_${status}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** An agency that took it but says so unreadably is asked again: by the key it does nothing twice. */
function accepted(answer: unknown, secret: string): SendOutcome {
  const acknowledgement = Acknowledgement.safeParse(answer);
  if (!acknowledgement.success) return { outcome: 'unreachable', reason: 'acknowledgement_invalid' };
  return { outcome: 'accepted', receiptId: withoutIin(acknowledgement.data.receiptId, secret) };
}

/**
 * A receipt number goes into the ledger and Temporal. One that holds twelve digits on end may be built
 * from an ИИН, so a keyed digest stands for it; without the key twelve digits would soon be guessed.
 */
function withoutIin(receiptId: string, secret: string): string {
  if (!/(?<!\d)\d{12}(?!\d)/.test(receiptId)) return receiptId;
  return `hmac-${createHmac('sha256', secret).update(receiptId).digest('hex').slice(0, 32)}`;
}

/** The parsed JSON of an answer; undefined when it is too long or no JSON. */
async function readAnswer(response: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > LONGEST_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

/** Retry-After in seconds or as an HTTP date; undefined when absent or neither. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

const NETWORK_REASONS = new Map([
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
