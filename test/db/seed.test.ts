/** The law that comes with the code, and the law that an administrator has adopted. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { currentLaw } from '../../db/law.js';
import { createPool, type Pool } from '../../db/pool.js';
import { seedLaw } from '../../db/seed.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { TEST_VAULT } from '../stack/keys.js';

let database: TestDatabase;
let owner: Pool;
beforeEach(async () => {
  database = await createDatabase();
  owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner' });
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

describe('the built-in law', () => {
  it('is in force in a new database, however often it is put there', async () => {
    await seedLaw(owner);
    await seedLaw(owner);
    expect(await currentLaw(owner)).toMatchObject({ calendar: { version: CALENDAR_2026_11_21.version }, policy: { version: 'policy-1' } });
  });

  it('is a draft beside a calendar that was adopted: an upgrade changes no date', async () => {
    // As in a database that was made before this calendar came with the code.
    await owner.query('alter table calendar_version disable trigger calendar_version_immutable; delete from calendar_version');
    await owner.query(`insert into calendar_version (version, data, act, adopted_at) values ('of-the-center', $1, 'an act', now())`, [
      { ...CALENDAR_2026_11_21, version: 'of-the-center' },
    ]);
    await seedLaw(owner);
    expect((await currentLaw(owner)).calendar.version).toBe('of-the-center');
    const { rows } = await owner.query('select adopted_at from calendar_version where version = $1', [CALENDAR_2026_11_21.version]);
    expect(rows).toEqual([{ adopted_at: null }]);
  });
});
