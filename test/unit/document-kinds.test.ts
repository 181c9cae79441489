/** What a document is by its bytes, and that it is read part by part. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES, MOST_BYTES, type MediaType } from '../../domain/case/documents.js';
import { declaredMediaType, mediaTypeOf } from '../../documents/media-type.js';
import { PART_BYTES, readParts } from '../../documents/read-parts.js';
import { syntheticDocument } from '../../tools/demo/synthetic-document.js';

const BEGINNINGS: Readonly<Record<MediaType, string>> = {
  'application/pdf': '255044462d312e37',
  'image/jpeg': 'ffd8ffe000104a46',
  'image/png': '89504e470d0a1a0a',
  'image/tiff': '49492a0008000000',
};

const beginning = fc.constantFrom(...MEDIA_TYPES);
const rest = fc.uint8Array({ maxLength: 64 });

describe('192-4-2: the kind of a document', () => {
  it('is that of its first bytes, whatever comes behind them', () => {
    fc.assert(fc.property(beginning, rest, (type, bytes) => mediaTypeOf(Buffer.concat([Buffer.from(BEGINNINGS[type], 'hex'), bytes])) === type));
  });

  it('is none of ours for any other bytes: one that is cut short or shifted is not a document', () => {
    fc.assert(
      fc.property(
        beginning,
        fc.integer({ min: 0, max: 2 }),
        (type, length) => mediaTypeOf(Buffer.from(BEGINNINGS[type], 'hex').subarray(0, length)) === undefined,
      ),
    );
    fc.assert(
      fc.property(
        beginning,
        fc.integer({ min: 0x21, max: 0x24 }),
        (type, byte) => mediaTypeOf(Buffer.from(`${byte.toString(16)}${BEGINNINGS[type]}`, 'hex')) === undefined,
      ),
    );
    fc.assert(
      fc.property(rest, (bytes) => {
        const kind = mediaTypeOf(bytes);
        return kind === undefined || ['25', 'ff', '89', '49', '4d'].includes(Buffer.from(bytes.subarray(0, 1)).toString('hex'));
      }),
    );
  });

  it.each([
    ['a page', '<!doctype html><script>1</script>'],
    ['a page behind white space', '\n  <html>'],
    ['a drawing with a script', '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>'],
    ['a drawing with a prologue', '<?xml version="1.0"?><svg/>'],
    ['a program for Windows', 'MZ\u0090\u0000'],
    ['a program for Linux', '\u007fELF'],
    ['a script', '#!/bin/sh\n'],
    ['an archive or an office file', 'PK\u0003\u0004'],
    ['a page that has a PDF in it', '<html>%PDF-1.7'],
    ['text', 'plain words'],
  ])('is none of ours for %s', (_what, words) => {
    expect(mediaTypeOf(Buffer.from(words, 'latin1'))).toBeUndefined();
  });

  it('is declared by a header whose parameters and letters do not matter', () => {
    expect(declaredMediaType('Application/PDF; name=x')).toBe('application/pdf');
    for (const none of [undefined, '', 'text/html', 'image/svg+xml', 'application/octet-stream', 'pdf']) expect(declaredMediaType(none)).toBeUndefined();
  });
});

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('a document on its way in', () => {
  it('comes in parts of one size, however its line cuts it', async () => {
    const whole = Buffer.concat([syntheticDocument('A document of some parts.'), Buffer.alloc(2 * PART_BYTES, 7)]);
    for (const size of [1_000, PART_BYTES - 1, PART_BYTES, whole.length]) {
      const parts: Buffer[] = [];
      const read = await readParts(chunks(whole, size), 'application/pdf', async (part) => void parts.push(Buffer.from(part)));
      expect(read).toMatchObject({ ok: true, size: whole.length });
      expect(parts.map(({ length }) => length)).toEqual([PART_BYTES, PART_BYTES, whole.length - 2 * PART_BYTES]);
      expect(Buffer.concat(parts).equals(whole)).toBe(true);
    }
  });

  it('is kept by nobody when its first part says that it is something else', async () => {
    const kept: number[] = [];
    const read = await readParts(chunks(syntheticDocument('A document.'), 7), 'image/png', async (_part, place) => void kept.push(place));
    expect(read).toEqual({ ok: false, fault: { code: 'document_kind_differs', detected: 'application/pdf' } });
    expect(kept).toEqual([]);
  });

  it('is read no further than it may be long', async () => {
    let asked = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield syntheticDocument('A document without an end.');
      for (;;) {
        asked += PART_BYTES;
        yield Buffer.alloc(PART_BYTES);
      }
    }
    expect(await readParts(endless(), 'application/pdf', async () => {})).toEqual({ ok: false, fault: { code: 'document_too_large' } });
    expect(asked).toBeLessThanOrEqual(MOST_BYTES + 2 * PART_BYTES);
  });
});
