/** The upgrade of an installation that wrote to mailboxes of posts. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { peopleFor } from '../../contracts/staffing.js';
import { createPool, type Pool } from '../../db/pool.js';
import { addressesOf, readHolder } from '../../db/staffing.js';
import { local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';

const MIGRATION = new URL('../../db/migrations/003_people_of_escalation.sql', import.meta.url);

/** As the tables were before. */
const BEFORE = `
  drop table notice, digest, staffing, staff;
  alter table alert_delivery drop column held_until;
  create table mailbox (holder text not null, role text not null, address text not null, primary key (holder, role));
  insert into mailbox values
    ('astana-esil', 'center_head', 'head@esil.example'), ('astana-esil', 'case_manager', 'cases@esil.example'),
    ('astana-esil', 'duty_officer', 'duty@esil.example'), ('astana-esil', 'administrator', 'admin@esil.example'),
    ('health', 'agency', 'agency@health.example');`;

let database: TestDatabase;
let owner: Pool;

beforeAll(async () => {
  database = await createDatabase();
  owner = createPool(database.ownerUrl, { applicationName: 'tirek-test-owner', max: 1 });
  await owner.query(BEFORE);
  await owner.query(await readFile(MIGRATION, 'utf8'));
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

it('P54: a mailbox of a post becomes the one who holds it; duty and cases have their own rules now', async () => {
  const [center, agency] = await Promise.all([readHolder(owner, 'astana-esil'), readHolder(owner, 'health')]);
  const told = (roles: Parameters<typeof peopleFor>[0]['roles']) => peopleFor({ roles, center, agency, at: local('2026-03-10', 12) }).map(({ mail }) => mail);
  expect(told(['center_head', 'duty_officer', 'case_manager'])).toEqual(['head@esil.example']);
  expect(told(['coordinator'])).toEqual(['admin@esil.example']);
  expect(told(['agency', 'agency_head'])).toEqual(['agency@health.example', 'head@esil.example']);
  expect(await addressesOf(owner, 'administrator')).toEqual(['admin@esil.example']);
  const { rows } = await owner.query(`select from pg_tables where tablename = 'mailbox'`);
  expect(rows).toEqual([]);
});
