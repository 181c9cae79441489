/** A take and a look of the clock at one instant: no moment may fall between what the ledger wants and what is armed. */
import { proven } from '../stack/test-proof.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { transaction } from '../../db/pool.js';
import { take } from '../../ledger/take.js';
import { PLAIN_LAW } from '../lives/plain-calendar.js';
import { command, local, opening } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { depsOf, open, postgresSide, uuid } from './two-houses.js';

const NOW = local('2030-02-04');
const CASE = uuid(1, 1);
const HOUR = 3_600_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(async () => {
  await database.drop();
});

it('a take that brings a moment forward wakes the clock at once when a look arms for a later one meanwhile', async () => {
  const { pool } = database;
  const side = postgresSide(pool, () => NOW);
  const deps = depsOf(side.store, { lawOf: () => PLAIN_LAW, adoptionOf: () => undefined }, () => NOW, 1);
  for (const kind of ['calendar', 'policy'] as const) await side.adopt({ kind, version: PLAIN_LAW.ref[kind] });
  expect(await open(deps, CASE, opening(NOW, { appealId: uuid(2, 1), householdId: uuid(3, 1) }))).toBe('true');
  // A timer that would ring early enough for everything.
  await side.arm(CASE, NOW + HOUR / 6);

  const threat = command('recordThreat', { direct: true, noteId: 'note-1' }, undefined, uuid(4, 1));
  const request = { actorId: 'manager-1', idempotencyKey: 'key-1', bodySha256: 'a', caseId: CASE, persons: [], narratives: [] };
  const taken = await transaction(pool, async (client) => {
    await client.query('update subject_clock set armed_at = $2 where subject_id = $1', [CASE, new Date(NOW + 30 * HOUR)]);
    const taking = take(deps, CASE, [proven({ kind: 'command', command: threat, request }, deps.proof)]);
    await eventually(async () => ((await waitingForLocks()) > 0 ? true : undefined), 'the take waits for the look');
    return { taking };
  });
  expect((await taken.taking).taken).toMatchObject([{ answer: { ok: true } }]);

  const { rows } = await pool.query<{ due: boolean }>('select due_at <= clock_timestamp() as due from wake where subject_id = $1', [CASE]);
  expect(rows).toEqual([{ due: true }]);
});

async function waitingForLocks(): Promise<number> {
  const { rowCount } = await database.pool.query(`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`);
  return rowCount ?? 0;
}
