/** One attempt of an effect: it asks the ledger first, sends, and writes what became of it. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { ApplicationFailure } from '@temporalio/common';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEffectActivities, type EffectActivities } from '../../activities/effects.js';
import type { EffectRequest } from '../../contracts/case-clock.js';
import { createPool } from '../../db/pool.js';
import type { Entry } from '../../domain/case/facts.js';
import { createDesk } from '../../ledger/desk.js';
import { openCase, openHouse, planSent, type House } from '../ledger/take-desk.js';
import { connectOrganisation, disconnect, disconnectAll } from '../fixtures/connected.js';
import { startOutsideWorld, type OutsideWorld } from './outside-world.js';
import { openerOf } from '../../db/data-keys.js';

let house: House;
let owner: Client;
let world: OutsideWorld;
let activities: EffectActivities;

beforeAll(async () => {
  [house, world] = await Promise.all([openHouse(), startOutsideWorld()]);
  owner = new Client({ connectionString: house.database.ownerUrl });
  await owner.connect();
  activities = createEffectActivities({ desk: house.desk, agencyHttp: world.http });
});
beforeEach(async () => {
  await world.client.reset();
  await disconnectAll(owner);
  await owner.query('delete from effects_hold');
  for (const code of ['employment', 'health']) await connect(code);
});
afterAll(async () => {
  await owner.end();
  await Promise.all([house.stop(), world.stop()]);
});

const connect = (code: string): Promise<void> => connectOrganisation(owner, world.address(code));

/** The referrals of a plan that was just sent, by agency. */
async function wanted(): Promise<Record<'employment' | 'health', EffectRequest>> {
  const { caseId } = await planSent(house.desk);
  const rows = await house.rows<{ agency: string; key: string; series: number }>('select agency, key, series from effect where subject_id = $1', caseId);
  const of = (agency: string): EffectRequest => {
    const row = rows.find((each) => each.agency === agency);
    if (row === undefined) throw new Error(`nothing is to be sent to ${agency}`);
    return { caseId, key: row.key, series: row.series };
  };
  return { employment: of('employment'), health: of('health') };
}

async function entriesOf({ caseId, key }: EffectRequest): Promise<Entry[]> {
  const rows = await house.rows<{ entry: Entry }>(`select entry from ledger where subject_id = $1 and type like 'Dispatch%' order by seq`, caseId);
  return rows.map(({ entry }) => entry).filter(({ data }) => 'key' in data && data.key === key);
}

const stateOf = async ({ key }: EffectRequest) =>
  (await house.rows<{ state: string; series: number }>('select state, series from effect where key = $1', key))[0];

const failureOf = async (attempt: Promise<unknown>): Promise<ApplicationFailure> => {
  const failure: unknown = await attempt.catch((error: unknown) => error);
  if (!(failure instanceof ApplicationFailure)) throw new Error(`no failure but ${JSON.stringify(failure)}`);
  return failure;
};

