/**
 * A value under its data key: AES-256-GCM, bound to the place where it stands. A value that is copied to another row, or a
 * row that is given another key, does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Where a value stands. */
export interface Place {
  table: string;
  column: string;
  /** Id of the row. */
  row: string;
}

export interface DataKey {
  /** Uuid of its row. */
  id: string;
  key: Buffer;
}

/** The value is not what was sealed there with that key. */
export class Tampered extends Error {
  override readonly name = 'Tampered';
}

/** How values are written; another way of writing is another number. */
const FORMAT = 1;
const ID_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + ID_BYTES;
export const KEY_BYTES = 32;

/** Format, id of the key, nonce, ciphertext, tag. The nonce is random: one key seals far fewer than 2^32 values. */
export function seal({ id, key }: DataKey, place: Place, plain: Uint8Array | string): Buffer {
  const head = Buffer.concat([Buffer.from([FORMAT]), bytesOfId(id)]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(head, place));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([head, nonce, text, cipher.getAuthTag()]);
}

/** @throws Tampered */
export function open(key: Buffer, place: Place, sealed: Buffer): Buffer {
  const head = sealed.subarray(0, HEAD_BYTES);
  if (head[0] !== FORMAT || sealed.length < HEAD_BYTES + NONCE_BYTES + TAG_BYTES) throw new Tampered(`${nameOf(place)} is no sealed value`);
  const nonce = sealed.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(head, place)).setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new Tampered(`${nameOf(place)} is not what was sealed there`);
  }
}

/** Uuid of the key under which a value is sealed. @throws Tampered */
export function keyIdOf(sealed: Buffer): string {
  if (sealed[0] !== FORMAT || sealed.length < HEAD_BYTES) throw new Tampered('a value is not sealed');
  const hex = sealed.toString('hex', 1, HEAD_BYTES);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function bytesOfId(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  if (bytes.length !== ID_BYTES) throw new Error('the id of a data key is no uuid');
  return bytes;
}

function boundTo(head: Buffer, { table, column, row }: Place): Buffer {
  return Buffer.concat([head, Buffer.from(JSON.stringify([table, column, row]), 'utf8')]);
}

/** Without the row: an error is logged, and the id of a person belongs into no log. */
function nameOf({ table, column }: Place): string {
  return `${table}.${column}`;
}
