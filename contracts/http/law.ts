/** Versions of calendars and policies: drafts, what adopting one would do, and how an adoption goes on. */
import { z } from 'zod';
import type { SettableLadder } from '../../domain/law/policy.js';
import { citation, Id, Instant } from './primitives.js';
import { ForceName, RoleName, Step } from './vocabulary.js';

export const LAW_KINDS = ['calendar', 'policy'] as const;
export type LawKind = (typeof LAW_KINDS)[number];

/** As the kinds stand in addresses. */
export const LAW_PLACES = ['calendars', 'policies'] as const;

export function lawKindOf(place: (typeof LAW_PLACES)[number]): LawKind {
  return place === 'calendars' ? 'calendar' : 'policy';
}

export function lawPlaceOf(kind: LawKind): (typeof LAW_PLACES)[number] {
  return kind === 'calendar' ? 'calendars' : 'policies';
}

export const VersionName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
  .meta({ id: 'LawVersionName', description: 'Name of a version: Latin letters, digits, dot, dash, underscore.', example: '2027-01-15' });

/** Cited in the ledger beside every date that moves. */
export const Act = citation(500).meta({ id: 'LawAct', description: 'The act by which it is adopted.', example: 'Ministry of Labour, 18.03.2026' });

// ------------------------------------------------------------------ Calendars

const MonthDay = z.string().max(10).meta({ description: 'MM-DD', example: '08-31' });

const CalendarYear = z
  .strictObject({
    official: z.boolean().meta({ description: 'True: rests on published official calendars; false: derived from the law alone.' }),
    off: z.array(MonthDay).max(366).meta({ description: 'Weekdays that are off. Weekend days are off anyway and are not listed.' }),
    worked: z.array(MonthDay).max(366).meta({ description: 'Weekend days that are worked.' }),
  })
  .meta({ id: 'CalendarYear' });

export const CalendarYears = z.record(z.string().max(10), CalendarYear).meta({ description: 'Tables by year, YYYY.' });

export const CalendarDraftBody = z.strictObject({ act: Act, years: CalendarYears }).meta({ id: 'CalendarDraft' });

/** Too small to be adopted: every year of the calendar in force must be there. */
export const CALENDAR_EXAMPLE: z.input<typeof CalendarDraftBody> = {
  act: 'Ministry of Labour, 18.03.2026',
  years: { '2026': { official: true, off: ['01-01', '01-02', '01-07'], worked: [] } },
};

// ------------------------------------------------------------------ Policies

const workingDays = z.int().min(1).max(250);
const months = z.int().min(1).max(24);
const LocalTime = z
  .string()
  .max(5)
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
  .meta({ example: '18:30' });

const Rung = z
  .strictObject({
    step: Step,
    when: z.union([z.literal(['start', 'reminder', 'due', 'quarter_end']), z.strictObject({ workingDaysAfterDue: z.int().min(1).max(60) })]),
    to: z.array(RoleName).min(1).max(10),
  })
  .meta({ id: 'LadderRung', description: 'A step of an escalation ladder: who learns of what, and when.' });

const Rungs = z.array(Rung).min(1).max(20);

const LADDERS = {
  standard: Rungs.optional(),
  agency: Rungs.optional(),
  internal: Rungs.optional(),
  rework_again: Rungs.optional(),
  threat: Rungs.optional(),
  duty: Rungs.optional(),
} satisfies Record<SettableLadder, unknown>;

