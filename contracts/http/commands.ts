/**
 * The commands of the straight road over HTTP: `POST /v1/cases/{caseId}/<path>`. A new command is a
 * row here, beside its line in the core's table. Types and lengths are checked here; whether the law
 * allows it is the core's to say, with its rule.
 */
import { z } from 'zod';
import type { CommandKind } from '../../domain/case/commands.js';
import type { CategoryNotNeeded, PlannedMeasure } from '../../domain/case/facts.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';
import { present } from '../optional.js';
import { commandRoute, type BroughtNarrative, type CommandRoute, type NewId } from './command-route.js';
import { citation, Code, codes, Day, Id, PersonInput, StaffId, text } from './primitives.js';
import { Category, Delay, Mark, Method, Party, Result, Route, Situation } from './vocabulary.js';

const NOTE_LENGTH = 10_000;
const REASON_LENGTH = 2_000;
const EXAMPLE_ID = '3f0c1c52-6f0e-4d55-9d52-0a6f6f1f7a10';

const Empty = z.strictObject({});

const ManagerBody = z.strictObject({ caseManager: StaffId }).meta({ id: 'AssignCaseManager' });

const ThreatBody = z
  .strictObject({ direct: z.boolean().meta({ description: 'A direct threat (256 п.22), in the words of the operator (P48).' }), note: text(NOTE_LENGTH) })
  .meta({ id: 'RecordThreat' });

const ImmediateMeasuresBody = z.strictObject({ note: text(NOTE_LENGTH) }).meta({ id: 'AssignImmediateMeasures' });

const ConsentBody = z
  .strictObject({
    given: z.boolean(),
    personId: Id.optional(),
    person: PersonInput.optional(),
    documentId: Id.optional(),
  })
  .refine((body) => (body.personId === undefined) !== (body.person === undefined), { message: 'one_of_required', path: ['personId'] })
  .meta({ id: 'RecordConsent', description: 'Who decides is a member of the family by `personId`, or a new one by `person`: exactly one of them.' });

const InterviewBody = z.strictObject({ note: text(NOTE_LENGTH) }).meta({ id: 'RecordInterview' });

const TriageBody = z.strictObject({ appealId: Id, route: Route, reason: text(REASON_LENGTH) }).meta({ id: 'RecordTriage' });

const AssessmentBody = z
  .strictObject({ result: Result, grounds: codes(0, 20), note: text(NOTE_LENGTH).optional() })
  .meta({ id: 'CompleteAssessment' });

const NeedsBody = z
  .strictObject({ needs: codes(1, 50), note: text(NOTE_LENGTH).optional() })
  .meta({ id: 'DetermineNeeds' });

const measureFields = {
  supportKind: Code,
  dueOn: Day.optional().meta({ description: 'Last day of the measure. The law demands one (256-16-3).' }),
  serviceCode: Code.optional(),
  description: text(REASON_LENGTH).optional(),
  categories: z.array(Category).max(PLAN_CATEGORIES.length).optional().meta({ description: 'Categories of A26-IPR that the measure serves.' }),
};

const MeasureBody = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('state'), agency: Code.optional(), coExecutors: codes(0, 11).optional(), ...measureFields })
      .meta({ id: 'StateMeasureInput' }),
    z.strictObject({ kind: z.literal('family'), ...measureFields }).meta({ id: 'FamilyMeasureInput' }),
  ])
  .meta({ id: 'MeasureInput' });

const NotNeededBody = z.strictObject({ category: Category, reason: text(REASON_LENGTH) }).meta({ id: 'CategoryNotNeeded' });

const IprBody = z
  .strictObject({
    endsOn: Day,
    specialists: z.array(StaffId).max(50),
    measures: z.array(MeasureBody).max(60),
    notNeeded: z
      .array(NotNeededBody)
      .max(PLAN_CATEGORIES.length)
      .refine((items) => new Set(items.map(({ category }) => category)).size === items.length, { message: 'duplicate' })
      .optional()
      .meta({ description: 'Categories of A26-IPR that no measure serves, each with its reason (P56).' }),
  })
  .meta({ id: 'DraftIpr' });

const SignatureBody = z.strictObject({ party: Party, method: Method, documentId: Id }).meta({ id: 'SignIpr' });

const ApprovalBody = z
  .strictObject({ actingOrder: z.strictObject({ number: citation(40), date: Day }).optional() })
  .meta({ id: 'ApproveIpr' });

const StatusBody = z.strictObject({ reportId: Id.optional(), status: Mark }).meta({ id: 'MarkStatus' });

