/** The database is restored to an earlier state: what agencies had sent since is asked for and is recorded once. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createResendHttp } from '../../adapters/agency-http.js';
import { askAfterRestore, askForResend, listResendRequests } from '../../db/resend-requests.js';
import type { SentReport } from '../../simulators/control-protocol.js';
import { startRelay } from '../../work/relay.js';
import { resendCauses, watchRestoredLedger } from '../../work/watch/restored-ledger.js';
import { planSent } from '../ledger/take-desk.js';
import { eventually } from '../stack/eventually.js';
import type { TestDatabase } from '../stack/database.js';
import { jsonOf, tirekIn, type Heard } from '../unit/cli-listen.js';
import { webhookSecret } from './outside-world.js';
import { LOG, resendsOf, startWorld, whileRelayed, type Door, type World } from './restored-house.js';
import { textsOf } from '../fixtures/sealed.js';
import { TEST_KEYS } from '../stack/keys.js';

const AGENCIES = ['employment', 'health'];
const HOUR = 3_600_000;

let world: World;
let empty: TestDatabase;
beforeAll(async () => {
  world = await startWorld(AGENCIES);
  empty = await world.found();
});
afterEach(() => world.agencies.reset());
afterAll(() => world.stop());

/** A ledger of its own without cases. */
const fresh = async (): Promise<Door> => world.open(await empty.copy());

const tirek = ({ database }: Door, ...args: string[]): Promise<Heard> => tirekIn({ DATABASE_URL: database.urls.work }, 'resend', ...args);

async function states(door: Door): Promise<Record<string, string>> {
  return Object.fromEntries((await listResendRequests(door.database.pool)).map(({ agency, state }) => [agency, state]));
}

const untilStates = (door: Door, wanted: Record<string, string>): Promise<true> =>
  eventually(async () => JSON.stringify(await states(door)) === JSON.stringify(wanted) || undefined, `the requests are ${JSON.stringify(wanted)}`);

/** All that an agency wants to deliver has been accepted. */
const delivered = (agency: string): Promise<SentReport[]> =>
  eventually(async () => {
    const reports = await world.agencies.reports(agency);
    return reports.every(({ accepted, copies }) => accepted === copies) ? reports : undefined;
  }, `everything that ${agency} sends is accepted`);

/** Delivery ids of the reports in the ledger of a case, as often as they are there. */
async function recorded(door: Door, caseId: string): Promise<string[]> {
  await door.desk.take(caseId, []);
  const found = await door.rows<{ id: string }>(
    `select delivery_id as id from ledger join inbox on inbox.id::text = ledger.cause where ledger.subject_id = $1 and type = 'ReportReceived' order by seq`,
    caseId,
  );
  return found.map(({ id }) => id);
}

describe('Postgres restored to an earlier state than the world', () => {
  it('192-11-1: what agencies had sent after the backup comes again and is in the ledger exactly once', async () => {
    const first = await fresh();
    const { caseId, measureId } = await planSent(first.desk);
    const began = new Date().toISOString();
    const before = await world.agencies.report('employment', { caseId, measureId, outcome: 'in_progress' });
    await delivered('employment');
    expect(await recorded(first, caseId)).toEqual([before.deliveryId]);

    const lost = await world.open(await first.database.copy());
    const note = 'Синтетический текст';
    const after = [await world.agencies.report('employment', { caseId, measureId, outcome: 'in_progress', note })];
    await delivered('employment');
    after.push(await world.agencies.report('employment', { caseId, measureId }));
    await delivered('employment');
    expect(await recorded(lost, caseId)).toHaveLength(3);

    const restored = await world.open(await first.database.copy());
    expect(await recorded(restored, caseId)).toEqual([before.deliveryId]);
    expect(await tirek(restored, '--since', began)).toMatchObject({ exitCode: 0 });
    await whileRelayed(restored, () => untilStates(restored, { employment: 'asked', health: 'asked' }));
    await delivered('employment');
    const ids = await recorded(restored, caseId);
    expect(ids.toSorted()).toEqual([before, ...after].map(({ deliveryId }) => deliveryId).toSorted());
    expect(ids[0]).toBe(before.deliveryId);
    expect(await restored.rows('select duplicates from inbox where delivery_id = $1', before.deliveryId)).toEqual([{ duplicates: 1 }]);
    expect(await textsOf(restored.database.pool, caseId, 'report_note')).toEqual([note]);
  });

  it('an answer that is lost on the way has the agency asked again, and nothing sent twice for it', async () => {
    const door = await fresh();
    const { caseId, measureId } = await planSent(door.desk);
    const began = Date.now();
    const { deliveryId } = await world.agencies.report('employment', { caseId, measureId });
    await delivered('employment');
    await world.agencies.behave('employment', { loseAcknowledgements: 2 });
    await askForResend(door.database.pool, began, 'by_hand', ['employment']);
    await whileRelayed(door, () => untilStates(door, { employment: 'asked' }));
    expect(await world.agencies.resendRequests('employment')).toMatchObject([{ times: 3, sentAgain: [deliveryId] }]);
    expect(await delivered('employment')).toMatchObject([{ copies: 2 }]);
  });

  it('what was sent before that time is not sent again', async () => {
    const door = await fresh();
    const { caseId, measureId } = await planSent(door.desk);
    await world.agencies.report('employment', { caseId, measureId });
    const [report] = await delivered('employment');
    await askForResend(door.database.pool, Date.parse(report?.acceptedAt ?? '') + 1, 'by_hand', ['employment']);
    await whileRelayed(door, () => untilStates(door, { employment: 'asked' }));
    expect(await world.agencies.resendRequests('employment')).toMatchObject([{ sentAgain: [] }]);
  });
});

