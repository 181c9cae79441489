/**
 * Signing, of a plan and of its revision alike: 256 п.17, P42, P58. A party signs electronically by its own ЭЦҚ / ЭЦП, or
 * on paper: then the employee who brings the scan signs its bytes electronically, so that nobody can put another sheet in its place.
 */
import { isValidated } from '../../../law/law.js';
import { legalDayOf } from '../../../law/calendar.js';
import type { Actor } from '../../facts.js';
import type { Decision, Moment } from '../../decision.js';
import { aDocument, sealOf, sealOfSignature, type Reference } from '../../references.js';
import { refuse } from '../../refusal.js';
import type { PlanSignature, Signed, SigningMethod, SigningParty } from './facts.js';

/** What a command to sign says. */
export interface Signing {
  party: SigningParty;
  method: SigningMethod;
  /** What was signed. */
  documentId: string;
  /** By ЭЦҚ / ЭЦП the party's own; on paper that of the employee over the scan. */
  signatureId?: string;
  /** Who of the family has signed on paper; an electronic signature says it itself. */
  personId?: string;
}

/** The document, the signature over it by whom it must be, and the member of the family who has signed on paper. */
export function referencesOfSigning({ party, method, documentId, signatureId, personId }: Signing, { id }: Actor): Reference[] {
  const by = party === 'family' && method === 'eds' ? 'family' : { colleague: id };
  return [
    ...aDocument(documentId, 'signed_ipr'),
    ...(signatureId === undefined ? [] : [{ to: 'signature', id: signatureId, over: documentId, by } as const]),
    ...(personId === undefined ? [] : [{ to: 'member', id: personId } as const]),
  ];
}

/**
 * What is recorded of a signature, or why it is none.
 * @param before signatures that the plan or the revision has already, none of them of this party
 */
export function signed(before: readonly PlanSignature[], signing: Signing, actor: Actor, moment: Moment): Signed | Refused {
  const refused = refusedForm(signing, moment);
  if (refused !== undefined) return refused;
  const signer = signerOf(signing, actor, moment);
  // 256-17-1: an employee of the Center and the person or family, so two people.
  if (before.some((other) => isSamePerson(other, signer))) return refuse('parties_not_different', '256-17-1');
  const { party, method, documentId, signatureId } = signing;
  const seal = signatureId === undefined ? {} : sealOfSignature(moment.known, signatureId);
  return { party, method, ...signer, ...sealOf(moment.known, documentId), ...seal };
}

type Refused = Extract<Decision, { ok: false }>;

/** P42, P58: on paper, too, the employee signs the scan, unless the policy has switched that off for a Center without ЭЦҚ / ЭЦП. */
function refusedForm({ party, method, signatureId, personId }: Signing, { law, now }: Moment): Refused | undefined {
  const isNeeded = method === 'eds' || isValidated(law, 'P42', legalDayOf(now));
  if (signatureId === undefined && isNeeded) return refuse('signature_required', 'P42');
  return party === 'family' && method === 'paper' && personId === undefined ? refuse('signer_unnamed', 'P42') : undefined;
}

function signerOf({ party, method, signatureId, personId }: Signing, { id }: Actor, { known }: Moment): Omit<PlanSignature, 'party'> {
  if (party === 'employee') return { by: id };
  const { member, colleague } = method === 'eds' ? { ...known.signature[signatureId ?? ''] } : { member: personId, ...known.member[personId ?? ''] };
  if (member === undefined) throw new Error('a signer of the family was referred to and not looked up');
  return { by: member, ...(colleague === undefined ? {} : { colleague }) };
}

function isSamePerson(a: PlanSignature, b: Omit<PlanSignature, 'party'>): boolean {
  const [ids, others] = [a, b].map(({ by, colleague }) => [by, colleague]);
  return ids?.some((id) => id !== undefined && others?.includes(id)) === true;
}

/** P50: nobody approves what they have signed, for the Center or as one of the family. */
export function hasSigned(signatures: readonly PlanSignature[], person: string): boolean {
  return signatures.some(({ by, colleague }) => by === person || colleague === person);
}

export function isRefused(result: Signed | Refused): result is Refused {
  return 'ok' in result;
}
