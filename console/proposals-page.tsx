/** Four eyes: what waits for a second administrator, one of them with what it asks for, and the decision. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { ActProposal, ActProposals, PROPOSAL_STATES, ProposedKind } from '../contracts/http/proposals.js';
import type { Language } from '../contracts/messages/language.js';
import { Rows } from './lists.js';
import { Frame, type Reader } from './page.js';
import { CONSOLE_WORDS } from './wording-files.js';
import { localTime } from './wording.js';

type Proposal = z.input<typeof ActProposal>;

/** Words of these pages (T): working translations, to be read by a native speaker before release. */
export interface ProposalWords {
  title: string;
  what: string;
  proposedBy: string;
  decidedBy: string;
  asked: string;
  approve: string;
  reject: string;
  reason: string;
  withdraw: string;
  kinds: Readonly<Record<ProposedKind, string>>;
  states: Readonly<Record<(typeof PROPOSAL_STATES)[number], string>>;
}

export const PROPOSAL_WORDS: Readonly<Record<Language, ProposalWords>> = {
  kk: CONSOLE_WORDS.kk.proposals,
  ru: CONSOLE_WORDS.ru.proposals,
  en: CONSOLE_WORDS.en.proposals,
};

export function ProposalsPage({ reader, page }: { reader: Reader; page: z.input<typeof ActProposals> }): VNode {
  const words = PROPOSAL_WORDS[reader.language];
  const rows = page.items.map(({ proposalId, kind, target, state, proposedBy, proposedAt }) => (
    <tr>
      <td class="num">{localTime(proposedAt)}</td>
      <td>
        <a href={`/console/proposals/${proposalId}`}>{words.kinds[kind]}</a> <span class="soft">{Object.values(target).join(' ')}</span>
      </td>
      <td>{proposedBy}</td>
      <td class={state === 'proposed' ? 'late' : ''}>{words.states[state]}</td>
    </tr>
  ));
  return (
    <Frame reader={reader} title={words.title}>
      <p>
        <a href="/console/proposals">{words.states.proposed}</a> · <a href="/console/proposals?state=approved">{words.states.approved}</a> ·{' '}
        <a href="/console/proposals?state=rejected">{words.states.rejected}</a> · <a href="/console/proposals?state=withdrawn">{words.states.withdrawn}</a>
      </p>
      <Rows reader={reader} heads={['', words.what, words.proposedBy, '']} rows={rows} />
    </Frame>
  );
}

export function ProposalPage({ reader, proposal }: { reader: Reader; proposal: Proposal }): VNode {
  const words = PROPOSAL_WORDS[reader.language];
  const { kind, target, state, proposedBy, proposedAt, decidedBy, decidedAt, reason, body } = proposal;
  return (
    <Frame reader={reader} title={words.kinds[kind]}>
      <p>
        <span class={state === 'proposed' ? 'late' : ''}>{words.states[state]}</span>
        <span class="soft">{` · ${words.proposedBy}: ${proposedBy}, ${localTime(proposedAt)}`}</span>
        {decidedBy === undefined || decidedAt === undefined ? null : <span class="soft">{` · ${words.decidedBy}: ${decidedBy}, ${localTime(decidedAt)}`}</span>}
      </p>
      {reason === undefined ? null : <p>{`${words.reason}: ${reason}`}</p>}
      <h2>{words.asked}</h2>
      <p class="soft">{Object.values(target).join(' ')}</p>
      <pre>{JSON.stringify(body, undefined, 2)}</pre>
      {state === 'proposed' ? <Decision reader={reader} proposal={proposal} /> : null}
      <p>
        <a href="/console/proposals">{reader.words.back}</a>
      </p>
    </Frame>
  );
}

/** The own one is withdrawn, and nobody decides it alone; a second post of the same person is refused where it is decided. */
function Decision({ reader: { actor, language }, proposal: { proposalId, proposedBy } }: { reader: Reader; proposal: Proposal }): VNode {
  const words = PROPOSAL_WORDS[language];
  const at = `/console/proposals/${proposalId}`;
  if (actor?.id === proposedBy) {
    return (
      <form method="post" action={`${at}/withdrawal`}>
        <button>{words.withdraw}</button>
      </form>
    );
  }
  return (
    <>
      <form method="post" action={`${at}/approval`}>
        <button>{words.approve}</button>
      </form>
      <form method="post" action={`${at}/rejection`}>
        <label>
          {words.reason} <input name="reason" required maxlength={2_000} />
        </label>{' '}
        <button>{words.reject}</button>
      </form>
    </>
  );
}
