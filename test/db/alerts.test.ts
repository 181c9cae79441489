/** An alert on its way out: signed webhook to the Center backend, and one digest to each person who can act. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomBytes, randomUUID } from 'node:crypto';

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Staffing } from '../../contracts/staffing.js';
import { ringForgottenDigests } from '../../db/notices.js';
import { createPool, type Pool } from '../../db/pool.js';
import { listAlerts } from '../../db/reads.js';
import { seedDevelopment, seedLaw } from '../../db/seed.js';
import { AT_NO_ADDRESS } from '../fixtures/connected.js';
import { CASE_MANAGERS } from '../fixtures/case-managers.js';
import { readStaffing, writeStaffing } from '../../db/staffing.js';
import type { Instant } from '../../domain/law/calendar.js';
import { isRoundTheClock, type LadderName, type StepName } from '../../domain/law/ladder.js';
import { DEFAULT_POLICY, type Policy } from '../../domain/law/policy.js';
import { watchAlarms } from '../../work/watch/alarm-watch.js';
import { startRelay, type Relay, type RelayConfig } from '../../work/relay.js';
import { createSimulatorsClient, type SimulatorsClient } from '../../simulators/client.js';
import type { CaughtMail, CenterWebhook } from '../../simulators/control-protocol.js';
import { startSimulators, type RunningSimulators } from '../../simulators/start.js';
import { CENTER, local, MANAGER } from '../lives/straight-road.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { RecordedLife } from './recorded-life.js';
import { TEST_KEYS, TEST_VAULT } from '../stack/keys.js';

const UNIT_HEAD = `unit-head-${CENTER}`;
const HEAD = `head-${CENTER}`;
const AT = `${CENTER}.example`;
/** Long enough for all jobs that wait at the start, short enough for a test. */
const WINDOW_MS = 700;

let database: TestDatabase;
let owner: Pool;
let simulators: RunningSimulators;
let outside: SimulatorsClient;
let config: RelayConfig;
let relay: Relay | undefined;

beforeAll(async () => {
  const centerWebhookSecret = `whsec_${randomBytes(24).toString('base64')}`;
  database = await createDatabase();
  simulators = await startSimulators({ agencies: [], centerWebhookSecret });
  outside = createSimulatorsClient(simulators.url);
  owner = createPool(database.ownerUrl, { vault: TEST_VAULT, applicationName: 'tirek-test-owner', max: 2 });
  await seedLaw(owner);
  await seedDevelopment(owner, { caseManagers: CASE_MANAGERS, agencies: AT_NO_ADDRESS });
  config = {
    databaseUrl: database.urls.work,
    keys: TEST_KEYS,
    // No message waits for a case here: the engine is not asked.
    temporalAddress: '127.0.0.1:1',
    temporalNamespace: 'none',
    centerWebhookUrl: `${simulators.url}/center/webhooks`,
    centerWebhookSecret,
    smtpUrl: simulators.smtpUrl,
    digestWindowMs: WINDOW_MS,
    proof: TEST_PROOF,
    times: { pauseUnitMs: 200 },
  };
  await raiseAlarms();
});

/** The first sweep would tell the administrator of what these tests leave behind, by the same mail server. */
async function raiseAlarms(): Promise<void> {
  await missedAssessment();
  await watchAlarms(database.pool, pino({ level: 'silent' }));
  await owner.query('delete from alarm_delivery');
}

beforeEach(async () => {
  // Whom the test cases name as their case manager, in the place of the development installation's own.
  await staff({});
});

afterEach(async () => {
  await relay?.stop();
  relay = undefined;
  await outside.reset();
});

afterAll(async () => {
  await simulators.stop();
  await owner.end();
  await database.drop();
});

