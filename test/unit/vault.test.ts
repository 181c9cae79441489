/** Sealing values, and who keeps the keys: a file, and OpenBao's transit engine by its documented HTTP. */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKeysConfig } from '../../process/config.js';
import { keyIdOf, open, seal, Tampered } from '../../vault/cipher.js';
import { createFileKeys, createKeyFile } from '../../vault/file-keys.js';
import { KeysAway, versionOf, type KeyService } from '../../vault/key-service.js';
import { createTransitKeys } from '../../vault/transit-keys.js';
import { Vault } from '../../vault/vault.js';
import { startTransitStandIn, TRANSIT_TOKEN, type TransitStandIn } from '../fixtures/transit-stand-in.js';

let dir: string;
let transit: TransitStandIn;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-vault-'));
  await writeFile(join(dir, 'token'), `${TRANSIT_TOKEN}\n`);
  transit = await startTransitStandIn();
});
afterAll(async () => {
  await transit.stop();
  await rm(dir, { recursive: true, force: true });
});

const transitKeys = (): KeyService =>
  createTransitKeys({ url: transit.url, tokenFile: join(dir, 'token'), key: 'tirek', digestKey: 'tirek-digests', timeoutMs: 300 });

async function fileKeys(): Promise<{ path: string; service: KeyService }> {
  const path = join(dir, `${randomUUID()}.json`);
  await createKeyFile(path);
  return { path, service: createFileKeys(path) };
}

describe('a sealed value', () => {
  const dataKey = { id: randomUUID(), key: randomBytes(32) };
  const place = { table: 'person', column: 'iin', row: 'one' };

  it('opens in its place, names its key, and is another one each time', () => {
    const sealed = seal(dataKey, place, '900101100004');
    expect(open(dataKey.key, place, sealed).toString('utf8')).toBe('900101100004');
    expect(keyIdOf(sealed)).toBe(dataKey.id);
    expect(sealed.includes('900101100004')).toBe(false);
    expect(seal(dataKey, place, '900101100004').equals(sealed)).toBe(false);
  });

  it.each([
    ['another row', { ...place, row: 'two' }],
    ['another column', { ...place, column: 'phone' }],
    ['another table', { ...place, table: 'staff' }],
  ])('does not open in %s', (_what, elsewhere) => {
    expect(() => open(dataKey.key, elsewhere, seal(dataKey, place, 'x'))).toThrow(Tampered);
  });

  it('does not open with another key, under the name of another key, nor when a bit of it was changed', () => {
    const sealed = seal(dataKey, place, 'x');
    expect(() => open(randomBytes(32), place, sealed)).toThrow(Tampered);
    for (const at of [0, 3, 20, 30, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => open(dataKey.key, place, changed)).toThrow(Tampered);
    }
    expect(() => keyIdOf(Buffer.from('%PDF-1.4 forged'))).toThrow(Tampered);
  });
});

describe.each([
  ['a file', async () => (await fileKeys()).service],
  ['a transit engine', async () => transitKeys()],
])('keys kept by %s', (_name, keeper) => {
  it('wrap and unwrap, in their order', async () => {
    const service = await keeper();
    const keys = [randomBytes(32), randomBytes(32)];
    const wrapped = await service.wrap(keys);
    expect(await service.unwrap(wrapped)).toEqual(keys);
    expect(wrapped.map(versionOf)).toEqual([await service.version(), await service.version()]);
  });

  it('are rotated without a moment in which anything does not open: what is wrapped again has the new version', async () => {
    const service = await keeper();
    const key = randomBytes(32);
    const [old = ''] = await service.wrap([key]);
    const digest = await service.mac('purpose', 1);
    const version = await service.rotate();
    expect(version).toBe(versionOf(old) + 1);
    const [young = ''] = await service.wrap([key]);
    const [again = ''] = await service.rewrap([old]);
    expect([young, again].map(versionOf)).toEqual([version, version]);
    expect(await service.unwrap([old, young, again])).toEqual([key, key, key]);
    expect(await service.mac('purpose', 1)).toEqual(digest);
    expect(await service.mac('another purpose', 1)).not.toEqual(digest);
  });

  it('make digests by another version, and by the former one as before', async () => {
    const service = await keeper();
    const first = await service.mac('purpose', 1);
    const version = await service.rotateDigests();
    expect(await service.digestVersion()).toBe(version);
    expect(await service.mac('purpose', version)).not.toEqual(first);
    expect(await service.mac('purpose', 1)).toEqual(first);
    const vault = new Vault(service);
    const [former, now] = [await vault.fingerprints(), await vault.fingerprints(version)];
    expect(now.iin('900101100004')).not.toEqual(former.iin('900101100004'));
    // What recognises a repeat is the same for good.
    expect(now.content('x')).toBe(former.content('x'));
  });

  it('refuse what they did not wrap', async () => {
    const service = await keeper();
    await expect(service.unwrap(['vault:v1:AAAA', 'file:v1:AAAA'])).rejects.toThrow(KeysAway);
  });
});

