/** The figures of an adoption are what its entries say, one by one, without opening them. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { adoptionFigures, type StoredAdoption } from '../../db/law-adoptions.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import { amendCalendar, CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { local, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';

const ADOPTION: LawAdoption = {
  id: randomUUID(),
  act: 'Order of tests',
  recompute: 'own',
  calendar: amendCalendar(CALENDAR_2026_11_21, {
    version: 'order',
    act: 'Order of tests',
    changes: ['2026-01-14', '2026-02-20', '2026-03-06', '2026-04-02', '2026-06-03'].map((day) => ({ day, becomes: 'off' as const })),
  }),
  // Rows of the Center's own that are owed by nobody from then on.
  policy: { ...DEFAULT_POLICY, version: 'order', disabled: ['D-MON'] },
};

let database: TestDatabase;
const lives: RecordedLife[] = [];

beforeAll(async () => {
  database = await createDatabase();
  const at = local('2026-03-05', 12);
  const appeals = [...[2, 3, 5, 8, 14, 16, 21].map((doings) => ({ registeredAt: REGISTERED_AT, doings })), { registeredAt: local('2026-03-04'), doings: 0 }];
  for (const { registeredAt, doings } of appeals) {
    const life = new RecordedLife(database.pool);
    await life.open(registeredAt);
    await life.live(straightRoad().slice(0, doings));
    await life.sleepUntil(at);
    await life.turn(at, { kind: 'adoption', adoption: ADOPTION });
    lives.push(life);
  }
});
afterAll(() => database.drop());

it('256-13-2, D-MON: dates moved, left as they stood and ended are each counted once', async () => {
  const changes = lives.flatMap(({ entries }) => entries.filter(({ type }) => type === 'LawAdopted')).flatMap(({ duties }) => duties);
  const moved = changes.filter((change) => change.op === 'moved' && change.from !== change.to).length;
  const kept = changes.filter(({ op }) => op === 'kept').length;
  const ended = changes.filter(({ op }) => op === 'lapsed').length;
  expect(Math.min(moved, kept, ended), JSON.stringify({ moved, kept, ended })).toBeGreaterThan(0);
  const asked: StoredAdoption = {
    id: ADOPTION.id,
    kind: 'calendar',
    version: 'order',
    previous: '',
    act: '',
    recompute: 'own',
    requestedBy: '',
    bodySha256: '',
    state: 'done',
    requestedAt: 0,
    total: 0,
  };
  expect(await adoptionFigures(database.pool, asked)).toMatchObject({ told: lives.length, moved, kept, ended });
  expect(await adoptionFigures(database.pool, { ...asked, id: randomUUID() })).toMatchObject({ told: 0, moved: 0, kept: 0, ended: 0 });
});
