/** The directory of organisations over HTTP: everybody reads it, the administrator keeps it. */
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { verifySignature } from '../../adapters/standard-webhooks.js';
import {
  Keys,
  ORGANISATION_EXAMPLE,
  Organisation,
  OrganisationHistory,
  OrganisationPage,
  Ping,
  type OrganisationBody,
} from '../../contracts/http/organisations.js';
import { agreed, rowCounts, SECRETS, sendReport, startApiUnderTest, type ApiUnderTest, type Reply } from './api-under-test.js';

const ADMIN = { token: 'dev-admin' };
const secretOf = (word: string): string => `whsec_${Buffer.from(word.padEnd(24, '.')).toString('base64')}`;

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApiUnderTest();
});
afterAll(() => api.stop());

type Body = z.input<typeof OrganisationBody>;
/** By the administrators of both Centers. */
const put = (id: string, body: unknown, path = '', token = 'dev-admin'): Promise<Reply> =>
  agreed(api, api.ask('PUT', `/v1/organisations/${id}${path}`, { token, body }));
const placesOf = ({ body }: Reply): string[] | undefined => body.errors?.map(({ field, code }) => `${field} ${code}`);

async function registered(id: string, changes: Partial<Body> = {}): Promise<z.output<typeof Organisation>> {
  const reply = await put(id, { ...ORGANISATION_EXAMPLE, ...changes });
  expect(reply.text).toContain(id);
  expect(reply.status).toBe(200);
  return Organisation.parse(reply.body);
}

describe('registering', () => {
  it('192-2: a department of another district is registered, read by everybody, and a repeat has the same answer', async () => {
    const first = await registered('abay-housing');
    expect(first).toMatchObject({ organisationId: 'abay-housing', version: 1, function: 'housing', territory: '791110000' });
    const before = await rowCounts(api.owner);
    expect(await registered('abay-housing')).toEqual(first);
    expect(await rowCounts(api.owner)).toEqual(before);
    const page = OrganisationPage.parse(
      (await api.get('/v1/organisations?function=housing&territory=791110000&day=2026-12-01', { token: 'dev-specialist' })).body,
    );
    expect(page.items).toEqual([first]);
    expect(OrganisationPage.parse((await api.get('/v1/organisations?function=housing&territory=791110000&day=2026-11-30')).body).items).toEqual([]);
  });

  it('no answer and no history shows a secret', async () => {
    await registered('abay-sports', { function: 'sports' });
    const texts = await Promise.all(['', '/keys', '/history'].map(async (path) => (await api.get(`/v1/organisations/abay-sports${path}`, ADMIN)).text));
    for (const text of texts) expect(text).not.toContain('whsec_');
  });

  it('two of one function and territory on one day are refused; after its last day there may be another', async () => {
    await registered('abay-culture', { function: 'culture', validTo: '2027-06-30' });
    const second: Body = { ...ORGANISATION_EXAMPLE, function: 'culture', validFrom: '2027-06-30' };
    const refused = await put('abay-culture-2', second);
    expect([refused.status, refused.body.code, refused.body.params]).toEqual([409, 'organisation_overlaps', { organisationId: 'abay-culture' }]);
    expect((await put('abay-culture-2', { ...second, validFrom: '2027-07-01' })).status).toBe(200);
  });

  it.each<[string, Partial<Body>, string[]]>([
    ['http off the own machine', { endpointUrl: 'http://housing.example' }, ['/endpointUrl wrong_format']],
    ['a query in the address', { endpointUrl: 'https://housing.example/x?y=1' }, ['/endpointUrl wrong_format']],
    ['a broken secret', { secret: 'whsec_!' }, ['/secret wrong_format']],
    ['an address on paper', { protocol: 'paper', secret: undefined }, ['/endpointUrl value_not_allowed']],
    ['no secret', { secret: undefined }, ['/secret required']],
    ['an end before the beginning', { validTo: '2026-01-01' }, ['/validTo dates_reversed']],
  ])('refuses %s with its place, and nothing changes', async (_what, changes, places) => {
    const before = await rowCounts(api.owner);
    const reply = await put('abay-tourism', { ...ORGANISATION_EXAMPLE, function: 'tourism', ...changes });
    expect([reply.status, reply.body.code, placesOf(reply)]).toEqual([422, 'organisation_invalid', places]);
    expect(await rowCounts(api.owner)).toEqual(before);
  });

  it('nobody but the administrator, in every language a sentence', async () => {
    for (const token of ['dev-manager', 'dev-head', 'dev-coordinator']) {
      expect((await put('abay-youth', ORGANISATION_EXAMPLE, '', token)).body.code).toBe('role_not_allowed');
    }
    expect((await api.get('/v1/organisations/nobody', ADMIN)).body.code).toBe('organisation_unknown');
    expect((await api.get(`/v1/organisations/${'x'.repeat(41)}`, ADMIN)).body.code).toBe('organisation_unknown');
  });
});

