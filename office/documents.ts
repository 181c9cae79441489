/** Documents of a case: taken in and handed out as bytes, and told of as JSON. Another Center's do not exist. */
import type { Logger } from 'pino';
import type { z } from 'zod';
import { DocumentForm, type DocumentPage, type DocumentQuery, type DocumentRecord, type UploadedDocument } from '../contracts/http/documents.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { present } from '../contracts/optional.js';
import { findDocument, listDocuments, type StoredDocument } from '../db/documents.js';
import type { Pool } from '../db/pool.js';
import { houseOf } from '../db/reading-as.js';
import { MEDIA_TYPES, MOST_BYTES, type DocumentType, type MediaType } from '../domain/case/documents.js';
import type { Actor } from '../domain/case/facts.js';
import { handOut } from '../documents/hand-out.js';
import { declaredMediaType, FILE_EXTENSIONS } from '../documents/media-type.js';
import type { DocumentFault } from '../documents/read-parts.js';
import { takeIn } from '../documents/take-in.js';
import { requireRight } from './asked.js';
import { accessTo, caseAccess, noteLook, type Asking, type CaseAccess } from './case-access.js';
import { fieldIssues } from './field-faults.js';
import { iso, isoIf } from './instants.js';
import { problem, refused, type ProblemError } from './problem.js';
import { withCursor } from './reads.js';

/** Bytes on their way to a reader. */
export interface Download {
  mediaType: string;
  /** Bytes. */
  size: number;
  fileName: string;
  parts: AsyncIterable<Buffer>;
}

/** A document on its way in: what is said of it, and its bytes as they come. */
export interface Upload {
  actor: Actor;
  key: string;
  digestOf: (content: unknown) => string;
  type: DocumentType;
  title?: string;
  /** As the sender calls it. */
  contentType?: string;
  /** As the sender announces it, in bytes. */
  contentLength?: number;
  bytes: AsyncIterable<Uint8Array>;
}

/**
 * Takes a document in as it comes; the same key with the same bytes has the same answer.
 * @throws ProblemError for what is not taken; then nothing is kept
 */
export async function uploadDocument(pool: Pool, caseId: string, upload: Upload): Promise<z.input<typeof UploadedDocument>> {
  const { actor, key: idempotencyKey, digestOf, contentType, contentLength = 0, bytes } = upload;
  requireRight('uploadDocument', actor);
  await caseAccess(pool, actor, caseId, { act: 'uploadDocument' });
  const form = formOf(upload);
  const mediaType = declaredMediaType(contentType);
  if (mediaType === undefined) throw problem('document_kind_refused');
  if (contentLength > MOST_BYTES) throw problemOf({ code: 'document_too_large' }, mediaType);
  const requestSha256 = (sha256: string): string => digestOf({ ...form, mediaType, sha256 });
  const taken = await takeIn(pool, { actor, caseId, idempotencyKey, requestSha256, ...form, mediaType, bytes });
  switch (taken.outcome) {
    case 'taken': {
      const { documentId, size, sha256, uploadedAt } = taken.document;
      return { documentId, size, sha256, uploadedAt: iso(uploadedAt) };
    }
    case 'key_reused':
      throw problem('idempotency_key_reused');
    case 'refused':
      throw problemOf(taken.fault, mediaType);
  }
}

type Form = Pick<Parameters<typeof takeIn>[1], 'type' | 'title'>;

/** @throws ProblemError `request_invalid` where a field of the type is missing */
function formOf({ type, title }: Upload): Form {
  const form = present({ type, title });
  const parsed = DocumentForm.safeParse(form);
  if (!parsed.success) throw problem('request_invalid', { issues: fieldIssues(parsed.error.issues, form) });
  return present(parsed.data);
}

function problemOf(fault: DocumentFault, declared: MediaType): ProblemError {
  switch (fault.code) {
    case 'document_too_large':
      return problem(fault.code, { params: { most: MOST_BYTES / 1024 / 1024 } });
    case 'document_kind_differs':
      return problem(fault.code, { params: { declared, detected: fault.detected } });
    case 'document_empty':
    case 'document_kind_refused':
      return problem(fault.code);
  }
}

/** @throws ProblemError `case_unknown`, `cursor_invalid` */
export async function listDocumentsOf(
  pool: Pool,
  actor: Actor,
  caseId: string,
  query: z.output<typeof DocumentQuery>,
  language: Language,
): Promise<z.input<typeof DocumentPage>> {
  const access = await caseAccess(pool, actor, caseId, READING);
  const { items, next } = await withCursor(query.after, () => listDocuments(access.reads, { caseId, ...present(query) }));
  await noteLook(pool, actor, access, READING);
  return { items: items.map((item) => recordOf(item, language)), next };
}

/** @throws ProblemError `document_unknown`, also for another Center's */
export async function readDocument(pool: Pool, actor: Actor, documentId: string, language: Language): Promise<z.input<typeof DocumentRecord>> {
  return recordOf((await documentToRead(pool, actor, documentId)).document, language);
}

/**
 * The bytes, found to be those that were uploaded.
 * @throws ProblemError `document_unknown`, `document_erased`, `document_damaged`
 */
export async function downloadDocument({ pool, log }: { pool: Pool; log: Logger }, actor: Actor, documentId: string): Promise<Download> {
  const { document, reads } = await documentToRead(pool, actor, documentId);
  const handed = await handOut(reads, document);
  if (handed.state === 'erased') throw problem('document_erased');
  if (handed.state === 'damaged') {
    log.error({ documentId, caseId: document.caseId }, 'a document is not what was uploaded');
    throw problem('document_damaged');
  }
  const { mediaType, size } = document;
  // Its title may name people, and a file lies about in folders: it is called by its id.
  return { mediaType, size, fileName: `${documentId}.${FILE_EXTENSIONS[mediaTypeIn(document)]}`, parts: handed.parts };
}

function mediaTypeIn({ documentId, mediaType }: StoredDocument): MediaType {
  return MEDIA_TYPES.find((known) => known === mediaType) ?? unknownMediaType(documentId);
}

function unknownMediaType(documentId: string): never {
  throw new Error(`document ${documentId} is of a type that this release does not know`);
}

/** A document is words of the family or about it. */
const READING: Asking = { act: 'readDocuments', needs: 'narrative', shows: ['narrative'] };

/** @throws ProblemError `document_unknown`, also for one of a case that is not theirs to see; `fields_not_yours` */
export async function documentToRead(pool: Pool, actor: Actor, documentId: string): Promise<{ document: StoredDocument; reads: Pool }> {
  const { document, access } = await documentFor(pool, actor, documentId, READING);
  await noteLook(pool, actor, access, READING);
  return { document, reads: access.reads };
}

/** @throws ProblemError as `documentToRead`; a refused try is recorded */
export async function documentFor(pool: Pool, actor: Actor, documentId: string, asking: Asking): Promise<{ document: StoredDocument; access: CaseAccess }> {
  // Of which case it is, is asked before it is known who may see that.
  const document = await findDocument(houseOf(pool), documentId);
  if (document === undefined) throw refused({ code: 'document_unknown' });
  return { document, access: await accessTo(pool, actor, document.caseId, asking, 'document_unknown') };
}

function recordOf(document: StoredDocument, language: Language): z.input<typeof DocumentRecord> {
  const { center: _center, uploadedAt, expiresAt, ...rest } = document;
  return {
    ...rest,
    mediaType: mediaTypeIn(document),
    what: catalogueOf(language).documentTypes[document.type],
    uploadedAt: iso(uploadedAt),
    attached: expiresAt === undefined,
    expiresAt: isoIf(expiresAt),
  };
}
