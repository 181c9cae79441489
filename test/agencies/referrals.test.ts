import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAgencyHttp } from '../../adapters/agency-http.js';
import { signatureHeaders } from '../../adapters/standard-webhooks.js';
import { REFUSAL_CODES, type AgencyMessage } from '../../contracts/agency-protocol.js';
import { referral, reworkNotice, startOutsideWorld, webhookSecret, type OutsideWorld } from './outside-world.js';

let world: OutsideWorld;
beforeAll(async () => {
  world = await startOutsideWorld();
});
beforeEach(() => world.client.reset());
afterAll(() => world.stop());

const send = (message: AgencyMessage) => world.http.send(world.address(message.agency), message);

describe('192-9: a referral reaches its agency', () => {
  it('192-9: is taken with a receipt, whole and signed', async () => {
    const message = referral('employment');
    const sent = await send(message);
    const taken = await world.client.referrals('employment');
    expect(taken).toEqual([{ idempotencyKey: message.dispatchKey, receiptId: expect.any(String), times: 1, message }]);
    expect(sent).toEqual({ outcome: 'accepted', receipt: taken[0]?.receiptId });
    expect(await world.client.referrals('health')).toEqual([]);
  });

  it('a repeated key is the same message: one referral, the same receipt', async () => {
    const message = referral('employment');
    const first = await send(message);
    const second = await send(message);
    expect(second).toEqual(first);
    expect(await world.client.referrals('employment')).toMatchObject([{ times: 2 }]);
  });

  it('the same key with another content is refused and changes nothing', async () => {
    const message = referral('employment');
    await send(message);
    expect(await send({ ...message, iprEndsOn: '2026-12-31' })).toEqual({ outcome: 'refused', reason: 'key_reused' });
    expect(await world.client.referrals('employment')).toMatchObject([{ times: 1, message: { iprEndsOn: '2026-06-30' } }]);
  });

  it('192-11-3: a notice of rework goes its own way', async () => {
    const of = referral('health');
    await send(of);
    const notice = reworkNotice('health', of);
    expect(await send(notice)).toMatchObject({ outcome: 'accepted' });
    expect(await world.client.reworkNotices('health')).toMatchObject([{ message: notice }]);
    expect(await world.client.referrals('health')).toHaveLength(1);
  });
});

describe('an agency that does not take it', () => {
  it.each(REFUSAL_CODES.filter((code) => code !== 'signature_invalid'))('refuses with the code %s', async (code) => {
    await world.client.behave('housing', { refuse: code });
    expect(await send(referral('housing'))).toEqual({ outcome: 'refused', reason: code });
    expect(await world.client.referrals('housing')).toEqual([]);
  });

  it('is unreachable while its line breaks, and takes it afterwards', async () => {
    await world.client.behave('housing', { unreachable: 'reset' });
    const message = referral('housing');
    expect(await send(message)).toEqual({ outcome: 'unreachable', reason: 'connection_reset' });
    await world.client.behave('housing', {});
    expect(await send(message)).toMatchObject({ outcome: 'accepted' });
    expect(await world.client.referrals('housing')).toMatchObject([{ times: 1 }]);
  });

  it('asks for a pause when it is unavailable', async () => {
    await world.client.behave('housing', { unreachable: 'unavailable', retryAfterSeconds: 7 });
    expect(await send(referral('housing'))).toEqual({ outcome: 'unreachable', reason: 'http_503', retryAfterMs: 7_000 });
  });

  it('may take it and lose the acknowledgement: the repeat gets the receipt of the first', async () => {
    await world.client.behave('housing', { loseAcknowledgements: 1 });
    const message = referral('housing');
    expect(await send(message)).toEqual({ outcome: 'unreachable', reason: 'connection_reset' });
    const [taken] = await world.client.referrals('housing');
    expect(await send(message)).toEqual({ outcome: 'accepted', receipt: taken?.receiptId });
  });

  it('is slower than the bound of an attempt: unreachable now, acknowledged by the same receipt later', async () => {
    await world.client.behave('housing', { acknowledgeAfterMs: 60_000 });
    const message = referral('housing');
    const impatient = createAgencyHttp({ timeoutMs: 50, reach: { loopback: true } });
    expect(await impatient.send(world.address('housing'), message)).toEqual({ outcome: 'unreachable', reason: 'timeout' });
    const [taken] = await world.client.referrals('housing');
    await world.client.behave('housing', { acknowledgeAfterMs: 1 });
    expect(await send(message)).toEqual({ outcome: 'accepted', receipt: taken?.receiptId });
  });

  it('is not there at all', async () => {
    const { simulators, http } = world;
    const closed = await listening(() => {});
    await closed.stop();
    const agency = { ...world.address('housing'), endpointUrl: closed.url };
    expect(await http.send(agency, referral('housing'))).toEqual({ outcome: 'unreachable', reason: 'connection_refused' });
    const nowhere = { ...agency, endpointUrl: `${simulators.url}/agencies/nobody` };
    expect(await http.send(nowhere, referral('housing'))).toEqual({ outcome: 'unreachable', reason: 'http_404' });
  });
});

