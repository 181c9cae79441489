/** Keys of this test process, in a file that it takes away with it; processes that a test starts are given its path. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileKeys, createKeyFile } from '../../vault/file-keys.js';
import { Vault } from '../../vault/vault.js';

const DIR = mkdtempSync(join(tmpdir(), 'tirek-keys-'));
process.once('exit', () => rmSync(DIR, { recursive: true, force: true }));

export const TEST_KEYS_FILE = join(DIR, 'keys.json');
await createKeyFile(TEST_KEYS_FILE);

export const TEST_VIOLENCE_KEYS_FILE = join(DIR, 'violence-keys.json');
await createKeyFile(TEST_VIOLENCE_KEYS_FILE);

export const TEST_KEYS = { by: 'file', path: TEST_KEYS_FILE, violence: { by: 'file', path: TEST_VIOLENCE_KEYS_FILE } } as const;
export const TEST_VAULT = new Vault(createFileKeys(TEST_KEYS_FILE), { violence: createFileKeys(TEST_VIOLENCE_KEYS_FILE) });
