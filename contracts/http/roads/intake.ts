/** Intake and primary assessment over HTTP: the commands of the road. */
import { z } from 'zod';
import type { IntakeCommands } from '../../../domain/case/roads/intake/commands.js';
import { present } from '../../optional.js';
import { commandRoute, type CommandRoute } from '../command-route.js';
import { Id, PersonInput, StaffId, codes, text } from '../primitives.js';
import { Result, Route } from '../vocabulary.js';
import { NOTE_LENGTH, REASON_LENGTH, EXAMPLE_ID, note, optionalNote } from '../command-texts.js';

const ManagerBody = z.strictObject({ caseManager: StaffId }).meta({ id: 'AssignCaseManager' });

const ConsentBody = z
  .strictObject({
    given: z.boolean(),
    personId: Id.optional(),
    person: PersonInput.optional(),
    documentId: Id.optional().meta({ description: 'Uploaded to the case as `consent`.' }),
  })
  .refine((body) => (body.personId === undefined) !== (body.person === undefined), { message: 'one_of_required', path: ['personId'] })
  .meta({ id: 'RecordConsent', description: 'Who decides is a member of the family by `personId`, or a new one by `person`: exactly one of them.' });

const InterviewBody = z.strictObject({ note: text(NOTE_LENGTH) }).meta({ id: 'RecordInterview' });

const TriageBody = z.strictObject({ appealId: Id, route: Route, reason: text(REASON_LENGTH) }).meta({ id: 'RecordTriage' });

const AssessmentBody = z.strictObject({ result: Result, grounds: codes(0, 20), note: text(NOTE_LENGTH).optional() }).meta({ id: 'CompleteAssessment' });

export const INTAKE_ROUTES: { readonly [K in keyof IntakeCommands]: CommandRoute<K> } = {
  assignCaseManager: commandRoute({
    path: 'manager',
    summary: 'Assign the case manager',
    body: ManagerBody,
    example: { caseManager: 'manager-7' },
    toCommand: ({ caseManager }) => ({ data: { caseManager } }),
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
};
