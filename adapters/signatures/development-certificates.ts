/**
 * Certificates for development, of an authority whose key stands below and is known to everybody: whoever can read this
 * file can sign as anybody. So they are taken only where the switch of development is on, and prove nothing about a person.
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '../../domain/law/calendar.js';
import { judge, type ReadCms, type SignatureVerifier, type Verdict } from './verifier.js';

const AUTHORITY = 'tirek development authority';
/** PKCS #8 of an Ed25519 key up to the 32 bytes of its seed. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

function keyOf(words: string): KeyObject {
  const seed = createHash('sha256').update(words, 'utf8').digest();
  return createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
}

/** A certificate whose number begins so is revoked: the authority keeps no list. */
const REVOKED_PREFIX = 'dead';

const Certificate = z.strictObject({
  serialNumber: z.string(),
  iin: z.string().optional(),
  commonName: z.string(),
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime(),
});
export type DevelopmentCertificate = z.infer<typeof Certificate>;

const Stamp = z.strictObject({ serialNumber: z.string(), genTime: z.iso.datetime() });

const Signer = z.strictObject({
  certificate: Certificate.optional(),
  /** By the authority, over the certificate. */
  issued: z.base64(),
  /** By the certificate's key, over the digest of the bytes. */
  signature: z.base64(),
  stamp: Stamp.optional(),
});

const Cms = z.strictObject({
  development: z.literal('CMS of a development certificate: it proves nothing'),
  signers: z.array(Signer),
  /** Of an attached signature: the bytes themselves. */
  data: z.base64().optional(),
});
export type DevelopmentCms = z.infer<typeof Cms>;

export interface DevelopmentSigner {
  /** Absent: as in a certificate of an organisation. */
  iin?: string;
  commonName?: string;
  serialNumber?: string;
  validFrom?: Instant;
  validTo?: Instant;
  /** Whoever has issued it; another one than ours is trusted by nobody. */
  authority?: string;
  /** Time stamp; default: none. */
  stampedAt?: Instant;
}

const SINCE = Date.UTC(2020, 0, 1);
const UNTIL = Date.UTC(2099, 11, 31);

/**
 * Signs bytes as that person would.
 * @param attached the CMS brings the bytes with it
 */
export function developmentSignature(data: Uint8Array, signers: DevelopmentSigner | readonly DevelopmentSigner[], attached = false): Buffer {
  const cms: DevelopmentCms = {
    development: 'CMS of a development certificate: it proves nothing',
    signers: [signers].flat().map((signer) => signerOf(data, signer)),
    ...(attached ? { data: Buffer.from(data).toString('base64') } : {}),
  };
  return Buffer.from(JSON.stringify(cms), 'utf8');
}

function signerOf(data: Uint8Array, signer: DevelopmentSigner): z.infer<typeof Signer> {
  const { iin, commonName = 'Synthetic Signer', validFrom = SINCE, validTo = UNTIL, authority = AUTHORITY, stampedAt } = signer;
  const { serialNumber = createHash('sha256').update(`serial of ${iin}`).digest('hex').slice(0, 16) } = signer;
  const certificate = {
    serialNumber,
    ...(iin === undefined ? {} : { iin }),
    commonName,
    notBefore: new Date(validFrom).toISOString(),
    notAfter: new Date(validTo).toISOString(),
  };
  return {
    certificate,
    issued: sign(null, bytesOf(certificate), keyOf(authority)).toString('base64'),
    signature: sign(null, digestOf(data), keyOf(serialNumber)).toString('base64'),
    ...(stampedAt === undefined ? {} : { stamp: { serialNumber: `stamp of ${serialNumber}`, genTime: new Date(stampedAt).toISOString() } }),
  };
}

/** The order of its members is that of the schema: one certificate is always the same bytes. */
function bytesOf(certificate: DevelopmentCertificate): Buffer {
  return Buffer.from(JSON.stringify(Certificate.parse(certificate)), 'utf8');
}

function digestOf(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** Undefined for what is none of these. */
export function parseDevelopmentCms(cms: Uint8Array): DevelopmentCms | undefined {
  try {
    return Cms.safeParse(JSON.parse(Buffer.from(cms).toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** True when our authority has issued it. */
export function isIssued({ certificate, issued }: DevelopmentCms['signers'][number]): boolean {
  return certificate !== undefined && verify(null, bytesOf(certificate), createPublicKey(keyOf(AUTHORITY)), Buffer.from(issued, 'base64'));
}

export function isSoundOver(data: Uint8Array, { certificate, signature }: DevelopmentCms['signers'][number]): boolean {
  return certificate !== undefined && verify(null, digestOf(data), createPublicKey(keyOf(certificate.serialNumber)), Buffer.from(signature, 'base64'));
}

export function isRevoked({ serialNumber }: DevelopmentCertificate): boolean {
  return serialNumber.startsWith(REVOKED_PREFIX);
}

/** Looks itself, without any server. @param clock wall time */
export function createDevelopmentVerifier(clock: () => Instant = Date.now): SignatureVerifier {
  return { name: 'development', verify: async ({ cms, data }): Promise<Verdict> => judgeDevelopment(cms, data, clock()) };
}

function judgeDevelopment(cms: Uint8Array, data: Uint8Array, now: Instant): Verdict {
  const parsed = parseDevelopmentCms(cms);
  if (parsed === undefined) return { verdict: 'refused', code: 'signature_unreadable' };
  return judge(readCms(parsed, data), now);
}

function readCms({ signers, data: brought }: DevelopmentCms, data: Uint8Array): ReadCms {
  return {
    isSound: signers.every((signer) => isSoundOver(data, signer)) && (brought === undefined || Buffer.from(brought, 'base64').equals(data)),
    signers: signers.map((signer) => ({ certificate: readCertificate(signer), timeStamp: readStamp(signer) })),
  };
}

function readCertificate(signer: DevelopmentCms['signers'][number]): ReadCms['signers'][number]['certificate'] {
  const { certificate } = signer;
  if (certificate === undefined) return undefined;
  const { iin, serialNumber, notBefore, notAfter } = certificate;
  return {
    iin,
    serialNumber,
    validFrom: Date.parse(notBefore),
    validTo: Date.parse(notAfter),
    isTrusted: isIssued(signer),
    revocation: { state: isRevoked(certificate) ? 'revoked' : 'good', by: 'OCSP' },
  };
}

function readStamp({ stamp }: DevelopmentCms['signers'][number]): ReadCms['signers'][number]['timeStamp'] {
  return stamp && { at: Date.parse(stamp.genTime), serialNumber: stamp.serialNumber, authority: AUTHORITY };
}