async function staff(changes: Partial<Staffing>): Promise<void> {
  const { version, staffing, people } = await readStaffing(database.pool, CENTER);
  const known = new Map(people.map((member) => [member.person, member]));
  for (const person of [MANAGER.id, 'deputy-1']) known.set(person, { person, mail: `${person}@${AT}` });
  const written = await writeStaffing(database.pool, {
    holder: CENTER,
    version,
    staffing: { posts: staffing.posts, deputies: [], rota: [], ...changes },
    people: [...known.values()],
    changedBy: 'test',
  });
  if (written === 'changed_meanwhile') throw new Error('somebody else wrote the staffing');
}

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
  held_until: Date | null;
}

async function deliveriesOf(caseId: string): Promise<DeliveryRow[]> {
  const { rows } = await database.pool.query<DeliveryRow>(
    `select alert.id, rule, step, channel, state, attempts, last_error, held_until from alert join alert_delivery on alert_id = alert.id
      where subject_id = $1 order by alert.id, channel`,
    [caseId],
  );
  return rows;
}

async function settledDeliveries(caseId: string, withinMs = 40_000): Promise<DeliveryRow[]> {
  return eventually(
    async () => {
      const rows = await deliveriesOf(caseId);
      return rows.length > 0 && rows.every(({ state }) => state !== 'waiting') ? rows : undefined;
    },
    'all alerts are settled',
    withinMs,
  );
}

interface Written {
  at: Instant;
  step?: StepName;
  ladder?: LadderName;
  recipients?: readonly string[];
  caseManager?: string;
  rule?: string;
  count?: number;
}

/** Alerts as the journal leaves them, raised at that instant of the case's clock: a recorded case with so many duties reached at once. */
async function writeAlerts({
  at,
  step = 'overdue',
  ladder = 'standard',
  recipients = ['case_manager'],
  caseManager = MANAGER.id,
  rule = '256-13-2',
  count = 1,
}: Written): Promise<string> {
  const caseId = randomUUID();
  const keys = Array.from({ length: count }, (_, place) => `${rule}:subject-${place}`);
  const instant = new Date(at);
  await owner.query(
    `insert into case_file (subject_id, center, household_id, case_manager, stage, opened_at, clock_at, overdue, waiting_on, seq, head, calendar, policy, running, version)
     values ($1, $2, $3, $4, 'intake', $5, $5, 0, '{}', 1, '', 'c', 'p', true, 1)`,
    [caseId, CENTER, randomUUID(), caseManager, instant],
  );
  const [turn, urgent] = [randomUUID(), isRoundTheClock(ladder)];
  for (const [place, key] of keys.entries()) {
    const id = `${caseId}:${key}:${step}:${at}`;
    await database.pool.query(
      `insert into duty (subject_id, key, rule, subject, owner, force, ladder, urgent, center, started_at, due_at, standing)
       values ($1, $2, $3, 'case', 'case_manager', 'law', $6, $7, $4, $5, $5, 'open')`,
      [caseId, key, rule, CENTER, instant, ladder, urgent],
    );
    await database.pool.query(
      `insert into alert (id, subject_id, seq, turn, center, case_manager, duty_key, rule, force, step, moment, due_at, raised_at, recipients)
       values ($1, $2, $3, $11, $4, $5, $6, $7, 'law', $8, $9, $9, $9, $10)`,
      [id, caseId, place + 1, CENTER, caseManager, key, rule, step, instant, recipients, turn],
    );
    await database.pool.query(
      `insert into alert_delivery (alert_id, channel, turn, lane, state) select $1, channel, $2, $3, 'waiting' from (values ('webhook'), ('mail')) way (channel)`,
      [id, turn, urgent ? 1 : 2],
    );
  }
  return caseId;
}

/** Mails that tell of a case, by the address that they went to. */
async function mailsAbout(caseId: string): Promise<ReadonlyMap<string, CaughtMail[]>> {
  const about = (await digests()).filter(({ text }) => text.includes(caseId));
  const addresses = new Set(about.map(({ to }) => to.join(' ')));
  return new Map([...addresses].map((address) => [address, about.filter(({ to }) => to.join(' ') === address)]));
}

