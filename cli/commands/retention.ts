/** `tirek retention`: for how long each class of data is kept, what is due, and for which nobody has set a term. */
import { userInfo } from 'node:os';
import { Argument, type Command } from 'commander';
import { RETENTION_CLASSES, type RetentionClass, type RetentionRow } from '../../db/retention.js';
import { onOwnDatabase, OWNER_OPTION } from './database.js';
import { table } from './layout.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';
import { wholeNumber } from './whole-number.js';

interface Options {
  database?: string;
  json?: true;
}

type SetOptions = Options & { months: number; act: string; by?: string };

/** People that are due are named by id, so many at once. */
const MOST_DUE = 100;
const MOST_MONTHS = 1_200;

export function addRetentionCommand(program: Command, terminal: Terminal): void {
  const retention = program
    .command('retention')
    .description('terms of keeping, by class of data; without a term all is kept, and told of. Nothing is erased by it')
    .enablePositionalOptions()
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((options: Options) => report(terminal, options));
  retention
    .command('set')
    .description('a term, by an act: in months after the end of what the data is about')
    .addArgument(ofClass())
    .requiredOption('--months <number>', 'how many', wholeNumber(1, MOST_MONTHS))
    .requiredOption('--act <citation>', 'the act that sets it')
    .option('--by <name>', 'who does it; default: who is logged in')
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((name: RetentionClass, options: SetOptions) => set(terminal, name, options));
  retention
    .command('unset')
    .description('no term: all of the class is kept')
    .addArgument(ofClass())
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((name: RetentionClass, options: Options) => unset(terminal, name, options));
}

function ofClass(): Argument {
  return new Argument('<class>', 'class of data').choices(RETENTION_CLASSES);
}

async function report(terminal: Terminal, { database, json }: Options): Promise<void> {
  const { listDuePeople, readRetention } = await import('../../db/retention.js');
  const { classes, people } = await onOwnDatabase(terminal, database, async (pool) => ({
    classes: await readRetention(pool),
    people: await listDuePeople(pool, MOST_DUE),
  }));
  if (json) return outJson(terminal, { classes, people });
  terminal.out(table([['class', 'term', 'kept', 'due', 'act'], ...classes.map(rowText)], 2));
  const unset = classes.filter(({ months }) => months === undefined).map((row) => row.class);
  if (unset.length > 0) terminal.out(`No term is set for ${unset.join(', ')}: all of it is kept.`);
  if (people.length > 0)
    terminal.out(
      `Due to be erased (tirek erase):\n${table(
        people.map(({ personId, householdId, since }) => [personId, householdId, since]),
        2,
      )}`,
    );
}

function rowText({ class: name, months, rows, due, act }: RetentionRow): string[] {
  return [name, months === undefined ? 'NOT SET' : `${months} months`, String(rows), months === undefined ? '-' : String(due), act ?? ''];
}

async function set(terminal: Terminal, name: RetentionClass, { months, act, by = userInfo().username, database, json }: SetOptions): Promise<void> {
  await onOwnDatabase(terminal, database, async (owner) => {
    const { setRetention } = await import('../../db/retention.js');
    await setRetention(owner, { class: name, months, act, setBy: by });
  });
  if (json) outJson(terminal, { class: name, months });
  else terminal.out(`${name}: ${months} months (${act}).`);
}

async function unset(terminal: Terminal, name: RetentionClass, { database, json }: Options): Promise<void> {
  const { unsetRetention } = await import('../../db/retention.js');
  if (!(await onOwnDatabase(terminal, database, (owner) => unsetRetention(owner, name)))) {
    throw new CommandFailure('term_unset', `No term was set for ${name}.`);
  }
  if (json) outJson(terminal, { class: name });
  else terminal.out(`${name}: no term, all of it is kept.`);
}
