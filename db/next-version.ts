/** The next version of a document that is written as a whole: by one writer at a time, and only over the version that was read. */
import { transaction, type Pool, type PoolClient } from './pool.js';

export interface NextVersion<T extends { version: number }, R> {
  /** Who holds it is the only writer: the second sees what the first has written. */
  lock: string;
  /** The version that the writer has read; 0 before the first. */
  version: number;
  read(client: PoolClient): Promise<T | undefined>;
  /** What stands is what is to be written: of the very next version, this is a repeat, and has its answer. */
  isSame(now: T): boolean;
  /** Writes `version + 1`. */
  write(client: PoolClient): Promise<R>;
}

/**
 * @returns what `write` answers, or for a repeat what stands; `changed_meanwhile` when another version than the one that was read counts
 * @throws as `transaction`: no writer waits for another one longer than its own caller waits
 */
export function writeNextVersion<T extends { version: number }, R>(pool: Pool, next: NextVersion<T, R>): Promise<T | R | 'changed_meanwhile'> {
  return transaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [next.lock]);
    const now = await next.read(client);
    if (now !== undefined && now.version === next.version + 1 && next.isSame(now)) return now;
    return (now?.version ?? 0) === next.version ? next.write(client) : 'changed_meanwhile';
  });
}
