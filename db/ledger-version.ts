/** Versions of rows that have been written: a process that is older than one of them leaves the cases to a newer one. */
import type { Pool } from './pool.js';

/** The highest version of rows that any process has written; 0 when none has. */
export async function highestRowVersion(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ highest: number | null }>('select max(version) as highest from ledger_version');
  return rows[0]?.highest ?? 0;
}
