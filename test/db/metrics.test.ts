/** What takes tell of reached steps, and what Postgres tells of the whole house. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALARM_KINDS } from '../../contracts/alarm.js';
import { readHouseCounts } from '../../db/house-counts.js';
import { readPastMoments } from '../../db/past-moments.js';
import { houseGauges } from '../../metrics/house-gauges.js';
import { relayMetrics } from '../../metrics/relay-metrics.js';
import { tellSteps, type RecordedStep } from '../../ledger/recorded-steps.js';
import type { Instant } from '../../domain/law/calendar.js';
import { LIST_NAMES } from '../../work/work-list.js';
import { local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { RecordedLife } from './recorded-life.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** What is told of a turn at that instant. */
async function stepsOf(life: RecordedLife, now: Instant): Promise<RecordedStep[]> {
  const [before, from] = [life.state, life.entries.length];
  await life.turn(now);
  const steps: RecordedStep[] = [];
  tellSteps({ entries: life.entries.slice(from), ...(before === undefined ? {} : { before }) }, (step) => void steps.push(step));
  return steps;
}

async function opened(): Promise<RecordedLife> {
  const life = new RecordedLife(database.pool);
  await life.open();
  return life;
}

const firstMoment = (life: RecordedLife): Instant => Math.min(...life.caseState.duties.flatMap((duty) => duty.steps.map(({ at }) => at)));

describe('lateness of steps', () => {
  it('256-13-2: is that of the entry against the legal moment', async () => {
    const life = await opened();
    const steps = await stepsOf(life, firstMoment(life));
    expect(steps.length).toBeGreaterThan(0);
    expect(new Set(steps.map(({ latenessMs }) => latenessMs))).toEqual(new Set([0]));
  });

  it('256-13-2: a worker that slept shows how long', async () => {
    const life = await opened();
    const steps = await stepsOf(life, firstMoment(life) + 90_000);
    expect(steps[0]?.latenessMs).toBe(90_000);
  });
});

describe('counts of the house', () => {
  it('know the running cases that did not wake up', async () => {
    const own = await createDatabase();
    try {
      const life = new RecordedLife(own.pool);
      await life.open();
      const { rows } = await own.pool.query<{ moment: Date }>('select wakes_at as moment from subject_clock');
      const moment = rows[0]?.moment.getTime() ?? Number.NaN;
      expect(await readPastMoments(own.pool, moment + 60_000, 60_000)).toEqual({ cases: 0 });
      expect(await readPastMoments(own.pool, moment + 60_001, 60_000)).toEqual({ cases: 1, oldest: moment });
      expect((await readHouseCounts(own.pool, moment + 61_000)).pastMoments).toEqual({ cases: 1, oldestSeconds: 61 });
      await own.pool.query('update subject_clock set running = false');
      expect(await readPastMoments(own.pool, moment + 60_001, 60_000)).toEqual({ cases: 0 });
    } finally {
      await own.drop();
    }
  });

  it('know what waits in the inbox and on its way out, and name no case', async () => {
    const own = await createDatabase();
    try {
      await own.pool.query(
        `insert into inbox (id, kind, source, delivery_id, content_sha256, subject_id, payload, received_at)
         values ($1, 'report', 'employment', 'a', '', $2, '{}', clock_timestamp() - interval '90 seconds'), ($3, 'appeal', 'appeals', 'b', '', $2, '{}', clock_timestamp())`,
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

  it('exist from zero: what never happened is told as well', async () => {
    const own = await createDatabase();
    try {
      const registry = new Registry();
      await houseGauges(registry, own.pool, pino({ level: 'silent' }))();
      relayMetrics(registry);
      const text = await registry.metrics();
      for (const kind of ALARM_KINDS) expect(text).toContain(`tirek_alarms_raised{kind="${kind}"} 0`);
      for (const list of LIST_NAMES) {
        for (const series of ['tirek_work_due', 'tirek_work_oldest_due_seconds', 'tirek_work_failed']) expect(text).toContain(`${series}{list="${list}"} 0`);
        for (const how of ['done', 'failed', 'lost']) expect(text).toContain(`tirek_work_ended_total{list="${list}",how="${how}"} 0`);
      }
      for (const series of ['tirek_clocks_missing', 'tirek_wakes', 'tirek_wakes_unheard', 'tirek_effects_held', 'tirek_ghosts_ended_total'])
        expect(text).toMatch(new RegExp(`^${series} 0$`, 'm'));
      for (const by of ['herd', 'watchman']) expect(text).toContain(`tirek_moments_rung_total{by="${by}"} 0`);
    } finally {
      await own.drop();
    }
  });

  it('of work that nobody takes say how much and for how long', async () => {
    const own = await createDatabase();
    try {
      const life = new RecordedLife(own.pool);
      await life.open();
      await own.pool.query(`update wake set due_at = now() - interval '42 seconds'`);
      const registry = new Registry();
      await houseGauges(registry, own.pool, pino({ level: 'silent' }))();
      const text = await registry.metrics();
      expect(text).toContain('tirek_work_due{list="wakes"} 1');
      expect(Number(/^tirek_work_oldest_due_seconds\{list="wakes"\} (\S+)$/m.exec(text)?.[1])).toBeCloseTo(42, -1);
    } finally {
      await own.drop();
    }
  });
});