describe('signatures towards an agency', () => {
  it('another secret is no answer to the message: it goes when the key is mended', async () => {
    const agency = { ...world.address('sports'), secrets: [webhookSecret()] };
    expect(await world.http.send(agency, referral('sports'))).toEqual({ outcome: 'unreachable', reason: 'signature_invalid' });
    expect(await world.client.referrals('sports')).toEqual([]);
  });

  it('a message of one agency does not pass at another', async () => {
    const agency = { ...world.address('sports'), endpointUrl: world.simulators.agencyUrl('culture') };
    expect(await world.http.send(agency, referral('sports'))).toEqual({ outcome: 'unreachable', reason: 'signature_invalid' });
    expect(await world.http.send(world.address('culture'), referral('sports'))).toEqual({ outcome: 'refused', reason: 'message_invalid' });
  });

  it('an old timestamp, a changed body and a missing signature are refused', async () => {
    const { secrets, endpointUrl } = world.address('sports');
    const message = referral('sports');
    const body = JSON.stringify(message);
    const post = async (content: string, headers: Record<string, string>) => {
      const own = { 'content-type': 'application/json', 'idempotency-key': message.dispatchKey };
      return (await fetch(`${endpointUrl}/referrals`, { method: 'POST', body: content, headers: { ...own, ...headers } })).status;
    };
    const fresh = signatureHeaders(secrets, message.dispatchKey, body);
    expect(await post(body, signatureHeaders(secrets, message.dispatchKey, body, new Date(Date.now() - 6 * 60_000)))).toBe(401);
    expect(await post(body.replace('2026-06-30', '2026-07-30'), fresh)).toBe(401);
    expect(await post(body, {})).toBe(401);
    expect(await post(body, { ...fresh, 'idempotency-key': 'another' })).toBe(400);
    expect(await world.client.referrals('sports')).toEqual([]);
    expect(await post(body, fresh)).toBe(202);
  });

  it('an unusable secret or address is a value, not an exception', async () => {
    const message = referral('sports');
    const agency = world.address('sports');
    expect(await world.http.send({ ...agency, secrets: ['whsec_!'] }, message)).toEqual({ outcome: 'unreachable', reason: 'secret_invalid' });
    expect(await world.http.send({ ...agency, endpointUrl: 'nonsense' }, message)).toEqual({ outcome: 'unreachable', reason: 'endpoint_invalid' });
  });
});

describe('answers that are not of the protocol', () => {
  const answers: [string, RequestListener, object][] = [
    ['no JSON', (_req, res) => res.writeHead(202).end('ok'), { outcome: 'accepted' }],
    ['a page', (_req, res) => res.writeHead(202, { 'content-type': 'text/html' }).end('<html>Принято</html>'), { outcome: 'accepted' }],
    ['nothing at all', (_req, res) => res.writeHead(204).end(), { outcome: 'accepted' }],
    ['created, without a receipt', (_req, res) => res.writeHead(201).end('{}'), { outcome: 'accepted' }],
    ['endless', (_req, res) => res.writeHead(200).end('x'.repeat(200_000)), { outcome: 'accepted' }],
    ['a number as receipt', (_req, res) => res.writeHead(200).end('{"receiptId":12345}'), { outcome: 'accepted', receipt: '12345' }],
    ['a receipt in Cyrillic', (_req, res) => res.writeHead(200).end('{"receiptId":"ЗТ-2026-01234567"}'), { outcome: 'accepted', receipt: 'ЗТ-2026-01234567' }],
    ['a receipt with a number sign', (_req, res) => res.writeHead(200).end('{"receiptId":"№ 15-04/812"}'), { outcome: 'accepted', receipt: '№ 15-04/812' }],
    ['a byte order mark', (_req, res) => res.writeHead(200).end('\uFEFF{"receiptId":"1C-7"}'), { outcome: 'accepted', receipt: '1C-7' }],
    [
      'a conflict with the receipt of the first time',
      (_req, res) => res.writeHead(409).end('{"receiptId":"15-04/812"}'),
      { outcome: 'accepted', receipt: '15-04/812' },
    ],
    ['a conflict', (_req, res) => res.writeHead(409).end('{}'), { outcome: 'unreachable', reason: 'http_409' }],
    ['a refusal by its code', (_req, res) => res.writeHead(422).end('{"code":"not_competent"}'), { outcome: 'refused', reason: 'not_competent' }],
    ['a proxy’s 404', (_req, res) => res.writeHead(404).end('<html>no such page</html>'), { outcome: 'unreachable', reason: 'http_404' }],
    ['a proxy’s 403', (_req, res) => res.writeHead(403).end(), { outcome: 'unreachable', reason: 'http_403' }],
    ['gone', (_req, res) => res.writeHead(410).end(), { outcome: 'unreachable', reason: 'http_410' }],
    [
      'redirected',
      (_req, res) => res.writeHead(307, { location: world.simulators.agencyUrl('tourism') }).end(),
      { outcome: 'unreachable', reason: 'http_307' },
    ],
    ['words of its own in a refusal', (_req, res) => res.writeHead(422).end('{"code":"Персона не найдена"}'), { outcome: 'unreachable', reason: 'http_422' }],
    ['too many', (_req, res) => res.writeHead(429, { 'retry-after': 'soon' }).end(), { outcome: 'unreachable', reason: 'http_429' }],
    ['too early', (_req, res) => res.writeHead(425).end(), { outcome: 'unreachable', reason: 'http_425' }],
    ['request timeout', (_req, res) => res.writeHead(408).end(), { outcome: 'unreachable', reason: 'http_408' }],
    ['a fault', (_req, res) => res.writeHead(500).end('stack'), { outcome: 'unreachable', reason: 'http_500' }],
  ];
  it.each(answers)('%s', async (_name, listener, outcome) => {
    const strange = await listening(listener);
    try {
      const agency = { ...world.address('tourism'), endpointUrl: strange.url };
      expect(await world.http.send(agency, referral('tourism'))).toEqual(outcome);
    } finally {
      await strange.stop();
    }
  });
});

async function listening(listener: RequestListener): Promise<{ url: string; stop(): Promise<void> }> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
