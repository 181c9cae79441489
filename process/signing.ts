/** The keys of a process, from their files: its own, and the public ones of all. */
import { readFileSync, statSync } from 'node:fs';
import type { Signatory } from '../contracts/proof/acts.js';
import { publicKeysIn, signingKeyIn } from '../contracts/proof/key-set.js';
import { proofOf, type Proof, type PublicKeys } from '../contracts/proof/proof.js';

export interface SigningFiles {
  /** Private key of this process, readable by its user alone. */
  keyFile: string | undefined;
  /** Public keys of all processes, those before a change of keys included. */
  keysFile: string | undefined;
}

/** Group and others. */
const FOR_OTHERS = 0o077;

/** @throws Error with one sentence that names the file and what to do */
export function readProof({ keyFile, keysFile }: SigningFiles, signatory: Signatory): Proof {
  if (keyFile === undefined) throw new Error(`TIREK_SIGNING_KEY_FILE is not set: name the file with the signing key of the ${signatory}.`);
  const keys = readPublicKeys(keysFile);
  const own = readFrom(keyFile, signingKeyIn);
  if ((statSync(keyFile).mode & FOR_OTHERS) !== 0) throw new Error(`${keyFile} may be read by others than its user: chmod 600 ${keyFile}.`);
  if (own.signatory !== signatory) throw new Error(`${keyFile} is the key of the ${own.signatory}: give the ${signatory} its own.`);
  if (keys.get(own.kid)?.signatory !== signatory)
    throw new Error(`The key ${own.kid} is not among the public keys in ${keysFile}: add it there, or nobody believes what is signed.`);
  return proofOf(own, keys);
}

/** @throws Error with one sentence that names the file and what to do */
export function readPublicKeys(keysFile: string | undefined): PublicKeys {
  if (keysFile === undefined) throw new Error('TIREK_SIGNING_KEYS is not set: name the file with the public signing keys.');
  return readFrom(keysFile, publicKeysIn);
}

function readFrom<T>(file: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be used: ${error instanceof Error ? error.message : String(error)}.`, { cause: error });
  }
}
