/** What organisations are told of a case, and what they were told: word for word, for who may see it. */
import { z } from 'zod';
import { MESSAGE_FORMS } from '../../domain/access/message-form.js';
import { FIELDS } from '../../domain/access/sight.js';
import { SENDING_COMMANDS } from '../../domain/case/sending.js';
import { operation } from './operation.js';
import { Day, Id, Instant } from './primitives.js';
import { DispatchKindName, DispatchState } from './vocabulary.js';

const CaseParameters = z.strictObject({ caseId: Id });

const Form = z.enum(MESSAGE_FORMS).meta({
  id: 'MessageForm',
  description:
    '`minimal`: of a case with signs of domestic violence; codes, terms and the least that tells for whom, and no word that anybody has written (P43).',
});

const Fields = z.array(z.string()).meta({ description: 'Paths of the fields that it carries, e.g. `measures.dueOn`.' });
const Message = z.record(z.string(), z.unknown());

const OUTCOMES = ['delivered', 'unreachable', 'refused', 'given_up'] as const;

const Attempt = z
  .strictObject({
    at: Instant.meta({ description: 'Case time.' }),
    outcome: z.enum(OUTCOMES),
    reason: z.string().optional(),
    form: Form.optional(),
    fields: Fields.optional().meta({ description: 'Absent where nothing left the Center.' }),
    personId: Id.optional().meta({ description: 'Whose name and number it bore.' }),
    textIds: z.array(Id).optional().meta({ description: 'Texts that it quoted.' }),
    digest: z.string().optional().meta({ description: 'Of the exact bytes: it stands in the ledger.' }),
    documentId: Id.optional().meta({ description: 'Of what was brought on paper: the proof of it.' }),
  })
  .meta({ id: 'MessageAttempt' });

const Text = z
  .strictObject({
    digest: z.string(),
    times: z.int().meta({ description: 'How often it was begun to send; the last one may have no outcome yet.' }),
    firstAt: Instant,
    lastAt: Instant,
    message: Message.optional().meta({ description: 'As it was posted; absent for who may not see it, and where it was erased.' }),
  })
  .meta({ id: 'SaidText' });

const SentMessage = z
  .strictObject({
    dispatchKey: Id,
    organisation: z.string(),
    kind: DispatchKindName,
    measureIds: z.array(z.string()),
    reportId: z.string().optional(),
    orderedAt: Instant.meta({ description: 'Case time of the command that ordered it.' }),
    state: DispatchState,
    attempts: z.array(Attempt),
    texts: z.array(Text).meta({ description: 'One for each wording: another one where the case came to be one of violence between two attempts.' }),
  })
  .meta({ id: 'SentMessage' });

export const SentMessages = z.strictObject({ items: z.array(SentMessage), hidden: z.array(z.enum(FIELDS)) }).meta({ id: 'SentMessages' });

export const PreviewQuery = z.strictObject({
  command: z.enum(SENDING_COMMANDS).optional().meta({ description: 'Which command would send; default `sendIpr`.' }),
  revisionId: Id.optional().meta({ description: 'Of `sendRevision`.' }),
  dispatchKey: Id.optional().meta({ description: 'Of `sendAgain`.' }),
  reportId: Id.optional().meta({ description: 'Of `returnReport`.' }),
  newDueOn: Day.optional().meta({ description: 'Of `returnReport`; without it the term of the policy, which the answer names.' }),
});

export const MessagePreview = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          organisation: z.string(),
          form: Form,
          fields: Fields,
          message: Message.meta({
            description:
              'Exactly what goes, but for `dispatchKey` and `caseTime`, which the sending makes. Of a return that says its own words: `…` in their place.',
          }),
        })
        .meta({ id: 'PreviewedMessage' }),
    ),
    newDueOn: Day.optional().meta({ description: 'Of `returnReport`: the term of these messages. Name it in the command.' }),
    digest: z.string().meta({ description: '`preview` of the command: of these messages, and for this reader alone.' }),
  })
  .meta({ id: 'MessagePreview' });

export const MESSAGE_OPERATIONS = {
  listMessages: operation({
    method: 'get',
    path: '/v1/cases/{caseId}/messages',
    tag: 'Cases',
    summary: 'What each organisation was told, when, what came of it, which fields it carried; word for word for who may see it (192-7-3, P43)',
    access: 'token',
    act: 'readCases',
    parameters: CaseParameters,
    success: { status: 200, description: 'All of the case, in the order in which they were ordered.', schema: SentMessages },
    problems: ['case_unknown', 'case_not_started_yet', 'fields_not_yours'],
  }),
  previewMessages: operation({
    method: 'get',
    path: '/v1/cases/{caseId}/messages/preview',
    tag: 'Cases',
    summary: 'What a command would have sent to whom, exactly, before it is given (P43)',
    access: 'token',
    act: 'readCases',
    parameters: CaseParameters,
    query: PreviewQuery,
    success: { status: 200, description: 'The messages, one for each organisation.', schema: MessagePreview },
    problems: ['case_unknown', 'case_not_started_yet', 'fields_not_yours', 'nothing_to_send', 'request_invalid'],
  }),
};
