/** Connections to Postgres. */
import { Pool as PgPool, type PoolClient } from 'pg';

export type Pool = PgPool;
export type { PoolClient };

export interface PoolOptions {
  /** Shown in pg_stat_activity, so that an operator sees who holds what. */
  applicationName: string;
  /** Most connections at once; default 10. */
  max?: number;
  /** A statement that runs longer is cancelled, in milliseconds; default 15 000. */
  statementTimeoutMs?: number;
  /** Told of a connection that broke between two queries; the pool replaces it by itself. */
  onBrokenConnection?: (error: Error) => void;
}

/**
 * A pool of connections. It connects when first used, so a server that is away is noticed by the
 * first query, after 5 s at the latest.
 */
export function createPool(url: string, options: PoolOptions): Pool {
  const { applicationName, max = 10, statementTimeoutMs = 15_000, onBrokenConnection = () => {} } = options;
  const pool = new PgPool({
    connectionString: url,
    application_name: applicationName,
    max,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    // A transaction whose process hangs must not hold the locks of a case for ever.
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  });
  // Without these listeners Node ends the whole process when the server drops a connection: one that
  // lies idle in the pool, or one that somebody holds between two queries. A query itself rejects.
  pool.on('error', onBrokenConnection);
  pool.on('connect', (client) => {
    client.on('error', onBrokenConnection);
  });
  return pool;
}

/** Another row has the place that a write wanted. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

/** Runs the work in one transaction: all of it or, when it throws, nothing. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    // A connection that could not roll back may still be inside the transaction: it is thrown away.
    client.release(broken);
  }
}
