/** Temporal behind TLS: by a certificate of our own, by an API key; and nobody without. */
import { signingEnv } from '../stack/signing-env.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineClient, engineConnection } from '../../adapters/engine-client.js';
import { readConfig } from '../../process/config.js';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { startTirek, type Tirek } from '../stack/tirek.js';
import { startTlsProxy, testAuthority, type Pem, type TlsProxy } from '../stack/tls-proxy.js';

const SERVER = 'temporal.example';
const temporal = injectedGround().temporalAddress;

/** The line is broken before any call is made; the SDK of clients and that of workers say it in their own words. */
const REFUSED = /UNAVAILABLE|DEADLINE_EXCEEDED|tonic::transport/;
const NOT_BELIEVED = /InvalidCertificate/;

let dir: string;
let authority: Awaited<ReturnType<typeof testAuthority>>;
let server: Pem;
let ours: Pem;
const stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-tls-'));
  authority = await testAuthority();
  [server, ours] = await Promise.all([authority.sign(SERVER), authority.sign('tirek.example')]);
});
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
  await rm(dir, { recursive: true });
});

async function proxy(...clientsOf: Buffer[]): Promise<TlsProxy> {
  const started = await startTlsProxy(temporal, server, ...clientsOf);
  stops.push(() => started.stop());
  return started;
}

/** The settings of a process, with the files that they name. */
async function settings(address: string, more: { own?: Pem; key?: string }): Promise<ReturnType<typeof readConfig>> {
  const file = async (name: string, content: Buffer): Promise<string> => {
    const path = join(dir, name);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  };
  const { own, key } = more;
  const env = {
    ...(await signingEnv('api')),
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    TEMPORAL_ADDRESS: address,
    TEMPORAL_TLS_CA: await file('ca.pem', authority.ca),
    TEMPORAL_TLS_SERVER_NAME: SERVER,
    ...(own === undefined ? {} : { TEMPORAL_TLS_CERT: await file('own.pem', own.certificate), TEMPORAL_TLS_KEY: await file('own.key', own.key) }),
    ...(key === undefined ? {} : { TEMPORAL_API_KEY: key }),
  };
  return readConfig(env, 'api');
}

async function startBehind(address: string, more: { own?: Pem; key?: string }): Promise<Tirek> {
  const { temporalTls, temporalApiKey } = await settings(address, more);
  const tirek = await startTirek({
    settings: {
      temporalAddress: address,
      ...(temporalTls === undefined ? {} : { temporalTls }),
      ...(temporalApiKey === undefined ? {} : { temporalApiKey }),
    },
  });
  stops.push(() => tirek.stop());
  return tirek;
}

/** A case whose clock has looked: the relay has woken it, a worker has taken its task. */
async function expectClockRuns(tirek: Tirek): Promise<void> {
  const reply = await tirek.ask('POST', '/v1/appeals', { token: 'dev-specialist', key: 'behind-tls', body: { channel: 1, threat: false } });
  expect(reply.status).toBe(201);
  const { caseId } = reply.json as { caseId: string };
  await eventually(async () => {
    const { rowCount } = await tirek.database.pool.query('select from subject_clock where subject_id = $1 and running and rings_at is not null', [caseId]);
    return rowCount === 1 ? true : undefined;
  }, 'the clock of the case is set');
}

describe('Temporal behind a proxy that asks for a certificate', () => {
  it('is used by API, relay and worker with ours, and a case runs', async () => {
    const door = await proxy(authority.ca);
    await expectClockRuns(await startBehind(door.address, { own: ours }));
    expect([...door.callers]).toEqual(['tirek.example']);
  });

  it('is closed to a client and to a worker without one, with a stranger’s, and in the clear', async () => {
    const door = await proxy(authority.ca);
    const stranger = await (await testAuthority()).sign('tirek.example');
    const places = [
      await settings(door.address, {}),
      await settings(door.address, { own: stranger }),
      { temporalAddress: door.address, temporalNamespace: 'default' },
    ];
    for (const place of places) {
      const { client, close } = engineClient(place);
      await expect(client.connection.withDeadline(Date.now() + 2_000, () => client.connection.workflowService.getSystemInfo({}))).rejects.toThrow(REFUSED);
      await close();
      await expect(NativeConnection.connect(engineConnection(place))).rejects.toThrow(REFUSED);
    }
    expect([...door.callers]).toEqual([]);
  });

  it('is not believed when its certificate bears another name, or another authority’s signature', async () => {
    const impostor = await testAuthority();
    const door = await startTlsProxy(temporal, await impostor.sign(SERVER));
    stops.push(() => door.stop());
    await expect(NativeConnection.connect(engineConnection(await settings(door.address, { own: ours })))).rejects.toThrow(NOT_BELIEVED);
    const renamed = await startTlsProxy(temporal, await authority.sign('other.example'));
    stops.push(() => renamed.stop());
    await expect(NativeConnection.connect(engineConnection(await settings(renamed.address, { own: ours })))).rejects.toThrow(NOT_BELIEVED);
    expect([...door.callers, ...renamed.callers]).toEqual([]);
  });
});

describe('Temporal that knows us by an API key', () => {
  it('gets it with every call of API, relay and worker, and a case runs', async () => {
    const door = await proxy();
    await expectClockRuns(await startBehind(door.address, { key: 'a-key-of-a-test' }));
    expect([...door.authorizations]).toEqual(['Bearer a-key-of-a-test']);
  });
});

describe('the settings', () => {
  const env: NodeJS.ProcessEnv = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  beforeAll(async () => void Object.assign(env, await signingEnv('api')));

  it('leave Temporal in the clear where nothing is said', () => {
    expect(readConfig(env, 'api').temporalTls).toBeUndefined();
  });

  it('turn TLS on with a key, which never goes in the clear', () => {
    expect(readConfig({ ...env, TEMPORAL_API_KEY: 'k' }, 'api')).toMatchObject({ temporalTls: {}, temporalApiKey: 'k' });
    expect(() => engineConnection({ temporalAddress: 'a:1', temporalNamespace: 'n', temporalApiKey: 'k' })).toThrow('by TLS alone');
  });

  it('say in one sentence what is wrong with them', () => {
    expect(() => readConfig({ ...env, TEMPORAL_TLS_CERT: '/nowhere.pem' }, 'api')).toThrow('belong together');
    expect(() => readConfig({ ...env, TEMPORAL_TLS_CA: '/nowhere.pem' }, 'api')).toThrow('TEMPORAL_TLS_CA names a file that cannot be read');
  });
});
