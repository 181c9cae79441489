/** Keys in their files, and what is signed with them. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandAct } from '../../contracts/proof/acts.js';
import { proofReader } from '../../contracts/proof/proof.js';
import { readProof, readPublicKeys } from '../../process/signing.js';
import { keepSigningKeys, renewSigningKey, type SigningKeyFiles } from '../../tools/stack/signing-keys.js';

const ACT: CommandAct = {
  act: 'command',
  id: 'id-1',
  actor: { id: 'manager-1', role: 'case_manager', center: 'auezov' },
  subject: 'case-1',
  kind: 'recordInterview',
  data: 'd',
  body: 'b',
};
let dir: string;
let files: SigningKeyFiles;
const proofOfProcess = (process: 'api' | 'worker') => readProof({ keyFile: files.own[process], keysFile: files.all }, process);

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-keys-'));
  files = await keepSigningKeys(dir, Date.now() - 60_000);
});
afterEach(() => rm(dir, { recursive: true, force: true }));

describe('a process', () => {
  it('signs with its own key, which everybody looks into by the public ones, and which a second start keeps', async () => {
    const jws = proofOfProcess('api').sign(ACT);
    const before = await readFile(files.own.api, 'utf8');
    await keepSigningKeys(dir);
    expect(await readFile(files.own.api, 'utf8')).toBe(before);
    expect(proofOfProcess('worker').fault(ACT, jws)).toBeUndefined();
    expect(await readFile(files.all, 'utf8')).not.toContain('"d"');
  });

  it.each([
    ['another act', { ...ACT, id: 'id-2' }, 'signature_differs'],
    ['another member', { ...ACT, actor: { ...ACT.actor, role: 'center_head' as const } }, 'signature_differs'],
  ])('has not signed %s', (_what, act, why) => {
    expect(proofOfProcess('worker').fault(act, proofOfProcess('api').sign(ACT))).toBe(why);
  });

  it('has signed nothing that is no signature, of no key, or of a process that may not', () => {
    const reader = proofReader(readPublicKeys(files.all));
    expect([undefined, null, 'x', 'e30..AA'].map((jws) => reader.fault(ACT, jws))).toEqual(['not_signed', 'not_signed', 'no_signature', 'no_signature']);
    expect(reader.fault(ACT, proofOfProcess('worker').sign(ACT))).toBe('key_of_another');
    expect(proofReader(new Map()).fault(ACT, proofOfProcess('api').sign(ACT))).toBe('key_unknown');
  });

  it('remembers what it signed, and takes it for nothing else', () => {
    const proof = proofOfProcess('api');
    const jws = proof.sign(ACT);
    expect([proof.fault(ACT, jws), proof.fault({ ...ACT, subject: 'case-2' }, jws)]).toEqual([undefined, 'signature_differs']);
  });

  it('does not start with the key of another, with one that others may read, or with one that nobody knows', async () => {
    expect(() => readProof({ keyFile: files.own.worker, keysFile: files.all }, 'api')).toThrow('is the key of the worker');
    expect(() => readProof({ keyFile: undefined, keysFile: files.all }, 'api')).toThrow('TIREK_SIGNING_KEY_FILE');
    expect(() => readProof({ keyFile: files.own.api, keysFile: undefined }, 'api')).toThrow('TIREK_SIGNING_KEYS');
    expect(() => readProof({ keyFile: files.all, keysFile: files.all }, 'api')).toThrow('cannot be used');
    await chmod(files.own.api, 0o644);
    expect(() => proofOfProcess('api')).toThrow('chmod 600');
  });
});

it('a key that was replaced signs no more, and what it signed stays proven', async () => {
  const old = proofOfProcess('api');
  const jws = old.sign(ACT);
  await renewSigningKey(dir, 'api', Date.now() + 60_000);
  const reader = proofReader(readPublicKeys(files.all));
  expect(reader.fault(ACT, jws)).toBeUndefined();
  const [kid] = [...readPublicKeys(files.all).values()].filter(({ signatory, validTo }) => signatory === 'api' && validTo === undefined).map((key) => key.kid);
  expect(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()).not.toContain(kid);
  const late = readProof({ keyFile: files.own.api, keysFile: files.all }, 'api');
  expect(reader.fault(ACT, late.sign(ACT))).toBe('key_not_valid_then');
});