describe('a file of keys', () => {
  it('is of its owner alone, is made once, and is not read when others may read it', async () => {
    const { path, service } = await fileKeys();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const before = await readFile(path, 'utf8');
    expect(await createKeyFile(path)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(before);
    await chmod(path, 0o640);
    await expect(service.wrap([randomBytes(32)])).rejects.toThrow('chmod 600');
  });

  it('that another process rotates is read anew by the one that runs', async () => {
    const { path, service } = await fileKeys();
    expect(await service.version()).toBe(1);
    await createFileKeys(path).rotate();
    expect(await service.version()).toBe(2);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('that is not there is said in words', async () => {
    await expect(createFileKeys(join(dir, 'nowhere.json')).version()).rejects.toThrow(KeysAway);
  });
});

describe('a transit engine', () => {
  it('is asked in one call for many keys', async () => {
    const service = transitKeys();
    const before = transit.asked.length;
    await service.unwrap(await service.wrap(Array.from({ length: 40 }, () => randomBytes(32))));
    expect(transit.asked.slice(before)).toEqual(['POST /v1/transit/encrypt/tirek', 'POST /v1/transit/decrypt/tirek']);
  });

  it.each(['sealed', 'silent'] as const)('that is %s is away, within its time, and answers again afterwards', async (how) => {
    const service = transitKeys();
    const [wrapped = ''] = await service.wrap([randomBytes(32)]);
    transit.be(how);
    const begun = performance.now();
    await expect(service.unwrap([wrapped])).rejects.toThrow(KeysAway);
    expect(performance.now() - begun).toBeLessThan(3_000);
    transit.be('well');
    expect(await service.unwrap([wrapped])).toHaveLength(1);
  });

  it('that does not know the token is away', async () => {
    await writeFile(join(dir, 'wrong'), 'x');
    const service = createTransitKeys({ url: transit.url, tokenFile: join(dir, 'wrong'), key: 'tirek', digestKey: 'tirek-digests' });
    await expect(service.wrap([randomBytes(32)])).rejects.toThrow('403');
  });
});

describe('the data keys of a process', () => {
  it('are unwrapped once while they are at hand, for a time, and never more than so many', async () => {
    let now = 0;
    const service = transitKeys();
    const vault = new Vault(service, { most: 2, ageMs: 1_000, clock: () => now });
    const made = [await vault.fresh(), await vault.fresh(), await vault.fresh()];
    expect(made.map(({ id }) => vault.atHand(id) !== undefined)).toEqual([false, true, true]);
    const before = transit.asked.length;
    expect([...(await vault.unwrap(made.slice(1))).keys()]).toEqual(made.slice(1).map(({ id }) => id));
    expect(transit.asked.length).toBe(before);
    now = 1_000;
    expect([...(await vault.unwrap(made)).values()]).toEqual(expect.arrayContaining(made.map(({ key }) => key)));
    expect(transit.asked.length).toBe(before + 1);
    vault.forget(made[2]?.id ?? '');
    expect(vault.atHand(made[2]?.id ?? '')).toBeUndefined();
  });

  it('come with keyed digests, which are one thing for one purpose only, and are asked for once', async () => {
    const vault = new Vault(transitKeys());
    const other = new Vault((await fileKeys()).service);
    const before = transit.asked.length;
    const prints = await vault.fingerprints();
    await vault.fingerprints();
    expect(transit.asked.length).toBe(before + 4);
    expect(prints.iin('900101100004')).toEqual((await new Vault(transitKeys()).fingerprints()).iin('900101100004'));
    expect(prints.iin('900101100004')).not.toEqual((await other.fingerprints()).iin('900101100004'));
    expect(prints.familyCode('900101100004')).not.toEqual(prints.iin('900101100004'));
    expect(prints.token('name', '1990-01-01')).not.toEqual(prints.token('birth', '1990-01-01'));
  });

  it('come with digests as soon as the key service is back', async () => {
    const vault = new Vault(transitKeys());
    transit.be('sealed');
    await expect(vault.fingerprints()).rejects.toThrow(KeysAway);
    transit.be('well');
    expect((await vault.fingerprints()).content('x')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('the configuration of the keys', () => {
  it('names one keeper, and says what is missing', () => {
    expect(readKeysConfig({ TIREK_KEYS_FILE: '/keys.json' })).toEqual({ by: 'file', path: '/keys.json' });
    const bao = { TIREK_OPENBAO_URL: 'https://bao.example:8200', TIREK_OPENBAO_TOKEN_FILE: '/run/token' };
    expect(readKeysConfig(bao)).toMatchObject({ by: 'transit', key: 'tirek', digestKey: 'tirek-digests', mount: 'transit' });
    expect(() => readKeysConfig({})).toThrow('TIREK_KEYS_FILE');
    expect(() => readKeysConfig({ TIREK_OPENBAO_URL: bao.TIREK_OPENBAO_URL })).toThrow('TIREK_OPENBAO_TOKEN_FILE');
    expect(() => readKeysConfig({ ...bao, TIREK_KEYS_FILE: '/keys.json' })).toThrow('exclude each other');
  });
});