/** Mails about alerts; alarms to the administrator are another matter. */
async function digests(): Promise<CaughtMail[]> {
  return (await outside.mail()).filter(({ subject }) => subject.startsWith('Tirek: '));
}

async function webhooksAbout(caseId: string): Promise<CenterWebhook[]> {
  return (await outside.centerWebhooks()).filter(({ id }) => id.startsWith(caseId));
}

interface NoticeRow {
  person: string;
  channel: string;
  state: string;
  attempts: number;
  instead_of: string | null;
  digest_id: string | null;
}

async function noticesOf(caseId: string): Promise<NoticeRow[]> {
  const { rows } = await database.pool.query<NoticeRow>(
    `select person, channel, notice.state, attempts, instead_of, digest_id from notice join alert on alert.id = alert_id where subject_id = $1 order by person, channel`,
    [caseId],
  );
  return rows;
}

async function faultOf(caseId: string): Promise<string | undefined> {
  const { rows } = await database.pool.query<{ reason: string | null }>(
    `select max(notice.last_error) as reason from notice join alert on alert.id = alert_id where subject_id = $1 and channel = 'mail'`,
    [caseId],
  );
  return rows[0]?.reason ?? undefined;
}

describe('P52: a reached step of the ladder', () => {
  it('256-13-2: reaches the Center backend signed, once, under the id of its alert, with the persons whom it means', async () => {
    const { caseId } = await missedAssessment();
    await run();
    const deliveries = await settledDeliveries(caseId);
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['delivered']));
    const webhooks = await webhooksAbout(caseId);
    expect(webhooks.map(({ id }) => id).toSorted()).toEqual(
      deliveries
        .filter(({ channel }) => channel === 'webhook')
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(webhooks.every(({ times }) => times === 1)).toBe(true);
    const overdue = { type: 'alert.raised', caseId, rule: '256-13-2', step: 'overdue', force: 'law', recipients: ['case_manager', 'unit_head'] };
    // No case manager is assigned yet: the head of the unit is told for both roles, once.
    expect(webhooks.map(({ body }) => body)).toContainEqual(expect.objectContaining({ ...overdue, people: [UNIT_HEAD] }));
  });

  it('256-13-2: is mailed to whoever can act, with title, rule and day in Kazakh and Russian', async () => {
    const { caseId } = await missedAssessment();
    await run();
    await settledDeliveries(caseId);
    const [mail, ...others] = (await mailsAbout(caseId)).get(`unit-head@${AT}`) ?? [];
    expect(others).toEqual([]);
    for (const words of [
      '. Бастапқы бағалау: мерзімі өтті\n',
      '. Первичная оценка: срок истек\n',
      'Правило: 256-13-2 (закон)',
      '15 января 2026 года, 24:00',
      '15 қаңтар',
      caseId,
      `/console/cases/${caseId}/duties/`,
    ])
      expect(mail?.text).toContain(words);
    expect([...(await mailsAbout(caseId)).keys()].toSorted()).toEqual([`center-head@${AT}`, `coordinator@${AT}`, `unit-head@${AT}`]);
  });

  it('is tried again when the Center backend is down, and counted as one alert', async () => {
    const { caseId } = await missedAssessment();
    await outside.failCenter({ failNext: 2 });
    await run();
    const deliveries = await settledDeliveries(caseId);
    expect(deliveries.every(({ state }) => state === 'delivered')).toBe(true);
    // A sweep of that very minute may have sent an alarm, which the backend refused like any message.
    const { rows } = await database.pool.query<{ n: number }>(
      `select coalesce(sum(attempts - (state = 'delivered')::int), 0)::int as n from alarm_delivery where channel = 'webhook'`,
    );
    expect(deliveries.reduce((sum, { channel, attempts }) => sum + (channel === 'webhook' ? attempts - 1 : 0), rows[0]?.n ?? 0)).toBe(2);
    expect((await webhooksAbout(caseId)).every(({ times }) => times === 1)).toBe(true);
  });

  it('is kept as failed, with the reason, where no way out is configured, and stands in the own lists all the same', async () => {
    const { caseId } = await missedAssessment();
    const { smtpUrl: _mail, centerWebhookUrl: _url, ...closed } = config;
    relay = await startRelay(closed, pino({ level: 'silent' }));
    const deliveries = await settledDeliveries(caseId);
    expect(new Set(deliveries.map(({ channel, state, last_error }) => `${channel} ${state}: ${last_error}`))).toEqual(
      new Set(['mail failed: no mail server is configured', 'webhook failed: no webhook of the Center backend is configured']),
    );
    const mine = await listAlerts(database.pool, { center: CENTER, toldTo: HEAD, caseId, limit: 50 });
    expect(mine.items.length).toBeGreaterThan(0);
    expect(mine.items.every(({ recipients }) => recipients.includes('center_head'))).toBe(true);
  });

  it('is kept as failed when nobody is there, whatever the post', async () => {
    await staff({ posts: [] });
    const caseId = await writeAlerts({ at: local('2026-03-10', 12), recipients: ['unit_head'] });
    await run();
    const deliveries = await settledDeliveries(caseId);
    expect(deliveries.find(({ channel }) => channel === 'mail')).toMatchObject({ state: 'failed', last_error: 'nobody with a mail address acts as unit_head' });
    const { staffing } = await readStaffing(database.pool, 'shymkent-abay');
    await staff({ posts: staffing.posts.map((post) => ({ ...post, person: post.person.replace('shymkent-abay', CENTER) })) });
  });
});

