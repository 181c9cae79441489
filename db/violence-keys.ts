/**
 * What is sealed of a family with signs of violence, under a key of its own (P43). Its data keys are wrapped again by that key, and
 * retired: what they have sealed, documents included, stays where it is and opens with the other key alone, and whatever is
 * written from then on gets a fresh data key. So it is a few rows, whatever the family has, in the very transaction that
 * records the signs; and a process that has sealed something meanwhile with a key at hand has sealed it under the new ring too.
 */
import { versionOf } from '../vault/key-service.js';
import type { WrappedKey } from '../vault/vault.js';
import { vaultOf, type PoolClient, type Queryable } from './pool.js';

/**
 * Inside of a transaction; a family that was moved before stays as it is.
 * @throws KeysAway, KeyNotHeld; then the caller must roll back
 */
export async function keepFamilyApart(client: PoolClient, householdId: string): Promise<void> {
  const { rowCount } = await client.query(`update household set key_ring = 'violence' where id = $1 and key_ring = 'ordinary'`, [householdId]);
  if (rowCount === 1) await moveKeys(client, await keysOf(client, householdId));
}

async function keysOf(client: Queryable, householdId: string): Promise<WrappedKey[]> {
  const { rows } = await client.query<WrappedKey>(
    `select id, wrapped, ring from data_key where destroyed_at is null and ring = 'ordinary'
        and (owner_kind, owner_id) in (select 'household', $1::text union all select 'person', id::text from person where household_id = $1::uuid)
      order by id for update`,
    [householdId],
  );
  return rows;
}

/** Wraps them by the key of the other ring. */
async function moveKeys(db: Queryable, keys: readonly WrappedKey[]): Promise<void> {
  if (keys.length === 0) return;
  const vault = vaultOf(db);
  const opened = await vault.unwrap(keys);
  const again = await vault.keeperOf('violence').wrap(keys.map(({ id }) => opened.get(id) ?? missing()));
  const changed = keys.map(({ id, wrapped: was }, place) => ({ id, was, wrapped: again[place] ?? missing(), by: versionOf(again[place] ?? missing()) }));
  // One that was destroyed, or moved by somebody else meanwhile, stays as it is.
  await db.query(
    `update data_key set wrapped = changed.wrapped, wrapped_by = changed.by, ring = 'violence', retired_at = coalesce(retired_at, clock_timestamp())
       from json_to_recordset($1::json) changed (id uuid, was text, wrapped text, by integer)
      where data_key.id = changed.id and data_key.wrapped = changed.was`,
    [JSON.stringify(changed)],
  );
}

function missing(): never {
  throw new Error('the key service opened or wrapped fewer keys than it was given');
}

const AT_ONCE = 200;

/**
 * Keys of such families that somebody had made in the ordinary ring in the very moment of the move: moved as well.
 * @returns how many there were
 * @throws KeysAway
 */
export async function moveStragglers(db: Queryable): Promise<number> {
  for (let moved = 0; ; ) {
    const { rows } = await db.query<WrappedKey>(
      `select data_key.id, wrapped, ring from data_key
         join household on key_ring = 'violence' and (owner_kind = 'household' and owner_id = household.id::text
              or owner_kind = 'person' and owner_id in (select person.id::text from person where household_id = household.id))
        where destroyed_at is null and ring = 'ordinary' limit $1`,
      [AT_ONCE],
    );
    if (rows.length === 0) return moved;
    await moveKeys(db, rows);
    moved += rows.length;
  }
}