describe('192-9: an attempt writes what became of it', () => {
  it('taken: delivered with the agency’s receipt, and the clock need not look', async () => {
    const { employment } = await wanted();
    expect(await activities.sendEffect(employment)).toEqual({ mustLook: false });
    const [taken] = await world.client.referrals('employment');
    expect(await entriesOf(employment)).toMatchObject([{ type: 'DispatchDelivered' }]);
    const [receipt] = await house.rows<{ words: Buffer }>('select words from receipt where effect_key = $1', employment.key);
    const opener = await openerOf(house.database.pool, [receipt?.words ?? null]);
    expect(opener.text({ table: 'receipt', column: 'words', row: employment.key }, receipt?.words)).toBe(taken?.receiptId);
    expect(await stateOf(employment)).toMatchObject({ state: 'delivered' });
  });

  it('refused: an end with its reason, and no attempt follows', async () => {
    const { employment } = await wanted();
    await world.client.behave('employment', { refuse: 'term_not_feasible' });
    expect(await activities.sendEffect(employment)).toEqual({ mustLook: false });
    expect(await entriesOf(employment)).toMatchObject([{ type: 'DispatchRefused', data: { reason: 'term_not_feasible' } }]);
    expect(await stateOf(employment)).toMatchObject({ state: 'refused' });
  });

  it('not reached: parked for the next attempt, and the clock must look', async () => {
    const { employment } = await wanted();
    await world.client.behave('employment', { unreachable: 'reset' });
    expect(await activities.sendEffect(employment)).toEqual({ mustLook: true });
    expect(await entriesOf(employment)).toMatchObject([{ type: 'DispatchParked', data: { reason: 'connection_reset' } }]);
    expect(await stateOf(employment)).toEqual({ state: 'parked', series: 2 });
  });

  it.each([
    [3_600, 3_600_000],
    // The agency may ask for a pause, not for silence.
    [86_400, 86_400_000],
    [0, 2_000],
  ])('an agency that asks for %i s of pause gets %i ms', async (retryAfterSeconds, pauseMs) => {
    const { employment } = await wanted();
    await world.client.behave('employment', { unreachable: 'unavailable', retryAfterSeconds });
    await activities.sendEffect(employment);
    const [parked] = await entriesOf(employment);
    expect(parked?.type === 'DispatchParked' && parked.data.retryAt - parked.at).toBe(pauseMs);
  });

  it('what something of ours hinders is parked with its reason, where people see it', async () => {
    const { employment } = await wanted();
    await disconnect(owner, 'employment');
    expect(await activities.sendEffect(employment)).toEqual({ mustLook: true });
    expect(await entriesOf(employment)).toMatchObject([{ type: 'DispatchParked', data: { reason: 'agency_not_connected' } }]);
  });
});

describe('256-26: a notice about children', () => {
  async function notice(): Promise<EffectRequest> {
    await connect('internal_affairs');
    const child = { person: { fullName: 'Синтетическая Дочь', bornAbout: 2020 } };
    const { caseId } = await openCase(house.desk, { stay: { children: [child] } });
    const rows = await house.rows<{ key: string; series: number }>(`select key, series from effect where subject_id = $1 and state = 'pending'`, caseId);
    return { caseId, key: rows[0]?.key ?? '', series: rows[0]?.series ?? 0 };
  }

  it('is taken with a receipt alone: a 2xx that nobody can show is asked again, and nobody is alarmed', async () => {
    const request = await notice();
    const mute = createEffectActivities({ desk: house.desk, agencyHttp: { send: () => Promise.resolve({ outcome: 'accepted' }) } });
    expect(await mute.sendEffect(request)).toEqual({ mustLook: true });
    const [parked] = await entriesOf(request);
    expect(parked).toMatchObject({ type: 'DispatchParked', data: { reason: 'no_receipt' } });
    expect(parked?.type === 'DispatchParked' && [parked.data.retryAt - parked.at, parked.data.refused]).toEqual([600_000, undefined]);
    expect(await stateOf(request)).toEqual({ state: 'parked', series: 2 });
  });

  it('is taken with its receipt, and a refusal leaves it for the next attempt', async () => {
    const [taken, refused] = [await notice(), await noticeOfAnother()];
    expect(await activities.sendEffect(taken)).toMatchObject({ mustLook: expect.any(Boolean) });
    expect(await entriesOf(taken)).toMatchObject([{ type: 'DispatchDelivered', data: { dispatch: 'minors_notice', agency: 'internal_affairs' } }]);
    expect(await world.client.minorsNotices('internal_affairs')).toMatchObject([{ message: { children: [{ fullName: 'Синтетическая Дочь' }] } }]);
    await world.client.behave('internal_affairs', { refuse: 'message_invalid' });
    await activities.sendEffect(refused);
    expect(await entriesOf(refused)).toMatchObject([{ type: 'DispatchParked', data: { reason: 'message_invalid', refused: 'new' } }]);
  });

  /** The body is connected already. */
  async function noticeOfAnother(): Promise<EffectRequest> {
    const { caseId } = await openCase(house.desk, { stay: { children: [{ person: { fullName: 'Синтетический Сын', bornAbout: 2015 } }] } });
    const rows = await house.rows<{ key: string }>(`select key from effect where subject_id = $1 and state = 'pending'`, caseId);
    return { caseId, key: rows[0]?.key ?? '', series: 1 };
  }
});

