/** Alarms to the administrator: raised once, told to Center backend and mailbox, cleared by themselves. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listAlarms, type AlarmListItem } from '../../db/alarms.js';
import { createPool, type Pool } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import { AT_NO_ADDRESS } from '../fixtures/connected.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import type { Calendar } from '../../domain/law/calendar.js';
import { alarmList, type AlarmDependencies } from '../../work/alarms.js';
import { LaneLoop } from '../../work/lane-loop.js';
import { watchAlarms } from '../../work/watch/alarm-watch.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators, type RunningSimulators } from '../../simulators/start.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { RecordedLife } from './recorded-life.js';
import { TEST_VAULT } from '../stack/keys.js';

const SILENT = pino({ level: 'silent' });
/** A day on which the seeded calendar is official for this year and the next. */
const IN_2025 = Date.parse('2025-06-02T12:00:00+05:00');
const IN_2026 = Date.parse('2026-11-22T12:00:00+05:00');

let simulators: RunningSimulators;
let outside: SimulatorsClient;
let database: TestDatabase;
let owner: Pool;
let ways: Required<Pick<AlarmDependencies, 'centerWebhook' | 'smtpUrl'>>;
let loop: { stop(): Promise<void> } | undefined;

beforeAll(async () => {
  const centerWebhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  simulators = await startSimulators({ agencies: [], centerWebhookSecret });
  outside = createSimulatorsClient(simulators.url);
  database = await createDatabase();
  owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner' });
  await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies: AT_NO_ADDRESS });
  // No version may be taken back; between these tests one is.
  await owner.query('alter table calendar_version disable trigger user');
  ways = { centerWebhook: { url: `${simulators.url}/center/webhooks`, secret: centerWebhookSecret }, smtpUrl: simulators.smtpUrl };
});

/** No case, no alarm, the seeded calendar alone. */
beforeEach(async () => {
  await owner.query('truncate alarm, alarm_delivery, alert, alert_delivery, wake, subject_file cascade');
  await owner.query('delete from calendar_version where version <> $1', [CALENDAR_2026_11_21.version]);
});

afterEach(async () => {
  await loop?.stop();
  loop = undefined;
  await outside.reset();
});

afterAll(async () => {
  await simulators.stop();
  await owner.end();
  await database.drop();
});

const look = (now: number): Promise<void> => watchAlarms(database.pool, SILENT, now);

async function alarms(): Promise<AlarmListItem[]> {
  return (await listAlarms(database.pool, { limit: 50 })).items;
}

async function adopt(calendar: Calendar): Promise<void> {
  await database.pool.query('insert into calendar_version (version, data, adopted_at) values ($1, $2, now())', [calendar.version, JSON.stringify(calendar)]);
}

const OFFICIAL_2027: Calendar = {
  ...CALENDAR_2026_11_21,
  version: '2026-12-20',
  years: { ...CALENDAR_2026_11_21.years, 2027: { official: true, off: [], worked: [] } },
};

/** The list of alarms alone: a whole relay would look at the calendar of the real year. */
async function deliver(by: Partial<typeof ways>): Promise<void> {
  const list = alarmList({ pool: database.pool, log: SILENT, ...by, lanes: [], leaseMs: 10_000, mostAttempts: 25, pauseUnitMs: 100 });
  loop = new LaneLoop(list, { lane: 2, places: 2, everyMs: 100 }, { taken() {}, ended() {} }, SILENT);
}

async function settled(): Promise<AlarmListItem[]> {
  return eventually(
    async () => {
      const found = await alarms();
      return found.length > 0 && found.every(({ deliveries }) => deliveries.every(({ state }) => state !== 'waiting')) ? found : undefined;
    },
    'all alarms are delivered',
    40_000,
  );
}

