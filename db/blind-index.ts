/**
 * By which versions of the key for digests people are indexed and found. There is one, and two while another takes its place:
 * whoever writes indexes by both, whoever looks asks by both. A version has its column of each index, the odd ones the one and
 * the even ones the other, so that what is compared in Postgres is always of one version.
 */
import type { SearchKind } from '../domain/person/search-words.js';
import type { Fingerprints } from '../vault/fingerprints.js';
import { vaultOf, type Queryable } from './pool.js';

export type IndexColumn = 'iin_index' | 'iin_index_even';

export function columnOf(version: number): IndexColumn {
  return version % 2 === 1 ? 'iin_index' : 'iin_index_even';
}

/** Two rows have one ИИН: for statements. */
export function sameIin(one: string, other: string): string {
  return `(${one}.iin_index = ${other}.iin_index or ${one}.iin_index_even = ${other}.iin_index_even)`;
}

/** The index of an ИИН as it is written: null where no version that counts has that column. */
export type IinIndex = Readonly<Record<IndexColumn, Buffer | null>>;

export const NO_INDEX: IinIndex = { iin_index: null, iin_index_even: null };

export interface BlindIndex {
  /** The newest version that counts. */
  version: number;
  iin(iin: string): IinIndex;
  /** One for each version. */
  tokens(kind: SearchKind, word: string): { token: Buffer; version: number }[];
}

export interface IndexVersions {
  /** By which everything is indexed. */
  current: number;
  /** By which everything is being indexed anew. */
  next: number | null;
  /** Of which the digests are being removed. */
  former: number | null;
  since: Date;
}

export async function readIndexVersions(db: Queryable): Promise<IndexVersions> {
  const { rows } = await db.query<IndexVersions>({ name: 'index-versions', text: 'select current, next, former, since from index_key' });
  const [row] = rows;
  if (row === undefined) throw new Error('Postgres does not say by which key people are indexed');
  return row;
}

/** Asked each time: whoever remembered it would write by a version that counts no more. @throws KeysAway */
export async function blindIndexOf(db: Queryable): Promise<BlindIndex> {
  const { current, next } = await readIndexVersions(db);
  return indexBy(db, next === null ? [current] : [current, next]);
}

/** @throws KeysAway */
export async function indexBy(db: Queryable, versions: readonly number[]): Promise<BlindIndex> {
  const vault = vaultOf(db);
  const prints = await Promise.all(versions.map(async (version): Promise<[number, Fingerprints]> => [version, await vault.fingerprints(version)]));
  return {
    version: Math.max(...versions),
    iin: (iin) => Object.assign({ ...NO_INDEX }, ...prints.map(([version, by]) => ({ [columnOf(version)]: by.iin(iin) }))) as IinIndex,
    tokens: (kind, word) => prints.map(([version, by]) => ({ token: by.token(kind, word), version })),
  };
}
