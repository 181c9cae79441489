/** Threats over HTTP: the commands of the road. */
import { z } from 'zod';
import type { ThreatCommands } from '../../../domain/case/roads/threat/commands.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { OrganisationId } from '../organisations.js';
import { present } from '../../optional.js';
import { citation, Code, Day, Id, Instant, ListedCode, text } from '../primitives.js';
import { EXAMPLE_ID, NOTE_LENGTH, note, optionalNote } from '../command-texts.js';

const ThreatBody = z
  .strictObject({ direct: z.boolean().meta({ description: 'A direct threat (256 п.22), in the words of the operator (P48).' }), note: text(NOTE_LENGTH) })
  .meta({ id: 'RecordThreat' });

const ImmediateMeasuresBody = z
  .strictObject({
    responseId: Id.optional().meta({ description: 'Which threat it answers; may be left out where one waits for its answer.' }),
    note: text(NOTE_LENGTH),
  })
  .meta({ id: 'AssignImmediateMeasures' });

const Response = Id.optional().meta({ description: 'Which threat; may be left out where one is open.' });

const CallBody = z
  .strictObject({
    responseId: Response,
    order: z
      .strictObject({ number: citation(60), issuedOn: Day })
      .optional()
      .meta({ description: 'The akim’s order of the group that was called; without it the one in force is looked up. Neither is needed for the call.' }),
    note: text(NOTE_LENGTH).optional(),
  })
  .meta({ id: 'CallMobileGroup' });

const VisitBody = z
  .strictObject({
    responseId: Response,
    departedAt: Instant.meta({ description: 'When the group set out.' }),
    arrivedAt: Instant.meta({ description: 'When it was there.' }),
    present: z
      .array(Id)
      .min(1)
      .max(20)
      .refine((list) => new Set(list).size === list.length, { message: 'duplicate' })
      .meta({ description: 'Members of the group who were there, by their ids of GET /v1/centers/{center}.' }),
    findings: text(NOTE_LENGTH).meta({ description: 'What the group found.' }),
  })
  .meta({ id: 'RecordGroupVisit' });

const ResponsePlanBody = z
  .strictObject({
    responseId: Response,
    measures: z
      .array(
        z.strictObject({
          measureId: Code,
          supportKind: ListedCode,
          agency: OrganisationId.optional().meta({ description: 'Responsible organisation of the directory; absent: the Center itself.' }),
          dueOn: Day,
          description: text(NOTE_LENGTH).optional(),
        }),
      )
      .max(50),
  })
  .meta({ id: 'AdoptResponsePlan' });

const AssessThreatBody = z.strictObject({ responseId: Response, confirmed: z.boolean(), note: text(NOTE_LENGTH) }).meta({ id: 'AssessThreat' });

export const THREAT_ROUTES: { readonly [K in keyof ThreatCommands]: CommandRoute<K> } = {
  recordThreat: commandRoute({
    path: 'threat',
    summary: 'Record a threat to life or health found while the case runs (256-13-2T, 256-14-2T, P5, P48)',
    body: ThreatBody,
    example: { direct: true, note: 'What threatens whom.' },
    toCommand: ({ direct, note: words }, _parameters, newId) => {
      const narrative = note(newId, 'threat', words);
      return { data: { direct, noteId: narrative.id }, narratives: [narrative] };
    },
  }),
  assignImmediateMeasures: commandRoute({
    path: 'threat/measures',
    summary: 'Assign immediate response measures (P4)',
    body: ImmediateMeasuresBody,
    example: { note: 'What is done at once, and by whom.' },
    toCommand: ({ responseId, note: words }, _parameters, newId) => {
      const narrative = note(newId, 'immediate_measures', words);
      return { data: { ...(responseId === undefined ? {} : { responseId }), noteId: narrative.id }, narratives: [narrative] };
    },
  }),
  callMobileGroup: commandRoute({
    path: 'threat/calls',
    summary: 'Call out the mobile group (256-22-1): never refused for the sake of its order (P36)',
    body: CallBody,
    example: {},
    toCommand: ({ responseId, order, note: words }, _parameters, newId) => {
      const { narratives, ...told } = optionalNote(newId, 'group_call', words);
      return { data: { ...present({ responseId, order }), ...told }, narratives };
    },
  }),
  recordGroupVisit: commandRoute({
    path: 'threat/visits',
    summary: 'Record what the mobile group did on the spot: departure, arrival, who was there, findings (256 п.22)',
    body: VisitBody,
    example: { departedAt: '2026-12-15T17:10:00.000Z', arrivedAt: '2026-12-15T17:40:00.000Z', present: [EXAMPLE_ID], findings: 'What was found.' },
    toCommand: ({ responseId, departedAt, arrivedAt, present: members, findings }, _parameters, newId) => {
      const narrative = note(newId, 'visit_findings', findings);
      const times = { departedAt: Date.parse(departedAt), arrivedAt: Date.parse(arrivedAt) };
      return { data: { ...present({ responseId }), ...times, present: members, findingsId: narrative.id }, narratives: [narrative] };
    },
  }),
  adoptResponsePlan: commandRoute({
    path: 'threat/plan',
    summary: 'Adopt the response plan (256-22-2): every organisation that it makes responsible is written to at once',
    body: ResponsePlanBody,
    example: {
      measures: [{ measureId: 'shelter', supportKind: 'psychological_help', agency: 'auezov-health', dueOn: '2026-12-16', description: 'What is done.' }],
    },
    toCommand: ({ responseId, measures }, _parameters, newId) => {
      const told = measures.map(({ description, ...measure }) => ({ measure, narrative: description && note(newId, 'measure_description', description) }));
      return {
        data: {
          ...present({ responseId }),
          measures: told.map(({ measure, narrative }) => ({ ...present(measure), ...(narrative ? { descriptionId: narrative.id } : {}) })),
        },
        narratives: told.flatMap(({ narrative }) => narrative || []),
      };
    },
  }),
  assessThreat: commandRoute({
    path: 'threat/assessment',
    summary: 'Assess a threat that was found beside the plan (256-13-2T, 256-14-2T, P6)',
    body: AssessThreatBody,
    example: { confirmed: true, note: 'What was found, and what is done.' },
    toCommand: ({ responseId, confirmed, note: words }, _parameters, newId) => {
      const narrative = note(newId, 'threat_assessment', words);
      return { data: { ...present({ responseId }), confirmed, noteId: narrative.id }, narratives: [narrative] };
    },
  }),
};
