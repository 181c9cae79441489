/** Where organisations may be spoken to: by which addresses they may be entered, and what no name may lead to when it is sent. */
import { signingEnv } from '../stack/signing-env.js';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPingHttp } from '../../adapters/agency-http.js';
import { guardedFetch, guardedLookup, type Resolve } from '../../adapters/guarded-fetch.js';
import { ORGANISATION_EXAMPLE } from '../../contracts/http/organisations.js';
import { startApiUnderTest } from '../api/api-under-test.js';
import { endpointFault, mayConnectTo, type AgencyReach } from '../../contracts/agency-reach.js';
import { readConfig } from '../../process/config.js';

const SECRET = `whsec_${Buffer.from('a secret of these tests').toString('base64')}`;

let server: Server;
let port: number;
const heard: string[] = [];
beforeAll(async () => {
  server = createServer((request, response) => {
    heard.push(`${request.headers.host} ${request.url}`);
    if (request.url?.startsWith('/moved') === true) response.writeHead(307, { location: `http://127.0.0.1:${port}/elsewhere` }).end();
    else response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

const ping = (endpointUrl: string, reach: AgencyReach): ReturnType<ReturnType<typeof createPingHttp>['ping']> =>
  createPingHttp({ timeoutMs: 2_000, reach }).ping(
    { code: 'health', endpointUrl, secrets: [SECRET] },
    { type: 'ping', pingId: randomUUID(), sentAt: new Date().toISOString() },
  );

describe('an address that is entered', () => {
  it.each<[string, AgencyReach, boolean]>([
    ['https://agency.example/in', {}, true],
    ['http://agency.example/in', {}, false],
    ['https://agency.example/in', { hosts: ['agency.example'] }, true],
    ['https://AGENCY.example/in', { hosts: ['Agency.Example'] }, true],
    ['https://agency.example./in', { hosts: ['agency.example'] }, true],
    ['https://other.example/in', { hosts: ['agency.example'] }, false],
    ['https://a.gov.example/in', { hosts: ['*.gov.example'] }, true],
    ['https://gov.example/in', { hosts: ['*.gov.example'] }, false],
    ['https://evilgov.example/in', { hosts: ['*.gov.example'] }, false],
    ['https://127.0.0.1/in', {}, false],
    ['https://localhost/in', {}, false],
    ['http://127.0.0.1:4000/in', {}, false],
    ['http://127.0.0.1:4000/in', { loopback: true }, true],
    ['http://localhost:4000/in', { loopback: true, hosts: ['agency.example'] }, true],
    ['https://10.1.2.3/in', {}, false],
    ['https://10.1.2.3/in', { loopback: true }, false],
    ['https://10.1.2.3/in', { networks: ['10.1.0.0/16'] }, true],
    ['http://10.1.2.3/in', { networks: ['10.1.0.0/16'] }, false],
    ['https://[::ffff:10.1.2.3]/in', {}, false],
    // The same address, written as a number.
    ['https://167838211/in', {}, false],
  ])('%s under %j: %s', (url, reach, good) => {
    expect(endpointFault(url, reach) === undefined).toBe(good);
  });
});

describe('an address that a name leads to', () => {
  it.each(['10.0.0.1', '172.16.5.4', '192.168.1.1', '127.0.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '168.63.129.16'])(
    '%s is private, of this machine, or tells a cloud’s keys: nobody connects',
    (address) => {
      expect(mayConnectTo(address, {})).toBe(false);
      expect(mayConnectTo(`::ffff:${address}`, {})).toBe(false);
    },
  );

  it.each(['::1', 'fe80::1', 'fd00:ec2::254', '::', '64:ff9b::a00:1'])('%s likewise', (address) => {
    expect(mayConnectTo(address, {})).toBe(false);
  });

  it('is connected when it is public, or of an allowed network', () => {
    expect(mayConnectTo('93.184.216.34', {})).toBe(true);
    expect(mayConnectTo('2606:2800:220:1::1', {})).toBe(true);
    expect(mayConnectTo('10.1.2.3', { networks: ['10.1.2.3'] })).toBe(true);
    expect(mayConnectTo('10.1.2.4', { networks: ['10.1.2.3'] })).toBe(false);
  });

  it('is asked when the connection is made: a name that was public when it was entered and is not any more is not spoken to', async () => {
    const answers: LookupAddress[][] = [[{ address: '10.0.0.1', family: 4 }], [{ address: '127.0.0.1', family: 4 }]];
    const resolve: Resolve = (_hostname, _options, done) => done(null, answers.shift() ?? []);
    const send = guardedFetch({}, resolve);
    const before = heard.length;
    for (const _ of [1, 2]) {
      await expect(send(`http://agency.example:${port}/in`)).rejects.toMatchObject({ cause: { code: 'ERR_ADDRESS_REFUSED' } });
    }
    expect(heard.length).toBe(before);
  });

  it('is the one that is connected: what the name says to anybody else meanwhile does not matter', async () => {
    let asked = 0;
    const resolve: Resolve = (_hostname, _options, done) => {
      asked += 1;
      done(null, [
        { address: '10.0.0.1', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ]);
    };
    const response = await guardedFetch({ loopback: true }, resolve)(`http://agency.example:${port}/one`);
    expect(response.status).toBe(200);
    expect(heard.at(-1)).toBe(`agency.example:${port} /one`);
    expect(asked).toBe(1);
  });

  it('of several only the allowed ones are handed on', () => {
    const resolve: Resolve = (_hostname, _options, done) =>
      done(null, [
        { address: '192.168.0.1', family: 4 },
        { address: '93.184.216.34', family: 4 },
      ]);
    let got: unknown;
    guardedLookup({}, resolve)('agency.example', {}, (_error, address) => (got = address));
    expect(got).toBe('93.184.216.34');
  });
});

describe('what is sent', () => {
  it('goes nowhere when the address is not allowed any more, whatever was entered', async () => {
    const before = heard.length;
    expect(await ping(`http://127.0.0.1:${port}/in`, {})).toEqual({ outcome: 'unreachable', reason: 'endpoint_not_allowed' });
    expect(await ping('https://169.254.169.254/in', {})).toEqual({ outcome: 'unreachable', reason: 'endpoint_not_allowed' });
    expect(await ping('https://agency.example/in', { hosts: ['other.example'] })).toEqual({ outcome: 'unreachable', reason: 'endpoint_not_allowed' });
    expect(heard.length).toBe(before);
    expect(await ping(`http://127.0.0.1:${port}/in`, { loopback: true })).toEqual({ outcome: 'answered' });
  });

  it('follows no redirect', async () => {
    expect(await ping(`http://127.0.0.1:${port}/moved`, { loopback: true })).toEqual({ outcome: 'unreachable', reason: 'http_307' });
    expect(heard.filter((line) => line.includes('elsewhere'))).toEqual([]);
  });
});

describe('the directory', () => {
  it.each([
    ['https://10.1.2.3/in', {}],
    ['http://127.0.0.1:4000/in', {}],
    ['https://other.example/in', { hosts: ['agency.example'] }],
  ])('does not take %s under %j, and says which field', async (endpointUrl, agencyReach) => {
    const api = await startApiUnderTest({ deps: { agencyReach } });
    try {
      const reply = await api.ask('PUT', '/v1/organisations/abay-housing', { token: 'dev-admin', body: { ...ORGANISATION_EXAMPLE, endpointUrl } });
      expect(reply.status).toBe(422);
      expect(reply.body).toMatchObject({ code: 'organisation_invalid', errors: [{ field: '/endpointUrl', code: 'value_not_allowed' }] });
    } finally {
      await api.stop();
    }
  });
});

describe('the settings', () => {
  const env: NodeJS.ProcessEnv = { DATABASE_URL: 'postgres://tirek@127.0.0.1:1/tirek' };
  beforeAll(async () => void Object.assign(env, await signingEnv('api')));

  it('allow public addresses by https where nothing is said', () => {
    expect(readConfig(env, 'api').agencyReach).toEqual({ loopback: false });
  });

  it('name hosts and networks', () => {
    const given = readConfig({ ...env, TIREK_AGENCY_HOSTS: 'a.example, *.gov.example', TIREK_AGENCY_NETWORKS: '10.1.0.0/16' }, 'api');
    expect(given.agencyReach).toEqual({ loopback: false, hosts: ['a.example', '*.gov.example'], networks: ['10.1.0.0/16'] });
  });

  it('are refused in one sentence when they say nothing, or open this machine where strangers come in', () => {
    expect(() => readConfig({ ...env, TIREK_AGENCY_NETWORKS: 'intranet' }, 'api')).toThrow('neither an address nor a network');
    expect(readConfig({ ...env, TIREK_AGENCY_LOOPBACK: 'development' }, 'api').agencyReach).toEqual({ loopback: true });
    expect(() => readConfig({ ...env, TIREK_AGENCY_LOOPBACK: 'development', TIREK_HOST: '0.0.0.0' }, 'api')).toThrow('lets strangers in');
  });
});
