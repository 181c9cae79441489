/** A document as it comes over HTTP: its title in a header, its bytes as the body. */
import type { Request } from 'express';
import { TITLE_HEADER } from '../contracts/http/documents.js';
import { present } from '../contracts/optional.js';
import type { DocumentType } from '../domain/case/documents.js';
import type { AskedOnce } from '../office/asked.js';
import type { Upload } from '../office/documents.js';
import { ClientGone, problem } from '../office/problem.js';

/** @throws ProblemError `request_invalid` for a title that cannot be read */
export function uploadIn(request: Request, { actor, key, digestOf }: AskedOnce, type: DocumentType): Upload {
  const contentLength = Number(request.get('content-length') ?? 0);
  return {
    actor,
    key,
    digestOf,
    type,
    contentLength,
    bytes: bytesOf(request),
    ...present({ title: titleIn(request), contentType: request.get('content-type') }),
  };
}

/** A title may name people, and addresses are written down on the way: so it is a header. */
function titleIn(request: Request): string | undefined {
  const written = request.get(TITLE_HEADER);
  if (written === undefined) return undefined;
  try {
    return decodeURIComponent(written);
  } catch {
    throw problem('request_invalid', { issues: [{ field: '/title', code: 'wrong_format' }] });
  }
}

/** Ending it early must not close the connection on which the answer goes. */
async function* bytesOf(request: Request): AsyncGenerator<Uint8Array> {
  try {
    yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw request.destroyed && !request.complete ? new ClientGone() : error;
  }
}