/** Known settings alone, so that a slip of the pen is noticed; what is absent stays as it is in force. */
export const POLICY_SETTINGS = {
  disabled: z.array(z.string().max(100)).max(200).optional().meta({ description: 'Rows of force `policy` that are switched off.' }),
  serviceLevels: z
    .strictObject({
      needs_determination: workingDays,
      ipr_drafting: workingDays,
      ipr_signing: workingDays,
      ipr_approval: workingDays,
      rework: workingDays,
      closing_result: workingDays,
      monitoring_contact: months,
      emergency_review: workingDays,
      transfer_question: workingDays,
      reopening_confirmation: workingDays,
      threat_response: workingDays,
    })
    .partial()
    .optional()
    .meta({ description: 'Internal terms in working days; monitoring_contact in months.' }),
  monitoringMonths: z
    .strictObject({ min: months, max: months })
    .refine(({ min, max }) => min <= max, { message: 'min_above_max' })
    .optional(),
  threatDutyHours: z.int().min(1).max(168).optional(),
  familyCodeDays: z.int().min(1).max(366).optional().meta({ description: 'Days for which the code of a family opens its page (192-4-1).' }),
  countFrom: z
    .enum(['next_day', 'event_day'])
    .optional()
    .meta({ description: 'P1: day 1 of a term in working days is the first one after the day of the event, or that day itself where it is worked.' }),
  quietHours: z.strictObject({ from: LocalTime, to: LocalTime }).optional().meta({ description: 'Local hours (UTC+5) in which reminders wait.' }),
  ladders: z.strictObject(LADDERS).optional().meta({ description: 'A ladder that is named replaces the former one as a whole.' }),
  repeatThreatHours: z.int().min(1).max(168).optional(),
  untakenMinutes: z.int().min(1).max(240).optional(),
};

export const PolicyDraftBody = z.strictObject({ act: Act.optional(), ...POLICY_SETTINGS }).meta({ id: 'PolicyDraft' });

export const POLICY_EXAMPLE: z.input<typeof PolicyDraftBody> = {
  act: 'Order of the head No. 12, 15.01.2027',
  serviceLevels: { ipr_drafting: 3 },
  quietHours: { from: '19:00', to: '08:00' },
};

// ------------------------------------------------------------------ Versions

const LawKindName = z.enum(LAW_KINDS).meta({ id: 'LawKind' });

export const Recompute = z.enum(['own', 'adopted']).meta({
  id: 'RecomputedTerms',
  description: '`own`: new values for new duties; `adopted`: running duties take the policy’s numbers and ladders, too. A calendar always moves dates.',
});

/** Any text: a name that cannot be one is told so, not that it does not exist. */
export const DraftParameters = z.strictObject({ version: z.string().max(500).meta({ description: 'Name of the new version.', example: '2027-01-15' }) });

export const VersionParameters = z.strictObject({ place: z.enum(LAW_PLACES), version: VersionName });

const versionFields = {
  kind: LawKindName,
  version: z.string(),
  state: z.enum(['draft', 'outdated', 'in_force', 'superseded']).meta({
    id: 'LawVersionState',
    description: 'outdated: a draft that was made on a version which is no longer in force.',
  }),
  act: z.string().optional(),
  basedOn: z.string().optional(),
  createdBy: z.string().optional(),
  createdAt: Instant,
  adoptedAt: Instant.optional(),
  openCases: z.number().int().meta({ description: 'Open cases whose dates were counted by it last.' }),
};

export const LawVersion = z
  .strictObject({ ...versionFields, content: z.record(z.string(), z.unknown()).meta({ description: 'The calendar or the policy as a whole.' }) })
  .meta({ id: 'LawVersion' });

export const LawVersions = z.strictObject({ items: z.array(z.strictObject(versionFields).meta({ id: 'LawVersionSummary' })) }).meta({ id: 'LawVersions' });

// ------------------------------------------------------------------ Preview

export const PREVIEW_EFFECTS = ['moved', 'becomes_overdue', 'kept', 'would_not_be_overdue', 'term_changed', 'ended'] as const;
export type PreviewEffect = (typeof PREVIEW_EFFECTS)[number];

const Effect = z.enum(PREVIEW_EFFECTS).meta({
  id: 'PreviewEffect',
  description:
    'moved: ends another day; becomes_overdue: the new date has passed already; kept: missed before, the date stands and the record gets both readings; ' +
    'would_not_be_overdue: the same, and by the new reading it would not be missed; term_changed: another term, the same date; ended: its row is switched off.',
});

const Counts = z
  .strictObject(Object.fromEntries(PREVIEW_EFFECTS.map((effect) => [effect, z.number().int()])) as Record<PreviewEffect, z.ZodInt>)
  .meta({ id: 'PreviewCounts' });

