/** One case as the API shows it: the state in the words of the field, with the people and texts it refers to. */
import type { z } from 'zod';
import type { CaseDetail } from '../contracts/http/cases.js';
import { strandBodies } from '../contracts/http/roads.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import { projectionOf } from '../db/projection.js';
import type { InboxCounts, NarrativeRead, PersonRead } from '../db/reads.js';
import { nextMoment } from '../domain/case/clock.js';
import type { Appeal, CaseCore, CaseState, Dispatch, Measure, Report, ThreatResponse } from '../domain/case/state.js';
import { legalDayOf, type Calendar, type Instant, type LegalDay } from '../domain/law/calendar.js';
import { isChildOn } from '../domain/person/age.js';
import { isUrgent, standingOf, type Duty } from '../domain/law/duty.js';
import type { ReadCase } from '../ledger/read-cases.js';
import { dutyBody } from './duty-body.js';
import { iso, isoIf } from './instants.js';
import { termShapeOf } from './official-date.js';

type Body = z.input<typeof CaseDetail>;

export interface CaseWithPeople {
  read: ReadCase;
  /** Of the wall, for what is left of a term in hours. */
  now: Instant;
  /** By which the case counts. */
  calendar: Calendar;
  persons: readonly PersonRead[];
  narratives: readonly NarrativeRead[];
  inbox: InboxCounts;
}

function personBody(person: PersonRead, today: LegalDay): Body['persons'][number] {
  const child = isChildOn(today, person);
  return { ...person, ...(child === undefined ? {} : { child }) };
}

export function caseBody({ read, now, calendar, persons, narratives, inbox }: CaseWithPeople, language: Language): Body {
  const { state, head, clockAt } = read;
  const { overdue, waiting_on: waitingOn } = projectionOf(state).file;
  const texts = new Map(narratives.map(({ id, body }) => [id, body]));
  return {
    ...identity(state, language),
    cycle: { ...state.cycle },
    clockAt: iso(clockAt),
    overdue,
    waitingOn: [...waitingOn],
    head,
    consent: state.consent,
    grounds: [...state.grounds],
    appeals: state.appeals.map(appealBody),
    threats: state.threats.map(threatBody),
    ipr: iprBody(state, texts),
    measures: state.measures.map((measure) => measureBody(measure, texts)),
    ...strandBodies(state),
    dispatches: state.dispatches.map(dispatchBody),
    reports: state.reports.map(reportBody),
    completedOn: state.completedOn,
    closure: closureBody(state),
    monitoringContacts: state.contacts,
    nextMoment: isoIf(nextMoment(state)?.at),
    duties: state.duties.map((duty) => dutyOfCase(read, duty, calendar, now, language)),
    persons: persons.map((person) => personBody(person, legalDayOf(now))),
    narratives: narratives.map(({ id, kind, body, createdAt }) => ({ id, kind, text: body, createdAt: iso(createdAt) })),
    inbox: { ...inbox },
    hidden: [],
  };
}

/** Where each member of the state is shown; one that is added does not compile before somebody has decided. What roads keep of their own, `STRANDS` shows. */
export const SHOWN_AS: { readonly [K in keyof CaseCore]: keyof Body | 'hidden' } = {
  schema: 'hidden', // of the stored shape: it says nothing of the case
  caseId: 'caseId',
  center: 'center',
  householdId: 'householdId',
  cycle: 'cycle',
  stage: 'stage',
  seq: 'seq',
  law: 'law',
  channel: 'channel',
  openedAt: 'openedAt',
  stageEnteredAt: 'stageEnteredAt',
  caseManager: 'caseManager',
  appeals: 'appeals',
  threats: 'threats',
  consent: 'consent',
  grounds: 'grounds',
  ipr: 'ipr',
  measures: 'measures',
  dispatches: 'dispatches',
  reports: 'reports',
  completedOn: 'completedOn',
  closure: 'closure',
  contacts: 'monitoringContacts',
  duties: 'duties',
};

