/** `tirek signing-keys`: the keys by which the processes sign what they take in. */
import { Argument, type Command } from 'commander';
import { SIGNATORIES, type Signatory } from '../../contracts/proof/acts.js';
import { dataDirOf } from '../../tools/stack/data-dir.js';
import { keepSigningKeys, renewSigningKey, type SigningKeyFiles } from '../../tools/stack/signing-keys.js';
import type { Terminal } from './terminal.js';

interface Options {
  dir?: string;
}

const DIR_OPTION = ['--dir <folder>', 'folder whose keys/ has them (default: the data folder)'] as const;

export function addSigningKeysCommand(program: Command, terminal: Terminal): void {
  const keys = program.command('signing-keys').description('the keys by which the processes sign what they take in');
  keys
    .command('make')
    .description('make the keys that are missing: one for each kind of process, and the file of public keys')
    .option(...DIR_OPTION)
    .action(async ({ dir }: Options) => told(terminal, await keepSigningKeys(dir ?? dataDirOf(terminal.env))));
  keys
    .command('renew')
    .description('give a kind of process another key; what the one before has signed stays proven')
    .addArgument(new Argument('<process>', 'whose key').choices(SIGNATORIES))
    .option(...DIR_OPTION)
    .action(async (process: Signatory, { dir }: Options) => told(terminal, await renewSigningKey(dir ?? dataDirOf(terminal.env), process)));
}

function told(terminal: Terminal, { own, all }: SigningKeyFiles): void {
  terminal.out([`TIREK_SIGNING_KEYS      ${all}`, ...Object.entries(own).map(([process, file]) => `TIREK_SIGNING_KEY_FILE  ${file} (${process})`)].join('\n'));
}
