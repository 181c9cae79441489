/**
 * Keys that never leave their keeper: the transit engine of OpenBao (or Vault), over its documented HTTP. Two named keys:
 * one that wraps and may be rotated any day, one for digests, of which whoever asks names the version.
 * https://openbao.org/api-docs/secret/transit/
 */
import { readFile } from 'node:fs/promises';
import { KeysAway, type KeyService } from './key-service.js';

export interface TransitOptions {
  /** Of the server, e.g. `https://bao.example:8200`. */
  url: string;
  /** Read at every call: an agent beside the process may renew it. */
  tokenFile: string;
  /** Name of the key that wraps. */
  key: string;
  /** Name of the key for digests. */
  digestKey: string;
  /** Where the engine is mounted; default `transit`. */
  mount?: string;
  /** Default 1 000: whoever waits for a key may hold a connection to Postgres. */
  timeoutMs?: number;
}

const MOST_AT_ONCE = 500;

interface BatchResult {
  error?: string;
  ciphertext?: string;
  plaintext?: string;
}

type Ask = (method: 'GET' | 'POST', path: string, body?: object) => Promise<Record<string, unknown>>;

export function createTransitKeys(options: TransitOptions): KeyService {
  const ask = askerOf(options);
  const key = encodeURIComponent(options.key);
  const batch = async (act: string, field: keyof BatchResult, items: readonly object[]): Promise<string[]> => {
    const answers: string[] = [];
    for (let from = 0; from < items.length; from += MOST_AT_ONCE) {
      const { batch_results: results } = await ask('POST', `${act}/${key}`, { batch_input: items.slice(from, from + MOST_AT_ONCE) });
      answers.push(...fieldsOf(results, field, Math.min(MOST_AT_ONCE, items.length - from)));
    }
    return answers;
  };
  const digestKey = encodeURIComponent(options.digestKey);
  const versionOfKey = async (name: string): Promise<number> => {
    const { latest_version: latest } = await ask('GET', `keys/${name}`);
    if (typeof latest === 'number') return latest;
    throw new KeysAway('the key service named no version');
  };
  const rotated = async (name: string): Promise<number> => {
    await ask('POST', `keys/${name}/rotate`);
    return versionOfKey(name);
  };
  return {
    wrap: (keys) =>
      batch(
        'encrypt',
        'ciphertext',
        keys.map((plain) => ({ plaintext: plain.toString('base64') })),
      ),
    unwrap: async (wrapped) => (await batch('decrypt', 'plaintext', wrapped.map(asCiphertext))).map((text) => Buffer.from(text, 'base64')),
    rewrap: (wrapped) => batch('rewrap', 'ciphertext', wrapped.map(asCiphertext)),
    mac: async (text, version) => {
      const input = Buffer.from(text, 'utf8').toString('base64');
      const { hmac } = await ask('POST', `hmac/${digestKey}/sha2-256`, { input, key_version: version });
      return bytesOfHmac(hmac, version);
    },
    digestVersion: () => versionOfKey(digestKey),
    rotateDigests: () => rotated(digestKey),
    version: () => versionOfKey(key),
    rotate: () => rotated(key),
  };
}

function asCiphertext(ciphertext: string): { ciphertext: string } {
  return { ciphertext };
}

function fieldsOf(results: unknown, field: keyof BatchResult, wanted: number): string[] {
  if (!Array.isArray(results) || results.length !== wanted) throw new KeysAway('the key service answered for another number of keys');
  return (results as readonly BatchResult[]).map((result) => {
    const value = result[field];
    if (typeof value !== 'string' || value === '') throw new KeysAway('the key service refused a key');
    return value;
  });
}

/** `vault:v1:<base64>`: the version is part of it. */
function bytesOfHmac(hmac: unknown, version: number): Buffer {
  const [, by, text] = typeof hmac === 'string' ? (/^[a-z]+:v([0-9]+):(.+)$/.exec(hmac) ?? []) : [];
  if (text === undefined || Number(by) !== version) throw new KeysAway('the key service made no digest');
  return Buffer.from(text, 'base64');
}

function askerOf({ url, tokenFile, mount = 'transit', timeoutMs = 1_000 }: TransitOptions): Ask {
  return async (method, path, body) => {
    try {
      const token = (await readFile(tokenFile, 'utf8')).trim();
      const response = await fetch(new URL(`/v1/${mount}/${path}`, url), {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
        headers: { 'x-vault-token': token, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new KeysAway(`the key service answered with ${response.status}`);
      }
      return response.status === 204 ? {} : dataOf(await response.json());
    } catch (error) {
      if (error instanceof KeysAway) throw error;
      throw new KeysAway('the key service does not answer', { cause: error });
    }
  };
}

function dataOf(answer: unknown): Record<string, unknown> {
  const data = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : {};
  return typeof data === 'object' && data !== null ? { ...data } : {};
}
