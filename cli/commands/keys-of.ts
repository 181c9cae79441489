/** The keys of personal data for commands that touch it: those that the environment names, else those of the running stack. */
import { join } from 'node:path';
import { readKeysConfig } from '../../process/config.js';
import { dataDirOf } from '../../tools/stack/data-dir.js';
import { vaultOfConfig, type KeysConfig } from '../../vault/of-config.js';
import type { Vault } from '../../vault/vault.js';

/** Nothing is read of them before they are needed. */
export function vaultOfTerminal(env: NodeJS.ProcessEnv): Vault {
  return vaultOfConfig(env.TIREK_KEYS_FILE || env.TIREK_OPENBAO_URL ? readKeysConfig(env) : ofStack(dataDirOf(env)));
}

function ofStack(dir: string): KeysConfig {
  return { by: 'file', path: join(dir, 'keys.json'), violence: { by: 'file', path: join(dir, 'violence-keys.json') } };
}
