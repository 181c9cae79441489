/**
 * The seam to whoever can tell what a signature is worth: an ЭЦҚ / ЭЦП is a CMS over the bytes of a document, made with
 * a certificate of the National Certification Authority. What is asked of it is the same whoever looks into it: one
 * signer, whose certificate is trusted, in its time and not revoked, names a person by ИИН, and whose bytes are the document's.
 */
import type { Instant } from '../../domain/law/calendar.js';
import { isIin } from '../../domain/person/iin.js';

/** What is wrong with a signature, for good: the same bytes are refused again. */
export const SIGNATURE_FAULTS = [
  /** No CMS, or one without a signer. */
  'signature_unreadable',
  /** The bytes that were signed are not those of the document. */
  'signature_changed',
  'signature_of_several',
  /** Its time has not begun or is over, or the time stamp lies outside of it. */
  'certificate_expired',
  'certificate_revoked',
  /** Nobody whom we trust has issued it. */
  'certificate_untrusted',
  /** It names no person, e.g. that of an organisation. */
  'certificate_without_iin',
] as const;

export type SignatureFault = (typeof SIGNATURE_FAULTS)[number];

/** When the signature was there already, as an authority of time says it. Kept as it came; no term hangs on it. */
export interface TimeStamp {
  at: Instant;
  serialNumber: string;
  policy?: string;
  authority?: string;
}

export interface VerifiedSignature {
  /** Of the signer: personal data. */
  iin: string;
  /** Of the certificate, hex. */
  serialNumber: string;
  validFrom: Instant;
  validTo: Instant;
  /** Who said that the certificate is not revoked. */
  revocationCheckedBy: 'OCSP' | 'CRL';
  timeStamp?: TimeStamp;
}

export type Verdict =
  | { verdict: 'good'; signature: VerifiedSignature }
  | { verdict: 'refused'; code: SignatureFault }
  /** Nothing is known: the verifier, or who tells it of revocations, does not answer. `reason` is a code. */
  | { verdict: 'away'; reason: string };

export interface SignatureVerifier {
  /** What is recorded as the one that looked. */
  readonly name: 'ncanode' | 'development' | 'none';
  /**
   * Looks once, within a bounded time, and never throws for what is signed or for what does not answer.
   * @param cms the signature, DER
   * @param data the bytes of the document
   */
  verify(signed: { cms: Uint8Array; data: Uint8Array }): Promise<Verdict>;
}

/** A certificate as it was read. */
export interface ReadCertificate {
  iin: string | undefined;
  serialNumber: string;
  validFrom: Instant;
  validTo: Instant;
  isTrusted: boolean;
  revocation: { state: 'good' | 'revoked'; by: 'OCSP' | 'CRL' } | { state: 'unknown' };
}

export interface ReadSigner {
  /** The signer's own; absent where the CMS brings none. */
  certificate: ReadCertificate | undefined;
  timeStamp?: TimeStamp | undefined;
}

/** What was read of a CMS; `isSound`: the signature fits these bytes and this certificate. */
export interface ReadCms {
  signers: readonly ReadSigner[];
  isSound: boolean;
}

/** @param now wall time: a certificate must be in its time when the signature is brought, whatever a time stamp says */
export function judge({ signers, isSound }: ReadCms, now: Instant): Verdict {
  const [signer, ...others] = signers;
  if (signer?.certificate === undefined) return refused('signature_unreadable');
  if (others.length > 0) return refused('signature_of_several');
  const { certificate, timeStamp } = signer;
  const { iin, serialNumber, validFrom, validTo, revocation, isTrusted } = certificate;
  if (!isInTime(certificate, timeStamp?.at ?? now, now)) return refused('certificate_expired');
  if (revocation.state === 'revoked') return refused('certificate_revoked');
  if (!isTrusted && revocation.state === 'good') return refused('certificate_untrusted');
  if (revocation.state === 'unknown') return isTrusted ? { verdict: 'away', reason: 'revocation_unknown' } : refused('certificate_untrusted');
  if (!isSound) return refused('signature_changed');
  if (iin === undefined || !isIin(iin)) return refused('certificate_without_iin');
  return {
    verdict: 'good',
    signature: { iin, serialNumber, validFrom, validTo, revocationCheckedBy: revocation.by, ...(timeStamp === undefined ? {} : { timeStamp }) },
  };
}

/** Clocks differ: a stamp may be so far ahead of ours. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

function isInTime({ validFrom, validTo }: ReadCertificate, stampedAt: Instant, now: Instant): boolean {
  const inside = (at: Instant): boolean => validFrom <= at && at <= validTo;
  return inside(now) && inside(stampedAt) && stampedAt <= now + CLOCKS_DIFFER_MS;
}

function refused(code: SignatureFault): Verdict {
  return { verdict: 'refused', code };
}

/** Where nobody was named: nothing that is signed can be taken, and everybody hears why. */
export const NO_VERIFIER: SignatureVerifier = { name: 'none', verify: async () => ({ verdict: 'away', reason: 'not_configured' }) };
