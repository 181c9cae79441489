/** Ready means that every part answers; a part that is missing is named. */
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineClient } from '../../adapters/engine-client.js';
import { Readiness } from '../../contracts/http/reference.js';
import { startHeartbeat } from '../../db/heartbeat.js';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { createNamespace } from '../stack/namespace.js';
import { startApiUnderTest, type ApiUnderTest } from './api-under-test.js';

const anonymous = { token: undefined };

let temporal: ReturnType<typeof engineClient>;
let api: ApiUnderTest;

beforeAll(async () => {
  const { temporalAddress } = injectedGround();
  temporal = engineClient({ temporalAddress, temporalNamespace: await createNamespace(temporalAddress) });
  api = await startApiUnderTest({ temporal: temporal.client });
});
afterAll(async () => {
  await api.stop();
  await temporal.close();
});

/** Writes a heartbeat of that age. */
async function beat(process: string, age: string): Promise<void> {
  await api.owner.query(
    `insert into heartbeat (process, instance, at) values ($1, 'test', clock_timestamp() - $2::interval)
     on conflict (process, instance) do update set at = excluded.at`,
    [process, age],
  );
}

describe('GET /healthz', () => {
  it('answers without a token and without asking anybody', async () => {
    expect(await api.get('/healthz', anonymous)).toMatchObject({ status: 200, body: { alive: true } });
  });
});

describe('GET /readyz', () => {
  it('names the parts that do not answer', async () => {
    const reply = await api.get('/readyz', { ...anonymous, language: 'en' });
    expect(reply).toMatchObject({ status: 503, body: { code: 'not_ready', params: { missing: 'worker, relay' } } });
    expect(reply.body.detail).toBe('The system is not ready: worker, relay.');
  });

  it('believes a heartbeat of the last ten seconds and no older one', async () => {
    await beat('worker', '2 seconds');
    await beat('relay', '11 seconds');
    expect(await api.get('/readyz', anonymous)).toMatchObject({ status: 503, body: { params: { missing: 'relay' } } });
    await beat('relay', '1 second');
    const ready = await api.get('/readyz', anonymous);
    expect(ready.status).toBe(200);
    expect(Readiness.parse(ready.body).parts).toMatchObject({ worker: { ok: true }, relay: { ok: true }, temporal: { ok: true }, postgres: { ok: true } });
  });

  it('believes the heartbeat that the processes write themselves, and misses it when they stop', async () => {
    await api.owner.query('delete from heartbeat');
    const log = pino({ level: 'silent' });
    const beats = (['worker', 'relay'] as const).map((process) => startHeartbeat(api.database.pool, process, () => true, log));
    const status = async (wanted: number): Promise<true | undefined> => (await api.get('/readyz', anonymous)).status === wanted || undefined;
    await eventually(() => status(200), 'ready once both have written');
    await Promise.all(beats.map((each) => each.stop()));
    expect(await api.get('/readyz', anonymous)).toMatchObject({ status: 503, body: { params: { missing: 'worker, relay' } } });
  });

  it('asks Temporal and Postgres themselves', async () => {
    await beat('worker', '0 seconds');
    await beat('relay', '0 seconds');
    const without = await startApiUnderTest({ database: api.database });
    expect(await without.get('/readyz', anonymous)).toMatchObject({ status: 503, body: { params: { missing: 'temporal' } } });
    await without.stop();
  });
});
