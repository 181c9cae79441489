/** The keys that a process was configured with. */
import { createFileKeys } from './file-keys.js';
import { createTransitKeys, type TransitOptions } from './transit-keys.js';
import { Vault } from './vault.js';

export type KeysConfig = { by: 'file'; path: string } | ({ by: 'transit' } & TransitOptions);

export function vaultOfConfig(config: KeysConfig): Vault {
  return new Vault(config.by === 'file' ? createFileKeys(config.path) : createTransitKeys(config));
}
