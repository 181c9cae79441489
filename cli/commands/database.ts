/** Commands that speak with Postgres itself: for hours in which nothing else may answer. */
import type { Pool } from '../../db/pool.js';
import { reasonOf } from '../../process/failure.js';
import { findRunningStack } from './running-stack.js';
import { CommandFailure, type Terminal } from './terminal.js';

export const DATABASE_OPTION = ['--database <url>', 'Postgres; default: DATABASE_URL, else that of the running stack'] as const;

/**
 * @param given value of `--database`
 * @throws CommandFailure database_invalid, database_unreadable, and what the work throws of that kind
 */
export async function onDatabase<T>(terminal: Terminal, given: string | undefined, work: (pool: Pool) => Promise<T>): Promise<T> {
  const database = given ?? (terminal.env.DATABASE_URL || (await findRunningStack(terminal.env)).postgres);
  if (!URL.canParse(database)) {
    throw new CommandFailure('database_invalid', 'The address of the database is no URL: write postgresql://user:password@host:port/name.');
  }
  const { createPool } = await import('../../db/pool.js');
  const pool = createPool(database, { applicationName: 'tirek-command' });
  try {
    return await work(pool);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    // Without the URL: it holds a password.
    throw new CommandFailure(
      'database_unreadable',
      `The ledger cannot be read from ${new URL(database).host} (${reasonOf(error)}): is that database running, and is it of this version?`,
    );
  } finally {
    await pool.end();
  }
}
