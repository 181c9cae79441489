/** Brings the schema up to date; the only code that works with the owner's URL. */
import { fileURLToPath } from 'node:url';

import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

import { DATABASE_ROLES, grantStatements, roleName } from './roles.js';
import { lockRows } from './second-lock.js';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/** Two processes that start at once must queue here: node-pg-migrate's own lock makes the second one fail. */
const START_LOCK = 'tirek schema';

/** The library throws what it logs. */
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Runs the migrations of the house, then gives the roles of the processes their rights.
 * Nothing changes when all is up to date; processes that start together wait for each other.
 *
 * @param ownerUrl role that owns the tables
 * @throws Error with a readable sentence when a role of `db/roles.ts` is not there: the owner may not make it
 */
export async function migrate(ownerUrl: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'tirek migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [START_LOCK]);
    await refuseMissingRoles(client);
    await runner({ dbClient: client, dir: MIGRATIONS, direction: 'up', migrationsTable: 'schema_migration', logger: QUIET });
    // One multi-statement query is one transaction: no role is without its rights in between.
    await client.query(grantStatements().join('\n'));
    await lockRows(client);
  } finally {
    await client.end();
  }
}

async function refuseMissingRoles(client: Client): Promise<void> {
  const names = DATABASE_ROLES.map(roleName);
  const { rows } = await client.query<{ name: string }>('select name from unnest($1::text[]) name where to_regrole(name) is null', [names]);
  if (rows.length === 0) return;
  const missing = rows.map(({ name }) => name).join(', ');
  throw new Error(`The server has no role ${missing}: make the roles as deploy/postgres-roles.sh does, then migrate again.`);
}
