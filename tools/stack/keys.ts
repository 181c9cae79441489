import { join } from 'node:path';
import { createKeyFile } from '../../vault/file-keys.js';

/** `<dataDir>/keys.json` (mode 0600): the keys of this data folder, made at its first start and kept. */
export async function developmentKeys(dataDir: string): Promise<string> {
  const file = join(dataDir, 'keys.json');
  await createKeyFile(file);
  return file;
}

/** `<dataDir>/violence-keys.json`, of families with signs of violence. */
async function developmentViolenceKeys(dataDir: string): Promise<string> {
  const file = join(dataDir, 'violence-keys.json');
  await createKeyFile(file);
  return file;
}

/** The folder's own keys, unless whoever starts has named others. */
export async function keysEnv(dataDir: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  if (env.TIREK_KEYS_FILE || env.TIREK_OPENBAO_URL) return {};
  return { TIREK_KEYS_FILE: await developmentKeys(dataDir), TIREK_VIOLENCE_KEYS_FILE: await developmentViolenceKeys(dataDir) };
}