describe('an agency that cannot be asked by machine', () => {
  it('and does not speak it is a task and an alarm until a person says that it was asked', async () => {
    const door = await fresh();
    const { pool } = door.database;
    await world.agencies.behave('health', { speaksResend: false });
    const since = Date.now() - HOUR;
    await askForResend(pool, since, 'by_hand');
    await whileRelayed(door, () => untilStates(door, { employment: 'asked', health: 'unspoken' }));
    expect(await resendCauses(pool)).toEqual([
      { key: 'resend_by_hand:health', kind: 'resend_by_hand', params: { agencies: 'health', since: new Date(since).toISOString() } },
    ]);
    expect((await tirek(door, 'list')).out).toMatch(/health .*TASK.*http_404/);
    expect(jsonOf(await tirek(door, 'done', '--agency', 'health', '--json'))).toEqual({ agency: 'health', ended: 1 });
    expect(await resendCauses(pool)).toEqual([]);
    expect(jsonOf(await tirek(door, 'list', '--json'))).toMatchObject([
      { agency: 'employment', state: 'asked' },
      { agency: 'health', state: 'unspoken', settledAt: expect.any(String) },
    ]);
    expect(await tirek(door, 'done', '--agency', 'health')).toMatchObject({ exitCode: 1, err: expect.stringContaining('no task') });
  });

  it('because it is away is asked again while attempts are left, then it is a task', async () => {
    const door = await fresh();
    const { pool } = door.database;
    await world.agencies.behave('employment', { unreachable: 'unavailable' });
    await world.agencies.behave('health', { unreachable: 'reset' });
    await askForResend(pool, Date.now() - HOUR, 'by_hand');
    await whileRelayed(door, () => untilStates(door, { employment: 'failed', health: 'failed' }), { mostAttempts: 3 });
    expect(await listResendRequests(pool)).toMatchObject([
      { agency: 'employment', attempts: 3, lastError: 'http_503' },
      { agency: 'health', attempts: 3, lastError: 'connection_reset' },
    ]);
    expect((await resendCauses(pool)).map(({ key }) => key)).toEqual(['resend_by_hand:employment', 'resend_by_hand:health']);
  });

  it('because its address is gone is a task at once', async () => {
    const door = await fresh();
    await askForResend(door.database.pool, Date.now() - HOUR, 'by_hand', ['health']);
    await door.rows(`update resend_request set agency = 'closed_down'`);
    await whileRelayed(door, () => untilStates(door, { closed_down: 'failed' }));
    expect(await listResendRequests(door.database.pool)).toMatchObject([{ lastError: 'agency_not_connected' }]);
  });

  it('because the last attempt died with its process is a task when the lease is over', async () => {
    const door = await fresh();
    await askForResend(door.database.pool, Date.now() - HOUR, 'by_hand', ['health']);
    const dying = resendsOf(door, { leaseMs: 100, mostAttempts: 1 });
    expect(await dying.take(2, 5)).toMatchObject([{ agency: 'health', attempts: 1 }]);
    expect(await dying.take(2, 5)).toEqual([]);
    await whileRelayed(door, () => untilStates(door, { health: 'failed' }), { leaseMs: 100, mostAttempts: 1 });
    expect(await listResendRequests(door.database.pool)).toMatchObject([{ attempts: 1, lastError: 'the last attempt ended with its process' }]);
    expect(await world.agencies.resendRequests('health')).toEqual([]);
  });

  it('one whose lease was lost meanwhile is ended by who has it', async () => {
    const door = await fresh();
    await askForResend(door.database.pool, Date.now() - HOUR, 'by_hand', ['health']);
    const list = resendsOf(door);
    const [piece] = await list.take(2, 5);
    if (piece === undefined) throw new Error('nothing was taken');
    const other = randomUUID();
    await door.rows('update resend_request set lease_token = $1', other);
    expect(await list.renew(piece)).toBe(false);
    await expect(list.do(piece, new AbortController().signal)).rejects.toThrow('lease');
    expect(await door.rows('select state, lease_token from resend_request')).toEqual([{ state: 'waiting', lease_token: other }]);
  });
});

