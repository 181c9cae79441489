/**
 * Keyed digests: equal texts have equal ones, and nobody without the key can guess a text from one. Their keys are derived
 * from that of the key service, each for one purpose, once per process: comparing needs no call.
 */
import { createHmac } from 'node:crypto';
import type { KeyService } from './key-service.js';

export interface Fingerprints {
  /** Blind index of an ИИН: whose two of them are equal. */
  iin: (iin: string) => Buffer;
  /** By which a person is found; the kind is part of it, so that a birth date is no telephone. */
  token: (kind: string, value: string) => Buffer;
  /** Of the code by which a family sees its case. */
  familyCode: (code: string) => Buffer;
  /** Of content that was asked or reported, hex: recognises a repeat. */
  content: (text: string) => string;
}

/** Never two purposes under one key, and never another text for one that is stored already. */
const PURPOSES = { iin: 'tirek/1/iin', token: 'tirek/1/person-token', content: 'tirek/1/content', familyCode: 'tirek/1/family-code' } as const;

/** Shorter than a whole HMAC: there are many of them, and two that fall together cost one look more. */
const TOKEN_BYTES = 16;

/** Content and codes on paper are digested with the first version for good: they are compared with what nobody keeps, and cannot be digested anew. */
export const FIRST_VERSION = 1;

/** @param version of the key by which ИИН and words are indexed @throws KeysAway */
export async function fingerprintsOf(service: KeyService, version: number): Promise<Fingerprints> {
  const [iin, token, content, familyCode] = await Promise.all([
    service.mac(PURPOSES.iin, version),
    service.mac(PURPOSES.token, version),
    service.mac(PURPOSES.content, FIRST_VERSION),
    service.mac(PURPOSES.familyCode, FIRST_VERSION),
  ]);
  return {
    iin: (text) => hmac(iin, text).digest(),
    token: (kind, value) => hmac(token, `${kind}\n${value}`).digest().subarray(0, TOKEN_BYTES),
    familyCode: (code) => hmac(familyCode, code).digest(),
    content: (text) => hmac(content, text).digest('hex'),
  };
}

function hmac(key: Buffer, text: string): ReturnType<typeof createHmac> {
  return createHmac('sha256', key).update(text, 'utf8');
}
