/** `tirek keys`: a file of keys, another version of the key that wraps, and data keys wrapped again with it. */
import type { Command } from 'commander';
import { DATABASE_OPTION, onDatabase, onOwnDatabase, OWNER_OPTION } from './database.js';
import { vaultOfTerminal } from './keys-of.js';
import type { Reindexed } from '../../db/reindexing.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Options {
  database?: string;
  json?: true;
}

interface ReindexOptions extends Options {
  settle: string;
}

interface RotateOptions extends Options {
  violence?: true;
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
    .option('--violence', 'of the key for families with signs of violence')
    .option('--json', 'one JSON object')
    .action((options: RotateOptions) => rotate(terminal, options));
  keys
    .command('rewrap')
    .description('wrap data keys again with the current version, while all goes on; it may be broken off and begun again')
    .option(...DATABASE_OPTION)
    .option('--json', 'one JSON object')
    .action((options: Options) => rewrap(terminal, options));
  keys
    .command('reindex')
    .description('another version of the key by which people are found: everybody is indexed anew, while all goes on; it may be broken off and begun again')
    .option('--settle <seconds>', 'how long both versions count at least', '600')
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((options: ReindexOptions) => reindexPeople(terminal, options));
  keys
    .command('list')
    .description('how many data keys are wrapped with which version, and how many are destroyed')
    .option(...DATABASE_OPTION)
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

async function rotate(terminal: Terminal, options: RotateOptions): Promise<void> {
  const { KeysAway } = await import('../../vault/key-service.js');
  const keeperOf = async (): Promise<number> =>
    vaultOfTerminal(terminal.env)
      .keeperOf(options.violence ? 'violence' : 'ordinary')
      .rotate();
  const version = await keeperOf().catch((error: unknown) => {
    if (error instanceof KeysAway) throw new CommandFailure('keys_unavailable', `The keys are out of reach: ${error.message}.`);
    throw error;
  });
  show(terminal, options, { version }, () => `Version ${version} wraps from now on. Next: tirek keys rewrap.`);
}

async function rewrap(terminal: Terminal, options: Options): Promise<void> {
  const { rewrapKeys } = await import('../../db/rewrapping.js');
  const done = await onDatabase(terminal, options.database, (pool) => rewrapKeys(pool, (keys) => terminal.err(`${keys} data keys are wrapped again`)));
  show(terminal, options, done, ({ violence, ...ordinary }) =>
    [
      rewrappedText('Data keys', ordinary),
      violence === undefined
        ? 'Those of families with signs of violence were left as they are: their key is not at hand here.'
        : `${rewrappedText('Of families with signs of violence', violence)}${violence.moved === 0 ? '' : ` Moved there from the ordinary key: ${violence.moved}.`}`,
    ].join('\n'),
  );
}

async function reindexPeople(terminal: Terminal, options: ReindexOptions): Promise<void> {
  const seconds = Number(options.settle);
  if (!Number.isInteger(seconds) || seconds < 0) throw new CommandFailure('settle_invalid', 'Say --settle in whole seconds.');
  const { reindex } = await import('../../db/reindexing.js');
  const done = await onOwnDatabase(terminal, options.database, (owner) =>
    reindex(owner, { settledAfterMs: seconds * 1_000, tell: (people) => terminal.err(`${people} people are indexed anew`) }),
  );
  show(terminal, options, done, reindexedText);
}

function reindexedText({ version, state, people, dropAfter, strangers }: Reindexed): string {
  const signatures = strangers === 0 ? '' : ` Signatures of nobody whom we know, left as they are: ${strangers}.`;
  return state === 'done'
    ? `People are found by version ${version} alone; the digests of the former one are gone.${signatures}`
    : `Indexed anew by version ${version}: ${people}. Both versions count until ${dropAfter?.toISOString() ?? ''}; then run it again, and the former one goes.${signatures}`;
}

function rewrappedText(what: string, { keys, version }: { keys: number; version: number }): string {
  return `${what} wrapped again with version ${version}: ${keys}. None of an older version is left.`;
}

async function list(terminal: Terminal, options: Options): Promise<void> {
  const { countKeys } = await import('../../db/rewrapping.js');
  const counts = await onDatabase(terminal, options.database, countKeys);
  show(terminal, options, counts, ({ versions, violence, destroyed }) =>
    [
      ...versions.map(({ version, keys }) => `version ${version}: ${keys}`),
      ...violence.map(({ version, keys }) => `of families with signs of violence, version ${version}: ${keys}`),
      `destroyed: ${destroyed}`,
    ].join('\n'),
  );
}
