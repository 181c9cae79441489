/** Who did it: acts are signed by the process that took them in, and believed only with their signature. */
import type { KeyObject } from 'node:crypto';
import type { Instant } from '../../domain/law/calendar.js';
import { canonicalJson } from '../ledger-digest.js';
import { MAY_SIGN, type Act, type Signatory } from './acts.js';
import { isSignedBy, signDetached, signerOf, type SigningKey } from './detached-jws.js';

/** A key by which signatures are looked into; it stays when another one has taken its place. */
export interface PublicKey {
  kid: string;
  signatory: Signatory;
  key: KeyObject;
  validFrom: Instant;
  /** Absent: until further notice. */
  validTo?: Instant;
}

export type PublicKeys = ReadonlyMap<string, PublicKey>;

/** Why an act is not believed. */
export type Unproven =
  | 'not_signed'
  /** Not the form of a signature of ours. */
  | 'no_signature'
  | 'key_unknown'
  /** The key's process signs other acts. */
  | 'key_of_another'
  | 'key_not_valid_then'
  /** It is over something else. */
  | 'signature_differs';

/** Looks into signatures. */
export interface ProofReader {
  /** Undefined when the act is proven, else why not. */
  fault: (act: Act, jws: string | null | undefined) => Unproven | undefined;
}

/** Signs as one process, and looks into everybody's. */
export interface Proof extends ProofReader {
  sign: (act: Act) => string;
}

type IsSigned = (key: KeyObject, jws: string, payload: string) => boolean;

export function proofReader(keys: PublicKeys, isSigned: IsSigned = isSignedBy): ProofReader {
  return { fault: (act, jws) => faultOf(keys, act, jws, isSigned) };
}

/** A door signs, and the take behind it looks into that at once: so many of its own are known without computing them again. */
const REMEMBERED = 500;

/** @param clock wall clock (epoch ms) */
export function proofOf(own: SigningKey, keys: PublicKeys, clock: () => Instant = Date.now): Proof {
  const signed = new Map<string, string>();
  const isSigned: IsSigned = (key, jws, payload) => signed.get(jws) === payload || isSignedBy(key, jws, payload);
  const sign = (act: Act): string => {
    const payload = canonicalJson(act);
    const jws = signDetached(own, payload, clock());
    if (signed.size >= REMEMBERED) signed.delete(signed.keys().next().value ?? '');
    signed.set(jws, payload);
    return jws;
  };
  return { ...proofReader(keys, isSigned), sign };
}

function faultOf(keys: PublicKeys, act: Act, jws: string | null | undefined, isSigned: IsSigned): Unproven | undefined {
  if (jws === null || jws === undefined) return 'not_signed';
  const signer = signerOf(jws);
  if (signer === undefined) return 'no_signature';
  const found = keys.get(signer.kid);
  if (found === undefined) return 'key_unknown';
  if (!MAY_SIGN[act.act].includes(found.signatory)) return 'key_of_another';
  if (signer.at < found.validFrom || (found.validTo !== undefined && signer.at >= found.validTo)) return 'key_not_valid_then';
  return isSigned(found.key, jws, canonicalJson(act)) ? undefined : 'signature_differs';
}

/** An act was to be taken that nobody has signed: forged, or of a process whose key nobody knows. */
export class ActUnproven extends Error {
  override readonly name = 'ActUnproven';
  readonly why: Unproven;
  constructor(act: Act['act'], id: string, why: Unproven) {
    super(`the ${act} ${id} is not proven (${why})`);
    this.why = why;
  }
}
