/**
 * A signature beside what it is over: a compact JWS with a detached payload (RFC 7515, appendix F), made with Ed25519
 * (RFC 8037). What was signed is rebuilt from the rows by whoever looks, so it is never stored twice. Synchronous on
 * purpose: a signature costs some fifty microseconds, a turn of the thread pool costs more.
 */
import { sign, verify, type KeyObject } from 'node:crypto';
import type { Instant } from '../../domain/law/calendar.js';

export interface SigningKey {
  kid: string;
  key: KeyObject;
}

/** Who signed and when, by their own word. */
export interface SignedBy {
  kid: string;
  /** Wall clock of the signer (epoch ms, whole seconds). */
  at: Instant;
}

/** The JWS over a payload. @param at wall clock of the signer (epoch ms) */
export function signDetached({ kid, key }: SigningKey, payload: string, at: Instant): string {
  const header = encoded(JSON.stringify({ alg: 'EdDSA', kid, iat: Math.floor(at / 1_000) }));
  return `${header}..${sign(null, Buffer.from(`${header}.${encoded(payload)}`), key).toString('base64url')}`;
}

const DETACHED = /^([\w-]+)\.\.([\w-]+)$/;

/** Whose signature it says it is; undefined for what is no detached JWS of Ed25519. Nothing is believed yet. */
export function signerOf(jws: string): SignedBy | undefined {
  const [, header] = DETACHED.exec(jws) ?? [];
  const said = header === undefined ? undefined : headerIn(header);
  if (said?.alg !== 'EdDSA' || typeof said.kid !== 'string' || typeof said.iat !== 'number') return undefined;
  return { kid: said.kid, at: said.iat * 1_000 };
}

/** Is the JWS one over this payload, by this key? */
export function isSignedBy(key: KeyObject, jws: string, payload: string): boolean {
  const [, header, signature] = DETACHED.exec(jws) ?? [];
  if (header === undefined || signature === undefined) return false;
  return verify(null, Buffer.from(`${header}.${encoded(payload)}`), key, Buffer.from(signature, 'base64url'));
}

function headerIn(encodedHeader: string): { alg?: unknown; kid?: unknown; iat?: unknown } | undefined {
  try {
    const header: unknown = JSON.parse(Buffer.from(encodedHeader, 'base64url').toString('utf8'));
    return typeof header === 'object' && header !== null ? header : undefined;
  } catch {
    // What is no JSON is no header, and so no signature: the caller says so.
    return undefined;
  }
}

function encoded(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url');
}
