/**
 * The digest that ties the entries of a ledger together. Each covers the one before it, so that an
 * edited, missing or different entry changes every digest after it. `tirek ledger verify` computes them again.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { AnyEntry } from '../domain/subject/subjects.js';

/** Digest of an empty ledger. */
export const EMPTY_LEDGER = '0'.repeat(64);

/** Digest of the ledger after one more entry (SHA-256, hex). */
export function chainDigest(previous: string, entry: AnyEntry): string {
  return bytesToHex(sha256(utf8ToBytes(previous + canonicalJson(entry))));
}

/** Digest after several entries. */
export function chainDigests(previous: string, entries: readonly AnyEntry[]): string {
  return entries.reduce(chainDigest, previous);
}

/** JSON with sorted keys and without undefined members: the same text from memory and from jsonb. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
