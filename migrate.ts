/** Brings a database to the present schema and gives it the law: `node dist/migrate.js`. */
import { migrate } from './db/migrate.js';
import { createPool } from './db/pool.js';
import { seedLaw } from './db/seed.js';
import { createKeyFile } from './vault/file-keys.js';

const { DATABASE_OWNER_URL: ownerUrl, DATABASE_URL: appUrl, TIREK_KEYS_FILE: keysFile, TIREK_VIOLENCE_KEYS_FILE: violenceKeysFile } = process.env;
if (!ownerUrl || !appUrl) {
  console.error('Set DATABASE_OWNER_URL (the role that owns the tables) and DATABASE_URL (the role that works with them).');
  process.exit(1);
}
// Before the first family: whoever has none yet gets keys, and those that are there stay.
for (const file of [keysFile, violenceKeysFile]) {
  if (file && (await createKeyFile(file))) console.log(`Keys were made at ${file}: keep a copy apart from the backups of the database.`);
}
await migrate(ownerUrl, decodeURIComponent(new URL(appUrl).username));
const pool = createPool(appUrl, { applicationName: 'tirek-migrate' });
await seedLaw(pool);
await pool.end();
console.log('The schema is up to date.');
