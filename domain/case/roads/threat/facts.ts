/** Threats to life or health, each its own response, and what was done about them: 256 п.13 2), п.22, P4–P6, P48. */
import type { Instant, LegalDay } from '../../../law/calendar.js';
import type { GroupComposition } from '../../../law/mobile-group.js';
import type { EntryOf } from '../../facts.js';
import type { FactRows } from '../../road.js';
import type { CaseState, ThreatResponse } from '../../state.js';
import { ordered, type DispatchRequest } from '../execution/facts.js';
import { updateResponse } from './responses.js';

/** A call-out of the mobile group, and how it was composed then. */
export interface GroupCall {
  callId: string;
  calledAt: Instant;
  /** P48: by law where the threat is direct. */
  force: 'law' | 'policy';
  group: GroupComposition;
}

/** What the group did on the spot. */
export interface GroupVisit {
  visitId: string;
  departedAt: Instant;
  arrivedAt: Instant;
  /** Members of the group who were there, by the ids that the Center's register has for them. */
  present: readonly string[];
}

/** 256-22-2: a measure of all-round support and who is responsible for it; without an organisation the Center itself. */
export interface ResponseMeasure {
  measureId: string;
  supportKind: string;
  agency?: string;
  /** What the organisation is there for, by the directory. */
  function?: string;
  dueOn: LegalDay;
  descriptionId?: string;
}

export interface ResponsePlan {
  planId: string;
  adoptedAt: Instant;
  measures: readonly ResponseMeasure[];
}

export interface ThreatFacts {
  /** P5, P6, P48: a threat to life or health, found while the case runs or told by an attached appeal. */
  ThreatFound: {
    /** Of the response that it asks for; of a threat told by an appeal the id of the appeal. */
    responseId: string;
    /** P48: of a threat told by an appeal the Center does not know yet whether it is direct. */
    direct?: boolean;
    noteId?: string;
    /** The attached appeal that told of it. */
    appealId?: string;
  };
  /** P4: the response to a threat that cannot wait for the assessment. */
  ImmediateMeasuresAssigned: { responseId: string; noteId: string };
  /** 256-22-1; a group that is not composed as 256-21 wants is called all the same (P36). */
  MobileGroupCalled: { responseId: string; callId: string; force: 'law' | 'policy'; group: GroupComposition; noteId?: string };
  /** The instants are those of wall clocks on the spot; the findings are words. */
  MobileGroupVisited: { responseId: string; visitId: string; departedAt: Instant; arrivedAt: Instant; present: readonly string[]; findingsId: string };
  ResponsePlanAdopted: { responseId: string; planId: string; measures: readonly ResponseMeasure[]; dispatches: readonly DispatchRequest[] };
  /** 256-13-2T beside a later stage (P6); during the intake the primary assessment is it. */
  ThreatAssessed: { responseId: string; confirmed: boolean; noteId: string };
}

export const THREAT_FACTS: FactRows<keyof ThreatFacts> = {
  ThreatFound: withThreat,
  ImmediateMeasuresAssigned: (state, { data, occurredAt }) => updateResponse(state, data.responseId, () => ({ answeredAt: occurredAt })),
  MobileGroupCalled: withCall,
  MobileGroupVisited: withVisit,
  ResponsePlanAdopted: withPlan,
  // Where nothing threatened nothing is left to answer.
  ThreatAssessed: (state, { data: { responseId, confirmed }, occurredAt }) =>
    updateResponse(state, responseId, ({ answeredAt = occurredAt }) => ({ answeredAt, assessment: { at: occurredAt, confirmed } })),
};

function withThreat(state: CaseState, { data, occurredAt }: EntryOf<'ThreatFound'>): CaseState {
  const { responseId, direct, appealId } = data;
  const found: ThreatResponse = {
    responseId,
    foundAt: occurredAt,
    ...(direct === undefined ? {} : { direct }),
    ...(appealId === undefined ? {} : { appealId }),
    calls: [],
    visits: [],
  };
  return { ...state, threats: [...state.threats, found] };
}

function withCall(state: CaseState, { data: { responseId, callId, force, group }, occurredAt }: EntryOf<'MobileGroupCalled'>): CaseState {
  return updateResponse(state, responseId, ({ calls }) => ({ calls: [...calls, { callId, calledAt: occurredAt, force, group }] }));
}

function withVisit(state: CaseState, { data: { responseId, visitId, departedAt, arrivedAt, present } }: EntryOf<'MobileGroupVisited'>): CaseState {
  return updateResponse(state, responseId, ({ visits }) => ({ visits: [...visits, { visitId, departedAt, arrivedAt, present }] }));
}

function withPlan(state: CaseState, { data: { responseId, planId, measures, dispatches }, occurredAt, seq }: EntryOf<'ResponsePlanAdopted'>): CaseState {
  const planned = updateResponse(state, responseId, () => ({ plan: { planId, adoptedAt: occurredAt, measures } }));
  return { ...planned, dispatches: [...planned.dispatches, ...ordered(dispatches, seq)] };
}
