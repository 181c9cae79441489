/** Data keys wrapped again with the current version of the key that wraps: in batches, beside everybody else's work. */
import { versionOf, type KeyRing } from '../vault/key-service.js';
import { vaultOf, type Pool } from './pool.js';
import { moveStragglers } from './violence-keys.js';

const AT_ONCE = 200;

export interface Rewrapped {
  keys: number;
  version: number;
}

export interface RewrappedRings extends Rewrapped {
  /** Of families with signs of violence, and how many of their keys were still in the ordinary ring; absent where this process does not hold their key. */
  violence?: Rewrapped & { moved: number };
}

/**
 * Goes on until none of an older version is left; what is broken off goes on where it stopped.
 * @param tell is told how many there are so far
 * @throws KeysAway; what was wrapped again until then stays so
 */
export async function rewrapKeys(pool: Pool, tell: (keys: number) => void = () => {}): Promise<RewrappedRings> {
  // Before the others are counted: what is moved is none of them.
  const moved = vaultOf(pool).holds('violence') ? await moveStragglers(pool) : undefined;
  const ordinary = await rewrapRing(pool, 'ordinary', tell);
  return moved === undefined ? ordinary : { ...ordinary, violence: { moved, ...(await rewrapRing(pool, 'violence', tell)) } };
}

async function rewrapRing(pool: Pool, ring: KeyRing, tell: (keys: number) => void): Promise<Rewrapped> {
  const service = vaultOf(pool).keeperOf(ring);
  const version = await service.version();
  let keys = 0;
  for (;;) {
    const { rows } = await pool.query<{ id: string; wrapped: string }>(
      'select id, wrapped from data_key where destroyed_at is null and ring = $3 and wrapped_by < $1 order by wrapped_by, id limit $2',
      [version, AT_ONCE, ring],
    );
    if (rows.length === 0) return { keys, version };
    const again = await service.rewrap(rows.map(({ wrapped }) => wrapped));
    const changed = rows.map(({ id, wrapped }, place) => ({ id, was: wrapped, wrapped: again[place] ?? missing(), by: versionOf(again[place] ?? missing()) }));
    // One that was destroyed, or wrapped again by somebody else meanwhile, stays as it is.
    await pool.query(
      `update data_key set wrapped = changed.wrapped, wrapped_by = changed.by
         from json_to_recordset($1::json) changed (id uuid, was text, wrapped text, by integer)
        where data_key.id = changed.id and data_key.wrapped = changed.was`,
      [JSON.stringify(changed)],
    );
    keys += rows.length;
    tell(keys);
  }
}

function missing(): never {
  throw new Error('the key service wrapped fewer keys than it was given');
}

interface VersionCount {
  version: number;
  keys: number;
}

export interface KeyCounts {
  versions: VersionCount[];
  /** Of families with signs of violence. */
  violence: VersionCount[];
  destroyed: number;
}

export async function countKeys(pool: Pool): Promise<KeyCounts> {
  const { rows } = await pool.query<{ ring: KeyRing; version: number | null; keys: number }>(
    `select case when destroyed_at is null then ring end as ring, case when destroyed_at is null then wrapped_by end as version, count(*)::int as keys
       from data_key group by 1, 2 order by 1, 2`,
  );
  const of = (wanted: KeyRing): VersionCount[] => rows.flatMap(({ ring, version, keys }) => (version === null || ring !== wanted ? [] : [{ version, keys }]));
  return { versions: of('ordinary'), violence: of('violence'), destroyed: rows.find(({ version }) => version === null)?.keys ?? 0 };
}
