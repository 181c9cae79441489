/**
 * Keys in a file that only its owner may read: for development, and for an installation without a key service. A version
 * that is added while processes run is seen by them without a restart.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { open as openFile, readFile, rename, stat } from 'node:fs/promises';
import { KEY_BYTES } from './cipher.js';
import { KeysAway, versionOf, type KeyService } from './key-service.js';

interface KeyFile {
  /** The version that wraps. */
  current: number;
  /** Base64, by version. */
  wrapping: Readonly<Record<string, string>>;
  /** For keyed digests, version 1; it stays, for digests of what was asked are made with it. */
  digests: string;
  /** The later versions, by number: what is indexed anew is found by them. */
  laterDigests?: Readonly<Record<string, string>>;
}

interface Loaded {
  /** As of this file. */
  stamp: string;
  current: number;
  wrapping: ReadonlyMap<number, Buffer>;
  digests: ReadonlyMap<number, Buffer>;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Owner only: no right of the group or of others. */
const OTHERS = 0o077;

/**
 * Writes a new file of keys, mode 0600. One that is there already is left as it is.
 * @returns false when there was one
 */
export async function createKeyFile(path: string): Promise<boolean> {
  const made: KeyFile = { current: 1, wrapping: { 1: newKey() }, digests: newKey() };
  try {
    const file = await openFile(path, 'wx', 0o600);
    try {
      await file.writeFile(textOf(made));
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw error;
  }
}

/** @param path read when it is first needed, and again when it has changed */
export function createFileKeys(path: string): KeyService {
  let loaded: Loaded | undefined;
  const keys = async (): Promise<Loaded> => {
    loaded = await reloaded(path, loaded);
    return loaded;
  };
  const service: KeyService = {
    wrap: async (plain) => {
      const { current, wrapping } = await keys();
      return plain.map((key) => `file:v${current}:${wrapOne(wrappingKey(wrapping, current), key)}`);
    },
    unwrap: async (wrapped) => {
      const { wrapping } = await keys();
      return wrapped.map((text) => unwrapOne(wrappingKey(wrapping, versionOf(text)), text.slice(text.indexOf(':', 5) + 1)));
    },
    rewrap: async (wrapped) => service.wrap(await service.unwrap(wrapped)),
    mac: async (text, version) =>
      createHmac('sha256', wrappingKey((await keys()).digests, version))
        .update(text, 'utf8')
        .digest(),
    digestVersion: async () => Math.max(...(await keys()).digests.keys()),
    rotateDigests: async () => addDigestVersion(path, await keys()),
    version: async () => (await keys()).current,
    rotate: async () => addVersion(path, await keys()),
  };
  return service;
}

/** A version behind the others, put in the place of the file in one step: who reads it meanwhile reads the one or the other. */
async function addVersion(path: string, loaded: Loaded): Promise<number> {
  const next = Math.max(loaded.current, ...loaded.wrapping.keys()) + 1;
  const { wrapping, ...file } = fileOf(loaded);
  await replaceFile(path, { ...file, current: next, wrapping: { ...wrapping, [next]: newKey() } });
  return next;
}

/** The same of the key for digests. */
async function addDigestVersion(path: string, loaded: Loaded): Promise<number> {
  const next = Math.max(...loaded.digests.keys()) + 1;
  const file = fileOf(loaded);
  await replaceFile(path, { ...file, laterDigests: { ...file.laterDigests, [next]: newKey() } });
  return next;
}

function written(keys: ReadonlyMap<number, Buffer>): Record<string, string> {
  return Object.fromEntries([...keys].map(([version, key]) => [version, key.toString('base64')]));
}

function fileOf({ current, wrapping, digests }: Loaded): KeyFile {
  const { 1: first = '', ...later } = written(digests);
  return { current, wrapping: written(wrapping), digests: first, ...(Object.keys(later).length === 0 ? {} : { laterDigests: later }) };
}

async function replaceFile(path: string, changed: KeyFile): Promise<void> {
  const aside = `${path}.${process.pid}`;
  const file = await openFile(aside, 'wx', 0o600);
  try {
    await file.writeFile(textOf(changed));
    // What is wrapped with it soon must not outlive it.
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}

async function reloaded(path: string, known: Loaded | undefined): Promise<Loaded> {
  try {
    const { mode, mtimeMs, ino, size } = await stat(path);
    const stamp = `${ino}:${mtimeMs}:${size}`;
    if (known?.stamp === stamp) return known;
    if ((mode & OTHERS) !== 0) throw new KeysAway(`the file of keys may be read by others than its owner: chmod 600 it`);
    return { stamp, ...parse(await readFile(path, 'utf8')) };
  } catch (error) {
    if (error instanceof KeysAway) throw error;
    throw new KeysAway('the file of keys cannot be read', { cause: error });
  }
}

function read(versions: Readonly<Record<string, string>>): Map<number, Buffer> {
  return new Map(Object.entries(versions).map(([version, key]) => [Number(version), keyIn(key)]));
}

function parse(text: string): Omit<Loaded, 'stamp'> {
  const { current, wrapping, digests, laterDigests = {} } = JSON.parse(text) as KeyFile;
  const keys = read(wrapping);
  if (!keys.has(current)) throw new KeysAway(`the file of keys has no version ${current}`);
  return { current, wrapping: keys, digests: read({ 1: digests, ...laterDigests }) };
}

function keyIn(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES) throw new KeysAway(`a key of the file is not ${KEY_BYTES} bytes long`);
  return key;
}

function wrappingKey(wrapping: ReadonlyMap<number, Buffer>, version: number): Buffer {
  const key = wrapping.get(version);
  if (key === undefined) throw new KeysAway(`the file of keys has no version ${version}`);
  return key;
}

function wrapOne(wrapping: Buffer, key: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce);
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

function unwrapOne(wrapping: Buffer, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', wrapping, bytes.subarray(0, NONCE_BYTES)).setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new KeysAway('a data key was wrapped with another key than that of the file', { cause: error });
  }
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64');
}

function textOf(file: KeyFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
