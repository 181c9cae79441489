/** `tirek law`: calendars and policies of the running stack: draft, preview, adopt, watch, pause. */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { LAW_KINDS, type LawKind } from '../../contracts/http/law.js';
import { waitingText, type ProposalView } from './proposals.js';
import { told } from './told.js';
import { reasonOf } from '../../process/failure.js';
import { bearerOf } from './bearer.js';
import { createLawClient, type AdoptionView, type LawClient, type LawVersionView, type RecomputedTerms } from './law-client.js';
import { adoptionText, previewText, progressLine, versionsText, versionText } from './law-text.js';
import { findRunningStack } from './running-stack.js';
import { CommandFailure, outJson, type Terminal } from './terminal.js';

interface Options {
  kind?: LawKind;
  recompute: RecomputedTerms;
  act?: string;
  limit: string;
  wait?: true;
  json?: true;
}

const LOOK_EVERY_MS = 500;

export function addLawCommand(program: Command, terminal: Terminal): void {
  const law = program
    .command('law')
    .description(
      'calendars and policies: drafts, preview, adoption; speaks as the administrator with TIREK_TOKEN, by default the one of a development machine',
    );
  const open = (): Promise<LawClient> => clientOf(terminal.env);
  const command = (words: string, description: string): Command => law.command(words).description(description).option('--json', 'one JSON object');

  command('versions', 'all versions: drafts, those in force, those before them').action((options: Options) =>
    told(async () => show(terminal, options, await (await open()).versions(), versionsText)),
  );
  command('draft <file>', 'send a calendar (with years) or a policy (with settings) as a draft').action((file: string, options: Options) =>
    told(async () => show(terminal, options, await draft(await open(), file), versionText)),
  );
  withVersion(command('preview <version>', 'what adopting it would do to every open case'))
    .option('--limit <number>', 'changes to list', '20')
    .action((version: string, options: Options) => told(async () => show(terminal, options, await preview(await open(), version, options), previewText)));
  withVersion(command('adopt <version>', 'propose to put it in force and to tell every open case; a second administrator approves it'))
    .option('--act <text>', 'the act by which it is adopted; default: that of the draft')
    .option('--wait', 'stay until a second administrator has approved it and the last case is told')
    .action((version: string, options: Options) => told(() => adopt(version, options, terminal)));
  command('progress [id]', 'how an adoption goes on; without an id the latest').action((id: string | undefined, options: Options) =>
    told(async () => show(terminal, options, await adoptionOf(await open(), id), adoptionText)),
  );
  command('give-up [id]', 'propose to give up the adoption under way; a second administrator approves it').action((id: string | undefined, options: Options) =>
    told(async () => {
      const client = await open();
      const { adoptionId } = await adoptionOf(client, id);
      show(terminal, options, await client.giveUp(adoptionId), waitingText);
    }),
  );
  for (const [word, state, what] of [
    ['pause', 'paused', 'stop telling cases'],
    ['resume', 'running', 'go on telling cases'],
  ] as const) {
    command(`${word} [id]`, `${what}; without an id the latest adoption`).action((id: string | undefined, options: Options) =>
      told(async () => {
        const client = await open();
        const { adoptionId } = await adoptionOf(client, id);
        show(terminal, options, await client.setState(adoptionId, state), adoptionText);
      }),
    );
  }
}

function withVersion(command: Command): Command {
  return command
    .addOption(new Option('--kind <kind>', 'when a calendar and a policy have the same name').choices(LAW_KINDS))
    .addOption(
      new Option('--recompute <terms>', 'own: new values for new duties; adopted: running duties take the policy’s numbers and ladders, too')
        .choices(['own', 'adopted'])
        .default('own'),
    );
}

async function clientOf(env: NodeJS.ProcessEnv): Promise<LawClient> {
  const { api } = await findRunningStack(env);
  return createLawClient(api, env.TIREK_TOKEN || undefined, await bearerOf(env, { fresh: true }));
}

