/** Registration of an appeal (D-REG) and the answer to a command. */
import { z } from 'zod';
import { Territory } from './organisations.js';
import { Id, Instant, PersonInput, text } from './primitives.js';
import { ChannelNumber, StageName } from './vocabulary.js';

const Companion = z
  .strictObject({
    personId: Id.optional().meta({ description: 'A member of the family whom the Center knows.' }),
    person: PersonInput.optional().meta({ description: 'A child whom it does not know yet; by an ИИН a known one is found.' }),
  })
  .refine(({ personId, person }) => (personId === undefined) !== (person === undefined), { message: 'one_of_required' })
  .meta({ id: 'Companion', description: 'A child who comes along.' });

export const StayAskedBody = z
  .strictObject({
    children: z.array(Companion).max(20).meta({
      description:
        'Who comes along. By whoever is under 18 on the legal day of the appeal the law-enforcement and the guardianship bodies of the Center’s district are notified in writing, within 24 hours (256 п.26, P28); of whose birth nothing is known counts as a child.',
    }),
  })
  .meta({ id: 'StayAsked', description: 'A temporary stay is asked for (256 п.25).' });

export const RegisterAppealBody = z
  .strictObject({
    channel: ChannelNumber,
    threat: z.boolean().meta({ description: 'A threat to life and health: the assessment is due within one working day.' }),
    applicant: PersonInput.optional(),
    householdId: Id.optional().meta({
      description:
        'The family, when the Center knows it; else it is found by the ИИН among the families of this Center, else it is new. What is stored of a person is completed, never overwritten.',
    }),
    residenceTerritory: Territory.optional().meta({ description: 'Where the family in fact lives (ӘАОЖ / КАТО); completed, never overwritten.' }),
    locationTerritory: Territory.optional().meta({ description: 'Where it is now, when that is elsewhere; what is said last holds.' }),
    stay: StayAskedBody.optional(),
    text: text(10_000).optional().meta({ description: 'What is said, in the words of the sender.' }),
  })
  .meta({ id: 'RegisterAppeal' });

export const AppealRegistered = z
  .strictObject({
    appealId: Id,
    caseId: Id,
    householdId: Id,
    journalNumber: z.string(),
    attached: z.boolean().meta({ description: 'The family has an open case, which the appeal joins (P30).' }),
    registeredAt: Instant,
    personId: Id.optional(),
  })
  .meta({ id: 'AppealRegistered' });

export const CommandAnswer = z
  .strictObject({
    caseId: Id,
    seq: z.number().int().meta({ description: 'Place in the ledger that the command reached.' }),
    stage: StageName,
    commandId: Id,
    familyCode: z
      .string()
      .optional()
      .meta({ description: 'Of `issueFamilyCode`: the code for the paper. It is in no other answer, and not in a repeat of this one.' }),
  })
  .meta({ id: 'CommandAnswer' });