describe('tirek resend', () => {
  it('repeated asks nobody twice', async () => {
    const door = await fresh();
    const since = '2026-11-26T03:00:00+05:00';
    expect(jsonOf(await tirek(door, '--since', since, '--agency', 'health', '--json'))).toMatchObject({ asked: ['health'], askedBefore: [] });
    const twice = await Promise.all([tirek(door, '--since', since, '--json'), tirek(door, '--since', '2026-11-25T22:00:00Z', '--json')]);
    const answers = twice.map((heard) => jsonOf(heard) as { asked: string[]; askedBefore: string[] });
    expect(answers.flatMap(({ asked }) => asked)).toEqual(['employment']);
    await whileRelayed(door, () => untilStates(door, { employment: 'asked', health: 'asked' }));
    await tirek(door, '--since', since);
    expect(await states(door)).toEqual({ employment: 'asked', health: 'asked' });
    for (const agency of AGENCIES) {
      expect(await world.agencies.resendRequests(agency)).toMatchObject([{ times: 1, request: { since: '2026-11-25T22:00:00.000Z' } }]);
    }
  });

  it.each([
    ['without an instant', [], 'since_missing'],
    ['with a day that does not exist', ['--since', '2026-02-30'], 'date_invalid'],
    ['with an instant to come', ['--since', '2226-01-01'], 'since_ahead'],
    ['with an agency that is not connected', ['--since', '2026-11-26', '--agency', 'health', '--agency', 'sports'], 'agency_not_connected'],
  ])('%s asks nobody', async (_what, args, code) => {
    const door = await fresh();
    const heard = await tirek(door, ...args, '--json');
    expect(heard.exitCode).toBe(1);
    expect(jsonOf(heard)).toMatchObject({ error: { code } });
    expect(await listResendRequests(door.database.pool)).toEqual([]);
  });
});

