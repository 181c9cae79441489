/**
 * Opaque cursors of lists that are paged by key: a page starts after a row, not after a number of
 * rows, so that rows which come or go in between shift nothing.
 */

/** What a place of a cursor may hold; a forged one must not reach a query. */
export type CursorPart = 'instant' | 'uuid' | 'text' | 'integer' | 'place' | 'boolean';

/** The cursor was not made here, or for another list. */
export class BadCursor extends Error {
  override readonly name = 'BadCursor';

  constructor() {
    super('the cursor is not one of this list: take `next` of the previous page as it is');
  }
}

const PATTERNS: Readonly<Record<CursorPart, RegExp>> = {
  // As Postgres writes a timestamptz, microseconds included, or its infinity.
  instant: /^(?:infinity|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d)?)$/,
  uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  text: /^[\P{Cc}]{1,300}$/u,
  integer: /^\d{1,9}$/,
  // Of a sequence (bigint).
  place: /^\d{1,18}$/,
  boolean: /^(?:true|false)$/,
};

export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url');
}

/** @throws BadCursor when the parts are not what the list sorts by */
export function decodeCursor(cursor: string, shape: readonly CursorPart[]): string[] {
  const parts = parse(cursor);
  if (parts.length !== shape.length) throw new BadCursor();
  return parts.map((part, index) => {
    const kind = shape[index];
    if (typeof part !== 'string' || kind === undefined || !PATTERNS[kind].test(part)) throw new BadCursor();
    return part;
  });
}

function parse(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

export interface Page<T> {
  items: T[];
  /** Cursor of the next page; absent on the last one. */
  next?: string;
}

/**
 * Makes a page of one row more than it shows: the extra row tells that there is a next page.
 * @param placeOf the values that the list sorts by, as text
 */
export function pageOf<R, T>(rows: readonly R[], limit: number, itemOf: (row: R) => T, placeOf: (row: R) => readonly string[]): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? { next: encodeCursor(placeOf(last)) } : {};
  return { items: shown.map(itemOf), ...next };
}
