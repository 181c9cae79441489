/** What is counted against a bound and must outlive a restart: rows of `bound_count`, written by the limiter of the doors. */
import type { CountedKind } from '../contracts/bounds.js';
import { onClient, type Pool } from './pool.js';

export const BOUND_TABLE = 'bound_count';

/** Keys are the kind and who is counted: `iin_lookup:<actor>`, `sign_in:<address>`. */
export function boundPrefix(kind: CountedKind): string {
  return `${kind}:`;
}

/** How many have reached the bound within the time that is counted now. @param now wall time, as the limiter has it */
export async function boundsReached(pool: Pool, kind: CountedKind, most: number, now: number): Promise<number> {
  const { rows } = await onClient(pool, (client) =>
    client.query<{ reached: number }>('select count(*)::int as reached from bound_count where starts_with(key, $1) and points >= $2 and expire > $3', [
      boundPrefix(kind),
      most,
      now,
    ]),
  );
  return rows[0]?.reached ?? 0;
}

/** Removes what is counted no more. */
export async function removeExpiredCounts(pool: Pool, now: number): Promise<void> {
  await onClient(pool, (client) => client.query('delete from bound_count where expire < $1', [now]));
}
