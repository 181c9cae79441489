/** Brings the schema up to date; the only code that works with the owner's URL. */
import { fileURLToPath } from 'node:url';

import { runner } from 'node-pg-migrate';
import { Client } from 'pg';

import { grantStatements } from './grants.js';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

/** Two processes that start at once must queue here: node-pg-migrate's own lock makes the second one fail. */
const START_LOCK = 'tirek schema';

/** The library throws what it logs. */
const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Runs the migrations of the house, then gives the application's role its rights.
 * Nothing changes when all is up to date; processes that start together wait for each other.
 *
 * @param ownerUrl role that owns the tables
 * @param appRole name of the role that the processes log in as; it must exist
 */
export async function migrate(ownerUrl: string, appRole: string): Promise<void> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'tirek migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [START_LOCK]);
    await runner({ dbClient: client, dir: MIGRATIONS, direction: 'up', migrationsTable: 'schema_migration', logger: QUIET });
    await grant(client, appRole);
  } finally {
    await client.end();
  }
}

async function grant(client: Client, appRole: string): Promise<void> {
  const role = client.escapeIdentifier(appRole);
  // One multi-statement query is one transaction: the role is never without its rights in between.
  await client.query(grantStatements(role).join('\n'));
}
