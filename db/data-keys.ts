/**
 * Data keys as rows, and what is sealed with them: one for each person, one for each family's texts about several. Rows hold
 * them wrapped; a key that is destroyed has left its row for good, and what was sealed with it is noise.
 */
import { keyIdOf, open, seal, type DataKey, type Place } from '../vault/cipher.js';
import type { FreshKey, WrappedKey } from '../vault/vault.js';
import { versionOf, type KeyRing } from '../vault/key-service.js';
import { vaultOf, type Queryable } from './pool.js';

/** Whose key it is. A family's seals the texts about several; a Center's or an agency's what is of its staff, or of no known family. */
export interface KeyOwner {
  kind: 'person' | 'household' | 'holder';
  id: string;
  /** Of a person who is not written yet: the family, by which the ring of the key is chosen. */
  householdId?: string;
}

/** Seals a text for its place; null stays null. */
export interface Sealer {
  (place: Place, plain: Uint8Array | string): Buffer;
}

interface KeyRow {
  id: string;
  wrapped: string | null;
  ring: KeyRing;
}

/** The owner's key is destroyed: nothing more is written of him. */
export class OwnerErased extends Error {
  override readonly name = 'OwnerErased';
}

/**
 * The key of an owner, made where there is none yet. Two who make it at once agree on the first.
 * @throws KeysAway, OwnerErased of a person
 */
export async function dataKeyOf(db: Queryable, owner: KeyOwner): Promise<DataKey> {
  const known = await findKey(db, owner);
  if (known !== undefined) return known;
  const fresh = await vaultOf(db).fresh(await ringOf(db, owner));
  await insertKey(db, owner, fresh);
  return (await findKey(db, owner)) ?? missing(owner);
}

/** Under which key that of an owner is wrapped: by the family. */
export async function ringOf(db: Queryable, { kind, id, householdId }: KeyOwner): Promise<KeyRing> {
  if (kind === 'holder') return 'ordinary';
  const { rows } = await db.query<{ ring: KeyRing }>(
    `select key_ring as ring from household where id = coalesce($1::uuid, (select household_id from person where id = $2::uuid))`,
    [kind === 'household' ? id : (householdId ?? null), kind === 'person' ? id : null],
  );
  return rows[0]?.ring ?? 'ordinary';
}

function missing({ kind }: KeyOwner): never {
  throw new Error(`the key of a ${kind} was neither found nor made`);
}

/** Undefined when there is none yet; a family whose key was destroyed begins another. @throws KeysAway, OwnerErased of a person */
export async function findKey(db: Queryable, { kind, id }: KeyOwner): Promise<DataKey | undefined> {
  const { rows } = await db.query<KeyRow>(
    `select id, wrapped, ring from data_key where owner_kind = $1 and owner_id = $2 and (retired_at is null or destroyed_at is not null)
      order by destroyed_at is not null, created_at desc limit 1`,
    [kind, id],
  );
  const [row] = rows;
  if (row !== undefined && row.wrapped !== null) {
    const key = (await vaultOf(db).unwrap([{ id: row.id, wrapped: row.wrapped, ring: row.ring }])).get(row.id);
    return key && { id: row.id, key };
  }
  if (row !== undefined && kind === 'person') throw new OwnerErased('the data of this person were erased');
  return undefined;
}

async function insertKey(db: Queryable, { kind, id }: KeyOwner, { id: keyId, wrapped, ring }: FreshKey): Promise<void> {
  await db.query(
    `insert into data_key (id, owner_kind, owner_id, wrapped, wrapped_by, ring) values ($1, $2, $3, $4, $5, $6)
     on conflict (owner_kind, owner_id) where destroyed_at is null and retired_at is null do nothing`,
    [keyId, kind, id, wrapped, versionOf(wrapped), ring],
  );
}

export function sealerWith(key: DataKey): Sealer {
  return (place, plain) => seal(key, place, plain);
}

/** @throws as `dataKeyOf` */
export async function sealerFor(db: Queryable, owner: KeyOwner): Promise<Sealer> {
  return sealerWith(await dataKeyOf(db, owner));
}

/** The family of a case, also of one whose appeal still waits for a calendar. @throws Error for a case that nobody knows */
export async function familyOf(db: Queryable, caseId: string): Promise<KeyOwner> {
  return (await findFamily(db, caseId)) ?? unknownCase(caseId);
}

function unknownCase(caseId: string): never {
  throw new Error(`there is no case ${caseId}`);
}

/** Undefined for a case that nobody knows. */
export async function findFamily(db: Queryable, caseId: string): Promise<KeyOwner | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `select household_id as id from case_file where subject_id = $1 union all select household_id from appeal where case_id = $1 limit 1`,
    [caseId],
  );
  return rows[0] && { kind: 'household', id: rows[0].id };
}

/** Opens values of rows that were read together. */
export interface Opener {
  /** Undefined when there is none, or when its key was destroyed. @throws Tampered */
  bytes(place: Place, sealed: Buffer | null | undefined): Buffer | undefined;
  text(place: Place, sealed: Buffer | null | undefined): string | undefined;
}

/** Fetches the keys of all that was read in one go. @throws KeysAway */
export async function openerOf(db: Queryable, sealed: Iterable<Buffer | null>): Promise<Opener> {
  const ids = new Set([...sealed].flatMap((value) => (value === null ? [] : [keyIdOf(value)])));
  const keys = await keysById(db, [...ids]);
  const bytes: Opener['bytes'] = (place, value) => {
    if (value === null || value === undefined) return undefined;
    const key = keys.get(keyIdOf(value));
    return key && open(key, place, value);
  };
  return { bytes, text: (place, value) => bytes(place, value)?.toString('utf8') };
}

async function keysById(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  if (ids.length === 0) return new Map();
  const vault = vaultOf(db);
  const found = new Map(ids.flatMap((id) => entryOf(id, vault.atHand(id))));
  const others = ids.filter((id) => !found.has(id));
  if (others.length === 0) return found;
  const { rows } = await db.query<WrappedKey>('select id, wrapped, ring from data_key where id = any($1::uuid[]) and wrapped is not null', [others]);
  return new Map([...found, ...(await vault.unwrap(rows))]);
}

function entryOf(id: string, key: Buffer | undefined): [string, Buffer][] {
  return key === undefined ? [] : [[id, key]];
}

/** A sealed value as a member of a row in JSON: `json_populate_record` makes a bytea of it. */
export function inJson(sealed: Buffer): string {
  return `\\x${sealed.toString('hex')}`;
}

/** A bytea as Postgres writes it into JSON. */
export function fromJson(text: string): Buffer {
  return Buffer.from(text.slice(2), 'hex');
}
