/** The plan of the demonstration: one measure at each of the twelve agencies, and one of the family itself. */
import { developmentOrganisation, developmentOrganisationId } from '../../db/development-organisations.js';
import { addMonths, addWorkingDays, type Calendar, type LegalDay } from '../../domain/law/calendar.js';
import { PLAN_CATEGORIES, type PlanCategory } from '../../domain/law/plan-categories.js';

const of = developmentOrganisationId;

/** Agencies by what they do in the story: organisations of the first district. */
export const CAST = {
  /** Acknowledges its referral late; nobody else waits for it. */
  slow: of('health'),
  /** Its report comes twice under one id. */
  repeating: of('sports'),
  /** Its report is returned for rework. */
  returned: of('employment'),
  /** Stays silent past its date, on purpose. */
  silent: of('housing'),
  /** Report in the first round. */
  early: ['education', 'health', 'employment', 'social_protection', 'sports', 'culture'].map((code) => of(code)),
  /** Report in the second. */
  later: ['tourism', 'family_policy', 'youth', 'internal_policy', 'internal_affairs'].map((code) => of(code)),
};

const SUPPORT: Readonly<Record<string, string>> = {
  education: 'kindergarten_place',
  health: 'medical_examination',
  employment: 'employment_assistance',
  social_protection: 'targeted_social_assistance',
  sports: 'sports_section',
  culture: 'art_school',
  tourism: 'summer_camp',
  family_policy: 'mediation_and_counselling',
  housing: 'housing_queue',
  youth: 'youth_centre',
  internal_policy: 'help_of_an_ngo',
  internal_affairs: 'preventive_supervision',
};

/** Working days after the day of the draft on which things happen; terms leave room for all but the silent agency. */
export const AFTER_DRAFT = { earlyDue: 15, silentDue: 16, laterDue: 20, familyDue: 20 } as const;
const PLAN_MONTHS = 6;

export interface DemoMeasure {
  kind: 'state' | 'family';
  supportKind: string;
  agency?: string;
  dueOn: LegalDay;
  description: string;
  categories?: PlanCategory[];
}

export interface DemoPlan {
  endsOn: LegalDay;
  specialists: string[];
  measures: DemoMeasure[];
}

/** @param draftedOn the case's own day of the draft */
export function demoPlan(calendar: Calendar, draftedOn: LegalDay): DemoPlan {
  const after = (days: number): LegalDay => addWorkingDays(calendar, draftedOn, days);
  return {
    endsOn: addMonths(draftedOn, PLAN_MONTHS),
    specialists: ['psychologist-almaty-auezov', 'lawyer-almaty-auezov'],
    measures: [
      ...CAST.early.map((agency) => stateMeasure(agency, after(AFTER_DRAFT.earlyDue))),
      ...CAST.later.map((agency) => stateMeasure(agency, after(AFTER_DRAFT.laterDue))),
      stateMeasure(CAST.silent, after(AFTER_DRAFT.silentDue)),
      familyMeasure(after(AFTER_DRAFT.familyDue)),
    ],
  };
}

/** It serves every category (A26-IPR), so that the plan is whole with any choice of agencies. */
function familyMeasure(dueOn: LegalDay): DemoMeasure {
  const description = 'A synthetic measure of the family.';
  return { kind: 'family', supportKind: 'parenting_course', dueOn, description, categories: [...PLAN_CATEGORIES] };
}

function stateMeasure(agency: string, dueOn: LegalDay): DemoMeasure {
  const supportKind = SUPPORT[developmentOrganisation(agency).function] ?? 'targeted_social_assistance';
  return { kind: 'state', supportKind, agency, dueOn, description: 'A synthetic measure of the demonstration.' };
}
