/** Keys of both kinds, those for signing in a folder of their own, and the variables by which a process is told of them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Signatory } from '../../contracts/proof/acts.js';
import { TEST_KEYS_FILE, TEST_VIOLENCE_KEYS_FILE } from './keys.js';
import { keepSigningKeys } from '../../tools/stack/signing-keys.js';

export type SigningEnv = Readonly<Record<'TIREK_SIGNING_KEY_FILE' | 'TIREK_SIGNING_KEYS' | 'TIREK_KEYS_FILE' | 'TIREK_VIOLENCE_KEYS_FILE', string>>;

/** @param dir default: a fresh one */
export async function signingEnv(signatory: Signatory, dir: string = mkdtempSync(join(tmpdir(), 'tirek-keys-'))): Promise<SigningEnv> {
  const { own, all } = await keepSigningKeys(dir);
  const keys = { TIREK_KEYS_FILE: TEST_KEYS_FILE, TIREK_VIOLENCE_KEYS_FILE: TEST_VIOLENCE_KEYS_FILE };
  return { TIREK_SIGNING_KEY_FILE: own[signatory], TIREK_SIGNING_KEYS: all, ...keys };
}
