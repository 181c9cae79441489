/** `tirek keys`: a file of keys, another version of the key that wraps, and data keys wrapped again with it. */
import type { Command } from 'commander';
import { onOwnDatabase, OWNER_OPTION } from './database.js';
import { vaultOfTerminal } from './keys-of.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Options {
  database?: string;
  json?: true;
}

export function addKeysCommand(program: Command, terminal: Terminal): void {
  const keys = program.command('keys').description('the keys with which personal data is sealed');
  keys
    .command('create')
    .description('make a file of keys, readable by its owner alone; one that is there stays as it is')
    .argument('<file>', 'where, e.g. /etc/tirek/keys.json')
    .option('--json', 'one JSON object')
    .action((file: string, options: Options) => create(terminal, file, options));
  keys
    .command('rotate')
    .description('a new version of the key that wraps data keys: what is new is wrapped with it, what is old opens as before')
    .option('--json', 'one JSON object')
    .action((options: Options) => rotate(terminal, options));
  keys
    .command('rewrap')
    .description('wrap data keys again with the current version, while all goes on; it may be broken off and begun again')
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((options: Options) => rewrap(terminal, options));
  keys
    .command('list')
    .description('how many data keys are wrapped with which version, and how many are destroyed')
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((options: Options) => list(terminal, options));
}

function show<T>(terminal: Terminal, { json }: Options, value: T, textOf: (value: T) => string): void {
  if (json) outJson(terminal, value);
  else terminal.out(textOf(value));
}

async function create(terminal: Terminal, file: string, options: Options): Promise<void> {
  const { createKeyFile } = await import('../../vault/file-keys.js');
  const made = await createKeyFile(file).catch((error: unknown) => {
    throw new CommandFailure('keys_unwritable', `The file cannot be made (${error instanceof Error ? error.message : String(error)}).`);
  });
  show(terminal, options, { file, made }, () =>
    made ? `Keys were made: ${file}. Keep a copy apart from the backups of the database; without it they tell nothing.` : `${file} is there already and stays.`,
  );
}

async function rotate(terminal: Terminal, options: Options): Promise<void> {
  const { KeysAway } = await import('../../vault/key-service.js');
  const version = await vaultOfTerminal(terminal.env)
    .service.rotate()
    .catch((error: unknown) => {
      if (error instanceof KeysAway) throw new CommandFailure('keys_unavailable', `The keys are out of reach: ${error.message}.`);
      throw error;
    });
  show(terminal, options, { version }, () => `Version ${version} wraps from now on. Next: tirek keys rewrap.`);
}

async function rewrap(terminal: Terminal, options: Options): Promise<void> {
  const { rewrapKeys } = await import('../../db/rewrapping.js');
  const done = await onOwnDatabase(terminal, options.database, (pool) => rewrapKeys(pool, (keys) => terminal.err(`${keys} data keys are wrapped again`)));
  show(terminal, options, done, ({ keys, version }) => `Data keys wrapped again with version ${version}: ${keys}. None of an older version is left.`);
}

async function list(terminal: Terminal, options: Options): Promise<void> {
  const { countKeys } = await import('../../db/rewrapping.js');
  const counts = await onOwnDatabase(terminal, options.database, countKeys);
  show(terminal, options, counts, ({ versions, destroyed }) =>
    [...versions.map(({ version, keys }) => `version ${version}: ${keys}`), `destroyed: ${destroyed}`].join('\n'),
  );
}
