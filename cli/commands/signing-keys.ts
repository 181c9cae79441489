/** By what a ledger is proven: public keys and anchors, named, or those of the stack of this data folder. */
import { join } from 'node:path';
import type { AnchorFile } from '../../contracts/proof/anchors.js';
import type { ErasureFile } from '../../contracts/proof/erasures.js';
import { readAnchorFiles, readErasureFiles } from '../../process/anchor-files.js';
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

/**
 * @param given value of `--anchors`
 * @throws CommandFailure anchors_unreadable
 */
export async function anchorFilesAtHand(terminal: Terminal, given: string | undefined): Promise<AnchorFile[]> {
  return fromFolder(terminal, given, readAnchorFiles);
}

/**
 * The erasures that lie in the same folder.
 * @throws CommandFailure anchors_unreadable
 */
export async function erasureFilesAtHand(terminal: Terminal, given: string | undefined): Promise<ErasureFile[]> {
  return fromFolder(terminal, given, readErasureFiles);
}

async function fromFolder<T>({ env }: Terminal, given: string | undefined, read: (dir: string) => Promise<T>): Promise<T> {
  const dir = given ?? (env.TIREK_ANCHOR_DIR || join(dataDirOf(env), 'anchors'));
  return read(dir).catch((error: unknown) => {
    throw new CommandFailure('anchors_unreadable', `The anchors in ${dir} cannot be read (${reasonOf(error)}): name their folder by --anchors.`);
  });
}
