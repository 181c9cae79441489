/** A measure gets another term over HTTP: the commands of the road. */
import { PlanSignature } from '../plan-signature.js';
import { strand } from '../strand.js';
import { z } from 'zod';
import type { RevisionCommands } from '../../../domain/case/roads/revision/commands.js';
import { present } from '../../optional.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { Day, Id, text } from '../primitives.js';
import { REASON_LENGTH, EXAMPLE_ID, SendingBody, note } from '../command-texts.js';
import { SignatureBody, ApprovalBody } from './plan.js';

const RevisionBody = z
  .strictObject({ dueOn: Day.meta({ description: 'The new last day of the measure, inside the plan as it was approved.' }), reason: text(REASON_LENGTH) })
  .meta({ id: 'ProposeRevision' });

export const REVISION_ROUTES: { readonly [K in keyof RevisionCommands]: CommandRoute<K> } = {
  proposeRevision: commandRoute({
    path: 'measures/{measureId}/revisions',
    summary: 'Propose another term of a measure of the approved plan (256-17-3, P11)',
    body: RevisionBody,
    example: { dueOn: '2027-04-30', reason: 'Why the term is revised.' },
    toCommand: ({ dueOn, reason }, { measureId }, newId) => {
      const narrative = note(newId, 'revision_reason', reason);
      return { data: { measureId, dueOn, reasonId: narrative.id }, narratives: [narrative] };
    },
  }),
  signRevision: commandRoute({
    path: 'revisions/{revisionId}/signatures',
    summary: 'Sign a revision for a party (256-17-1, P42)',
    body: SignatureBody,
    example: { party: 'employee', method: 'eds', documentId: EXAMPLE_ID, signatureId: EXAMPLE_ID },
    toCommand: (body, { revisionId }) => ({ data: { revisionId, ...present(body) } }),
  }),
  approveRevision: commandRoute({
    path: 'revisions/{revisionId}/approval',
    summary: 'Approve a revision (256-17-2, P50)',
    body: ApprovalBody,
    example: {},
    toCommand: (body, { revisionId }) => ({ data: { revisionId, ...present(body) } }),
  }),
  sendRevision: commandRoute({
    path: 'revisions/{revisionId}/dispatch',
    summary: 'Send a revision to the agency of its measure, and to no other (192-9, P12)',
    body: SendingBody,
    example: {},
    toCommand: (body, { revisionId }) => ({ data: { revisionId, ...present(body) } }),
  }),
};

const Revision = z
  .strictObject({
    revisionId: Id,
    measureId: z.string(),
    dueOn: Day.meta({ description: 'The last day of the measure as it is proposed, or was approved.' }),
    proposedBy: z.string(),
    signatures: z.array(PlanSignature),
    approvedOn: Day.optional(),
    sent: z.boolean().meta({ description: 'True also where nobody is to be sent it.' }),
  })
  .meta({ id: 'Revision', description: 'Another term of one measure, after the approval of the plan (256-17-3).' });

export const REVISIONS_SHOWN = strand('revisions', z.array(Revision), (revisions) =>
  revisions.map((each) => ({ ...each, signatures: each.signatures.map((signature) => ({ ...signature })) })),
);
