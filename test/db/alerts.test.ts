/** An alert on its way out: signed webhook to the Center backend, mail to the posts concerned. */
import { randomBytes } from 'node:crypto';

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createPool } from '../../db/pool.js';
import { seedDevelopment } from '../../db/seed.js';
import { startRelay, type Relay, type RelayConfig } from '../../inbox/relay.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import { startSimulators, type RunningSimulators } from '../../simulators/start.js';
import { local } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { RecordedLife } from './recorded-life.js';

let database: TestDatabase;
let simulators: RunningSimulators;
let outside: SimulatorsClient;
let config: RelayConfig;
let relay: Relay | undefined;

beforeAll(async () => {
  const centerWebhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  database = await createDatabase();
  simulators = await startSimulators({ agencies: [], centerWebhookSecret });
  outside = createSimulatorsClient(simulators.url);
  const owner = createPool(database.ownerUrl, { applicationName: 'seed' });
  await seedDevelopment(owner, { agencies: [] });
  await owner.end();
  config = {
    databaseUrl: database.appUrl,
    // No message waits for a case here: the engine is not asked.
    temporalAddress: '127.0.0.1:1',
    temporalNamespace: 'none',
    centerWebhookUrl: `${simulators.url}/center/webhooks`,
    centerWebhookSecret,
    smtpUrl: simulators.smtpUrl,
  };
});

afterEach(async () => {
  await relay?.stop();
  relay = undefined;
  await outside.reset();
});

afterAll(async () => {
  await simulators.stop();
  await database.drop();
});

async function run(changes: Partial<RelayConfig> = {}): Promise<void> {
  relay = await startRelay({ ...config, ...changes }, pino({ level: 'silent' }));
}

/** A case whose assessment nobody made: reminders, breaches and the ladder up to the coordinator. */
async function missedAssessment(): Promise<RecordedLife> {
  const life = new RecordedLife(database.pool);
  await life.open();
  await life.sleepUntil(local('2026-01-26'));
  return life;
}

interface DeliveryRow {
  id: string;
  rule: string;
  step: string;
  channel: 'webhook' | 'mail';
  state: string;
  attempts: number;
  last_error: string | null;
}

async function deliveriesOf(caseId: string): Promise<DeliveryRow[]> {
  const { rows } = await database.pool.query<DeliveryRow>(
    `select alert.id, rule, step, channel, state, attempts, last_error from alert join alert_delivery on alert_id = alert.id
      where case_id = $1 order by alert.id, channel`,
    [caseId],
  );
  return rows;
}

async function settledDeliveries(caseId: string): Promise<DeliveryRow[]> {
  return eventually(async () => {
    const rows = await deliveriesOf(caseId);
    return rows.length > 0 && rows.every(({ state }) => state !== 'waiting') ? rows : undefined;
  }, 'all alerts are settled', 40_000);
}

describe('P52: a reached step of the ladder', () => {
  it('256-13-2: reaches the Center backend signed, once, under the id of its alert', async () => {
    const { caseId } = await missedAssessment();
    await run();
    const deliveries = await settledDeliveries(caseId);
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['delivered']));
    const webhooks = (await outside.centerWebhooks()).filter(({ id }) => id.startsWith(caseId));
    expect(webhooks.map(({ id }) => id).toSorted()).toEqual(deliveries.filter(({ channel }) => channel === 'webhook').map(({ id }) => id).toSorted());
    expect(webhooks.every(({ times }) => times === 1)).toBe(true);
    expect(webhooks.map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ type: 'alert.raised', caseId, rule: '256-13-2', step: 'overdue', force: 'law', recipients: ['case_manager', 'unit_head'] }),
    );
  });

  it('256-13-2: is mailed to the posts of its center, with rule and day in Kazakh and Russian', async () => {
    const { caseId } = await missedAssessment();
    await run();
    await settledDeliveries(caseId);
    const mail = (await outside.mail()).find(({ subject }) => subject === `256-13-2 · overdue · ${caseId}`);
    expect(mail?.to.toSorted()).toEqual(['case-manager@almaty-auezov.example', 'unit-head@almaty-auezov.example']);
    expect(mail?.text).toContain('15 января 2026');
    expect(mail?.text).toContain('15 қаңтар');
    expect(mail?.text).toContain(caseId);
  });

  it('is tried again when the Center backend is down, and counted as one alert', async () => {
    const { caseId } = await missedAssessment();
    await outside.failCenter({ failNext: 2 });
    await run();
    const deliveries = await settledDeliveries(caseId);
    expect(deliveries.every(({ state }) => state === 'delivered')).toBe(true);
    expect(deliveries.reduce((sum, { channel, attempts }) => sum + (channel === 'webhook' ? attempts - 1 : 0), 0)).toBe(2);
    expect((await outside.centerWebhooks()).every(({ times }) => times === 1)).toBe(true);
  });

  it('is kept as failed, with the reason, where no way out is configured', async () => {
    const { caseId } = await missedAssessment();
    const { smtpUrl: _mail, centerWebhookUrl: _url, ...closed } = config;
    relay = await startRelay(closed, pino({ level: 'silent' }));
    const deliveries = await settledDeliveries(caseId);
    expect(new Set(deliveries.map(({ channel, state, last_error }) => `${channel} ${state}: ${last_error}`))).toEqual(
      new Set(['mail failed: no mail server is configured', 'webhook failed: no webhook of the Center backend is configured']),
    );
  });
});
