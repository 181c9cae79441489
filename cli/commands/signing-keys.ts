/** The public keys by which signatures are looked into: named, or those of the stack of this data folder. */
import type { PublicKeys } from '../../contracts/proof/proof.js';
import { reasonOf } from '../../process/failure.js';
import { readPublicKeys } from '../../process/signing.js';
import { dataDirOf } from '../../tools/stack/data-dir.js';
import { signingKeyFiles } from '../../tools/stack/signing-keys.js';
import { CommandFailure, type Terminal } from './terminal.js';

/**
 * @param given value of `--keys`
 * @throws CommandFailure signing_keys_unreadable
 */
export function publicKeysAtHand({ env }: Terminal, given: string | undefined): PublicKeys {
  try {
    return readPublicKeys(given ?? (env.TIREK_SIGNING_KEYS || signingKeyFiles(dataDirOf(env)).all));
  } catch (error) {
    throw new CommandFailure(
      'signing_keys_unreadable',
      `Without the public signing keys nobody can tell whose act an entry is: name them by --keys. ${reasonOf(error)}`,
    );
  }
}
