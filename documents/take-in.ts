/**
 * Takes a document in: its parts as they come, then, in one statement, its digest and the answer to its sender's key.
 * What is cut off on the way is never seen by anybody, and goes with the next round of housekeeping.
 */
import { randomUUID } from 'node:crypto';
import { findAnswer, type KeptAnswer } from '../db/answers.js';
import { begin, discard, keepPart, seal } from '../db/documents.js';
import type { Pool } from '../db/pool.js';
import { DOCUMENT_FORMS, type DocumentType, type MediaType } from '../domain/case/documents.js';
import type { Actor } from '../domain/case/facts.js';
import type { Instant } from '../domain/law/calendar.js';
import { readParts, type DocumentFault } from './read-parts.js';

export interface Upload {
  actor: Actor;
  /** The case of the actor's own Center for which it is. */
  caseId: string;
  idempotencyKey: string;
  /** Of everything that was asked, with the digest of the bytes; hex. */
  requestSha256: (sha256: string) => string;
  type: DocumentType;
  title?: string;
  mediaType: MediaType;
  bytes: AsyncIterable<Uint8Array>;
}

/** What its sender is told, at every repeat; nothing of it is personal, for it is kept with the key. */
export interface TakenIn {
  documentId: string;
  size: number;
  sha256: string;
  uploadedAt: Instant;
}

export type TakenInOutcome = { outcome: 'taken'; document: TakenIn } | { outcome: 'key_reused' } | { outcome: 'refused'; fault: DocumentFault };

export const UPLOAD = 'uploadDocument';

/** @throws the errors of Postgres and of the line on which the bytes come; a repeat with the same key is safe then */
export async function takeIn(pool: Pool, upload: Upload): Promise<TakenInOutcome> {
  const known = await findAnswer(pool, upload.actor.id, upload.idempotencyKey);
  return known === undefined ? takeNew(pool, upload) : takeAgain(upload, known);
}

/** Of a repeat the bytes are only read: they must be the same. */
async function takeAgain({ bytes, mediaType, requestSha256 }: Upload, known: KeptAnswer): Promise<TakenInOutcome> {
  const read = await readParts(bytes, mediaType, async () => {});
  if (!read.ok) return { outcome: 'refused', fault: read.fault };
  return answerIn(known, requestSha256(read.sha256));
}

function answerIn({ kind, bodySha256, answer }: KeptAnswer, asked: string): TakenInOutcome {
  return kind === UPLOAD && bodySha256 === asked ? { outcome: 'taken', document: answer as TakenIn } : { outcome: 'key_reused' };
}

async function takeNew(pool: Pool, upload: Upload): Promise<TakenInOutcome> {
  const { actor, caseId, idempotencyKey, requestSha256, type, title, mediaType, bytes } = upload;
  const documentId = randomUUID();
  const begun = await begin(pool, {
    id: documentId,
    caseId,
    center: actor.center,
    type,
    mediaType,
    uploadedBy: actor.id,
    ...(title === undefined ? {} : { title }),
  });
  let sealed = false;
  try {
    const read = await readParts(bytes, mediaType, (part, place) => keepPart(pool, begun, documentId, place, part));
    if (!read.ok) return { outcome: 'refused', fault: read.fault };
    const { size, sha256 } = read;
    const document: TakenIn = { documentId, size, sha256, uploadedAt: begun.uploadedAt };
    const answered = { id: randomUUID(), actorId: actor.id, idempotencyKey, bodySha256: requestSha256(sha256), caseId, kind: UPLOAD, answer: document };
    sealed = await seal(pool, { ...document, attached: DOCUMENT_FORMS[type].attached === 'with_its_upload' }, answered);
    if (sealed) return { outcome: 'taken', document };
    const first = await findAnswer(pool, actor.id, idempotencyKey);
    if (first === undefined) throw new Error(`document ${documentId} was neither sealed nor answered before`);
    return answerIn(first, answered.bodySha256);
  } finally {
    if (!sealed) await discard(pool, documentId);
  }
}
