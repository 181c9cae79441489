/**
 * Connections that read for one person: each statement over them is held by the second lock (`db/second-lock.ts`) to what that
 * person may see at most. A connection remembers for whom it was set, so a reader's next statement on it costs nothing more, and
 * another's one round trip; no transaction is needed.
 */
import { onClient, withKeysOf, type Pool, type PoolClient, type Queryable } from './pool.js';
import { SETTINGS } from './second-lock.js';

/** How far somebody sees at most. */
export interface Reach {
  center: string;
  /** On whose teams' cases of violence they look: their own, and those of people for whom they stand in or whom they lead. */
  team: readonly string[];
  /** Who they are, for what was opened to them in an emergency. */
  person: string;
  violence: 'all' | 'team' | 'none';
}

/** What is behind a pool for readers: its connections, and those of the house, which the lock lets through. */
interface Behind {
  raw: Pool;
  house: Pool;
}

const BEHIND = new WeakMap<object, Behind>();
const SET_FOR = new WeakMap<PoolClient, string>();
const SET = `select ${SETTINGS.map((name, place) => `set_config('${name}', ${name === 'tirek.team' ? `$${place + 1}::text[]::text` : `$${place + 1}`}, false)`).join(', ')}`;
const NOBODY: readonly unknown[] = ['', [], '', 'none'];

/**
 * A pool over which nothing of families is to be read but by `readingAs`.
 * @param raw logs in as the role that the lock holds; nobody else may use it
 * @param house for what the reader's own eyes are not asked: where a case is, that it was looked at
 */
export function poolForReaders(raw: Pool, house: Pool): Pool {
  return setFor(NOBODY, { raw, house });
}

/** The connections for what is asked before it is known who may see it; a pool that is not for readers is its own. */
export function houseOf(pool: Pool): Pool {
  return BEHIND.get(pool)?.house ?? pool;
}

/** The pool, held to what that person may see at most. */
export function readingAs(pool: Pool, { center, team, person, violence }: Reach): Pool {
  return setFor([center, [...team], person, violence], BEHIND.get(pool) ?? { raw: pool, house: pool });
}

function setFor(values: readonly unknown[], behind: Behind): Pool {
  const { raw } = behind;
  const key = JSON.stringify(values);
  const prepared = async (client: PoolClient): Promise<PoolClient> => {
    if (SET_FOR.get(client) === key) return client;
    SET_FOR.delete(client);
    await client.query({ name: 'reading-as', text: SET, values: [...values] });
    SET_FOR.set(client, key);
    return client;
  };
  const query = (...asked: unknown[]): Promise<unknown> =>
    onClient(raw, async (client) => ((await prepared(client)).query as (...args: unknown[]) => Promise<unknown>).apply(client, asked));
  const connect = async (): Promise<PoolClient> => {
    const client = await raw.connect();
    try {
      return await prepared(client);
    } catch (error) {
      client.release(true);
      throw error;
    }
  };
  // What reading asks of a pool; anything else of it would be a fault of ours, and fails as one.
  const pool = withKeysOf(raw as Queryable, { query, connect }) as unknown as Pool;
  BEHIND.set(pool, behind);
  return pool;
}