const ReturnBody = z
  .strictObject({ norm: citation(200), reason: text(REASON_LENGTH), newDueOn: Day.optional() })
  .meta({ id: 'ReturnReport' });

const CompletionBody = z.strictObject({ completedOn: Day.optional() }).meta({ id: 'MarkCompletion' });

const ClosureBody = z.strictObject({ monitoringMonths: z.int() }).meta({ id: 'CloseCase' });

const NoticeBody = z.strictObject({ documentId: Id }).meta({ id: 'NotifyResult' });

const ContactBody = z.strictObject({ situation: Situation, note: text(NOTE_LENGTH) }).meta({ id: 'RecordMonitoringContact' });

const MonitoringEndBody = z.strictObject({ note: text(NOTE_LENGTH) }).meta({ id: 'EndMonitoring' });

const DelayBody = z
  .strictObject({ dutyKey: text(300), reason: Delay, note: text(REASON_LENGTH).optional() })
  .refine(({ reason, note: words }) => reason !== 'other' || words !== undefined, { message: 'required', path: ['note'] })
  .meta({ id: 'ExplainDelay', description: 'The reason `other` is told in a note.' });

function note(newId: NewId, kind: BroughtNarrative['kind'], body: string): BroughtNarrative {
  return { id: newId(), kind, body };
}

/** An optional note as the member of the data that refers to it. */
function optionalNote(newId: NewId, kind: BroughtNarrative['kind'], body: string | undefined): { noteId?: string; narratives: BroughtNarrative[] } {
  if (body === undefined) return { narratives: [] };
  const narrative = note(newId, kind, body);
  return { noteId: narrative.id, narratives: [narrative] };
}

interface PlannedWithText {
  measure: PlannedMeasure;
  narratives: readonly BroughtNarrative[];
}

function plannedMeasure(body: z.output<typeof MeasureBody>, newId: NewId): PlannedWithText {
  const { description, dueOn, ...rest } = present(body);
  const words = description === undefined ? undefined : note(newId, 'measure_description', description);
  const measure: PlannedMeasure = {
    measureId: newId(),
    ...rest,
    // Without a term the core refuses by the rule's own name (256-16-3).
    dueOn: dueOn ?? '',
    ...(words === undefined ? {} : { descriptionId: words.id }),
  };
  return { measure, narratives: words === undefined ? [] : [words] };
}

/** The reasons become texts of their own; without any the plan says nothing of categories, as before there were some. */
function sparedCategories(
  bodies: z.output<typeof IprBody>['notNeeded'],
  newId: NewId,
): { notNeeded?: readonly CategoryNotNeeded[]; narratives: readonly BroughtNarrative[] } {
  if (bodies === undefined) return { narratives: [] };
  const narratives = bodies.map(({ reason }) => note(newId, 'category_reason', reason));
  return { notNeeded: bodies.map(({ category }, index) => ({ category, reasonId: narratives[index]?.id ?? '' })), narratives };
}

