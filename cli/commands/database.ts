/** Commands that speak with Postgres itself: for hours in which nothing else may answer. */
import type { Pool } from '../../db/pool.js';
import { roleName, type DatabaseLogin } from '../../db/roles.js';
import { refuseClearText } from '../../process/clear-text.js';
import { reasonOf } from '../../process/failure.js';
import { vaultOfTerminal } from './keys-of.js';
import { findRunningStack } from './running-stack.js';
import { CommandFailure, type Terminal } from './terminal.js';

/** What a command works as; the owner's are those that no process may do. */
export const databaseOption = (login: DatabaseLogin) =>
  ['--database <url>', `Postgres, as ${roleName(login)}; default: ${variableOf(login)}, else DATABASE_URL, else that of the running stack`] as const;
export const OWNER_OPTION = ['--database <url>', 'Postgres, as the owner of the tables; default: DATABASE_OWNER_URL, else that of the running stack'] as const;

const variableOf = (login: DatabaseLogin): string => `DATABASE_${login.toUpperCase()}_URL`;

/**
 * @param login whose work it is
 * @param given value of `--database`
 * @throws CommandFailure database_invalid, database_in_clear, database_unreadable, keys_unavailable, and what the work throws of that kind
 */
export async function onDatabase<T>(terminal: Terminal, login: DatabaseLogin, given: string | undefined, work: (pool: Pool) => Promise<T>): Promise<T> {
  return onUrl(terminal, given ?? (terminal.env[variableOf(login)] || terminal.env.DATABASE_URL || (await urlOfStack(terminal.env, login))), work);
}

/** The same as the owner of the tables, for what no process may do. */
export async function onOwnDatabase<T>(terminal: Terminal, given: string | undefined, work: (owner: Pool) => Promise<T>): Promise<T> {
  return onUrl(terminal, given ?? (terminal.env.DATABASE_OWNER_URL || (await ownerOfStack(terminal.env))), work);
}

async function ownerOfStack(env: NodeJS.ProcessEnv): Promise<string> {
  return (await findRunningStack(env)).postgresOwner;
}

async function urlOfStack(env: NodeJS.ProcessEnv, login: DatabaseLogin): Promise<string> {
  const { databases } = await findRunningStack(env);
  if (databases === undefined) throw new CommandFailure('database_unknown', `Set ${variableOf(login)}, or --database: ${roleName(login)} does this.`);
  return databases[login];
}

async function onUrl<T>(terminal: Terminal, database: string, work: (pool: Pool) => Promise<T>): Promise<T> {
  if (!URL.canParse(database)) {
    throw new CommandFailure('database_invalid', 'The address of the database is no URL: write postgresql://user:password@host:port/name.');
  }
  refuseClear(terminal.env, database);
  const { createPool } = await import('../../db/pool.js');
  const pool = createPool(database, { applicationName: 'tirek-command', vault: vaultOfTerminal(terminal.env) });
  try {
    return await work(pool);
  } catch (error) {
    throw await failureOf(error, database);
  } finally {
    await pool.end();
  }
}

function refuseClear({ TIREK_CLEAR_HOSTS }: NodeJS.ProcessEnv, database: string): void {
  try {
    refuseClearText({ DATABASE_URL: database, TIREK_CLEAR_HOSTS });
  } catch (error) {
    throw new CommandFailure('database_in_clear', reasonOf(error));
  }
}

async function failureOf(error: unknown, database: string): Promise<CommandFailure> {
  if (error instanceof CommandFailure) return error;
  const { KeysAway } = await import('../../vault/key-service.js');
  if (error instanceof KeysAway) {
    return new CommandFailure('keys_unavailable', `The keys of personal data are out of reach (${error.message}): set TIREK_KEYS_FILE or TIREK_OPENBAO_URL.`);
  }
  // Without the URL: it holds a password.
  return new CommandFailure(
    'database_unreadable',
    `The ledger cannot be read from ${new URL(database).host} (${reasonOf(error)}): is that database running, and is it of this version?`,
  );
}