const PreviewedDuty = z
  .strictObject({
    caseId: Id,
    center: z.string(),
    key: z.string(),
    rule: z.string(),
    force: ForceName,
    owner: RoleName,
    agency: z.string().optional(),
    effect: Effect,
    from: Instant.optional().meta({ description: 'The date that the case has now; absent where there is none.' }),
    to: Instant.optional().meta({ description: 'The date by the version looked at; absent when the duty ends.' }),
  })
  .meta({ id: 'PreviewedDuty' });

export const PreviewQuery = z.strictObject({
  recompute: Recompute.default('own'),
  limit: z.coerce.number().int().min(0).max(1_000).default(100).meta({ description: 'Duties to list; the totals are of all.' }),
});

export const LawPreview = z
  .strictObject({
    kind: LawKindName,
    version: z.string(),
    previous: z.string().meta({ description: 'The version in force.' }),
    recompute: Recompute,
    takenAt: Instant,
    seconds: z.number(),
    cases: z.strictObject({
      open: z.number().int().meta({ description: 'Open cases that have another version.' }),
      affected: z.number().int().meta({ description: 'Cases in which a date, a term, a duty or a planned step changes.' }),
      notComputable: z.number().int(),
    }),
    duties: Counts,
    stepsReplanned: z.number().int().meta({ description: 'Duties whose reminders and escalations are planned anew.' }),
    owners: z.array(z.strictObject({ owner: RoleName, agency: z.string().optional(), duties: Counts }).meta({ id: 'PreviewOwner' })),
    items: z.array(PreviewedDuty),
    more: z.number().int().meta({ description: 'Changes beyond the list.' }),
    failures: z.array(z.strictObject({ caseId: Id, reason: z.string(), year: z.number().int().optional() }).meta({ id: 'PreviewFailure' })).meta({
      description: 'Cases that cannot be computed, a hundred at most.',
    }),
  })
  .meta({ id: 'LawPreview' });

// ------------------------------------------------------------------ Adoption

export const AdoptionBody = z.strictObject({ recompute: Recompute, act: Act.optional() }).meta({ id: 'AdoptLaw' });

export const AdoptionParameters = z.strictObject({ adoptionId: Id });

export const AdoptionStateBody = z.strictObject({ state: z.enum(['paused', 'running']) }).meta({ id: 'LawAdoptionState' });

export const Adoption = z
  .strictObject({
    adoptionId: Id,
    kind: LawKindName,
    version: z.string(),
    previous: z.string(),
    act: z.string(),
    recompute: Recompute,
    requestedBy: z.string(),
    state: z.enum(['running', 'paused', 'done', 'given_up']),
    requestedAt: Instant,
    startedAt: Instant.optional().meta({ description: 'From then on new cases take the version.' }),
    endedAt: Instant.optional(),
    seconds: z.number().optional().meta({ description: 'From its start to its end, or until now.' }),
    total: z.number().int().meta({ description: 'Open cases, and Centers, that had another version.' }),
    done: z.number().int().meta({ description: 'Of these: told, or closed meanwhile.' }),
    left: z.number().int(),
    told: z.number().int().meta({ description: 'Cases and Centers whose ledger names the adoption.' }),
    moved: z.number().int().meta({ description: 'Dates that moved, by the ledgers.' }),
    kept: z.number().int().meta({ description: 'Dates missed before, with both readings in the ledger.' }),
    ended: z.number().int().meta({ description: 'Duties that are no longer owed, by the ledgers.' }),
    failed: z.number().int().meta({ description: 'Cases among those left that could not be told at the last attempt; each is tried again.' }),
    failures: z.array(z.strictObject({ caseId: Id, reason: z.string(), attempts: z.number().int(), lastAt: Instant }).meta({ id: 'LawAdoptionFailure' })).meta({
      description: 'A hundred at most.',
    }),
  })
  .meta({ id: 'LawAdoption' });

export const Adoptions = z.strictObject({ items: z.array(Adoption) }).meta({ id: 'LawAdoptions', description: 'The latest first, twenty at most.' });
