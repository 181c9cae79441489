/** A document on its way in: part by part, so that no process ever holds a whole one. */
import { createHash } from 'node:crypto';
import { MOST_BYTES, type MediaType } from '../domain/case/documents.js';
import { mediaTypeOf } from './media-type.js';

/** Bytes that are held, written and sent at once. */
export const PART_BYTES = 256 * 1024;

/** Why a document is not taken. */
export type DocumentFault =
  | { code: 'document_empty' }
  | { code: 'document_too_large' }
  /** Its bytes are of no kind that is taken. */
  | { code: 'document_kind_refused' }
  /** Its bytes are of another kind than its sender says. */
  | { code: 'document_kind_differs'; detected: MediaType };

export type ReadDocument = { ok: true; size: number; sha256: string } | { ok: false; fault: DocumentFault };

/**
 * Reads all of it and hands on each part, in order; nothing is handed on of what is not what it was declared to be.
 * @param keep is awaited before more is read
 */
export async function readParts(
  bytes: AsyncIterable<Uint8Array>,
  declared: MediaType,
  keep: (part: Buffer, place: number) => Promise<void>,
): Promise<ReadDocument> {
  const digest = createHash('sha256');
  let size = 0;
  let place = 0;
  for await (const part of inParts(bytes)) {
    size += part.length;
    const fault = place === 0 ? faultOfHead(part, declared) : undefined;
    if (fault !== undefined) return { ok: false, fault };
    if (size > MOST_BYTES) return { ok: false, fault: { code: 'document_too_large' } };
    digest.update(part);
    await keep(part, place);
    place += 1;
  }
  return size === 0 ? { ok: false, fault: { code: 'document_empty' } } : { ok: true, size, sha256: digest.digest('hex') };
}

function faultOfHead(head: Uint8Array, declared: MediaType): DocumentFault | undefined {
  const detected = mediaTypeOf(head);
  if (detected === undefined) return { code: 'document_kind_refused' };
  return detected === declared ? undefined : { code: 'document_kind_differs', detected };
}

/** The same bytes in parts of one size, the last one shorter. */
async function* inParts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    waiting.push(chunk);
    length += chunk.length;
    while (length >= PART_BYTES) {
      const all = Buffer.concat(waiting, length);
      yield all.subarray(0, PART_BYTES);
      waiting = [all.subarray(PART_BYTES)];
      length -= PART_BYTES;
    }
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
