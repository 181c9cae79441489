/** `tirek proposals`: what waits for a second administrator, and how that one decides it. */
import { bearerOf } from './bearer.js';
import type { Command } from 'commander';
import type { z } from 'zod';
import { ActProposal, ActProposals } from '../../contracts/http/proposals.js';
import { createAsk } from '../../tools/demo/center-api.js';
import { table } from './layout.js';
import { DEVELOPMENT_TOKEN } from './law-client.js';
import { findRunningStack } from './running-stack.js';
import { outJson, type Terminal } from './terminal.js';
import { told } from './told.js';

export type ProposalView = z.infer<typeof ActProposal>;

const ANSWER_WITHIN_MS = 30_000;
const DECISIONS = [
  ['approve', 'approval', 'let it take effect; never by who proposed it'],
  ['reject', 'rejection', 'let it not take effect'],
  ['withdraw', 'withdrawal', 'take the own one back'],
] as const;

interface Options {
  json?: true;
}

export function addProposalsCommand(program: Command, terminal: Terminal): void {
  const proposals = program
    .command('proposals')
    .description('what concerns all Centers waits for a second administrator; speaks as the one of TIREK_TOKEN, by default the one of a development machine');
  const command = (words: string, what: string): Command => proposals.command(words).description(what).option('--json', 'one JSON object');
  command('list', 'all of them, the latest first').action(({ json }: Options) =>
    told(async () => {
      const { items } = await (await askerOf(terminal))(ActProposals, 'GET', '');
      if (json) return outJson(terminal, items);
      const rows = items.map(({ proposalId, kind, target, state, proposedBy, decidedBy }) => [
        proposalId,
        kind,
        Object.values(target).join(' '),
        state,
        proposedBy,
        decidedBy ?? '',
      ]);
      return terminal.out(table([['proposal', 'act', 'of', 'state', 'proposed by', 'decided by'], ...rows]));
    }),
  );
  command('show <id>', 'one with what it asks for').action((id: string) =>
    told(async () => outJson(terminal, await (await askerOf(terminal))(ActProposal, 'GET', `/${encodeURIComponent(id)}`))),
  );
  for (const [word, path, what] of DECISIONS) {
    command(`${word} <id>`, what).action((id: string, { json }: Options) =>
      told(async () => {
        const decided = await (await askerOf(terminal))(ActProposal, 'PUT', `/${encodeURIComponent(id)}/${path}`);
        if (json) outJson(terminal, decided);
        else terminal.out(proposalLine(decided));
      }),
    );
  }
}

type AskProposals = <S extends z.ZodType>(schema: S, method: 'GET' | 'PUT', path: string) => Promise<z.infer<S>>;

async function askerOf({ env }: Terminal): Promise<AskProposals> {
  const { api } = await findRunningStack(env);
  const ask = createAsk(api, { answerWithinMs: ANSWER_WITHIN_MS, bearerOf: await bearerOf(env, { fresh: true }) });
  const token = env.TIREK_TOKEN || DEVELOPMENT_TOKEN;
  return (schema, method, path) => ask(schema, { method, path: `/v1/proposals${path}`, token, ...(method === 'PUT' ? { body: {} } : {}) });
}

function proposalLine({ proposalId, kind, target, state }: ProposalView): string {
  return `proposal ${proposalId}, ${kind} ${Object.values(target).join(' ')}: ${state}`;
}

/** What who has proposed something is told: that a second pair of eyes is needed, and how. */
export function waitingText(proposal: ProposalView): string {
  const { proposalId } = proposal;
  return [
    proposalLine(proposal),
    'It takes effect when another administrator approves it:',
    `  TIREK_TOKEN=<theirs> npm run tirek -- proposals approve ${proposalId}`,
    'On a development machine theirs is dev-admin-2.',
  ].join('\n');
}
