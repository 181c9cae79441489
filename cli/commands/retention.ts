/** `tirek retention`: for how long each class of data is kept, what is due, and for which nobody has set a term. */
import { userInfo } from 'node:os';
import { createHash } from 'node:crypto';
import { Argument, Option, type Command } from 'commander';
import { RETENTION_CLASSES, type RetentionClass, type RetentionRow } from '../../db/retention.js';
import { DATABASE_OPTION, onDatabase, onOwnDatabase, OWNER_OPTION } from './database.js';
import { table } from './layout.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';
import { wholeNumber } from './whole-number.js';

interface Options {
  database?: string;
  json?: true;
}

type SetOptions = Options & { months: number; act: string; by?: string };

type EraseDueOptions = Options & {
  list?: string;
  act?: string;
  texts?: 'keep' | 'redact';
  documents?: 'keep' | 'erase';
  by?: string;
  approvedBy?: string;
};

/** People that are due are named by id, so many at once. */
const MOST_DUE = 100;
const MOST_MONTHS = 1_200;

export function addRetentionCommand(program: Command, terminal: Terminal): void {
  const retention = program
    .command('retention')
    .description('terms of keeping, by class of data; without a term all is kept, and told of')
    .enablePositionalOptions()
    .option(...DATABASE_OPTION)
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
    .command('erase')
    .description('erase the people who are due, as an act of two: without --list it only shows whom, and the mark of that list')
    .option('--list <mark>', 'the mark of the list that was looked through: another list is not erased')
    .option('--act <citation>', 'the act: what was decided, by whom, when')
    .addOption(new Option('--texts <choice>', 'texts about several that name them').choices(['keep', 'redact']))
    .addOption(new Option('--documents <choice>', 'consents of theirs and documents that they signed').choices(['keep', 'erase']))
    .option('--by <name>', 'who does it; default: who is logged in')
    .option('--approved-by <name>', 'the second person, who has looked through the list; never the same')
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((options: EraseDueOptions) => eraseDue(terminal, options));
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
  const { classes, people } = await onDatabase(terminal, database, async (pool) => ({
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

/** As the owner of the tables. Each person is an act of its own: what is broken off goes on with a new list. */
async function eraseDue(terminal: Terminal, { list, database, json, ...choices }: EraseDueOptions): Promise<void> {
  await onOwnDatabase(terminal, database, async (owner) => {
    const { listDuePeople } = await import('../../db/retention.js');
    const due = await listDuePeople(owner, MOST_DUE);
    const mark = markOf(due);
    if (list === undefined) return showDue(terminal, due, mark, json);
    if (list !== mark) throw new CommandFailure('list_changed', 'Nobody was erased: other people are due now than on that list. Look through the new one.');
    const request = complete(choices);
    const { erasePerson } = await import('../../db/erasure.js');
    const outcomes: Record<string, string> = {};
    // A hold may have been set since: each is asked anew, in its own transaction.
    for (const { personId } of due) outcomes[personId] = (await erasePerson(owner, { personId, ground: 'term_ended', ...request })).outcome;
    const erased = Object.values(outcomes).filter((outcome) => outcome === 'erased').length;
    if (json) outJson(terminal, { erased, outcomes });
    else terminal.out(`Erased: ${erased} of ${due.length}. Backups that are older hold them until they are thrown away.`);
  });
}

/** By which two people know that they mean the same list. */
function markOf(due: readonly { personId: string }[]): string {
  const ids = due.map(({ personId }) => personId).toSorted();
  return createHash('sha256').update(ids.join('\n'), 'utf8').digest('hex').slice(0, 16);
}

function showDue(terminal: Terminal, due: readonly { personId: string; householdId: string; since: string }[], list: string, json: true | undefined): void {
  if (json) return outJson(terminal, { list, people: due });
  if (due.length === 0) return terminal.out('Nobody is due. Nothing was erased.');
  const rows = due.map(({ personId, householdId, since }) => [personId, householdId, since]);
  terminal.out(
    `Nothing was erased. Due are ${due.length}:\n${table(rows, 2)}\nWhen two have looked through it: tirek retention erase --list ${list} --act … --texts … --documents … --by … --approved-by …`,
  );
}

function complete({ act, texts, documents, by = userInfo().username, approvedBy }: Omit<EraseDueOptions, 'list' | 'database' | 'json'>): {
  act: string;
  texts: 'keep' | 'redact';
  documents: 'keep' | 'erase';
  erasedBy: string;
  approvedBy: string;
} {
  if (!act || texts === undefined || documents === undefined || !approvedBy) {
    throw new CommandFailure('choice_missing', 'Say all of it: --act, --texts, --documents and --approved-by. None can be taken back.');
  }
  if (approvedBy === by) throw new CommandFailure('second_person', 'Who erases does not approve it: a second person looks through the list.');
  return { act, texts, documents, erasedBy: by, approvedBy };
}