function show<T>(terminal: Terminal, { json }: Options, value: T, textOf: (value: T) => string): void {
  if (json) outJson(terminal, value);
  else terminal.out(textOf(value));
}

/** A calendar has years, a policy has settings. */
async function draft(client: LawClient, file: string): Promise<LawVersionView> {
  const { version, ...content } = await readDraft(file);
  return client.draft('years' in content ? 'calendar' : 'policy', version, content);
}

async function readDraft(file: string): Promise<{ version: string }> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandFailure('draft_unreadable', `There is no draft "${file}" (${reasonOf(error)}): give the path of a JSON file.`);
  });
  let draft: unknown;
  try {
    draft = JSON.parse(text);
  } catch (error) {
    throw new CommandFailure('draft_unreadable', `The draft in ${file} is no JSON (${reasonOf(error)}): mend the file.`);
  }
  if (typeof draft !== 'object' || draft === null || !('version' in draft) || typeof draft.version !== 'string' || draft.version === '') {
    throw new CommandFailure(
      'draft_unreadable',
      `The draft in ${file} names no version: write "version", and "years" for a calendar or settings for a policy.`,
    );
  }
  return { ...draft, version: draft.version };
}

async function kindOf(client: LawClient, version: string, { kind }: Options): Promise<LawKind> {
  if (kind !== undefined) return kind;
  const named = (await client.versions()).filter((known) => known.version === version);
  const [first] = named;
  if (first === undefined) throw new CommandFailure('law_version_unknown', `There is no version "${version}": "npm run tirek -- law versions" shows them.`);
  if (named.length > 1) throw new CommandFailure('usage', `A calendar and a policy are called "${version}": say which by --kind.`);
  return first.kind;
}

async function preview(client: LawClient, version: string, options: Options): ReturnType<LawClient['preview']> {
  if (!/^\d{1,4}$/.test(options.limit)) throw new CommandFailure('usage', '--limit wants a whole number up to 1000.');
  return client.preview(await kindOf(client, version, options), version, { recompute: options.recompute, limit: Number(options.limit) });
}

async function adopt(version: string, options: Options, terminal: Terminal): Promise<void> {
  const client = await clientOf(terminal.env);
  const { recompute, act, wait } = options;
  const proposal = await client.adopt(await kindOf(client, version, options), version, { recompute, ...(act === undefined ? {} : { act }) });
  if (wait !== true) return show(terminal, options, proposal, waitingText);
  terminal.err(waitingText(proposal));
  await untilApproved(client, proposal);
  show(terminal, options, await untilEnded(client, proposal.proposalId, terminal), adoptionText);
}

async function untilApproved(client: LawClient, { proposalId }: ProposalView): Promise<void> {
  for (;;) {
    const { state } = await client.proposal(proposalId);
    if (state === 'approved') return;
    if (state !== 'proposed') throw new CommandFailure('proposal_decided', `The proposal was ${state}: nothing is adopted.`);
    await pause(LOOK_EVERY_MS);
  }
}

/** Tells how it goes on, each time that something has changed. */
async function untilEnded(client: LawClient, adoptionId: string, terminal: Terminal): Promise<AdoptionView> {
  let last = '';
  for (let adoption = await client.adoption(adoptionId); ; adoption = await client.adoption(adoptionId)) {
    const line = progressLine(adoption);
    if (line !== last) terminal.err(line);
    last = line;
    if (adoption.state === 'done' || adoption.state === 'given_up') return adoption;
    await pause(LOOK_EVERY_MS);
  }
}

async function adoptionOf(client: LawClient, id: string | undefined): Promise<AdoptionView> {
  if (id !== undefined) return client.adoption(id);
  const [latest] = await client.adoptions();
  if (latest === undefined) throw new CommandFailure('law_adoption_unknown', 'Nothing was adopted yet: "npm run tirek -- law adopt VERSION" adopts a draft.');
  return latest;
}
