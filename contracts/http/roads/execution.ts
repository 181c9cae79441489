/** The plan is carried out over HTTP: the commands of the road. */
import { z } from 'zod';
import type { ExecutionCommands } from '../../../domain/case/roads/execution/commands.js';
import { present } from '../../optional.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { Day, Id, Instant, StaffId, citation, text } from '../primitives.js';
import { Mark, Outcome } from '../vocabulary.js';
import { NOTE_LENGTH, REASON_LENGTH, EXAMPLE_ID, Preview, SendingBody, note, optionalNote } from '../command-texts.js';

const StatusBody = z.strictObject({ reportId: Id.optional(), status: Mark }).meta({ id: 'MarkStatus' });

const ReturnBody = z
  .strictObject({
    norm: citation(200),
    reason: text(REASON_LENGTH),
    newDueOn: Day.optional().meta({ description: 'Without it the term of the policy. The preview names it: repeat it beside `preview`.' }),
    preview: Preview.optional(),
  })
  .meta({ id: 'ReturnReport' });

const PaperBody = z
  .strictObject({
    documentId: Id.meta({ description: 'Uploaded to the case as `delivery_proof`.' }),
    handed: z
      .strictObject({
        at: Instant.meta({ description: 'When: by it the duty is met.' }),
        by: StaffId.optional().meta({ description: 'Who of the Center; without it whoever records it.' }),
        to: text(300).meta({ description: 'Who took it.' }),
      })
      .optional()
      .meta({ description: 'A notice about minor children needs it (256 п.26).' }),
  })
  .meta({ id: 'DeliverOnPaper' });

const PaperReportBody = z
  .strictObject({
    outcome: Outcome,
    channel: z.enum(['letter', 'telephone']),
    sender: text(300).meta({ description: 'Who sent it, or said it.' }),
    receivedOn: Day.meta({ description: 'The day of its receipt: the two days of the mark run from it (192-11-2).' }),
    documentId: Id.meta({ description: 'The letter, or the note of what was said; uploaded to the case as `paper_report`.' }),
    note: text(NOTE_LENGTH).optional(),
  })
  .meta({ id: 'RecordReport' });

const CompletionBody = z.strictObject({ completedOn: Day.optional() }).meta({ id: 'MarkCompletion' });

export const EXECUTION_ROUTES: { readonly [K in keyof ExecutionCommands]: CommandRoute<K> } = {
  sendIpr: commandRoute({
    path: 'ipr/dispatch',
    summary: 'Send the plan to the agencies of its measures (192-9)',
    body: SendingBody,
    example: {},
    toCommand: (body) => ({ data: present(body) }),
  }),
  markStatus: commandRoute({
    path: 'measures/{measureId}/status',
    summary: 'Put a status mark on a measure (192-11-2, P16)',
    body: StatusBody,
    example: { reportId: EXAMPLE_ID, status: 'done' },
    toCommand: (body, { measureId }) => ({ data: { measureId, ...present(body) } }),
  }),
  returnReport: commandRoute({
    path: 'reports/{reportId}/return',
    summary: 'Return a report for rework (192-11-3, P17)',
    body: ReturnBody,
    example: { norm: 'Law on state services, art. 5', reason: 'What is missing.' },
    toCommand: ({ norm, reason, newDueOn, preview }, { reportId }, newId) => {
      const narrative = note(newId, 'return_reason', reason);
      return { data: present({ reportId, norm, reasonId: narrative.id, newDueOn, preview }), narratives: [narrative] };
    },
  }),
  sendAgain: commandRoute({
    path: 'dispatches/{dispatchKey}/again',
    summary: 'Have a message sent again that was refused, given up, or waits for the end of its pause (192-9, 256-26)',
    body: SendingBody,
    example: {},
    toCommand: (body, { dispatchKey }) => ({ data: { dispatchKey, ...present(body) } }),
  }),
  deliverOnPaper: commandRoute({
    path: 'dispatches/{dispatchKey}/paper',
    summary: 'Record that a message was brought to the agency on paper (192-9, 256-26)',
    body: PaperBody,
    example: { documentId: EXAMPLE_ID },
    toCommand: ({ documentId, handed }, { dispatchKey }, newId) => {
      if (handed === undefined) return { data: { dispatchKey, documentId } };
      const to = note(newId, 'delivery_receiver', handed.to);
      const told = { handedAt: Date.parse(handed.at), handedToId: to.id, ...(handed.by === undefined ? {} : { handedBy: handed.by }) };
      return { data: { dispatchKey, documentId, ...told }, narratives: [to] };
    },
  }),
  recordReport: commandRoute({
    path: 'measures/{measureId}/reports',
    summary: 'Record information on performance that came by letter or telephone (192-11-1)',
    body: PaperReportBody,
    example: { outcome: 'performed', channel: 'letter', sender: 'Who signed it.', receivedOn: '2026-12-18', documentId: EXAMPLE_ID },
    toCommand: ({ outcome, channel, sender, receivedOn, documentId, note: words }, { measureId }, newId) => {
      const by = note(newId, 'report_sender', sender);
      const { narratives, ...noteId } = optionalNote(newId, 'report_note', words);
      return { data: { measureId, outcome, channel, senderId: by.id, receivedOn, documentId, ...noteId }, narratives: [by, ...narratives] };
    },
  }),
  markCompletion: commandRoute({
    path: 'completion',
    summary: 'Put the completion mark (192-12)',
    body: CompletionBody,
    example: {},
    toCommand: (body) => ({ data: present(body) }),
  }),
};
