/** The signs of domestic violence, the help that was offered and the identification over HTTP (256 п.23, п.24). */
import { z } from 'zod';
import type { ViolenceCommands } from '../../../domain/case/roads/violence/commands.js';
import { HELP_KINDS, HELP_RESULTS, TOLD_BY, type Identification } from '../../../domain/case/roads/violence/record.js';
import { iso } from '../../iso.js';
import { present } from '../../optional.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { EXAMPLE_ID, note, NOTE_LENGTH, optionalNote, REASON_LENGTH } from '../command-texts.js';
import { OrganisationId } from '../organisations.js';
import { Code, Day, Id, Instant, ListedCode, StaffId, text } from '../primitives.js';
import { strand } from '../strand.js';

const ToldBy = z.enum(TOLD_BY).meta({ id: 'ToldBy', description: 'The person, whoever records them, a state body, a relative, somebody else.' });

const HelpKind = z.enum(HELP_KINDS).meta({
  id: 'HelpKind',
  description: 'information, legal, psychological: 256-23-1; employment, training: 256-23-2; medical_care: 256-23-3; state_support: 256-23-4.',
});

const HelpResult = z.enum(HELP_RESULTS).meta({ id: 'HelpResult' });

const SignsBody = z
  .strictObject({
    toldBy: ToldBy.optional().meta({ description: 'Who told of them; absent: whoever records them has seen them.' }),
    noticedAt: Instant.optional().meta({ description: 'When they were noticed; absent: just now. The term of 256-24 runs from the recording.' }),
    note: text(NOTE_LENGTH),
  })
  .meta({ id: 'RecordViolenceSigns' });

const HelpBody = z
  .strictObject({
    kind: HelpKind,
    colleague: StaffId.optional(),
    organisation: OrganisationId.optional(),
    on: Day.meta({ description: 'When it was offered or given.' }),
    result: HelpResult,
    note: text(NOTE_LENGTH).optional(),
  })
  .refine(({ colleague, organisation }) => (colleague === undefined) !== (organisation === undefined), { message: 'one_of_required', path: ['colleague'] })
  .meta({
    id: 'RecordVictimHelp',
    description: 'Given by a `colleague` of the staffing record or by an `organisation` of the directory: exactly one of them.',
  });

const OrderBody = z
  .strictObject({
    personId: Id.meta({ description: 'Who of the family is redirected; the organisation is told of nobody else.' }),
    organisation: OrganisationId.meta({ description: 'A crisis centre, or an organisation of special social services.' }),
    supportKind: ListedCode,
    serviceCode: Code.optional().meta({ description: 'Code of the register of state services.' }),
  })
  .meta({ id: 'OrderIdentification' });

const RefusalBody = z.strictObject({ personId: Id, note: text(REASON_LENGTH).optional() }).meta({ id: 'RefuseIdentification' });

const AnswerBody = z
  .strictObject({
    identified: z.boolean(),
    channel: z.enum(['letter', 'telephone']),
    sender: text(REASON_LENGTH).meta({ description: 'Who sent or said it.' }),
    documentId: Id.meta({ description: 'Uploaded to the case as `paper_report`.' }),
    receivedOn: Day,
  })
  .meta({ id: 'RecordIdentificationAnswer' });