describe('an attempt that nobody wants ends without sending', () => {
  /** What is left of an attempt: how it ended, what came to the agency, what is new in the ledger. */
  const attempted = async (request: EffectRequest) => {
    const before = await entriesOf(request);
    const end = await activities.sendEffect(request);
    return { end, came: await world.client.referrals('employment'), written: (await entriesOf(request)).slice(before.length) };
  };
  const NOTHING = { end: { mustLook: true }, came: [], written: [] };

  it('of another series', async () => {
    const { employment } = await wanted();
    expect(await attempted({ ...employment, series: 2 })).toEqual(NOTHING);
  });

  it('that was put off, until its moment by the clock of the case', async () => {
    const { employment } = await wanted();
    await world.client.behave('employment', { unreachable: 'unavailable', retryAfterSeconds: 60 });
    await activities.sendEffect(employment);
    await world.client.behave('employment', {});
    expect(await attempted({ ...employment, series: 2 })).toEqual(NOTHING);
    await house.rows('update case_file set skew_ms = 61000 where subject_id = $1', employment.caseId);
    expect(await activities.sendEffect({ ...employment, series: 2 })).toEqual({ mustLook: false });
    expect(await world.client.referrals('employment')).toMatchObject([{ times: 1 }]);
  });

  it('that has its end already, or that the ledger does not know', async () => {
    const { employment, health } = await wanted();
    await house.rows(`update effect set state = 'withdrawn' where key = $1`, employment.key);
    expect(await attempted(employment)).toEqual(NOTHING);
    expect(await attempted({ ...employment, caseId: health.key })).toEqual(NOTHING);
  });

  it('while effects are held', async () => {
    const { employment } = await wanted();
    await owner.query(`insert into effects_hold (reason) values ('ledger_restored')`);
    expect(await attempted(employment)).toEqual(NOTHING);
  });
});

describe('faults of ours are tried over by the engine', () => {
  it('what was sent and could not be journaled is sent again under the same key, and is one for the agency', async () => {
    const { employment } = await wanted();
    const cut = createDesk(house.database.pool, { proof: TEST_PROOF, deps: { store: { look: away, write: away, locked: away } } });
    const unwritten = createEffectActivities({ desk: cut, agencyHttp: world.http });
    const failure = await failureOf(unwritten.sendEffect(employment));
    expect(failure).toMatchObject({ type: 'EffectNotJournaled', message: 'outcome_not_journaled' });
    expect(failure.nonRetryable).toBeFalsy();
    expect(await stateOf(employment)).toMatchObject({ state: 'pending' });
    expect(await activities.sendEffect(employment)).toEqual({ mustLook: false });
    expect(await world.client.referrals('employment')).toMatchObject([{ times: 2 }]);
    expect(await entriesOf(employment)).toMatchObject([{ type: 'DispatchDelivered' }]);
  });

  it('told twice it is journaled once', async () => {
    const { employment } = await wanted();
    await activities.sendEffect(employment);
    await house.desk.ask(employment.caseId, { kind: 'outcome', outcome: { key: employment.key, series: 1, outcome: 'unreachable', reason: 'timeout' } });
    expect(await entriesOf(employment)).toHaveLength(1);
  });

  it('a database that is away is a code, and nothing is sent', async () => {
    const { employment } = await wanted();
    const pool = createPool('postgres://nobody@127.0.0.1:1/nothing', { applicationName: 'tirek-test' });
    const failure = await failureOf(createEffectActivities({ desk: createDesk(pool, { proof: TEST_PROOF }), agencyHttp: world.http }).sendEffect(employment));
    await pool.end();
    expect(failure).toMatchObject({ type: 'EffectNotReadable', message: 'effect_not_readable', cause: { message: 'ECONNREFUSED' } });
    expect(await world.client.referrals('employment')).toEqual([]);
  });
});

function away(): Promise<never> {
  return Promise.reject(new Error('the database is away'));
}
