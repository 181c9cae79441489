/** `tirek erase`, `tirek hold`: a person is erased as an act with its ground, unless an act holds them. */
import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import type { ErasureCounts, ErasureOutcome, ErasureRequest } from '../../db/erasure.js';
import { ERASURE_GROUNDS } from '../../domain/person/erasure.js';
import { proofReader } from '../../contracts/proof/proof.js';
import { replayErasures } from '../erasures-missing.js';
import { readUuid } from './case-id.js';
import { DATABASE_OPTION, onDatabase, onOwnDatabase, OWNER_OPTION } from './database.js';
import { table } from './layout.js';
import { erasureFilesAtHand, publicKeysAtHand } from './signing-keys.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Shared {
  database?: string;
  json?: true;
  by?: string;
}

type EraseOptions = Shared & Pick<ErasureRequest, 'ground' | 'act' | 'texts' | 'documents'> & { person: string };

type ReplayOptions = Shared & { replay?: true; keys?: string; anchors?: string };

const WHO = ['--by <name>', 'who does it; default: who is logged in'] as const;

/** @param leave sets the exit code */
export function addEraseCommand(program: Command, terminal: Terminal, leave: (exitCode: number) => void): void {
  const erase = program.command('erase').description('erase a person: their key is destroyed, and the act is recorded').enablePositionalOptions();
  erase
    .option('--person <id>', 'whom')
    .addOption(new Option('--ground <code>', 'on which ground').choices(ERASURE_GROUNDS))
    .option('--act <citation>', 'the act: what was decided, by whom, when')
    .addOption(new Option('--texts <choice>', 'texts about several that name the person').choices(['keep', 'redact']))
    .addOption(new Option('--documents <choice>', 'consents of the person and documents that they signed').choices(['keep', 'erase']))
    .option('--replay', 'after a restored backup: carry out again what the files beside the anchors tell of, and the database lacks')
    .option('--keys <file>', 'public signing keys, for --replay (default: TIREK_SIGNING_KEYS, else those of the data folder)')
    .option('--anchors <folder>', 'where those files are (default: TIREK_ANCHOR_DIR, else those of the data folder)')
    .option(...WHO)
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((options: Partial<EraseOptions> & ReplayOptions) => (options.replay ? replay(terminal, options, leave) : run(terminal, complete(options))));
  erase
    .command('list')
    .description('the journal of erasures: after a restored backup they are done again')
    .option(...DATABASE_OPTION)
    .option('--json', 'a JSON list')
    .action((options: Shared) => list(terminal, options));
}

/** Every choice is made by whoever erases: none has a default, for none can be taken back. */
function complete(options: Partial<EraseOptions>): EraseOptions {
  const missing = (['person', 'ground', 'act', 'texts', 'documents'] as const).filter((name) => !options[name]);
  if (missing.length > 0) throw new CommandFailure('choice_missing', `Say all of it: ${missing.map((name) => `--${name}`).join(', ')} is missing.`);
  return options as EraseOptions;
}

async function run(terminal: Terminal, { person, by = userInfo().username, database, json, ground, act, texts, documents }: EraseOptions): Promise<void> {
  const personId = readUuid(person, 'person_unknown');
  const outcome = await onOwnDatabase(terminal, database, async (owner): Promise<ErasureOutcome> => {
    const { erasePerson } = await import('../../db/erasure.js');
    return erasePerson(owner, { personId, ground, act, texts, documents, erasedBy: by });
  });
  const { erasureId, counts } = erased(outcome, personId);
  if (json) outJson(terminal, { erasureId, personId, counts });
  else terminal.out(erasureText(counts));
}

async function replay(terminal: Terminal, { database, keys, anchors, json }: ReplayOptions, leave: (exitCode: number) => void): Promise<void> {
  const files = await erasureFilesAtHand(terminal, anchors);
  const proof = proofReader(publicKeysAtHand(terminal, keys));
  const found = await onOwnDatabase(terminal, database, (owner) => replayErasures(owner, files, proof));
  const { erased: again, held, faults } = found;
  if (json) outJson(terminal, { ...found });
  else {
    terminal.out(again.length === 0 ? 'Nobody was to be erased again.' : `Erased again: ${again.length}.`);
    for (const { erasureId, act } of held)
      terminal.out(`NOT erased: ${erasureId}, a legal hold stands (${act}). Release it by the act that released it before, and run this again.`);
    for (const { id, fault } of faults) terminal.out(`NOT read: ${id}: ${fault}.`);
  }
  if (held.length + faults.length > 0) leave(1);
}