describe('P6: a year without an official calendar', () => {
  it('is told once however often it is seen, and is over when the official one is adopted', async () => {
    await look(IN_2026);
    await look(IN_2026 + 60_000);
    const [raised, ...others] = await alarms();
    expect(others).toEqual([]);
    expect(raised).toMatchObject({ kind: 'calendar_year_not_official', params: { year: 2027, calendar: '2026-11-21' }, raisedAt: IN_2026 });
    expect(raised?.deliveries.map(({ event, channel }) => `${event} ${channel}`)).toEqual(['raised webhook', 'raised mail']);
    await adopt(OFFICIAL_2027);
    await look(IN_2026 + 120_000);
    expect(await alarms()).toMatchObject([{ clearedAt: IN_2026 + 120_000, deliveries: [{}, {}, { event: 'cleared' }, { event: 'cleared' }] }]);
    await look(IN_2026 + 180_000);
    expect(await alarms()).toHaveLength(1);
  });

  it('is a new alarm when it comes back', async () => {
    await look(IN_2026);
    await look(IN_2025);
    await look(IN_2026 + 60_000);
    expect((await alarms()).map(({ clearedAt }) => clearedAt !== undefined)).toEqual([false, true]);
  });

  it('two relays that look at once raise one alarm', async () => {
    await Promise.all([look(IN_2026), look(IN_2026), look(IN_2026)]);
    expect(await alarms()).toHaveLength(1);
  });

  it('256-13-2: counts the open duties that end in it by the calendar of their case', async () => {
    await new RecordedLife(database.pool).open();
    await database.pool.query(`update duty set due_at = '2026-12-31T19:00:00Z' where rule = '256-13-2'`);
    await look(IN_2026);
    expect((await alarms()).find(({ kind }) => kind.startsWith('calendar'))?.params['duties']).toBe(0);
    await database.pool.query(`update duty set due_at = '2026-12-31T19:00:00.001Z' where rule = '256-13-2'`);
    await look(IN_2026 + 60_000);
    expect((await alarms()).find(({ kind }) => kind.startsWith('calendar'))?.params['duties']).toBe(1);
  });
});

describe('a case that did not wake up', () => {
  it('256-13-2: is an alarm after two minutes and over when it has', async () => {
    const life = new RecordedLife(database.pool);
    await life.open();
    const { rows } = await database.pool.query<{ moment: Date }>('select wakes_at as moment from subject_clock');
    const moment = rows[0]?.moment.getTime() ?? Number.NaN;
    await look(moment + 120_000);
    const found = async () => (await alarms()).filter(({ kind }) => kind === 'case_moment_in_past');
    expect(await found()).toEqual([]);
    await look(moment + 120_001);
    expect(await found()).toMatchObject([{ params: { cases: 1, oldest: new Date(moment).toISOString() } }]);
    expect(JSON.stringify(await found())).not.toContain(life.caseId);
    await life.sleepUntil(moment + 180_000);
    await look(moment + 180_000);
    expect(await found()).toMatchObject([{ clearedAt: moment + 180_000 }]);
  });
});

describe('on its way out', () => {
  it('an alarm reaches the Center backend signed and the administrators by mail, in all languages', async () => {
    await look(IN_2026);
    await deliver(ways);
    const [alarm] = await settled();
    expect(alarm?.deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
    expect((await outside.centerWebhooks()).find(({ id }) => id === `${alarm?.id}:raised`)).toMatchObject({
      times: 1,
      body: { type: 'alarm.raised', alarmId: alarm?.id, kind: 'calendar_year_not_official', params: { year: 2027 }, raisedAt: new Date(IN_2026).toISOString() },
    });
    const mail = (await outside.mail()).find(({ subject }) => subject === 'Tirek · alarm.raised · calendar_year_not_official · 2027');
    expect(mail?.to.every((address) => address.startsWith('administrator@'))).toBe(true);
    for (const word of ['ресми кестесі жоқ', 'нет официальной таблицы', 'has no official table']) expect(mail?.text).toContain(word);
  });

  it('its end is told too, and a backend that is down is tried again', async () => {
    await look(IN_2026);
    await look(IN_2025);
    await outside.failCenter({ failNext: 1 });
    await deliver(ways);
    const [alarm] = await settled();
    const webhooks = alarm?.deliveries.filter(({ channel }) => channel === 'webhook') ?? [];
    expect(webhooks.map(({ event, state }) => `${event} ${state}`)).toEqual(['raised delivered', 'cleared delivered']);
    expect(webhooks.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(3);
    const told = (await outside.centerWebhooks()).filter(({ id }) => id.startsWith(`${alarm?.id}:`));
    expect(told.map(({ body }) => (body as { type: string }).type).toSorted()).toEqual(['alarm.cleared', 'alarm.raised']);
  });

  it('is kept as failed where no way out is configured', async () => {
    await look(IN_2026);
    await deliver({});
    const [alarm] = await settled();
    expect(alarm?.deliveries.map(({ state }) => state)).toEqual(['failed', 'failed']);
  });
});
