/** Hands a document out: first all of it is held against its digest, then it is sent part by part. */
import { createHash } from 'node:crypto';
import { readPart, type StoredDocument } from '../db/documents.js';
import type { Pool } from '../db/pool.js';
import { Tampered } from '../vault/cipher.js';

export type HandedOut =
  | { state: 'sound'; parts: AsyncIterable<Buffer> }
  /** The bytes were erased, as the law on personal data may demand; what is recorded of the document stays. */
  | { state: 'erased' }
  /** The bytes are not those that were uploaded. */
  | { state: 'damaged' };

/** Nothing of a document is sent before all of it was found to be what was uploaded. */
export async function handOut(pool: Pool, { documentId, size, sha256 }: StoredDocument): Promise<HandedOut> {
  const digest = createHash('sha256');
  let read = 0;
  try {
    for await (const part of partsOf(pool, documentId)) {
      digest.update(part);
      read += part.length;
    }
  } catch (error) {
    if (error instanceof Tampered) return { state: 'damaged' };
    throw error;
  }
  if (read === 0) return { state: 'erased' };
  if (read !== size || digest.digest('hex') !== sha256) return { state: 'damaged' };
  return { state: 'sound', parts: partsOf(pool, documentId) };
}

/** No connection is held between two parts: whoever takes them may be slow. */
async function* partsOf(pool: Pool, documentId: string): AsyncGenerator<Buffer> {
  for (let place = 0; ; place += 1) {
    const part = await readPart(pool, documentId, place);
    if (part === undefined) return;
    yield part;
  }
}
