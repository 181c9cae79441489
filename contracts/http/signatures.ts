/** Electronic signatures over documents, over HTTP (256-17-1, P42). */
import { z } from 'zod';
import { DocumentParameters } from './documents.js';
import { operation } from './operation.js';
import { Id, Instant } from './primitives.js';

/** A detached signature with its chain and time stamp has some kilobytes. */
const MOST_CHARACTERS = 200_000;

const Cms = z.base64().min(1).max(MOST_CHARACTERS).meta({
  description: 'The CMS, DER in base64, of one signer, over the bytes of the document: detached, as NCALayer makes it.',
});

export const SignatureUpload = z.strictObject({ cms: Cms }).meta({ id: 'SignatureUpload' });

const Digest = z.string().meta({ description: 'SHA-256 of the CMS, hex.' });

export const BroughtSignature = z
  .strictObject({ signatureId: Id, documentId: Id, sha256: Digest, verifiedAt: Instant })
  .meta({ id: 'BroughtSignature', description: 'A command refers to it by `signatureId`.' });

const TimeStamp = z
  .strictObject({ at: Instant, serialNumber: z.string(), policy: z.string().optional(), authority: z.string().optional() })
  .meta({ id: 'SignatureTimeStamp' });

const SignatureRecord = z
  .strictObject({
    signatureId: Id,
    sha256: Digest,
    colleague: z.string().optional().meta({ description: 'Whose it is: who of the Center has the ИИН of the certificate.' }),
    member: Id.optional().meta({ description: 'Whose it is: who of the family has the ИИН of the certificate.' }),
    serialNumber: z.string().optional().meta({ description: 'Of the certificate, hex; gone with the CMS.' }),
    validFrom: Instant,
    validTo: Instant.meta({ description: 'The time of the certificate.' }),
    revocationCheckedBy: z.enum(['OCSP', 'CRL']).meta({ description: 'Who said that the certificate was not revoked.' }),
    timeStamp: TimeStamp.optional(),
    verifiedBy: z.string(),
    verifiedAt: Instant,
    broughtBy: z.string(),
    cms: Cms.optional().meta({ description: 'As it was brought; absent when it was erased.' }),
  })
  .meta({ id: 'Signature' });

export const SignatureList = z.strictObject({ items: z.array(SignatureRecord) }).meta({ id: 'SignatureList' });

export const SIGNATURE_OPERATIONS = {
  bringSignature: operation({
    method: 'post',
    path: '/v1/documents/{documentId}/signatures',
    tag: 'Documents',
    summary: 'Bring an ЭЦҚ / ЭЦП over the bytes of a document: it is verified at once, and a command may refer to it (256-17-1, P42)',
    access: 'token',
    act: 'bringSignature',
    idempotent: true,
    parameters: DocumentParameters,
    body: { schema: SignatureUpload, example: { cms: 'MIIB' } },
    success: { status: 201, description: 'Good, and kept. The same key with the same signature has the same answer.', schema: BroughtSignature },
    problems: [
      'document_unknown',
      'role_not_allowed',
      'document_erased',
      'document_damaged',
      'signature_unreadable',
      'signature_changed',
      'signature_of_several',
      'certificate_expired',
      'certificate_revoked',
      'certificate_untrusted',
      'certificate_without_iin',
      'signature_verifier_away',
    ],
  }),
  listSignatures: operation({
    method: 'get',
    path: '/v1/documents/{documentId}/signatures',
    tag: 'Documents',
    summary: 'Signatures over a document, whose they are, and what was looked at',
    access: 'token',
    act: 'readDocuments',
    parameters: DocumentParameters,
    success: { status: 200, description: 'The first one first.', schema: SignatureList },
    problems: ['document_unknown'],
  }),
};
