/**
 * The digest that ties the entries of a ledger together. Each covers the one before it, so that an
 * edited, missing or different entry changes every digest after it. The workflow and the journal
 * compute it independently: Temporal's replay compares the kind and order of commands only, and would
 * not notice changed contents.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Entry } from '../domain/case/facts.js';

/** Digest of an empty ledger. */
export const EMPTY_LEDGER = '0'.repeat(64);

/** Digest of the ledger after one more entry (SHA-256, hex). */
export function chainDigest(previous: string, entry: Entry): string {
  return bytesToHex(sha256(utf8ToBytes(previous + canonicalJson(entry))));
}

/** Digest after several entries. */
export function chainDigests(previous: string, entries: readonly Entry[]): string {
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