describe('a clock that found the ledger restored', () => {
  const hold = (door: Door): Promise<unknown> => door.rows(`insert into effects_hold (reason) values ('ledger_restored')`);

  it('has all agencies asked, once, by however many relays', async () => {
    const door = await fresh();
    const { pool } = door.database;
    await planSent(door.desk);
    await watchRestoredLedger(pool, LOG);
    expect(await states(door)).toEqual({});
    await hold(door);
    await Promise.all([watchRestoredLedger(pool, LOG), watchRestoredLedger(pool, LOG), watchRestoredLedger(pool, LOG)]);
    expect(await states(door)).toEqual({ employment: 'waiting', health: 'waiting' });
    await planSent(door.desk);
    expect(await askAfterRestore(pool)).toBeUndefined();
    expect(await listResendRequests(pool)).toMatchObject([{ reason: 'ledger_restored' }, { reason: 'ledger_restored' }]);
  });

  it('is found by a relay, which asks them, and tells of the one that must be asked by a person', async () => {
    const door = await fresh();
    await planSent(door.desk);
    await world.agencies.behave('health', { speaksResend: false });
    const relay = await startRelay(
      {
        databaseUrl: door.database.urls.work,
        temporalAddress: '127.0.0.1:9',
        temporalNamespace: 'default',
        keys: TEST_KEYS,
        proof: TEST_PROOF,
        agencyReach: { loopback: true },
        times: { alarmsEveryMs: 50 },
      },
      LOG,
    );
    try {
      await hold(door);
      await untilStates(door, { employment: 'asked', health: 'unspoken' });
      const raised = await eventually(async () => {
        const alarms = await door.rows<{ params: object }>(`select params from alarm where kind = 'resend_by_hand' and cleared_at is null`);
        return alarms.length > 0 ? alarms : undefined;
      }, 'the alarm is raised');
      expect(raised).toMatchObject([{ params: { agencies: 'health' } }]);
      expect(await world.agencies.resendRequests('employment')).toMatchObject([{ times: 1 }]);
    } finally {
      await relay.stop();
    }
  });

  it('asks from ten minutes before the last entry of the backup, not from what people wrote after the restore', async () => {
    const door = await fresh();
    const { caseId } = await planSent(door.desk);
    await planSent(door.desk);
    // The server was started an hour after the last entry that the backup has; the other case has gone on since.
    const [row] = await door.rows<{ last: number }>(
      `update case_file set recorded_at = pg_postmaster_start_time() - interval '1 hour' where subject_id = $1
       returning floor(extract(epoch from recorded_at) * 1000)::float8 as last`,
      caseId,
    );
    await hold(door);
    expect(await askAfterRestore(door.database.pool)).toEqual({ asked: AGENCIES, since: (row?.last ?? 0) - 600_000 });
  });

  it('asks from before the first case when it cannot be told what the backup had: too much does no harm', async () => {
    const door = await fresh();
    const { caseId } = await planSent(door.desk);
    const [row] = await door.rows<{ opened: Date }>('select opened_at as opened from case_file where subject_id = $1', caseId);
    await hold(door);
    expect(await askAfterRestore(door.database.pool)).toEqual({ asked: AGENCIES, since: (row?.opened.getTime() ?? 0) - 600_000 });
  });

  it('of another reason, or in an empty ledger, asks nobody', async () => {
    const door = await fresh();
    await hold(door);
    expect(await askAfterRestore(door.database.pool)).toBeUndefined();
    await door.rows('delete from effects_hold');
    await door.rows(`insert into effects_hold (reason) values ('somebody said so')`);
    await planSent(door.desk);
    expect(await askAfterRestore(door.database.pool)).toBeUndefined();
  });
});

describe('what an agency answers', () => {
  const request = { type: 'resend_request' as const, since: '2026-11-25T22:00:00.000Z', requestId: randomUUID() };
  const agency = { code: 'health', endpointUrl: 'https://agency.example/in', secrets: [webhookSecret()] };
  const answering = (status: number): ReturnType<typeof createResendHttp> => createResendHttp({ fetch: async () => new Response(null, { status }) });

  it.each([404, 405, 410, 501])('%i: it does not speak it', async (status) => {
    expect(await answering(status).ask(agency, request)).toEqual({ outcome: 'unspoken', reason: `http_${status}` });
  });

  it.each([200, 204, 302, 400, 401, 409, 422, 429, 500, 503])('%i: no answer to this, so it is asked again', async (status) => {
    expect(await answering(status).ask(agency, request)).toEqual({ outcome: 'unreachable', reason: `http_${status}` });
  });

  it('202: it will; the message is signed and goes to a path of its own', async () => {
    const sent: Request[] = [];
    const http = createResendHttp({
      fetch: async (url, init) => {
        sent.push(new Request(url, init));
        return new Response(null, { status: 202 });
      },
    });
    expect(await http.ask(agency, request)).toEqual({ outcome: 'asked' });
    const [message] = sent;
    expect(message?.url).toBe('https://agency.example/in/resend-requests');
    expect(await message?.json()).toEqual(request);
    expect([message?.headers.get('webhook-id'), message?.headers.get('idempotency-key')]).toEqual([request.requestId, request.requestId]);
  });

  it('a request that the Center did not sign makes nobody send anything', async () => {
    const door = await fresh();
    const [row] = await door.rows<{ endpointUrl: string }>(`select endpoint_url as "endpointUrl" from organisation where id = 'health'`);
    expect(await createResendHttp({ reach: { loopback: true } }).ask({ ...agency, endpointUrl: row?.endpointUrl ?? '' }, request)).toEqual({
      outcome: 'unreachable',
      reason: 'http_401',
    });
    expect(await world.agencies.resendRequests('health')).toEqual([]);
  });
});