function identity(
  state: CaseState,
  language: Language,
): Pick<Body, 'caseId' | 'center' | 'householdId' | 'stage' | 'stageText' | 'stageEnteredAt' | 'caseManager' | 'openedAt' | 'seq' | 'law' | 'channel'> {
  const { caseId, center, householdId, stage, stageEnteredAt, caseManager, openedAt, seq, law, channel } = state;
  return {
    caseId,
    center,
    householdId,
    stage,
    stageText: catalogueOf(language).stages[stage],
    stageEnteredAt: iso(stageEnteredAt),
    caseManager,
    openedAt: iso(openedAt),
    seq,
    law: { ...law },
    channel,
  };
}

function threatBody({ foundAt, answeredAt, calls, visits, plan, assessment, ...response }: ThreatResponse): Body['threats'][number] {
  return {
    ...response,
    foundAt: iso(foundAt),
    answeredAt: isoIf(answeredAt),
    calls: calls.map(({ calledAt, group: { lacks, order, ...group }, ...call }) => ({
      ...call,
      calledAt: iso(calledAt),
      group: { ...group, order: order && { ...order }, lacks: lacks && [...lacks] },
    })),
    visits: visits.map(({ departedAt, arrivedAt, present, ...visit }) => ({
      ...visit,
      departedAt: iso(departedAt),
      arrivedAt: iso(arrivedAt),
      present: [...present],
    })),
    plan: plan && { planId: plan.planId, adoptedAt: iso(plan.adoptedAt), measures: plan.measures.map((measure) => ({ ...measure })) },
    assessment: assessment && { ...assessment, at: iso(assessment.at) },
  };
}

function iprBody({ ipr }: CaseState, texts: ReadonlyMap<string, string>): Body['ipr'] {
  if (ipr === undefined) return undefined;
  const { iprId, endsOn, draftedBy, notNeeded, signatures, approvedOn, sent } = ipr;
  const spared = notNeeded?.map(({ category, reasonId }) => ({ category, reason: texts.get(reasonId) }));
  return { iprId, endsOn, draftedBy, notNeeded: spared, signatures: signatures.map((signature) => ({ ...signature })), approvedOn, sent };
}

function measureBody(measure: Measure, texts: ReadonlyMap<string, string>): Body['measures'][number] {
  const {
    measureId,
    kind,
    supportKind,
    agency,
    function: purpose,
    coExecutors,
    dueOn,
    serviceCode,
    descriptionId,
    categories,
    status,
    timesReturned,
  } = measure;
  return {
    measureId,
    kind,
    supportKind,
    agency,
    function: purpose,
    coExecutors: coExecutors === undefined ? undefined : [...coExecutors],
    dueOn,
    serviceCode,
    description: descriptionId === undefined ? undefined : texts.get(descriptionId),
    categories: categories === undefined ? undefined : [...categories],
    status,
    timesReturned,
  };
}

function appealBody({ stay, registeredAt, ...appeal }: Appeal): Body['appeals'][number] {
  return { ...appeal, registeredAt: iso(registeredAt), ...(stay === undefined ? {} : { stay: { children: [...stay.children] } }) };
}

function dispatchBody({ key, kind, agency, measureIds, reportId, strandId, state, retryAt, refusals }: Dispatch): Body['dispatches'][number] {
  const told = refusals === undefined ? {} : { refusals: [...refusals] };
  return { key, kind, agency, measureIds: [...measureIds], reportId, strandId, state, retryAt: isoIf(retryAt), ...told };
}

function reportBody({ reportId, measureId, agency, outcome, receivedAt, mark }: Report): Body['reports'][number] {
  return { reportId, measureId, agency, outcome, receivedAt: iso(receivedAt), mark };
}

function closureBody({ closure }: CaseState): Body['closure'] {
  return closure === undefined ? undefined : { ...closure, closedAt: iso(closure.closedAt) };
}

function dutyOfCase(
  { state: { caseId, center, caseManager }, clockAt }: ReadCase,
  duty: Duty,
  calendar: Calendar,
  now: Instant,
  language: Language,
): Body['duties'][number] {
  const standing = standingOf(duty);
  const item = { ...duty, caseId, center, standing, urgent: isUrgent(duty), clockAt, ...(caseManager === undefined ? {} : { caseManager }) };
  return dutyBody(item, calendar, duty.term ?? termShapeOf(duty.rule), now, language);
}
