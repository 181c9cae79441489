/** The Center backend's receiver of signed webhooks. */
import { signatureHeaders } from './standard-webhooks.js';

export interface CenterWebhook {
  url: string;
  /** Standard Webhooks secret, `whsec_...`. */
  secret: string;
}

const TIMEOUT_MS = 10_000;

/**
 * Posts one message, once.
 * @param id the same at every attempt: a receiver that gets it twice knows it
 * @throws Error when it was not taken within ten seconds
 */
export async function postToCenter({ url, secret }: CenterWebhook, id: string, message: object): Promise<void> {
  const body = JSON.stringify(message);
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...signatureHeaders(secret, id, body) },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the Center backend answered ${response.status}`);
}
