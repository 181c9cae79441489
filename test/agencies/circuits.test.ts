/** The circuit of an organisation: how often it is asked while it does not answer, and what is sent when it answers again. */
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEffectActivities, type EffectActivities } from '../../activities/effects.js';
import { createPingHttp } from '../../adapters/agency-http.js';
import type { EffectRequest } from '../../contracts/case-clock.js';
import { watchCircuits } from '../../work/watch/circuits.js';
import { connectOrganisation, disconnectAll } from '../fixtures/connected.js';
import { openHouse, planSent, type House } from '../ledger/take-desk.js';
import { startOutsideWorld, type OutsideWorld } from './outside-world.js';

let house: House;
let owner: Client;
let world: OutsideWorld;
let activities: EffectActivities;
let attempts = 0;

beforeAll(async () => {
  [house, world] = await Promise.all([openHouse(), startOutsideWorld()]);
  owner = new Client({ connectionString: house.database.ownerUrl });
  await owner.connect();
  const send: typeof world.http.send = (agency, message) => {
    attempts += 1;
    return world.http.send(agency, message);
  };
  activities = createEffectActivities({ desk: house.desk, agencyHttp: { send } });
});
beforeEach(async () => {
  attempts = 0;
  await world.client.reset();
  await owner.query(`delete from circuit; delete from effect where agency = 'employment'`);
  await disconnectAll(owner);
  for (const code of ['employment', 'health']) await connectOrganisation(owner, world.address(code));
});
afterAll(async () => {
  await owner.end();
  await Promise.all([house.stop(), world.stop()]);
});

async function toEmployment(): Promise<EffectRequest> {
  const { caseId } = await planSent(house.desk);
  const rows = await house.rows<{ key: string }>(`select key from effect where subject_id = $1 and agency = 'employment'`, caseId);
  return { caseId, key: rows[0]?.key ?? '', series: 1 };
}

const stateOf = async ({ key }: EffectRequest) => (await house.rows<{ state: string }>('select state from effect where key = $1', key))[0]?.state;
const reasonsOf = async ({ caseId }: EffectRequest) =>
  (
    await house.rows<{ reason: string }>(
      `select entry->'data'->>'reason' as reason from ledger where subject_id = $1 and type = 'DispatchParked' order by seq`,
      caseId,
    )
  ).map(({ reason }) => reason);
const circuit = async () => (await house.rows<{ failures: number; open: boolean }>('select failures, opened_at is not null as open from circuit'))[0];
const round = () =>
  watchCircuits({
    pool: house.database.pool,
    desk: house.desk,
    http: createPingHttp({ reach: { loopback: true } }),
    newId: randomUUID,
    log: pino({ level: 'silent' }),
  });
/** Its five minutes are over. */
const fiveMinutesLater = () => owner.query(`update circuit set next_try_at = clock_timestamp() - interval '1 second'`);

/** Messages to an organisation that does not answer, until its circuit is open. */
async function opened(count = 5): Promise<EffectRequest[]> {
  await world.client.behave('employment', { unreachable: 'reset' });
  const effects: EffectRequest[] = [];
  for (let place = 0; place < count; place += 1) {
    const effect = await toEmployment();
    effects.push(effect);
    await activities.sendEffect(effect);
  }
  return effects;
}

describe('an organisation that does not answer', () => {
  it('three times in a row opens the circuit; after that nothing is transmitted, and what waits says why', async () => {
    const effects = await opened();
    expect(attempts).toBe(3);
    expect(await circuit()).toEqual({ failures: 3, open: true });
    expect(await Promise.all(effects.map(reasonsOf))).toEqual([
      ['connection_reset'],
      ['connection_reset'],
      ['connection_reset'],
      ['circuit_open'],
      ['circuit_open'],
    ]);
  });

  it('every five minutes one of all that wait asks, whoever has many', async () => {
    await opened(3);
    await fiveMinutesLater();
    attempts = 0;
    const more = await Promise.all(Array.from({ length: 4 }, toEmployment));
    await Promise.all(more.map((effect) => activities.sendEffect(effect)));
    expect(attempts).toBe(1);
  });

  it('holds up nobody else', async () => {
    const [effect] = await opened(3);
    const { caseId } = effect!;
    const [health] = await house.rows<{ key: string }>(`select key from effect where subject_id = $1 and agency = 'health'`, caseId);
    await activities.sendEffect({ caseId, key: health?.key ?? '', series: 1 });
    expect(await world.client.referrals('health')).toHaveLength(1);
  });

  it('one that answers “not now” with a time has answered', async () => {
    await world.client.behave('employment', { unreachable: 'unavailable', retryAfterSeconds: 60 });
    for (let count = 0; count < 4; count += 1) await activities.sendEffect(await toEmployment());
    expect(attempts).toBe(4);
    expect(await circuit()).toBeUndefined();
  });

  it('P6: while a threat waits for its answer its messages go all the same', async () => {
    await opened(3);
    const effect = await toEmployment();
    await owner.query('update subject_clock set lane = 1 where subject_id = $1', [effect.caseId]);
    attempts = 0;
    await activities.sendEffect(effect);
    expect(attempts).toBe(1);
  });
});

describe('when it answers again', () => {
  it('the probe hears it, one message is tried, and then all that waited is sent at once', async () => {
    const effects = await opened();
    await world.client.behave('employment', {});
    await round();
    expect(await Promise.all(effects.map(stateOf))).toEqual(Array(5).fill('parked'));
    await fiveMinutesLater();
    await round();
    const states = await Promise.all(effects.map(stateOf));
    expect(states.filter((state) => state === 'pending')).toHaveLength(1);
    const tried = effects[states.indexOf('pending')]!;
    await activities.sendEffect({ ...tried, series: 2 });
    expect(await stateOf(tried)).toBe('delivered');
    await round();
    expect((await Promise.all(effects.map(stateOf))).toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
      'delivered',
      'pending',
      'pending',
      'pending',
      'pending',
    ]);
    expect(await circuit()).toBeUndefined();
  });

  it('a server that answers the probe and no message is not asked with all that waits', async () => {
    const effects = await opened();
    await world.client.behave('employment', {});
    await fiveMinutesLater();
    await round();
    const tried = effects[(await Promise.all(effects.map(stateOf))).indexOf('pending')]!;
    await world.client.behave('employment', { unreachable: 'unavailable' });
    await activities.sendEffect({ ...tried, series: 2 });
    await world.client.behave('employment', {});
    await fiveMinutesLater();
    await round();
    expect(await Promise.all(effects.map(stateOf))).toEqual(Array(5).fill('parked'));
  });
});
