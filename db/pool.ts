/** Connections to Postgres. */
import { setTimeout as pause } from 'node:timers/promises';
import { DatabaseError, Pool as PgPool, type PoolClient } from 'pg';
import { roleName, type DatabaseRole } from './roles.js';
import type { Vault } from '../vault/vault.js';

export type Pool = PgPool;
export type { PoolClient };
/** A pool, or one connection of it. */
export type Queryable = Pick<PgPool, 'query'>;

export interface PoolOptions {
  /** Shown in pg_stat_activity, so that an operator sees who holds what. */
  applicationName: string;
  /** The keys with which what stands there is sealed; without them nobody reads or writes personal data over these connections. */
  vault?: Vault;
  /** As which role to work from the first statement on, where that is not the login's own. */
  role?: DatabaseRole;
  /** Most connections at once; default 10. */
  max?: number;
  /** A statement that runs longer is cancelled, in milliseconds; default 15 000. */
  statementTimeoutMs?: number;
  /** Told of a connection that broke between two queries; the pool replaces it by itself. */
  onBrokenConnection?: (error: Error) => void;
}

/**
 * A pool of connections. It connects when first used, so a server that is away is noticed by the
 * first query, after 5 s at the latest, or as soon as a statement is given up.
 */
export function createPool(url: string, options: PoolOptions): Pool {
  const { applicationName, vault, role, max = 10, statementTimeoutMs = 15_000, onBrokenConnection = () => {} } = options;
  const pool = new PgPool({
    connectionString: url,
    application_name: applicationName,
    ...(role === undefined ? {} : { options: `-c role=${roleName(role)}` }),
    max,
    // A server that does not greet is as silent as one that does not answer: nobody waits longer for the one than for the other.
    connectionTimeoutMillis: Math.min(5_000, statementTimeoutMs),
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    // The server's own bound is of no use on a link that swallows what is sent.
    query_timeout: statementTimeoutMs + 1_000,
    // A transaction whose process hangs must not hold the locks of a case for ever.
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  });
  // Without these listeners Node ends the whole process when the server drops a connection: one that
  // lies idle in the pool, or one that somebody holds between two queries. A query itself rejects.
  pool.on('error', onBrokenConnection);
  pool.on('connect', (client) => {
    client.on('error', onBrokenConnection);
    if (vault !== undefined) VAULTS.set(client, vault);
  });
  if (vault !== undefined) VAULTS.set(pool, vault);
  return pool;
}

/** The keys go with the connections: whoever reads a row opens it with the keys of that house. */
const VAULTS = new WeakMap<object, Vault>();

/** What stands for connections is of their house, too. */
export function withKeysOf<T extends object>(connections: Queryable, standIn: T): T {
  const vault = VAULTS.get(connections);
  if (vault !== undefined) VAULTS.set(standIn, vault);
  return standIn;
}

/** Connections that were made elsewhere, with the keys of a house. */
export function withVault<T extends object>(connections: T, vault: Vault): T {
  VAULTS.set(connections, vault);
  return connections;
}

/** @throws Error when the pool was made without keys */
export function vaultOf(connections: Queryable): Vault {
  const vault = VAULTS.get(connections);
  if (vault === undefined) throw new Error('these connections carry no keys: personal data can be neither read nor written over them');
  return vault;
}

/** Another row has the place that a write wanted. */
export function isUniqueViolation(error: unknown): boolean {
  return stateOf(error) === '23505';
}

/** An optimistic write met somebody faster: another row has its place (23505, 23P01), or both waited for each other (40P01). */
export function isBeaten(error: unknown): boolean {
  return ['23505', '23P01', '40P01'].includes(stateOf(error) ?? '');
}

function stateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined;
}

/** The server has ended the session, or is about to: shut down, killed, or out of its time. */
const SESSION_OVER = /^(?:08...|57P0[1-5]|25P0[34])$/;

/** True when the connection may be used again after that error: the server refused, and said so on a line that lives. */
function isConnectionSound(error: unknown): boolean {
  const state = stateOf(error);
  return state !== undefined && !SESSION_OVER.test(state);
}

/**
 * Runs statements on one connection. An expected refusal of the database gives the connection back; the pool's
 * own `query` throws it away. Whatever else goes wrong may have left an answer on the line: that one is closed.
 */
export async function onClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(!isConnectionSound(error));
    throw error;
  }
}

/** Shorter than a client waits: who cannot have a lock says so while there is somebody to hear it. */
const LOCK_WITHIN_MS = 2_000;
const TRANSACTION_WITHIN_MS = 4_000;
const ROLLBACK_WITHIN_MS = 500;

/** A short transaction with bounded waits for locks and for its own end; all of it or nothing. */
export async function transaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query(`begin; set local lock_timeout = ${LOCK_WITHIN_MS}; set local transaction_timeout = ${TRANSACTION_WITHIN_MS}`);
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client.release(!(await isRolledBack(client)));
    throw error;
  }
}

/** False: the connection is dead, or does not answer and may still be inside of the transaction. The server ends that. */
async function isRolledBack(client: PoolClient): Promise<boolean> {
  const timer = new AbortController();
  const rolledBack = client.query('rollback').then(
    () => true,
    () => false,
  );
  const late = pause(ROLLBACK_WITHIN_MS, false, { signal: timer.signal, ref: false }).catch(() => false);
  const first = await Promise.race([rolledBack, late]);
  timer.abort();
  return first;
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