export const COMMAND_ROUTES: { readonly [K in CommandKind]: CommandRoute<K> } = {
  assignCaseManager: commandRoute({
    path: 'manager',
    summary: 'Assign the case manager',
    body: ManagerBody,
    example: { caseManager: 'case-manager-7' },
    toCommand: ({ caseManager }) => ({ data: { caseManager } }),
  }),
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
    toCommand: (body, _parameters, newId) => {
      const narrative = note(newId, 'immediate_measures', body.note);
      return { data: { noteId: narrative.id }, narratives: [narrative] };
    },
  }),
  recordConsent: commandRoute({
    path: 'consent',
    summary: 'Record the decision on consent (256-13-CON, P29)',
    body: ConsentBody,
    example: { given: true, person: { fullName: 'A. A.', iin: '900101100004' }, documentId: EXAMPLE_ID },
    toCommand: ({ given, personId, person, documentId }, _parameters, newId) => {
      const brought = person === undefined ? [] : [{ id: newId(), ...present(person) }];
      const decider = personId ?? brought[0]?.id ?? '';
      const data = present({ given, personId: decider, documentId });
      return { data, persons: brought, knownPersons: personId === undefined ? [] : [personId] };
    },
  }),
  recordInterview: commandRoute({
    path: 'interview',
    summary: 'Record the interview (256-13-INT)',
    body: InterviewBody,
    example: { note: 'What was said.' },
    toCommand: (body, _parameters, newId) => {
      const narrative = note(newId, 'interview', body.note);
      return { data: { noteId: narrative.id }, narratives: [narrative] };
    },
  }),
  recordTriage: commandRoute({
    path: 'triage',
    summary: 'Decide on an appeal (256-13-1, 256-14-1, P49)',
    body: TriageBody,
    example: { appealId: EXAMPLE_ID, route: 'consultation_and_assessment', reason: 'Why.' },
    toCommand: ({ appealId, route, reason }, _parameters, newId) => {
      const narrative = note(newId, 'triage_reason', reason);
      return { data: { appealId, route, reasonId: narrative.id }, narratives: [narrative] };
    },
  }),
  completeAssessment: commandRoute({
    path: 'assessment',
    summary: 'Complete the primary assessment (256-13-2, 256-14-2, 192-3-4)',
    body: AssessmentBody,
    example: { result: 'difficult_life_situation', grounds: ['G8'], note: 'What was found.' },
    toCommand: ({ result, grounds, note: words }, _parameters, newId) => {
      const { narratives, ...noteId } = optionalNote(newId, 'assessment', words);
      return { data: { result, grounds, ...noteId }, narratives };
    },
  }),
  determineNeeds: commandRoute({
    path: 'needs',
    summary: 'Determine the needs (256-13-3, 256-14-3)',
    body: NeedsBody,
    example: { needs: ['housing', 'employment'], note: 'What the family needs.' },
    toCommand: ({ needs, note: words }, _parameters, newId) => {
      const { narratives, ...noteId } = optionalNote(newId, 'needs', words);
      return { data: { needs, ...noteId }, narratives };
    },
  }),
  draftIpr: commandRoute({
    path: 'ipr',
    summary: 'Draft the individual plan of work (192-8, 256-15-1 to 256-16-3, A26-IPR)',
    body: IprBody,
    example: {
      endsOn: '2027-06-30',
      specialists: ['social-worker-3'],
      measures: [
        { kind: 'state', supportKind: 'employment_help', agency: 'employment', dueOn: '2027-02-26', description: 'What is to be done.', categories: ['adaptation', 'repeated_hardship_risk'] },
        { kind: 'family', supportKind: 'job_search', dueOn: '2027-03-31', categories: ['social_rehabilitation'] },
      ],
      notNeeded: [{ category: 'offence_risk', reason: 'Why no measure serves it.' }],
    },
    toCommand: ({ endsOn, specialists, measures, notNeeded }, _parameters, newId) => {
      const planned = measures.map((body) => plannedMeasure(body, newId));
      const { narratives: reasons, ...spared } = sparedCategories(notNeeded, newId);
      return {
        data: { iprId: newId(), endsOn, specialists, measures: planned.map(({ measure }) => measure), ...spared },
        narratives: [...planned.flatMap(({ narratives }) => narratives), ...reasons],
      };
    },
  }),
  signIpr: commandRoute({
    path: 'ipr/signatures',
    summary: 'Sign the plan for a party (256-17-1, P42)',
    body: SignatureBody,
    example: { party: 'family', method: 'paper', documentId: EXAMPLE_ID },
    toCommand: (data) => ({ data }),
  }),
  approveIpr: commandRoute({
    path: 'ipr/approval',
    summary: 'Approve the plan (256-17-2, P50)',
    body: ApprovalBody,
    example: {},
    toCommand: (body) => ({ data: present(body) }),
  }),
  sendIpr: commandRoute({
    path: 'ipr/dispatch',
    summary: 'Send the plan to the agencies of its measures (192-9)',
    body: Empty,
    example: {},
    toCommand: () => ({ data: {} }),
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
    toCommand: ({ norm, reason, newDueOn }, { reportId }, newId) => {
      const narrative = note(newId, 'return_reason', reason);
      return { data: present({ reportId, norm, reasonId: narrative.id, newDueOn }), narratives: [narrative] };
    },
  }),
  markCompletion: commandRoute({
    path: 'completion',
    summary: 'Put the completion mark (192-12)',
    body: CompletionBody,
    example: {},
    toCommand: (body) => ({ data: present(body) }),
  }),
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
  explainDelay: commandRoute({
    path: 'delay',
    summary: 'Give the reason of a missed term (P33); no term is paused by it',
    body: DelayBody,
    example: { dutyKey: '256-13-2:case', reason: 'illness', note: 'Who was ill, and when.' },
    toCommand: ({ dutyKey, reason, note: words }, _parameters, newId) => {
      const { narratives, ...noteId } = optionalNote(newId, 'delay_reason', words);
      return { data: { dutyKey, reason, ...noteId }, narratives };
    },
  }),
};
