/** What Postgres tells of a measurement: what was written ahead, and when reports were recorded. */
import { createPool, type Pool } from '../../../db/pool.js';
import type { BenchStack } from '../bench-stack.js';

/** Looks at the database of a stack, on a connection of its own. */
export async function withDatabase<T>(stack: BenchStack, work: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(stack.endpoints.postgresOwner, { applicationName: 'tirek-bench-figures', max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** Bytes that were written ahead since the database was made. */
export async function walBytes(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: number }>(`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as bytes`);
  return rows[0]?.bytes ?? Number.NaN;
}

/** The clock of Postgres, epoch milliseconds. */
export async function databaseNow(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as now');
  return rows[0]?.now ?? Number.NaN;
}

/** Milliseconds from acceptance to the ledger, of each report that was accepted since then. */
export async function recordedAfter(pool: Pool, since: number): Promise<number[]> {
  const { rows } = await pool.query<{ ms: number }>(
    `select (extract(epoch from settled_at - received_at) * 1000)::float8 as ms from inbox
      where kind = 'report' and state = 'delivered' and received_at >= to_timestamp($1::float8 / 1000)`,
    [since],
  );
  return rows.map(({ ms }) => ms);
}

/** Milliseconds from an instant to the ledger, of one report. */
export async function recordedSince(pool: Pool, reportId: string, since: number): Promise<number | undefined> {
  const { rows } = await pool.query<{ ms: number }>(
    `select (extract(epoch from settled_at) * 1000)::float8 - $2::float8 as ms from inbox where id = $1 and state = 'delivered'`,
    [reportId, since],
  );
  return rows[0]?.ms;
}
