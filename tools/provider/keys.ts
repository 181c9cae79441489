/** The keys by which the development provider signs: in the data folder, from the first start on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { writeFileAtomically } from '../stack/atomic-file.js';

/** The one that signs, and the one before it, by which tokens of an hour ago are still known. */
const MOST_KEYS = 2;
const KEY_LASTS_MS = 30 * 24 * 60 * 60_000;

interface StoredKeys {
  rotatedAt: string;
  /** Private; the first one signs. */
  keys: JWK[];
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'provider-keys.json');
}

/** Those that are kept; a key older than a month gets a successor. */
export async function signingKeys(dataDir: string): Promise<JWK[]> {
  const stored = await read(dataDir);
  if (stored === undefined || Date.now() - Date.parse(stored.rotatedAt) > KEY_LASTS_MS) return rotateKeys(dataDir);
  return stored.keys;
}

/** A new key signs from now on. */
export async function rotateKeys(dataDir: string): Promise<JWK[]> {
  const former = (await read(dataDir))?.keys ?? [];
  const { privateKey } = await generateKeyPair('RS256', { extractable: true, modulusLength: 2048 });
  const keys = [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' }, ...former].slice(0, MOST_KEYS);
  const stored: StoredKeys = { rotatedAt: new Date().toISOString(), keys };
  await writeFileAtomically(fileIn(dataDir), `${JSON.stringify(stored, null, 2)}\n`, 0o600);
  return keys;
}

async function read(dataDir: string): Promise<StoredKeys | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(dataDir), 'utf8')) as StoredKeys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