function erased(outcome: ErasureOutcome, personId: string): Extract<ErasureOutcome, { outcome: 'erased' }> {
  switch (outcome.outcome) {
    case 'erased':
      return outcome;
    case 'unknown':
      throw new CommandFailure('person_unknown', `There is no person ${personId}: copy the id from the page of the case.`);
    case 'erased_before':
      throw new CommandFailure('erased_before', `Person ${personId} was erased before: tirek erase list.`);
    case 'held':
      throw new CommandFailure('legal_hold', `Nothing was erased: a legal hold stands (${outcome.act}). tirek hold list shows it; release it by an act first.`);
  }
}

function erasureText(counts: ErasureCounts): string {
  const rows = [
    ['texts that name the person', String(counts.textsNaming)],
    ['  of them redacted', String(counts.textsRedacted)],
    ['titles of documents redacted', String(counts.titlesRedacted)],
    ['documents of their own', String(counts.documentsOwn)],
    ['  of them erased', String(counts.documentsErased)],
    ['electronic signatures erased', String(counts.signatures)],
    ['earlier versions of the person', String(counts.versions)],
    ['ids of messages that named the person', String(counts.messageIds)],
    ['key of the family destroyed', counts.familyKeys > 0 ? 'yes, it was the last member' : 'no'],
    ['open cases of the family', String(counts.openCases)],
  ];
  return `Erased.\n${table(rows, 2)}\nBackups that are older hold the person until they are thrown away: after restoring one, erase again (tirek erase --replay).`;
}

async function list(terminal: Terminal, { database, json }: Shared): Promise<void> {
  const { listErasures } = await import('../../db/erasure.js');
  const acts = await onDatabase(terminal, database, listErasures);
  if (json) outJson(terminal, acts);
  else if (acts.length === 0) terminal.out('Nobody was erased.');
  else
    terminal.out(
      table(acts.map(({ erasedAt, personId, ground, act, texts, documents, erasedBy }) => [erasedAt, personId, ground, texts, documents, erasedBy, act])),
    );
}

type HoldOptions = Shared & { household?: string; person?: string; act: string; hold: string };

export function addHoldCommand(program: Command, terminal: Terminal): void {
  const hold = program.command('hold').description('legal holds: data that must stay, whatever else is due');
  hold
    .command('set')
    .description('nobody of the family, or this person, is erased while it stands')
    .option('--household <id>', 'a whole family')
    .option('--person <id>', 'one person')
    .requiredOption('--act <citation>', 'the act that demands it')
    .option(...WHO)
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((options: HoldOptions) => setHold(terminal, options));
  hold
    .command('release')
    .description('the reason has ended')
    .requiredOption('--hold <id>', 'which')
    .requiredOption('--act <citation>', 'the act that ends it')
    .option(...WHO)
    .option(...OWNER_OPTION)
    .option('--json', 'one JSON object')
    .action((options: HoldOptions) => releaseHold(terminal, options));
  hold
    .command('list')
    .description('those that stand')
    .option(...DATABASE_OPTION)
    .option('--json', 'a JSON list')
    .action((options: Shared) => listHolds(terminal, options));
}

async function setHold(terminal: Terminal, { household, person, act, by = userInfo().username, database, json }: HoldOptions): Promise<void> {
  if ((household === undefined) === (person === undefined)) throw new CommandFailure('choice_missing', 'Say whom: --household or --person, one of them.');
  const whom = person === undefined ? { householdId: readUuid(household ?? '', 'household_unknown') } : { personId: readUuid(person, 'person_unknown') };
  const holdId = await onOwnDatabase(terminal, database, async (owner) => {
    const holds = await import('../../db/legal-holds.js');
    return holds.setHold(owner, { ...whom, act, setBy: by });
  });
  if (holdId === undefined) throw new CommandFailure('person_unknown', 'There is no such family or person: copy the id from the page of the case.');
  if (json) outJson(terminal, { holdId });
  else terminal.out(`A legal hold stands: ${holdId}.`);
}

async function releaseHold(terminal: Terminal, { hold, act, by = userInfo().username, database, json }: HoldOptions): Promise<void> {
  const holdId = readUuid(hold, 'hold_unknown');
  const released = await onOwnDatabase(terminal, database, async (owner) => {
    const holds = await import('../../db/legal-holds.js');
    return holds.releaseHold(owner, { holdId, act, releasedBy: by });
  });
  if (!released) throw new CommandFailure('hold_unknown', `No legal hold ${holdId} stands: tirek hold list.`);
  if (json) outJson(terminal, { holdId });
  else terminal.out(`Legal hold ${holdId} is released.`);
}

async function listHolds(terminal: Terminal, { database, json }: Shared): Promise<void> {
  const holds = await import('../../db/legal-holds.js');
  const standing = await onDatabase(terminal, database, holds.listHolds);
  if (json) outJson(terminal, standing);
  else if (standing.length === 0) terminal.out('No legal hold stands.');
  else
    terminal.out(
      table(standing.map(({ holdId, householdId, personId = 'the whole family', setAt, setBy, act }) => [holdId, householdId, personId, setAt, setBy, act])),
    );
}