describe('changing', () => {
  it('of two who read one version one writes; what it is there for and where never changes', async () => {
    const { version } = await registered('abay-health', { function: 'health' });
    const { secret: _secret, ...body } = ORGANISATION_EXAMPLE;
    const change = { ...body, function: 'health', version, nameRu: 'Поликлиника' };
    const replies = await Promise.all([put('abay-health', change), put('abay-health', { ...change, nameRu: 'Больница' })]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    const moved = await put('abay-health', { ...change, version: version + 1, territory: '791210000' });
    expect(placesOf(moved)).toEqual(['/territory value_not_allowed']);
    const history = OrganisationHistory.parse((await api.get('/v1/organisations/abay-health/history', ADMIN)).body);
    expect(history.items.map(({ what, changedBy }) => [what, changedBy])).toEqual([
      ['changed', 'admin-almaty-auezov'],
      ['registered', 'admin-almaty-auezov'],
    ]);
  });

  it('a successor is of the same function and valid after the last day', async () => {
    const { version } = await registered('abay-youth', { function: 'youth' });
    const unfit = await put('abay-youth', { version, lastDay: '2026-12-31', successor: 'abay-housing' }, '/end');
    expect([unfit.status, unfit.body.code]).toEqual([422, 'successor_unfit']);
    const ended = await put('abay-youth', { version, lastDay: '2026-12-31' }, '/end');
    expect(ended.body).toMatchObject({ validTo: '2026-12-31', version: version + 1 });
  });
});

describe('keys', () => {
  const report = { type: 'report', caseId: '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10', measureId: '6d0b6f43-6b55-4a61-9b1b-6ef8d1f8a001', outcome: 'performed' };

  it('while one takes the other’s place both are taken; after its end the old one is not', async () => {
    const secret = secretOf('second');
    const added = await put('employment', { secret }, '/keys/second');
    expect(Keys.parse(added.body).items.map(({ keyId }) => keyId)).toEqual(['first', 'second']);
    for (const each of [SECRETS.employment, secret]) expect((await sendReport(api, report, { secret: each })).status).toBe(202);
    expect((await put('employment', { secret: secretOf('third') }, '/keys/third')).body.code).toBe('organisation_invalid');
    await put('employment', { validTo: new Date(Date.now() - 1_000).toISOString() }, '/keys/first');
    expect((await sendReport(api, report, { secret: SECRETS.employment })).body.code).toBe('signature_invalid');
    expect((await sendReport(api, report, { secret })).status).toBe(202);
  });

  it('a key keeps its secret: another secret is another key', async () => {
    expect(placesOf(await put('health', { secret: secretOf('other') }, '/keys/first'))).toEqual(['/secret value_not_allowed']);
    expect(placesOf(await put('health', {}, '/keys/none'))).toEqual(['/secret required']);
  });
});

describe('the ping', () => {
  let listener: Server;
  const heard: boolean[] = [];
  afterAll(() => void listener?.close());

  it('is signed by every key that is good, and says whether it was heard', async () => {
    const secret = secretOf('ping');
    listener = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        heard.push(request.url === '/in/pings' && verifySignature(secret, request.headers, Buffer.concat(parts)).ok);
        response.writeHead(204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await registered('abay-education', { function: 'education', endpointUrl: `http://127.0.0.1:${port}/in`, secret: secretOf('former') });
    await put('abay-education', { secret }, '/keys/next');
    expect(Ping.parse((await put('abay-education', undefined, '/ping')).body)).toMatchObject({ outcome: 'answered' });
    expect(heard).toEqual([true]);
    await registered('abay-employment', { function: 'employment', endpointUrl: 'http://127.0.0.1:9/in' });
    expect(Ping.parse((await put('abay-employment', undefined, '/ping')).body).outcome).toBe('unreachable');
  });

  it('nobody is pinged on paper', async () => {
    const { endpointUrl: _address, secret: _secret, ...paper } = ORGANISATION_EXAMPLE;
    await put('abay-social', { ...paper, protocol: 'paper', function: 'social_protection' });
    expect((await put('abay-social', undefined, '/ping')).body.code).toBe('organisation_on_paper');
  });
});
