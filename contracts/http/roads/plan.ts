/** Needs and the individual plan over HTTP: the commands of the road. */
import { z } from 'zod';
import type { PlanCommands } from '../../../domain/case/roads/plan/commands.js';
import type { CategoryNotNeeded, PlannedMeasure } from '../../../domain/case/facts.js';
import { PLAN_CATEGORIES } from '../../../domain/law/plan-categories.js';
import { present } from '../../optional.js';
import { commandRoute, type BroughtNarrative, type CommandRoute, type NewId } from '../command-route.js';
import { OrganisationId } from '../organisations.js';
import { Day, Id, ListedCode, StaffId, citation, codes, text } from '../primitives.js';
import { Category, Method, Party } from '../vocabulary.js';
import { NOTE_LENGTH, REASON_LENGTH, EXAMPLE_ID, note, optionalNote } from '../command-texts.js';

const NeedsBody = z.strictObject({ needs: codes(1, 50), note: text(NOTE_LENGTH).optional() }).meta({ id: 'DetermineNeeds' });

const measureFields = {
  supportKind: ListedCode,
  dueOn: Day.optional().meta({ description: 'Last day of the measure. The law demands one (256-16-3).' }),
  serviceCode: ListedCode.optional(),
  description: text(REASON_LENGTH).optional(),
  categories: z.array(Category).max(PLAN_CATEGORIES.length).optional().meta({ description: 'Categories of A26-IPR that the measure serves.' }),
};

function organisations(most: number): z.ZodArray<typeof OrganisationId> {
  return z
    .array(OrganisationId)
    .max(most)
    .refine((list) => new Set(list).size === list.length, { message: 'duplicate' });
}

const MeasureBody = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        kind: z.literal('state'),
        agency: OrganisationId.optional().meta({ description: 'Responsible organisation of the directory (`GET /v1/organisations`).' }),
        coExecutors: organisations(11).optional(),
        ...measureFields,
      })
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

export const SignatureBody = z
  .strictObject({
    party: Party,
    method: Method,
    documentId: Id.meta({
      description: 'The plan or its revision as it was signed, uploaded to the case as `signed_ipr`; one scan may carry both signatures.',
    }),
    signatureId: Id.optional().meta({
      description:
        'The ЭЦҚ / ЭЦП over that document: the party’s own, on paper that of the employee who acts (P42; not needed where the policy has switched P42 off).',
    }),
    personId: Id.optional().meta({ description: 'Who of the family has signed on paper.' }),
  })
  .refine(({ party, method, personId }) => personId === undefined || (party === 'family' && method === 'paper'), {
    message: 'value_not_allowed',
    path: ['personId'],
  })
  .meta({ id: 'SignIpr' });

export const ApprovalBody = z.strictObject({ actingOrder: z.strictObject({ number: citation(40), date: Day }).optional() }).meta({ id: 'ApproveIpr' });

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

export const PLAN_ROUTES: { readonly [K in keyof PlanCommands]: CommandRoute<K> } = {
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
        {
          kind: 'state',
          supportKind: 'employment_assistance',
          agency: 'auezov-employment',
          dueOn: '2027-02-26',
          description: 'What is to be done.',
          categories: ['adaptation', 'repeated_hardship_risk'],
        },
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
    example: { party: 'family', method: 'paper', documentId: EXAMPLE_ID, signatureId: EXAMPLE_ID, personId: EXAMPLE_ID },
    toCommand: (body) => ({ data: present(body) }),
  }),
  approveIpr: commandRoute({
    path: 'ipr/approval',
    summary: 'Approve the plan (256-17-2, P50)',
    stepUp: true,
    body: ApprovalBody,
    example: {},
    toCommand: (body) => ({ data: present(body) }),
  }),
};
