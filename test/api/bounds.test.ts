/** How much one caller may ask for: a person, an organisation, an address, a guesser of keys, a searcher by ИИН. */
import { createDesk } from '../../ledger/desk.js';
import { TEST_PROOF } from '../stack/test-proof.js';
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listAlarms } from '../../db/alarms.js';
import { createBounds, type Bounds } from '../../office/bounds.js';
import { createConsole } from '../../console/router.js';
import { boundRefusals } from '../../metrics/bound-refusals.js';
import { createRegistry } from '../../metrics/registry.js';
import { watchAlarms } from '../../work/watch/alarm-watch.js';
import { LANGUAGES } from '../../contracts/messages/language.js';
import type { BoundSettings } from '../../contracts/bounds.js';
import { WIDE_BOUNDS } from '../../tools/bench/wide-bounds.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { eventually } from '../stack/eventually.js';
import { NO_ENGINE, sendReport, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

let database: TestDatabase;
let api: ApiUnderTest;
let bounds: Bounds;
/** Each bound is small enough to be met, none is in another one's way. */
const SMALL: BoundSettings = { ...WIDE_BOUNDS, requestsPerActor: 5, reportsPerOrganisation: 4, callsPerAddress: 40, iinLookups: 3, signInTries: 3 };

beforeAll(async () => {
  database = await createDatabase();
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

/** A process that has just been started, on what Postgres keeps. */
async function restart(settings: BoundSettings = SMALL): Promise<void> {
  await api?.stop();
  bounds = createBounds(database.pool, settings);
  api = await startApiUnderTest({
    database,
    deps: {
      bounds,
      consoleRouter: createConsole({
        pool: database.pool,
        desk: createDesk(database.pool, { proof: TEST_PROOF }),
        bounds,
        signIn: 'development_tokens',
        ...NO_ENGINE,
      }),
    },
  });
}
beforeEach(async () => {
  await restart();
  await api.owner.query('truncate bound_count');
});

async function times(n: number, ask: () => Promise<Reply<unknown>>): Promise<number[]> {
  const statuses: number[] = [];
  for (let turn = 0; turn < n; turn += 1) statuses.push((await ask()).status);
  return statuses;
}

const read = (token: string): Promise<Reply> => api.get('/v1/cases', { token });

describe('requests of a person', () => {
  it('are refused beyond the bound with 429 and the time after which they pass; a colleague is not touched', async () => {
    expect(await times(6, () => read('dev-manager'))).toEqual([200, 200, 200, 200, 200, 429]);
    const refused = await api.get('/v1/cases', { token: 'dev-manager', language: 'en' });
    expect(refused.body).toMatchObject({ code: 'too_many_requests', status: 429, title: 'Too many requests' });
    expect(refused.body.detail).toContain('with the same Idempotency-Key');
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect((await read('dev-head')).status).toBe(200);
    expect(bounds.refusals.get('actor')).toBe(2);
    const registry = createRegistry('api');
    boundRefusals(registry, bounds.refusals);
    expect(await registry.metrics()).toContain('tirek_bound_refusals_total{bound="actor",process="api"} 2');
  });

  it.each(LANGUAGES)('are told in %s what to do', async (language) => {
    await times(5, () => read('dev-manager'));
    const { detail } = (await api.get('/v1/cases', { token: 'dev-manager', language })).body;
    expect(detail).not.toMatch(/[{}]|undefined/);
    expect(detail).toContain('Idempotency-Key');
  });

  it('count the pages of the console too', async () => {
    const page = (): Promise<Reply> => api.get('/console/cases', { token: undefined, headers: { cookie: 'tirek_key=dev-manager' } });
    expect(await times(6, page)).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('reports of an organisation', () => {
  it('are refused beyond its bound once they are signed; another organisation is not touched', async () => {
    const report = { type: 'report', caseId: randomUUID(), measureId: randomUUID(), outcome: 'performed' };
    expect(await times(5, () => sendReport(api, { ...report, measureId: randomUUID() }))).toEqual([202, 202, 202, 202, 429]);
    const other = await sendReport(api, report, { agency: 'health', secret: 'whsec_aGVhbHRoLXNlY3JldC1vZi10aGUtdGVzdHMtMDE=' });
    expect(other.status).toBe(202);
  });

  it('are not used up by a stranger who signs with another key', async () => {
    const report = { type: 'report', caseId: randomUUID(), measureId: randomUUID(), outcome: 'performed' };
    await times(10, () => sendReport(api, report, { secret: 'whsec_c3RyYW5nZXItc2VjcmV0LW9mLXRlc3RzMDA=' }));
    expect((await sendReport(api, report)).status).toBe(202);
  });
});

describe('calls that nobody vouches for', () => {
  beforeEach(() => restart({ ...SMALL, callsPerAddress: 4 }));
  const unknown = (): Promise<Reply> => api.get('/v1/nowhere', { token: undefined });

  it('are refused beyond the bound of their address; colleagues behind it, and the question whether the process lives, are not', async () => {
    expect(await times(4, unknown)).toEqual([404, 404, 404, 404]);
    await eventually(async () => ((await unknown()).status === 429 ? true : undefined), 'the address is shut out');
    expect((await read('dev-manager')).status).toBe(200);
    expect((await api.get('/healthz', { token: undefined })).status).toBe(200);
  });

  it('do not use up the bound of those that somebody vouches for', async () => {
    expect(await times(5, () => read('dev-manager'))).toEqual([200, 200, 200, 200, 200]);
    expect((await unknown()).status).toBe(404);
  });

  it('are those of the caller, not of the proxy, where the proxy is trusted; from anybody else the header says nothing', async () => {
    const from = (address: string) => (): Promise<Reply> => api.get('/v1/nowhere', { token: undefined, headers: { 'x-forwarded-for': address } });
    await times(5, from('192.0.2.1'));
    await eventually(async () => ((await from('192.0.2.2')()).status === 429 ? true : undefined), 'the address is shut out');
    await api.stop();
    api = await startApiUnderTest({ database, deps: { bounds: createBounds(database.pool, { ...SMALL, callsPerAddress: 4 }), trustedProxies: ['127.0.0.1'] } });
    await times(5, from('192.0.2.1'));
    await eventually(async () => ((await from('192.0.2.1')()).status === 429 ? true : undefined), 'the address is shut out');
    expect((await from('192.0.2.2')()).status).toBe(404);
    expect((await from('2001:db8::1')()).status).toBe(404);
  });
});

describe('tries to sign in', () => {
  const signIn = (key: string): Promise<Reply> =>
    api.ask('POST', '/console/sign-in', { token: undefined, raw: `key=${key}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } });

  it('fail so often and no oftener, the right key included', async () => {
    expect(await times(4, () => signIn('guess'))).toEqual([401, 401, 401, 429]);
    expect((await signIn('dev-manager')).status).toBe(429);
    expect(bounds.refusals.get('sign_in')).toBe(2);
  });

  it('are not forgotten by a restart', async () => {
    await times(3, () => signIn('guess'));
    await restart();
    expect((await signIn('dev-manager')).status).toBe(429);
  });

  it('are counted for wrong tokens too, each token once: a machine that repeats an old one shuts nobody out', async () => {
    expect(await times(10, () => read('an-old-token'))).toEqual(Array.from({ length: 10 }, () => 401));
    expect((await read('dev-manager')).status).toBe(200);
    expect(await times(3, () => read(randomUUID()))).toEqual([401, 401, 429]);
    const shutOut = await api.get('/v1/cases', { token: 'dev-manager', language: 'en' });
    expect(shutOut.status).toBe(429);
    expect(shutOut.body.detail).toContain('Too many tries to sign in');
    expect(Number(shutOut.headers.get('retry-after'))).toBeGreaterThan(60);
  });

  it('of who succeeds cost nothing', async () => {
    await times(2, () => signIn('guess'));
    expect(await times(5, () => signIn('dev-manager'))).toEqual([303, 303, 303, 303, 303]);
  });

  it('raise an alarm when an address is shut out, which ends by itself', async () => {
    await times(3, () => signIn('guess'));
    await watchAlarms(database.pool, pino({ level: 'silent' }), Date.now(), { bounds: SMALL });
    expect(await raised()).toContainEqual({ kind: 'sign_in_tries_many', params: { addresses: 1, bound: 3 } });
    await watchAlarms(database.pool, pino({ level: 'silent' }), Date.now(), { bounds: SMALL, clock: () => Date.now() + 16 * 60_000 });
    expect((await raised()).map(({ kind }) => kind)).not.toContain('sign_in_tries_many');
  });
});

async function raised(): Promise<{ kind: string; params: object }[]> {
  const { items } = await listAlarms(database.pool, { state: 'raised', limit: 50 });
  return items.map(({ kind, params }) => ({ kind, params }));
}

describe('looks for a family by an ИИН', () => {
  const appeal = (asking: { key?: string; iin?: string } = {}): Promise<Reply<{ caseId: string } & Reply['body']>> => {
    const { key = randomUUID(), iin } = asking;
    return api.post(
      '/v1/appeals',
      { channel: 1, threat: false, applicant: { fullName: 'A. A.', ...(iin === undefined ? {} : { iin }) } },
      { token: 'dev-specialist', key, language: 'en' },
    );
  };
  const IIN = '900101100004';
  beforeEach(() => restart({ ...SMALL, requestsPerActor: 1_000 }));

  it('are so many an hour, after a restart too; an appeal without an ИИН is registered all the same', async () => {
    expect(await times(4, () => appeal({ iin: IIN }))).toEqual([201, 201, 201, 429]);
    await restart({ ...SMALL, requestsPerActor: 1_000 });
    const refused = await appeal({ iin: IIN });
    expect(refused.body.detail).toContain('register the appeal without the ИИН');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000);
    expect((await appeal()).status).toBe(201);
    expect(bounds.refusals.get('iin_lookup')).toBe(1);
  });

  it('are not used up by repeats of one appeal', async () => {
    const key = randomUUID();
    expect(await times(6, () => appeal({ key, iin: IIN }))).toEqual([201, 201, 201, 201, 201, 201]);
    expect(await times(3, () => appeal({ iin: IIN }))).toEqual([201, 201, 429]);
  });

  it('raise an alarm at the bound, which names nobody', async () => {
    await times(3, () => appeal({ iin: IIN }));
    await watchAlarms(database.pool, pino({ level: 'silent' }), Date.now(), { bounds: SMALL });
    expect(await raised()).toContainEqual({ kind: 'iin_lookups_many', params: { persons: 1, bound: 3 } });
  });
});
