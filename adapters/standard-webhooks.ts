/** Signing and checking by Standard Webhooks: id, timestamp and HMAC over both and the raw body. */
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

export interface SignatureHeaders extends Record<string, string> {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

export type Verification =
  | { ok: true; id: string }
  | { ok: false; reason: 'signature_missing' | 'timestamp_outside_window' | 'signature_mismatch' };

/**
 * Headers that sign one delivery attempt. A repeat of a message keeps its id and gets a new timestamp,
 * or it would fall out of the receiver's replay window.
 * @param at wall time of the attempt, never case time
 * @throws Error when the secret is not base64 (`whsec_...`)
 */
export function signatureHeaders(secret: string, id: string, body: string, at: Date = new Date()): SignatureHeaders {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

/**
 * Checks the raw body of a request, as it came, against its headers; five minutes of clock difference
 * are allowed either way. Parsing is the caller's: nothing unsigned is ever parsed.
 * @throws Error when the secret is not base64: a fault of our configuration, not of the sender
 */
export function verifySignature(
  secret: string,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  rawBody: Buffer,
): Verification {
  const id = single(headers['webhook-id']);
  const timestamp = single(headers['webhook-timestamp']);
  const signature = single(headers['webhook-signature']);
  if (!id || !timestamp || !signature) return { ok: false, reason: 'signature_missing' };
  const webhook = new Webhook(secret);
  try {
    const signed = { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature };
    webhook.verify(rawBody, signed, { jsonParse: false });
    return { ok: true, id };
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    const late = error.message.includes('timestamp');
    return { ok: false, reason: late ? 'timestamp_outside_window' : 'signature_mismatch' };
  }
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
