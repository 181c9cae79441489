/** Documents of a case over HTTP (192-4-2): a document itself, what is known of it, and the operations. */
import { z } from 'zod';
import { DOCUMENT_FORMS, DOCUMENT_TYPES, MEDIA_TYPES, MOST_BYTES } from '../../domain/case/documents.js';
import { operation } from './operation.js';
import { Cursor, Id, Instant, Limit, text } from './primitives.js';

const TITLE_LENGTH = 200;

export const DocumentTypeName = z
  .enum(DOCUMENT_TYPES)
  .meta({ id: 'DocumentType', description: 'Documents that a command refers to, and others, which have a title.' });

const MediaTypeName = z.enum(MEDIA_TYPES).meta({ id: 'DocumentMediaType', description: 'Found in the bytes.' });

/** The fields of a document as its type demands them; the edge makes one object of query and header. */
export const DocumentForm = z.strictObject({ type: DocumentTypeName, title: text(TITLE_LENGTH).optional() }).superRefine((form, context) => {
  for (const field of DOCUMENT_FORMS[form.type].requires)
    if (form[field] === undefined) context.addIssue({ code: 'custom', message: 'required', path: [field] });
});

export const DocumentUploadQuery = z.strictObject({ type: DocumentTypeName.meta({ example: 'signed_ipr' }) });

/** A title may name people, and addresses are written down on the way: so it is a header. Headers know ASCII only. */
export const TITLE_HEADER = 'Document-Title';

const DocumentUploadHeaders = z.object({
  [TITLE_HEADER]: z
    .string()
    .optional()
    .meta({ description: 'Title, percent-encoded UTF-8; a document of the type `other` needs one.', example: 'Birth%20certificate' }),
});

export const DocumentParameters = z.strictObject({ documentId: Id });

const Digest = z.string().meta({ description: 'SHA-256 of the bytes, hex.', example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' });
const Size = z.int().meta({ description: 'Bytes.' });

export const UploadedDocument = z
  .strictObject({ documentId: Id, size: Size, sha256: Digest, uploadedAt: Instant })
  .meta({ id: 'UploadedDocument', description: 'A command refers to it by `documentId`.' });

export const DocumentRecord = z
  .strictObject({
    documentId: Id,
    caseId: Id,
    type: DocumentTypeName,
    what: z.string().meta({ description: 'The type in the language of the reader.' }),
    title: z.string().optional(),
    mediaType: MediaTypeName,
    size: Size,
    sha256: Digest,
    uploadedBy: z.string(),
    uploadedAt: Instant,
    attached: z.boolean().meta({ description: 'It belongs to the case for good: a command refers to it, or its type needs none.' }),
    expiresAt: Instant.optional().meta({ description: 'When it is gone if no command refers to it until then.' }),
  })
  .meta({ id: 'Document' });

export const DocumentPage = z.strictObject({ items: z.array(DocumentRecord), next: z.string().optional() }).meta({ id: 'DocumentPage' });

export const DocumentQuery = z.strictObject({ after: Cursor.optional(), limit: Limit });

const CaseParameters = z.strictObject({ caseId: Id });

export const DOCUMENT_OPERATIONS = {
  uploadDocument: operation({
    method: 'post',
    path: '/v1/cases/{caseId}/documents',
    tag: 'Documents',
    summary: `Upload a document of the case (192-4-2), ${MOST_BYTES / 1024 / 1024} MiB at most; one that a command refers to waits a day for that command`,
    access: 'token',
    act: 'uploadDocument',
    idempotent: true,
    parameters: CaseParameters,
    query: DocumentUploadQuery,
    headers: DocumentUploadHeaders,
    upload: { mediaTypes: MEDIA_TYPES },
    success: { status: 201, description: 'Kept. The same key with the same bytes has the same answer.', schema: UploadedDocument },
    problems: ['case_unknown', 'role_not_allowed', 'document_empty', 'document_too_large', 'document_kind_refused', 'document_kind_differs'],
  }),
  listDocuments: operation({
    method: 'get',
    path: '/v1/cases/{caseId}/documents',
    tag: 'Documents',
    summary: 'Documents of a case, the last uploaded first',
    access: 'token',
    act: 'readDocuments',
    parameters: CaseParameters,
    query: DocumentQuery,
    success: { status: 200, description: 'A page.', schema: DocumentPage },
    problems: ['case_unknown', 'cursor_invalid'],
  }),
  readDocument: operation({
    method: 'get',
    path: '/v1/documents/{documentId}',
    tag: 'Documents',
    summary: 'What is known of a document',
    access: 'token',
    act: 'readDocuments',
    parameters: DocumentParameters,
    success: { status: 200, description: 'The document, without its bytes.', schema: DocumentRecord },
    problems: ['document_unknown'],
  }),
  downloadDocument: operation({
    method: 'get',
    path: '/v1/documents/{documentId}/content',
    tag: 'Documents',
    summary: 'The bytes of a document, as a file to be saved; they are held against its digest before they are sent',
    access: 'token',
    act: 'readDocuments',
    parameters: DocumentParameters,
    success: { status: 200, description: 'The bytes.', schema: z.string().meta({ format: 'binary' }), download: MEDIA_TYPES },
    problems: ['document_unknown', 'document_erased', 'document_damaged'],
  }),
};
