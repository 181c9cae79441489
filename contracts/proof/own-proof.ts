/**
 * A proof whose keys live as long as this process, one of each kind: for a house that is whole in one process, as the
 * simulation, a measurement or a test is. What it signs convinces nobody else: there its keys are unknown.
 */
import type { Instant } from '../../domain/law/calendar.js';
import { canonicalJson } from '../ledger-digest.js';
import { MAY_SIGN, SIGNATORIES, type Act, type Signatory } from './acts.js';
import { signDetached, type SigningKey } from './detached-jws.js';
import { newSigningKey, publicKeysIn, publicPart, signingKeyIn } from './key-set.js';
import { proofReader, type Proof, type PublicKeys } from './proof.js';

export interface OwnProof extends Proof {
  keys: PublicKeys;
  /** Signs as that process, whether it may or not. */
  signAs(signatory: Signatory, act: Act): string;
}

/** Each act is signed as by the first process that may. @param clock wall clock (epoch ms) */
export function ownProof(clock: () => Instant = Date.now): OwnProof {
  const made = SIGNATORIES.map((signatory) => newSigningKey(signatory, 0));
  const keys = publicKeysIn(JSON.stringify({ keys: made.map(publicPart) }));
  const own = new Map<Signatory, SigningKey>(made.map((jwk) => [jwk.signatory, signingKeyIn(JSON.stringify(jwk))]));
  const signAs = (signatory: Signatory, act: Act): string => signDetached(keyOf(own, signatory), canonicalJson(act), clock());
  return { ...proofReader(keys), keys, signAs, sign: (act) => signAs(MAY_SIGN[act.act][0] ?? 'api', act) };
}

function keyOf(own: ReadonlyMap<Signatory, SigningKey>, signatory: Signatory): SigningKey {
  const found = own.get(signatory);
  if (found === undefined) throw new Error(`no key of ${signatory}`);
  return found;
}
