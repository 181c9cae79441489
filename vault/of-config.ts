/** The keys that a process was configured with. */
import { createFileKeys } from './file-keys.js';
import type { KeyService } from './key-service.js';
import { createTransitKeys, type TransitOptions } from './transit-keys.js';
import { Vault } from './vault.js';

type KeeperConfig = { by: 'file'; path: string } | ({ by: 'transit' } & TransitOptions);

/** `violence`: who keeps the keys of families with signs of violence; absent: this process does not hold them. */
export type KeysConfig = KeeperConfig & { violence?: KeeperConfig };

export function vaultOfConfig({ violence, ...config }: KeysConfig): Vault {
  return new Vault(keeperOf(config), violence === undefined ? {} : { violence: keeperOf(violence) });
}

function keeperOf(config: KeeperConfig): KeyService {
  return config.by === 'file' ? createFileKeys(config.path) : createTransitKeys(config);
}
