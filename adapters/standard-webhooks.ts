/** Signing and checking by Standard Webhooks: id, timestamp and HMAC over both and the raw body. */
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

export interface SignatureHeaders extends Record<string, string> {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/** Codes, for the sender and for our log. */
export type SignatureFault = 'signature_missing' | 'timestamp_in_milliseconds' | 'timestamp_outside_window' | 'signature_mismatch';

export type Verification = { ok: true; id: string } | { ok: false; reason: SignatureFault };

/**
 * Headers that sign one delivery attempt. A repeat of a message keeps its id and gets a new timestamp,
 * or it would fall out of the receiver's replay window.
 * @param secrets one, or all that are good while one key takes another's place: the receiver takes whichever it has
 * @param at wall time of the attempt, never case time
 * @throws Error when a secret is not base64 (`whsec_...`)
 */
export function signatureHeaders(secrets: string | readonly string[], id: string, body: string, at: Date = new Date()): SignatureHeaders {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': listOf(secrets)
      .map((secret) => new Webhook(secret).sign(id, at, body))
      .join(' '),
  };
}

/**
 * Checks the raw body of a request, as it came, against its headers; five minutes of clock difference
 * are allowed either way. Parsing is the caller's: nothing unsigned is ever parsed.
 * @param secrets one, or all that are good: a signature by any of them will do
 * @throws Error when a secret is not base64: a fault of our configuration, not of the sender
 */
export function verifySignature(
  secrets: string | readonly string[],
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  rawBody: Buffer,
): Verification {
  const id = single(headers['webhook-id']);
  const timestamp = single(headers['webhook-timestamp']);
  const signature = single(headers['webhook-signature']);
  if (!id || !timestamp || !signature) return { ok: false, reason: 'signature_missing' };
  // The commonest fault: seconds are asked for.
  if (/^\d{13}$/.test(timestamp)) return { ok: false, reason: 'timestamp_in_milliseconds' };
  const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
  const faults = listOf(secrets).map((secret) => faultOf(new Webhook(secret), signed, rawBody));
  if (faults.includes(undefined)) return { ok: true, id };
  return { ok: false, reason: faults[0] ?? 'signature_mismatch' };
}

function listOf(secrets: string | readonly string[]): readonly string[] {
  return typeof secrets === 'string' ? [secrets] : secrets;
}

function faultOf(webhook: Webhook, signed: SignatureHeaders, rawBody: Buffer): 'timestamp_outside_window' | 'signature_mismatch' | undefined {
  try {
    webhook.verify(rawBody, signed, { jsonParse: false });
    return undefined;
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    return error.message.includes('timestamp') ? 'timestamp_outside_window' : 'signature_mismatch';
  }
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
