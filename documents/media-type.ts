/**
 * What a document is, by its first bytes. Only what people scan and print is taken: nothing that a reader's machine
 * runs (a program, a page, a drawing with a script), whatever its sender calls it.
 */
import { MEDIA_TYPES, type MediaType } from '../domain/case/documents.js';

/** How a file of the type is called. */
export const FILE_EXTENSIONS: Readonly<Record<MediaType, string>> = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png', 'image/tiff': 'tif' };

/** Bytes with which a document of the type begins; a PDF may begin nowhere else, or it could be a page as well. */
const BEGINNINGS: Readonly<Record<MediaType, readonly (readonly number[])[]>> = {
  'application/pdf': [[0x25, 0x50, 0x44, 0x46, 0x2d]],
  'image/jpeg': [[0xff, 0xd8, 0xff]],
  'image/png': [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  'image/tiff': [
    [0x49, 0x49, 0x2a, 0x00],
    [0x4d, 0x4d, 0x00, 0x2a],
  ],
};

/** The type of a document that begins so, or undefined when it is none that is taken. */
export function mediaTypeOf(head: Uint8Array): MediaType | undefined {
  return MEDIA_TYPES.find((type) => BEGINNINGS[type].some((beginning) => beginning.every((byte, place) => head[place] === byte)));
}

/** The type that a Content-Type header declares, parameters apart; undefined when it is none that is taken. */
export function declaredMediaType(header: string | undefined): MediaType | undefined {
  const declared = header?.split(';')[0]?.trim().toLowerCase();
  return MEDIA_TYPES.find((type) => type === declared);
}
