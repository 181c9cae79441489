/** What the journal tells of reached steps, and what Postgres tells of the whole house. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJournalActivities, type RecordedStep } from '../../activities/journal.js';
import { readHouseCounts } from '../../db/house-counts.js';
import { readPastMoments } from '../../db/past-moments.js';
import { houseGauges } from '../../metrics/house-gauges.js';
import { local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';

let database: TestDatabase;
let steps: RecordedStep[] = [];

beforeAll(async () => {
  database = await createDatabase();
});
beforeEach(() => {
  steps = [];
});
afterAll(() => database.drop());

/** A case of 12.01.2026 whose journal is watched. */
class WatchedLife extends RecordedLife {
  override readonly journal = createJournalActivities({ pool: database.pool, onStep: (step) => void steps.push(step) });
}

async function opened(): Promise<WatchedLife> {
  const life = new WatchedLife(database.pool);
  await life.open();
  return life;
}

const named = (): string[] => steps.map(({ step, force, latenessMs }) => `${step} ${force} ${latenessMs / 1_000}`);

describe('lateness of steps', () => {
  it('256-13-2: is that of the entry against the legal moment, step by step', async () => {
    const life = await opened();
    await life.sleepUntil(local('2026-01-16'));
    expect(steps.length).toBeGreaterThan(2);
    expect(new Set(steps.map(({ latenessMs }) => latenessMs))).toEqual(new Set([0]));
    expect(steps.filter(({ step }) => step === 'overdue').map(({ force }) => force)).toContain('law');
  });

  it('256-13-2: a worker that slept shows how long', async () => {
    const life = await opened();
    const moment = Math.min(...life.caseState.duties.flatMap((duty) => duty.steps.map(({ at }) => at)));
    await life.turn(moment + 90_000);
    expect(steps[0]?.latenessMs).toBe(90_000);
  });

  it('256-13-2: a turn that is told twice is measured once', async () => {
    const life = await opened();
    await life.sleepUntil(local('2026-01-16'));
    const before = named();
    for (const turn of life.turns) await life.journal.recordTurn(turn);
    expect(named()).toEqual(before);
  });
});

describe('counts of the house', () => {
  it('know the open cases that did not wake up, and leave out those whose clock is ahead', async () => {
    const own = await createDatabase();
    try {
      const life = new RecordedLife(own.pool);
      await life.open();
      const { rows } = await own.pool.query<{ next_moment: Date }>('select next_moment from case_file');
      const moment = rows[0]?.next_moment.getTime() ?? Number.NaN;
      expect(await readPastMoments(own.pool, moment + 60_000, 60_000)).toEqual({ cases: 0 });
      expect(await readPastMoments(own.pool, moment + 60_001, 60_000)).toEqual({ cases: 1, oldest: moment });
      expect((await readHouseCounts(own.pool, moment + 61_000)).pastMoments).toEqual({ cases: 1, oldestSeconds: 61 });
      await own.pool.query(`update case_file set clock_at = now() + interval '1 year'`);
      expect(await readPastMoments(own.pool, Date.now(), 60_000)).toEqual({ cases: 0 });
    } finally {
      await own.drop();
    }
  });

  it('know what waits in the inbox and on its way out, and name no case', async () => {
    const own = await createDatabase();
    try {
      await own.pool.query(
        `insert into inbox (id, kind, source, delivery_id, case_id, payload, received_at)
         values ($1, 'report', 'employment', 'a', $2, '{}', clock_timestamp() - interval '90 seconds'), ($3, 'appeal', 'appeals', 'b', $2, '{}', clock_timestamp())`,
        [randomUUID(), randomUUID(), randomUUID()],
      );
      const life = new RecordedLife(own.pool);
      await life.open();
      await life.sleepUntil(local('2026-01-16'));
      const registry = new Registry();
      await houseGauges(registry, own.pool, pino({ level: 'silent' }))();
      const text = await registry.metrics();
      expect(text).toContain('tirek_database_readable 1');
      expect(text).toContain('tirek_inbox_waiting{kind="appeal"} 1');
      expect(text).toContain('tirek_inbox_waiting{kind="report"} 1');
      expect(Number(/^tirek_inbox_oldest_waiting_seconds (\S+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(90);
      expect(text).toMatch(/^tirek_alert_deliveries_undelivered\{.*state="waiting".*\} [1-9]\d*$/m);
      expect(text).not.toContain(life.caseId);
    } finally {
      await own.drop();
    }
  });
});