describe('a digest', () => {
  it('P9: forty duties of one midnight are one mail, each named with rule, force, day and case; internal terms by their name', async () => {
    const at = local('2026-03-10', 24);
    const cases = await Promise.all(Array.from({ length: 20 }, () => writeAlerts({ at, rule: '256-13-2' })));
    const internal = await writeAlerts({ at, rule: 'P9', step: 'exceeded', ladder: 'internal', count: 20 });
    await owner.query(`update alert set force = 'internal' where subject_id = $1`, [internal]);
    await run();
    for (const caseId of [...cases, internal]) await settledDeliveries(caseId);
    const mails = await digests();
    expect(mails.map(({ to, subject }) => ({ to, subject }))).toEqual([
      { to: [`${MANAGER.id}@${AT}`], subject: 'Tirek: 40 · Бастапқы бағалау / Первичная оценка (256-13-2), P9' },
    ]);
    const text = mails[0]?.text ?? '';
    for (const caseId of cases) expect(text.split(`/console/cases/${caseId}/duties/`)).toHaveLength(3);
    expect(text.split(`/console/cases/${internal}/duties/`)).toHaveLength(41);
    const ofInternal = text.split(/\n\n/).filter((item) => item.includes(internal));
    expect(ofInternal).toHaveLength(40);
    const named = /^\d+\. P9: (?:ішкі мерзімі өтті|внутренний срок истек)\n.*: P9 \((?:ішкі мерзім|внутренний срок)\)/;
    for (const item of ofInternal) expect(item).toMatch(named);
    expect(text).toContain('10 марта 2026 года, 24:00');
    expect(new Set((await noticesOf(internal)).map(({ channel, state }) => `${channel} ${state}`))).toEqual(new Set(['in_app delivered', 'mail delivered']));
  });

  it('a mail that fails is tried again as a whole, under the same Message-ID, however often', async () => {
    const at = local('2026-03-10', 12);
    const cases = [await writeAlerts({ at, count: 3 }), await writeAlerts({ at, count: 2 })];
    await outside.failMail({ failNext: 2 });
    await run();
    const reason = await eventually(() => faultOf(cases[0] ?? ''), 'the first attempt has failed');
    // The server's own sentence could repeat the address.
    expect(reason).toBe('the mail server did not take it (EMESSAGE 451)');
    for (const caseId of cases) await settledDeliveries(caseId);
    const mails = await digests();
    expect(mails.map(({ subject }) => subject)).toEqual(['Tirek: 5 · Бастапқы бағалау / Первичная оценка (256-13-2)']);
    const notices = (await Promise.all(cases.map(noticesOf))).flat().filter(({ channel }) => channel === 'mail');
    expect(notices.map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(notices.map(() => 'delivered 3'));
    expect(mails.map(({ messageId }) => messageId)).toEqual([`${notices[0]?.digest_id}@tirek.example`]);
    const { rows } = await database.pool.query('select state, attempts, address, last_error from digest where id = $1', [notices[0]?.digest_id]);
    expect(rows).toEqual([{ state: 'delivered', attempts: 3, address: null, last_error: null }]);
  });

  it('collects while more keeps coming, and then waits no longer', async () => {
    await run({ digestWindowMs: 400 });
    // A relay that rings at each alert would send them singly; the bound is five windows.
    const cases: string[] = [];
    await eventually(async () => {
      cases.push(await writeAlerts({ at: local('2026-03-10', 12) }));
      return (await digests()).length > 0 ? true : undefined;
    }, 'a digest is sent although more keeps coming');
    for (const caseId of cases) await settledDeliveries(caseId);
    const subjects = (await digests()).map(({ subject }) => Number(/Tirek: (\d+)/.exec(subject)?.[1]));
    expect(subjects.reduce((a, b) => a + b, 0)).toBe(cases.length);
    expect(subjects[0]).toBeGreaterThan(1);
  });

  it('does not mix what two Centers tell one person, unless they write to the same address', async () => {
    const other = 'shymkent-abay';
    const { version, staffing, people } = await readStaffing(database.pool, other);
    const shared = { person: MANAGER.id, mail: `elsewhere@${other}.example` };
    await writeStaffing(database.pool, { holder: other, version, staffing, people: [...people, shared], changedBy: 'test' });
    const [here, there] = [await writeAlerts({ at: local('2026-03-10', 12) }), await writeAlerts({ at: local('2026-03-10', 12) })];
    await owner.query('update alert set center = $2 where subject_id = $1', [there, other]);
    await run();
    await settledDeliveries(here);
    await settledDeliveries(there);
    expect([...(await mailsAbout(here)).keys()]).toEqual([`${MANAGER.id}@${AT}`]);
    expect([...(await mailsAbout(there)).keys()]).toEqual([shared.mail]);
  });

  it('is found when its round is lost', async () => {
    const caseId = await writeAlerts({ at: local('2026-03-10', 12) });
    await run({ digestWindowMs: 3_600_000 });
    await eventually(async () => ((await noticesOf(caseId)).some(({ channel }) => channel === 'mail') ? true : undefined), 'the mail waits');
    await relay?.stop();
    await owner.query('delete from digest_round');
    expect(await ringForgottenDigests(database.pool)).toBe(0);
    await owner.query(`update notice set send_by = now() - interval '2 minutes' where state = 'waiting'`);
    expect(await ringForgottenDigests(database.pool)).toBe(1);
    await run();
    await settledDeliveries(caseId);
  });
});

describe('P44: the quiet hours', () => {
  const NIGHT = local('2026-03-10', 22);

  /** What is held back is due now; whether its hour has come is asked anew. */
  const wake = (): Promise<unknown> => owner.query('update alert_delivery set due_at = now() where held_until is not null');

  it('P44: a reminder at 22:00 is recorded and listed at once; mail and webhook wait until 09:00', async () => {
    const caseId = await writeAlerts({ at: NIGHT, step: 'reminder' });
    await run();
    const held = await eventually(async () => {
      const rows = await deliveriesOf(caseId);
      return rows.every(({ held_until: until }) => until !== null) ? rows : undefined;
    }, 'both ways are held back');
    const {
      rows: [{ recorded } = { recorded: new Date(0) }],
    } = await database.pool.query<{ recorded: Date }>('select recorded_at as recorded from alert where subject_id = $1', [caseId]);
    for (const { state, held_until: until, attempts } of held) {
      // Eleven hours after it was recorded, by the clock of the case.
      expect({ state, attempts, until: Math.round(((until?.getTime() ?? 0) - recorded.getTime()) / 60_000) }).toEqual({
        state: 'waiting',
        attempts: 0,
        until: 11 * 60,
      });
    }
    expect(await noticesOf(caseId)).toMatchObject([{ person: MANAGER.id, channel: 'in_app', state: 'delivered' }]);
    await wake();
    await eventually(async () => {
      const { rows } = await owner.query(`select from alert_delivery where alert_id like $1 and due_at > now() + interval '1 hour'`, [`${caseId}:%`]);
      return rows.length === 2 ? true : undefined;
    }, 'it is still night: both are held back again');
    expect([await digests(), await webhooksAbout(caseId)]).toEqual([[], []]);
    await relay?.stop();
    await run({ now: () => Date.now() + 11 * 3_600_000 });
    await wake();
    expect((await settledDeliveries(caseId)).map(({ channel, state }) => `${channel} ${state}`)).toEqual(['mail delivered', 'webhook delivered']);
    expect((await digests()).map(({ to }) => to)).toEqual([[`${MANAGER.id}@${AT}`]]);
  });

  it('P53: a threat’s alarm and its reminder at 22:00 do not wait, and neither does a breach', async () => {
    const cases = [
      await writeAlerts({ at: NIGHT, step: 'overdue', ladder: 'threat', recipients: ['center_head', 'duty_officer', 'coordinator'] }),
      await writeAlerts({ at: NIGHT, step: 'reminder', ladder: 'threat', recipients: ['center_head', 'duty_officer'] }),
      await writeAlerts({ at: NIGHT, step: 'overdue', ladder: 'standard', recipients: ['unit_head'] }),
    ];
    await run();
    for (const caseId of cases) expect((await settledDeliveries(caseId)).every(({ state }) => state === 'delivered')).toBe(true);
    expect((await digests()).map(({ to }) => to.join()).toSorted()).toEqual([`center-head@${AT}`, `coordinator@${AT}`, `unit-head@${AT}`]);
  });

  it('P53: who must act on a threat is not kept waiting for the digest of the day', async () => {
    await run({ digestWindowMs: 3_600_000 });
    const calm = await writeAlerts({ at: NIGHT, recipients: ['center_head'] });
    await eventually(async () => ((await noticesOf(calm)).some(({ channel }) => channel === 'mail') ? true : undefined), 'the mail waits');
    const threat = await writeAlerts({ at: NIGHT, ladder: 'threat', recipients: ['center_head'] });
    await settledDeliveries(threat, 30_000);
    expect((await mailsAbout(calm)).get(`center-head@${AT}`)).toEqual((await mailsAbout(threat)).get(`center-head@${AT}`));
  });

  async function adopt(policy: Policy): Promise<void> {
    await owner.query('insert into policy_version (version, data, adopted_at) values ($1, $2, clock_timestamp())', [policy.version, JSON.stringify(policy)]);
  }

  it('P44: other hours of the policy in force count', async () => {
    await adopt({ ...DEFAULT_POLICY, version: 'policy-day', quietHours: { from: '10:00', to: '11:00' } });
    const [night, morning] = [await writeAlerts({ at: NIGHT, step: 'reminder' }), await writeAlerts({ at: local('2026-03-10', 10), step: 'reminder' })];
    await run();
    await settledDeliveries(night);
    await eventually(
      async () => ((await deliveriesOf(morning)).every(({ held_until: until }) => until !== null) ? true : undefined),
      'the reminder at ten is held back',
    );
    // An adopted version stands for good: the usual hours come back with the next one.
    await adopt({ ...DEFAULT_POLICY, version: 'policy-night' });
  });

  it('P44: a reminder of what was done meanwhile is not sent any more', async () => {
    const caseId = await writeAlerts({ at: NIGHT, step: 'reminder' });
    await run();
    await eventually(async () => ((await deliveriesOf(caseId)).every(({ held_until: until }) => until !== null) ? true : undefined), 'both ways are held back');
    await owner.query(`update duty set ended_at = now(), standing = 'met' where subject_id = $1`, [caseId]);
    await relay?.stop();
    await run({ now: () => Date.now() + 11 * 3_600_000 });
    await wake();
    expect((await settledDeliveries(caseId)).map(({ state }) => state)).toEqual(['lapsed', 'lapsed']);
    expect(await mailsAbout(caseId)).toEqual(new Map());
  });
});

describe('P54: people, not posts', () => {
  it('the deputy of an order gets it instead, and it says for whom', async () => {
    await staff({ deputies: [{ absent: MANAGER.id, deputy: 'deputy-1', from: '2026-03-10', to: '2026-03-10', order: '12-қ', orderedOn: '2026-01-01' }] });
    const [during, after] = [await writeAlerts({ at: local('2026-03-10', 12) }), await writeAlerts({ at: local('2026-03-11', 12) })];
    await run();
    await settledDeliveries(during);
    await settledDeliveries(after);
    expect([...(await mailsAbout(during)).keys()]).toEqual([`deputy-1@${AT}`]);
    expect([...(await mailsAbout(after)).keys()]).toEqual([`${MANAGER.id}@${AT}`]);
    expect(await noticesOf(during)).toMatchObject([
      { person: 'deputy-1', channel: 'in_app', instead_of: MANAGER.id },
      { person: 'deputy-1', channel: 'mail', instead_of: MANAGER.id },
    ]);
  });

  it('P54: a reminder held overnight goes to whoever stands in in the morning', async () => {
    await staff({ deputies: [{ absent: MANAGER.id, deputy: 'deputy-1', from: '2026-03-11', to: '2026-03-20', order: '12-қ', orderedOn: '2026-01-01' }] });
    const caseId = await writeAlerts({ at: local('2026-03-10', 22), step: 'reminder' });
    await run();
    await eventually(async () => ((await deliveriesOf(caseId)).every(({ held_until: until }) => until !== null) ? true : undefined), 'both ways are held back');
    await relay?.stop();
    await run({ now: () => Date.now() + 11 * 3_600_000 });
    await owner.query('update alert_delivery set due_at = now() where held_until is not null');
    await settledDeliveries(caseId);
    expect([...(await mailsAbout(caseId)).keys()]).toEqual([`deputy-1@${AT}`]);
  });

  it('P54: the duty officer of the rota is told of a threat beside the head; in a gap of the rota the head alone', async () => {
    await staff({ rota: [{ person: 'deputy-1', from: '2026-03-10T13:30:00Z', to: '2026-03-11T04:00:00Z' }] });
    const recipients = ['center_head', 'duty_officer'];
    const [turn, gap] = [
      await writeAlerts({ at: local('2026-03-10', 23), ladder: 'threat', recipients }),
      await writeAlerts({ at: local('2026-03-11', 12), ladder: 'threat', recipients }),
    ];
    await run();
    await settledDeliveries(turn);
    await settledDeliveries(gap);
    expect([...(await mailsAbout(turn)).keys()].toSorted()).toEqual([`center-head@${AT}`, `deputy-1@${AT}`]);
    expect([...(await mailsAbout(gap)).keys()]).toEqual([`center-head@${AT}`]);
  });
});
