/** The API as a process runs it: a port, a stop, an address that is taken. */
import { TEST_PROOF } from '../stack/test-proof.js';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type RunningApi } from '../../api/server.js';
import type { Config } from '../../process/config.js';
import { DEVELOPMENT_SWITCH } from '../stack/development-switch.js';
import { createDatabase, type TestDatabase } from '../stack/database.js';
import { TEST_KEYS } from '../stack/keys.js';

const log = pino({ level: 'silent' });

let database: TestDatabase;
let config: Config;
let api: RunningApi;

beforeAll(async () => {
  database = await createDatabase();
  const where = { databaseUrl: database.urls.api, keys: TEST_KEYS, temporalAddress: '127.0.0.1:9', temporalNamespace: 'default', host: '127.0.0.1', port: 0 };
  config = { ...where, signIn: DEVELOPMENT_SWITCH, proof: TEST_PROOF, logLevel: 'silent' };
  api = await startApi(config, log);
});
afterAll(() => database.drop());

describe('a running API', () => {
  it('starts without Temporal and says what is missing', async () => {
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${api.url}/readyz`, { headers: { 'accept-language': 'en' } });
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ params: { missing: 'worker, relay, temporal' } });
  });

  it('does not start where nobody could sign in', async () => {
    const { signIn: _signIn, ...nobody } = config;
    await expect(startApi(nobody, log)).rejects.toThrow('TIREK_OIDC_ISSUER is not set');
  });

  it('says in one sentence that its port is taken', async () => {
    await expect(startApi({ ...config, port: api.port }, log)).rejects.toThrow(`Port ${api.port} is taken`);
  });

  it('lets a request under way end when it is stopped, and takes no other', async () => {
    const underWay = fetch(`${api.url}/readyz`);
    // The request has reached the server once a second one has been answered after it.
    await fetch(`${api.url}/healthz`);
    await api.stop();
    expect((await underWay).status).toBe(503);
    await expect(fetch(`${api.url}/healthz`)).rejects.toThrow('fetch failed');
  });
});