export const VIOLENCE_ROUTES: { readonly [K in keyof ViolenceCommands]: CommandRoute<K> } = {
  recordViolenceSigns: commandRoute({
    path: 'violence-signs',
    summary: 'Record signs of domestic violence (256 п.23): from then on only the team, the head and the duty officer see the case; 256-24 is owed',
    body: SignsBody,
    example: { toldBy: 'self', noticedAt: '2026-12-15T05:00:00.000Z', note: 'What was seen or said.' },
    toCommand: ({ toldBy, noticedAt, note: words }, _parameters, newId) => {
      const narrative = note(newId, 'violence_signs', words);
      const noticed = noticedAt === undefined ? {} : { noticedAt: Date.parse(noticedAt) };
      return { data: { ...present({ toldBy }), ...noticed, noteId: narrative.id }, narratives: [narrative] };
    },
  }),
  recordVictimHelp: commandRoute({
    path: 'victim-help',
    summary: 'Record help that was offered or given (256-23-1 to 256-23-4)',
    body: HelpBody,
    example: { kind: 'legal', colleague: 'lawyer-7', on: '2026-12-15', result: 'given', note: 'What was done.' },
    toCommand: ({ kind, colleague, organisation, on, result, note: words }, _parameters, newId) => {
      const { narratives, ...noteId } = optionalNote(newId, 'victim_help', words);
      const by = organisation === undefined ? { colleague: colleague ?? '' } : { organisation };
      return { data: { kind, by, on, result, ...noteId }, narratives };
    },
  }),
  orderIdentification: commandRoute({
    path: 'identifications',
    summary: 'Redirect a person for identification (256-24): the organisation is told who, and the support by its code; no word and no address (P43)',
    body: OrderBody,
    example: { personId: EXAMPLE_ID, organisation: 'auezov-crisis-centre', supportKind: 'psychological_help' },
    toCommand: ({ personId, organisation, supportKind, serviceCode }) => ({
      data: { personId, organisation, supportKind, ...present({ serviceCode }) },
      knownPersons: [personId],
    }),
  }),
  refuseIdentification: commandRoute({
    path: 'identifications/refusal',
    summary: 'Record that the person refuses the redirection (256-11): 256-24 is owed no more, and nobody is told of them',
    body: RefusalBody,
    example: { personId: EXAMPLE_ID, note: 'What was said.' },
    toCommand: ({ personId, note: words }, _parameters, newId) => {
      const { narratives, ...noteId } = optionalNote(newId, 'identification_refusal', words);
      return { data: { personId, ...noteId }, narratives, knownPersons: [personId] };
    },
  }),
  recordIdentificationAnswer: commandRoute({
    path: 'identifications/{referralId}/answer',
    summary: 'Record what an organisation found, where it said so by letter or telephone (256-24)',
    body: AnswerBody,
    example: { identified: true, channel: 'letter', sender: 'Who signed it.', documentId: EXAMPLE_ID, receivedOn: '2026-12-16' },
    toCommand: ({ sender, ...answer }, { referralId }, newId) => {
      const narrative = note(newId, 'report_sender', sender);
      return { data: { referralId, ...answer, senderId: narrative.id }, narratives: [narrative] };
    },
  }),
};

export const VIOLENCE_SHOWN = strand(
  'violenceSince',
  Instant.nullable().meta({ description: 'Since when signs of domestic violence are known; null where none were recorded.' }),
  (since) => (since === null ? null : iso(since)),
);

const Giver = z.union([z.strictObject({ colleague: z.string() }), z.strictObject({ organisation: z.string(), function: z.string() })]);

const IdentificationShown = z
  .strictObject({
    referralId: Id,
    personId: z.string(),
    agency: z.string(),
    function: z.string(),
    supportKind: z.string(),
    serviceCode: z.string().optional(),
    orderedAt: Instant,
    takenAt: Instant.optional().meta({ description: 'When the organisation took it, by wire or on paper; its message is in `dispatches`, by `strandId`.' }),
    withdrawnAt: Instant.optional().meta({ description: 'The person refused, or was redirected elsewhere, before anybody took it.' }),
    answer: z
      .strictObject({
        answerId: z.string(),
        receivedAt: Instant,
        identified: z.boolean(),
        paper: z
          .strictObject({ channel: z.enum(['letter', 'telephone']), senderId: z.string(), documentId: z.string(), documentSha256: z.string() })
          .optional(),
      })
      .optional(),
  })
  .meta({ id: 'Identification' });

export const VIOLENCE_RECORD_SHOWN = strand(
  'violence',
  z
    .strictObject({
      signs: z.strictObject({ toldBy: ToldBy, noticedAt: Instant, recordedAt: Instant, noteId: z.string() }).optional(),
      help: z.array(
        z.strictObject({ helpId: Id, kind: HelpKind, by: Giver, on: Day, result: HelpResult, noteId: z.string().optional() }).meta({ id: 'VictimHelp' }),
      ),
      identifications: z.array(IdentificationShown),
      refusals: z.array(z.strictObject({ personId: z.string(), refusedAt: Instant, noteId: z.string().optional() })),
    })
    .optional()
    .meta({ description: 'What is done about the signs: help item by item (256-23-1 to 256-23-4), the identification (256-24).' }),
  ({ signs, help, identifications, refusals }) => ({
    signs: signs && { ...signs, noticedAt: iso(signs.noticedAt), recordedAt: iso(signs.recordedAt) },
    help: help.map(({ by, ...item }) => ({ ...item, by: { ...by } })),
    identifications: identifications.map(identificationShown),
    refusals: refusals.map(({ refusedAt, ...refusal }) => ({ ...refusal, refusedAt: iso(refusedAt) })),
  }),
);

function identificationShown({ orderedAt, takenAt, withdrawnAt, answer, ...kept }: Identification): z.input<typeof IdentificationShown> {
  return {
    ...kept,
    orderedAt: iso(orderedAt),
    ...(takenAt === undefined ? {} : { takenAt: iso(takenAt) }),
    ...(withdrawnAt === undefined ? {} : { withdrawnAt: iso(withdrawnAt) }),
    ...(answer === undefined ? {} : { answer: { ...answer, receivedAt: iso(answer.receivedAt) } }),
  };
}
