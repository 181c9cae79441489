/** Signing keys of a development stack: made at its first start in the data folder, and kept. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SIGNATORIES, type Signatory } from '../../contracts/proof/acts.js';
import { newSigningKey, publicPart, type PrivateJwk, type PublicJwk } from '../../contracts/proof/key-set.js';
import { writeFileAtomically } from './atomic-file.js';

export interface SigningKeyFiles {
  /** Private key of each kind of process, mode 0600. */
  own: Readonly<Record<Signatory, string>>;
  /** Public keys of all, with those that were replaced. */
  all: string;
}

export function signingKeyFiles(dataDir: string): SigningKeyFiles {
  const own = Object.fromEntries(SIGNATORIES.map((signatory) => [signatory, join(dataDir, 'keys', `${signatory}.json`)])) as Record<Signatory, string>;
  return { own, all: join(dataDir, 'keys', 'public.json') };
}

/** Makes what is missing. A key whose private part is gone stays in the set: what it signed is still looked into. */
export async function keepSigningKeys(dataDir: string, now: number = Date.now()): Promise<SigningKeyFiles> {
  const files = signingKeyFiles(dataDir);
  await mkdir(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
  const known = (await readJson<{ keys: PublicJwk[] }>(files.all))?.keys ?? [];
  const added: PublicJwk[] = [];
  for (const signatory of SIGNATORIES) {
    const held = await readJson<PrivateJwk>(files.own[signatory]);
    const key = held ?? newSigningKey(signatory, now);
    if (held === undefined) await writeFileAtomically(files.own[signatory], `${JSON.stringify(key, null, 2)}\n`, 0o600);
    if (!known.some(({ kid }) => kid === key.kid)) added.push(publicPart(key));
  }
  if (added.length > 0) await writeFileAtomically(files.all, `${JSON.stringify({ keys: [...known, ...added] }, null, 2)}\n`, 0o644);
  return files;
}

/**
 * Gives a process another key. The one before may sign no more from `now` on (epoch ms), and what it signed is still
 * looked into. Start the process anew, and first everybody who reads the public keys.
 */
export async function renewSigningKey(dataDir: string, signatory: Signatory, now: number = Date.now()): Promise<SigningKeyFiles> {
  const files = await keepSigningKeys(dataDir, now);
  const { keys } = (await readJson<{ keys: PublicJwk[] }>(files.all)) ?? { keys: [] };
  const key = newSigningKey(signatory, now);
  const ended = keys.map((each) => (each.signatory === signatory && each.validTo === undefined ? { ...each, validTo: new Date(now).toISOString() } : each));
  await writeFileAtomically(files.all, `${JSON.stringify({ keys: [...ended, publicPart(key)] }, null, 2)}\n`, 0o644);
  await writeFileAtomically(files.own[signatory], `${JSON.stringify(key, null, 2)}\n`, 0o600);
  return files;
}

async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
