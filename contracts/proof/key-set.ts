/**
 * Keys in their files, as JSON Web Keys (RFC 7517, RFC 8037). Public keys stand in one set, each with whose it is and
 * from when until when it may sign; none is ever taken out, or what it signed could not be looked into any more.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { SIGNATORIES, type Signatory } from './acts.js';
import type { SigningKey } from './detached-jws.js';
import type { PublicKey, PublicKeys } from './proof.js';

const Instant = z.iso.datetime({ offset: true });
const PublicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string(),
  kid: z.string().min(1),
  signatory: z.enum(SIGNATORIES),
  validFrom: Instant,
  validTo: Instant.optional(),
});
const PrivateJwk = PublicJwk.extend({ d: z.string() });
const KeySet = z.object({ keys: z.array(PublicJwk) });

export type PublicJwk = z.infer<typeof PublicJwk>;
export type PrivateJwk = z.infer<typeof PrivateJwk>;

/** The public keys of a set. @throws Error with one sentence when the text is no such set */
export function publicKeysIn(text: string): PublicKeys {
  const { keys } = read(KeySet, text, 'a set of public keys');
  return new Map(keys.map((jwk) => [jwk.kid, publicKey(jwk)]));
}

/** The key by which a process signs. @throws Error with one sentence when the text is none */
export function signingKeyIn(text: string): SigningKey & { signatory: Signatory } {
  const jwk = read(PrivateJwk, text, 'a signing key');
  const { kty, crv, x, d } = jwk;
  return { kid: jwk.kid, signatory: jwk.signatory, key: createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' }) };
}

/** A new key of a process, good from `now` on (epoch ms); its id follows from the key (RFC 7638). */
export function newSigningKey(signatory: Signatory, now: number): PrivateJwk {
  const { privateKey } = generateKeyPairSync('ed25519');
  const { x = '', d = '' } = privateKey.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', x, d, kid: kidOf(signatory, x), signatory, validFrom: new Date(now).toISOString() };
}

/** Without what must stay with its process. */
export function publicPart({ d: _d, ...jwk }: PrivateJwk): PublicJwk {
  return jwk;
}

export function kidOf(signatory: Signatory, x: string): string {
  const thumbprint = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
  return `${signatory}.${thumbprint.slice(0, 11)}`;
}

function publicKey({ kty, crv, x, kid, signatory, validFrom, validTo }: PublicJwk): PublicKey {
  return {
    kid,
    signatory,
    key: createPublicKey({ key: { kty, crv, x }, format: 'jwk' }),
    validFrom: Date.parse(validFrom),
    ...(validTo === undefined ? {} : { validTo: Date.parse(validTo) }),
  };
}

function read<S extends z.ZodType>(schema: S, text: string, what: string): z.infer<S> {
  const parsed = schema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new Error(`it is not ${what}: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('; ')}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is none of the shapes either, and the shape says it in words.
    return undefined;
  }
}
