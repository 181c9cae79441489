/** What one administrator proposes and a second one decides (four eyes). */
import { z } from 'zod';
import { operation } from './operation.js';
import { Id, Instant, text } from './primitives.js';

/** Operations that may wait for a second person, by their names. */
export const PROPOSED_KINDS = [
  'adoptLaw',
  'giveUpAdoption',
  'replaceCode',
  'writeOrganisation',
  'endOrganisation',
  'setOrganisationKey',
  'replaceStaffing',
] as const;

export type ProposedKind = (typeof PROPOSED_KINDS)[number];

export const PROPOSAL_STATES = ['proposed', 'approved', 'rejected', 'withdrawn'] as const;

const SUMMARY = {
  proposalId: Id,
  kind: z.enum(PROPOSED_KINDS).meta({ description: 'The operation that was asked for, by its name in this document.' }),
  target: z.record(z.string(), z.string()).meta({ description: 'The parts of its address.', example: { organisationId: 'abay-housing' } }),
  state: z.enum(PROPOSAL_STATES),
  proposedBy: z.string(),
  proposedAt: Instant,
  decidedBy: z.string().optional(),
  decidedAt: Instant.optional(),
};

const ProposalSummary = z.strictObject(SUMMARY).meta({ id: 'ActProposalSummary' });

export const ActProposal = z
  .strictObject({
    ...SUMMARY,
    body: z.record(z.string(), z.unknown()).meta({
      description: 'What was sent, but for the secret of a key, which is shown to nobody. People of a staffing record are shown until it is decided.',
    }),
    reason: z.string().optional().meta({ description: 'Why it was rejected, where somebody said so.' }),
    result: z.unknown().optional().meta({ description: 'The answer of the operation, where this answer is its approval, or the repeat of what is in force.' }),
  })
  .meta({ id: 'ActProposal', description: 'It takes effect when a second administrator approves it.' });

/** Why it is not to take effect: whoever proposed it reads it. */
export const RejectionBody = z.strictObject({ reason: text(2_000).optional() }).meta({ id: 'RejectionBody' });

export const ActProposals = z.strictObject({ items: z.array(ProposalSummary) }).meta({ id: 'ActProposals' });

export const ProposalParameters = z.strictObject({ proposalId: Id });
export const ProposalQuery = z.strictObject({ state: z.enum(PROPOSAL_STATES).optional() });

/** The answer of an operation that always waits for a second person. */
export const PROPOSED = {
  status: 202,
  description: 'Proposed, and durable; whatever is wrong with it today was refused already. It takes effect when a second administrator approves it.',
  schema: ActProposal,
} as const;

const TAG = 'Four eyes';
const DECIDING = ['role_not_allowed', 'proposal_unknown', 'proposal_decided'] as const;

export const PROPOSAL_OPERATIONS = {
  listProposals: operation({
    method: 'get',
    path: '/v1/proposals',
    tag: TAG,
    summary: 'What waits for a second administrator, and what was decided',
    access: 'token',
    act: 'decideProposals',
    query: ProposalQuery,
    success: { status: 200, description: 'The latest first, a hundred at most.', schema: ActProposals },
    problems: ['role_not_allowed'],
  }),
  readProposal: operation({
    method: 'get',
    path: '/v1/proposals/{proposalId}',
    tag: TAG,
    summary: 'One proposal with what it asks for',
    access: 'token',
    act: 'decideProposals',
    parameters: ProposalParameters,
    success: { status: 200, description: 'The proposal.', schema: ActProposal },
    problems: ['role_not_allowed', 'proposal_unknown'],
  }),
  approveProposal: operation({
    method: 'put',
    path: '/v1/proposals/{proposalId}/approval',
    tag: TAG,
    summary: 'Let it take effect, in one transaction with this decision; never by who proposed it, under any post. A repeat has the same answer',
    access: 'token',
    act: 'decideProposals',
    parameters: ProposalParameters,
    success: {
      status: 200,
      description: 'Approved, with the answer of the operation. Whatever the operation refuses is refused here, and it stays proposed.',
      schema: ActProposal,
    },
    problems: [...DECIDING, 'proposal_own'],
  }),
  rejectProposal: operation({
    method: 'put',
    path: '/v1/proposals/{proposalId}/rejection',
    tag: TAG,
    summary: 'Let it not take effect; a repeat has the same answer',
    access: 'token',
    act: 'decideProposals',
    parameters: ProposalParameters,
    body: { schema: RejectionBody, example: { reason: 'The address is the one of before the move.' } },
    success: { status: 200, description: 'Rejected.', schema: ActProposal },
    problems: [...DECIDING, 'proposal_own'],
  }),
  withdrawProposal: operation({
    method: 'put',
    path: '/v1/proposals/{proposalId}/withdrawal',
    tag: TAG,
    summary: 'Take the own one back; a repeat has the same answer',
    access: 'token',
    act: 'decideProposals',
    parameters: ProposalParameters,
    success: { status: 200, description: 'Withdrawn.', schema: ActProposal },
    problems: [...DECIDING, 'proposal_of_another'],
  }),
};
