/** Completion, closing, monitoring over HTTP: the commands of the road. */
import { z } from 'zod';
import type { ClosingCommands } from '../../../domain/case/roads/closing/commands.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { Id, text } from '../primitives.js';
import { Situation } from '../vocabulary.js';
import { NOTE_LENGTH, EXAMPLE_ID, note } from '../command-texts.js';

const ClosureBody = z.strictObject({ monitoringMonths: z.int() }).meta({ id: 'CloseCase' });

const NoticeBody = z.strictObject({ documentId: Id.meta({ description: 'Uploaded to the case as `result_notice`.' }) }).meta({ id: 'NotifyResult' });

const ContactBody = z.strictObject({ situation: Situation, note: text(NOTE_LENGTH) }).meta({ id: 'RecordMonitoringContact' });

const MonitoringEndBody = z.strictObject({ note: text(NOTE_LENGTH) }).meta({ id: 'EndMonitoring' });

export const CLOSING_ROUTES: { readonly [K in keyof ClosingCommands]: CommandRoute<K> } = {
  closeCase: commandRoute({
    path: 'closure',
    summary: 'Close the case and choose the months of monitoring (256-19-1, D-MON)',
    body: ClosureBody,
    example: { monitoringMonths: 3 },
    toCommand: (data) => ({ data }),
  }),
  notifyResult: commandRoute({
    path: 'closure/notice',
    summary: 'Record the written notice of the result (D-CL)',
    body: NoticeBody,
    example: { documentId: EXAMPLE_ID },
    toCommand: (data) => ({ data }),
  }),
  recordMonitoringContact: commandRoute({
    path: 'monitoring/contacts',
    summary: 'Record a contact of the monitoring (P24)',
    body: ContactBody,
    example: { situation: 'stable', note: 'What was said.' },
    toCommand: ({ situation, note: words }, _parameters, newId) => {
      const narrative = note(newId, 'monitoring_contact', words);
      return { data: { situation, noteId: narrative.id }, narratives: [narrative] };
    },
  }),
  endMonitoring: commandRoute({
    path: 'monitoring/end',
    summary: 'End the monitoring (D-MON)',
    body: MonitoringEndBody,
    example: { note: 'What was found.' },
    toCommand: (body, _parameters, newId) => {
      const narrative = note(newId, 'monitoring_end', body.note);
      return { data: { noteId: narrative.id }, narratives: [narrative] };
    },
  }),
};
