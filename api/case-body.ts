/** One case as the API shows it: the state in the words of the field, with the people and texts it refers to. */
import type { z } from 'zod';
import type { CaseDetail } from '../contracts/http/cases.js';
import { catalogueOf } from '../contracts/messages/catalogue.js';
import type { Language } from '../contracts/messages/language.js';
import type { CaseRead, InboxCounts, NarrativeRead, PersonRead } from '../db/reads.js';
import { nextMoment } from '../domain/case/clock.js';
import type { CaseState, Dispatch, Measure, Report } from '../domain/case/state.js';
import type { Calendar } from '../domain/law/calendar.js';
import { standingOf, type Duty } from '../domain/law/duty.js';
import { dutyBody } from './duty-body.js';
import { iso, isoIf } from './instants.js';
import { termShapeOf } from './official-date.js';

type Body = z.input<typeof CaseDetail>;

export interface CaseWithPeople {
  read: CaseRead;
  /** By which the case counts. */
  calendar: Calendar;
  persons: readonly PersonRead[];
  narratives: readonly NarrativeRead[];
  inbox: InboxCounts;
}

export function caseBody({ read, calendar, persons, narratives, inbox }: CaseWithPeople, language: Language): Body {
  const { state, head, clockAt, overdue, waitingOn } = read;
  const texts = new Map(narratives.map(({ id, body }) => [id, body]));
  return {
    ...identity(state, language),
    clockAt: iso(clockAt),
    overdue,
    waitingOn,
    head,
    consent: state.consent,
    grounds: [...state.grounds],
    appeals: state.appeals.map((appeal) => ({ ...appeal, registeredAt: iso(appeal.registeredAt) })),
    threat: state.threat && { ...state.threat, foundAt: iso(state.threat.foundAt) },
    ipr: iprBody(state, texts),
    measures: state.measures.map((measure) => measureBody(measure, texts)),
    dispatches: state.dispatches.map(dispatchBody),
    reports: state.reports.map(reportBody),
    completedOn: state.completedOn,
    closure: closureBody(state),
    monitoringContacts: state.contacts,
    nextMoment: isoIf(nextMoment(state)?.at),
    duties: state.duties.map((duty) => dutyOfCase(state, duty, calendar)),
    persons: [...persons],
    narratives: narratives.map(({ id, kind, body, createdAt }) => ({ id, kind, text: body, createdAt: iso(createdAt) })),
    inbox: { ...inbox },
  };
}

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

function iprBody({ ipr }: CaseState, texts: ReadonlyMap<string, string>): Body['ipr'] {
  if (ipr === undefined) return undefined;
  const { iprId, endsOn, draftedBy, notNeeded, signatures, approvedOn, sent } = ipr;
  const spared = notNeeded?.map(({ category, reasonId }) => ({ category, reason: texts.get(reasonId) }));
  return { iprId, endsOn, draftedBy, notNeeded: spared, signatures: [...signatures], approvedOn, sent };
}

function measureBody(measure: Measure, texts: ReadonlyMap<string, string>): Body['measures'][number] {
  const { measureId, kind, supportKind, agency, coExecutors, dueOn, serviceCode, descriptionId, categories, status, timesReturned } = measure;
  return {
    measureId,
    kind,
    supportKind,
    agency,
    coExecutors: coExecutors === undefined ? undefined : [...coExecutors],
    dueOn,
    serviceCode,
    description: descriptionId === undefined ? undefined : texts.get(descriptionId),
    categories: categories === undefined ? undefined : [...categories],
    status,
    timesReturned,
  };
}

function dispatchBody({ key, kind, agency, measureIds, reportId, state, retryAt }: Dispatch): Body['dispatches'][number] {
  return { key, kind, agency, measureIds: [...measureIds], reportId, state, retryAt: isoIf(retryAt) };
}

function reportBody({ reportId, measureId, agency, outcome, receivedAt, mark }: Report): Body['reports'][number] {
  return { reportId, measureId, agency, outcome, receivedAt: iso(receivedAt), mark };
}

function closureBody({ closure }: CaseState): Body['closure'] {
  return closure === undefined ? undefined : { ...closure, closedAt: iso(closure.closedAt) };
}

function dutyOfCase({ caseId, caseManager }: CaseState, duty: Duty, calendar: Calendar): Body['duties'][number] {
  const standing = standingOf(duty);
  const item = { ...duty, caseId, standing, ...(caseManager === undefined ? {} : { caseManager }) };
  return dutyBody(item, calendar, duty.term ?? termShapeOf(duty.rule));
}
