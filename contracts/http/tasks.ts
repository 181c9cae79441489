/** What people have to look after, and the operations on it. */
import { z } from 'zod';
import { CommandAnswer } from './appeals.js';
import { operation } from './operation.js';
import { OrganisationId } from './organisations.js';
import { Cursor, Id, Instant, Limit, StaffId } from './primitives.js';
import { TRANSFER_ANSWER_EXAMPLE, TransferAnswerBody } from './roads/transfer.js';
import { DispatchKindName } from './vocabulary.js';

const Kind = z.enum(['message_refused', 'message_undelivered', 'report_refused', 'report_correction', 'transfer_question', 'transfer_join']).meta({
  id: 'TaskKind',
  description:
    '`message_refused`: the agency refused it. `message_undelivered`: no attempt is left, or it is told on paper. `report_refused`: not of this case, or not of this agency. `report_correction`: about a measure that is done, or a case that has ended. `transfer_question`: the same person is in an open case of another Center; the head answers it, POST /v1/transfer-questions/{questionId}/answer (P32). `transfer_join`: answered with `join`; it stays until there is a move between Centers. Only the head has these two, and they are not ended by hand.',
});

const End = z.enum(['agreed_with_agency', 'recorded_otherwise', 'nothing_to_do']).meta({ id: 'TaskEnd' });

export const TaskQuery = z.strictObject({
  kind: Kind.optional(),
  standing: z.enum(['open', 'taken', 'ended']).optional().meta({ description: 'Without it: those that are not ended.' }),
  after: Cursor.optional(),
  limit: Limit,
});

export const TaskParameters = z.strictObject({
  taskId: z
    .string()
    .max(60)
    .regex(/^(?:message|report):[0-9a-f-]{36}$/),
});

export const Task = z
  .strictObject({
    taskId: z.string(),
    kind: Kind,
    caseId: Id,
    agency: z.string().optional().meta({ description: 'Of a message or a report.' }),
    since: Instant,
    measureIds: z.array(z.string()),
    dispatchKey: z.string().optional().meta({ description: 'Of a message: send it again, or record that it was brought on paper.' }),
    dispatch: DispatchKindName.optional(),
    code: z.string().optional().meta({ description: 'Why.' }),
    reportId: Id.optional().meta({ description: 'Of a report: have it taken again when what refused it is mended.' }),
    reason: z.string().optional().meta({ description: 'The refusal of a report in the language of the reader.' }),
    questionId: Id.optional().meta({ description: 'Of a case in another Center.' }),
    otherCenter: z.string().optional().meta({ description: 'The other Center; absent where its case hides.' }),
    otherJournalNumber: z.string().optional().meta({ description: 'By it the other Center finds its case.' }),
    standing: z.enum(['open', 'taken', 'ended']),
    takenBy: StaffId.optional(),
    takenAt: Instant.optional(),
    endedBy: StaffId.optional(),
    endedAt: Instant.optional(),
    how: End.optional(),
  })
  .meta({ id: 'Task' });

export const TaskPage = z.strictObject({ items: z.array(Task), next: z.string().optional() }).meta({ id: 'TaskPage' });

export const TaskEndBody = z.strictObject({ how: End }).meta({ id: 'TaskEndBody' });

// ------------------------------------------------------------------ What an organisation reads of its own messages

const ReportOfAgency = z
  .strictObject({
    reportId: Id,
    webhookId: z.string().meta({ description: 'The organisation’s own id of it.' }),
    caseId: z.string(),
    measureId: z.string().optional().meta({ description: 'Of a report.' }),
    referralId: z.string().optional().meta({ description: 'Of the answer of an identification (256-24).' }),
    receivedAt: Instant,
    state: z.enum(['recorded', 'refused', 'waiting']),
    code: z.string().optional(),
  })
  .meta({ id: 'ReportOfAgency' });

const MessageToAgency = z
  .strictObject({
    dispatchKey: Id,
    kind: DispatchKindName,
    caseId: Id,
    measureIds: z.array(z.string()),
    state: z.enum(['waiting', 'delivered', 'refused', 'given_up', 'withdrawn']),
    attempts: z.number().int().meta({ description: 'The number of the attempt that was made last or is wanted.' }),
    changedAt: Instant,
  })
  .meta({ id: 'MessageToAgency' });

export const OwnMessages = z
  .strictObject({ received: z.array(ReportOfAgency), sent: z.array(MessageToAgency), now: Instant.meta({ description: 'Our time.' }) })
  .meta({ id: 'OwnMessages', description: 'The last two hundred of each direction, the latest first.' });

export const TASK_OPERATIONS = {
  answerTransfer: operation({
    method: 'post',
    path: '/v1/transfer-questions/{questionId}/answer',
    tag: 'Tasks',
    summary: 'Answer whether a case of the same person in another Center and the own one belong together (P32)',
    access: 'token',
    act: 'answerTransferQuestion',
    idempotent: true,
    parameters: z.strictObject({ questionId: Id }),
    body: { schema: TransferAnswerBody, example: TRANSFER_ANSWER_EXAMPLE },
    success: { status: 200, description: 'Accepted and in the ledger of the own case.', schema: CommandAnswer },
    problems: ['role_not_allowed', 'transfer_question_unknown', 'transfer_question_answered', 'transfer_question_withdrawn'],
  }),
  listTasks: operation({
    method: 'get',
    path: '/v1/tasks',
    tag: 'Tasks',
    summary: 'What people have to look after: messages that no attempt brings, refused reports, corrections of what is done; the one that waits longest first',
    access: 'token',
    act: 'readTasks',
    query: TaskQuery,
    success: { status: 200, description: 'A page. What is mended leaves the list by itself.', schema: TaskPage },
    problems: ['cursor_invalid'],
  }),
  takeTask: operation({
    method: 'put',
    path: '/v1/tasks/{taskId}/taken',
    tag: 'Tasks',
    summary: 'Take a task in hand; a repeat has the same answer',
    access: 'token',
    act: 'handleTask',
    parameters: TaskParameters,
    success: { status: 200, description: 'It is yours.', schema: Task },
    problems: ['role_not_allowed', 'task_unknown', 'task_not_yours'],
  }),
  endTask: operation({
    method: 'put',
    path: '/v1/tasks/{taskId}/ended',
    tag: 'Tasks',
    summary: 'End a task by hand, and say how; the first end stands',
    access: 'token',
    act: 'handleTask',
    parameters: TaskParameters,
    body: { schema: TaskEndBody, example: { how: 'agreed_with_agency' } },
    success: { status: 200, description: 'It has ended.', schema: Task },
    problems: ['role_not_allowed', 'task_unknown', 'task_not_yours'],
  }),
  readOwnMessages: operation({
    method: 'get',
    path: '/webhooks/agencies/{agency}/messages',
    tag: 'Agencies',
    summary: 'What became of the organisation’s own messages, both ways; signed like a message with an empty body',
    access: 'signature',
    parameters: z.strictObject({ agency: OrganisationId }),
    success: { status: 200, description: 'What it sent, and what it was sent.', schema: OwnMessages },
    problems: ['agency_not_connected', 'signature_invalid'],
  }),
};
