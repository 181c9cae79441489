/** What a signature is worth, asked of both verifiers: without any server, and over NCANode's own HTTP (256-17-1, P42). */
import { signingEnv } from '../stack/signing-env.js';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDevelopmentVerifier, developmentSignature, type DevelopmentSigner } from '../../adapters/signatures/development-certificates.js';
import { createNcanode } from '../../adapters/signatures/ncanode.js';
import { NO_VERIFIER, type SignatureVerifier } from '../../adapters/signatures/verifier.js';
import { readConfig } from '../../process/config.js';
import { startSimulators, type RunningSimulators } from '../../simulators/start.js';

const IIN = '900101100004';
const DATA = Buffer.from('The plan as it was signed.');
const OTHER = Buffer.from('Another plan.');
const DAY_MS = 86_400_000;

let simulators: RunningSimulators;
let verifiers: Readonly<Record<string, SignatureVerifier>>;

async function told(behaviour: object): Promise<void> {
  await fetch(`${simulators.url}/ncanode/behaviour`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(behaviour) });
}

beforeAll(async () => {
  simulators = await startSimulators({ agencies: [], centerWebhookSecret: 'whsec_bm9ib2R5' });
  verifiers = { development: createDevelopmentVerifier(), ncanode: createNcanode({ url: `${simulators.url}/ncanode` }) };
});
afterEach(() => fetch(`${simulators.url}/reset`, { method: 'POST' }));
afterAll(() => simulators.stop());

const cmsOf = (signer: DevelopmentSigner | readonly DevelopmentSigner[], attached = false, data = DATA) => developmentSignature(data, signer, attached);

const now = Date.now();
const REFUSED: readonly [string, string, () => Buffer][] = [
  ['bytes that are no CMS', 'signature_unreadable', () => Buffer.from('MIIB')],
  ['no signer', 'signature_unreadable', () => cmsOf([])],
  ['other bytes', 'signature_changed', () => cmsOf({ iin: IIN }, false, OTHER)],
  ['other bytes that it brings itself', 'signature_changed', () => cmsOf({ iin: IIN }, true, OTHER)],
  ['two signers', 'signature_of_several', () => cmsOf([{ iin: IIN }, { iin: '900101100500' }])],
  ['a certificate whose time is over', 'certificate_expired', () => cmsOf({ iin: IIN, validTo: now - DAY_MS })],
  ['one whose time has not begun', 'certificate_expired', () => cmsOf({ iin: IIN, validFrom: now + DAY_MS })],
  ['a time stamp from before the certificate', 'certificate_expired', () => cmsOf({ iin: IIN, validFrom: now - DAY_MS, stampedAt: now - 2 * DAY_MS })],
  ['a time stamp of tomorrow', 'certificate_expired', () => cmsOf({ iin: IIN, stampedAt: now + DAY_MS })],
  ['a revoked certificate', 'certificate_revoked', () => cmsOf({ iin: IIN, serialNumber: 'dead01' })],
  ['one of a stranger’s authority', 'certificate_untrusted', () => cmsOf({ iin: IIN, authority: 'a stranger' })],
  ['one of an organisation', 'certificate_without_iin', () => cmsOf({})],
  ['one with a number that is no ИИН', 'certificate_without_iin', () => cmsOf({ iin: '900101100005' })],
];

describe.each(['development', 'ncanode'])('256-17-1, P42: the verifier %s', (name) => {
  const verify = (cms: Uint8Array, data = DATA) => verifiers[name]!.verify({ cms, data });

  it('says whose signature it is, and what was looked at', async () => {
    const stampedAt = now - 60_000;
    const verdict = await verify(cmsOf({ iin: IIN, serialNumber: 'a1', stampedAt }));
    expect(verdict).toMatchObject({ verdict: 'good', signature: { iin: IIN, serialNumber: 'a1', revocationCheckedBy: 'OCSP', timeStamp: { at: stampedAt } } });
    expect(await verify(cmsOf({ iin: IIN }, true))).toMatchObject({ verdict: 'good', signature: { iin: IIN } });
  });

  it.each(REFUSED)('refuses %s: %s', async (_what, code, cms) => {
    expect(await verify(cms())).toEqual({ verdict: 'refused', code });
  });
});

describe('a verifier that does not know', () => {
  const ask = () => verifiers.ncanode!.verify({ cms: cmsOf({ iin: IIN }), data: DATA });

  it('takes nobody for not revoked of whom OCSP says nothing', async () => {
    await told({ withoutOcsp: true });
    expect(await ask()).toEqual({ verdict: 'away', reason: 'revocation_unknown' });
  });

  it('says so when the server fails, is not there, answers something else, or is late', async () => {
    await told({ broken: true });
    expect(await ask()).toEqual({ verdict: 'away', reason: 'http_500' });
    expect(await createNcanode({ url: 'http://127.0.0.1:9' }).verify({ cms: DATA, data: DATA })).toEqual({ verdict: 'away', reason: 'unreachable' });
    const odd = await listening((answer) => answer('{"valid":true,"signers":"many"}'));
    expect(await createNcanode({ url: odd.url }).verify({ cms: DATA, data: DATA })).toEqual({ verdict: 'away', reason: 'answer_unknown' });
    const late = await listening(() => {});
    expect(await createNcanode({ url: late.url, timeoutMs: 30 }).verify({ cms: DATA, data: DATA })).toEqual({ verdict: 'away', reason: 'timeout' });
    for (const { server } of [odd, late]) {
      server.closeAllConnections();
      server.close();
    }
    expect(await NO_VERIFIER.verify({ cms: DATA, data: DATA })).toEqual({ verdict: 'away', reason: 'not_configured' });
  });

  it('is not fooled by an answer that is valid and names no certificate', async () => {
    const empty = await listening((answer) => answer('{"status":200,"message":"OK","valid":true,"signers":[{"certificates":[]}]}'));
    expect(await createNcanode({ url: empty.url }).verify({ cms: DATA, data: DATA })).toEqual({ verdict: 'refused', code: 'signature_unreadable' });
    empty.server.close();
  });
});

describe('the switch of development', () => {
  it('is on where it is asked for, and only where no stranger reaches the API', async () => {
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing', ...(await signingEnv('api')) };
    expect(readConfig(env, 'api').signatures).toBeUndefined();
    expect(readConfig({ ...env, TIREK_NCANODE_URL: 'https://ncanode.example' }, 'api').signatures).toEqual({ by: 'ncanode', url: 'https://ncanode.example' });
    expect(readConfig({ ...env, TIREK_SIGNATURES: 'development' }, 'api').signatures).toEqual({ by: 'development' });
    expect(() => readConfig({ ...env, TIREK_SIGNATURES: 'development', TIREK_HOST: '0.0.0.0' }, 'api')).toThrow('TIREK_NCANODE_URL');
    expect(() => readConfig({ ...env, TIREK_SIGNATURES: 'development', TIREK_NCANODE_URL: 'https://ncanode.example' }, 'api')).toThrow('exclude');
  });
});

async function listening(respond: (answer: (body: string) => void) => void): Promise<{ url: string; server: Server }> {
  const server = createServer((_request, response) => respond((body) => void response.setHeader('content-type', 'application/json').end(body)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, server };
}
