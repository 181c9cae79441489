/** What happens at the intake: appeals, the manager, consent, interview, triage, assessment. 256 п.11–14. */
import { legalDayOf } from '../../../law/calendar.js';
import type { LawRef } from '../../../law/law.js';
import type { FactRows } from '../../road.js';
import { changesNothing } from '../../road.js';
import type { EntryOf } from '../../facts.js';
import type { Appeal, CaseCore, CaseState } from '../../state.js';
import { withMember, withoutMembers } from '../team/members.js';
import type { StayAsked } from '../minors/facts.js';
import { assessedTogether } from '../threat/responses.js';

/** Intake channels of 256 п.12 1)–5). */
export type Channel = 1 | 2 | 3 | 4 | 5;

/** P49: what the Center decided to do with an appeal. */
export type TriageRoute = 'assessment' | 'consultation_and_assessment' | 'redirect_and_assessment';

export type AssessmentResult = 'difficult_life_situation' | 'not_confirmed';

/** The fact that opens a case: before it there is none, so nothing evolves by it. */
export interface OpeningFacts {
  AppealRegistered: {
    appealId: string;
    journalNumber: string;
    householdId: string;
    center: string;
    channel: Channel;
    threat: boolean;
    stay?: StayAsked;
    law: LawRef;
  };
}

export interface IntakeFacts {
  /** P30: another appeal about a family whose case is open; it keeps its own clock. */
  AppealAttached: { appealId: string; journalNumber: string; channel: Channel; threat: boolean; stay?: StayAsked };
  CaseManagerAssigned: { caseManager: string };
  /** `documentSha256` of its bytes as we have them. */
  ConsentRecorded: { given: boolean; personId: string; documentId?: string; documentSha256?: string };
  InterviewHeld: { noteId: string };
  TriageRecorded: { appealId: string; route: TriageRoute; reasonId: string };
  AssessmentCompleted: {
    result: AssessmentResult;
    grounds: readonly string[];
    noteId?: string;
  };
}

export const INTAKE_FACTS: FactRows<keyof IntakeFacts> = {
  AppealAttached: withAppeal,
  CaseManagerAssigned: withManager,
  ConsentRecorded: (state, { data }) => ({ ...state, consent: data.given ? 'given' : 'refused' }),
  InterviewHeld: changesNothing,
  TriageRecorded: withTriage,
  AssessmentCompleted: withAssessment,
};

/** The case that an appeal opens. */
export function opened(entry: EntryOf<'AppealRegistered'>, caseId: string): CaseCore {
  const { appealId, center, householdId, law, channel, threat } = entry.data;
  return {
    schema: 1,
    caseId,
    center,
    householdId,
    cycle: { n: 1, startedOn: legalDayOf(entry.occurredAt) },
    stage: 'intake',
    seq: entry.seq,
    law,
    channel,
    openedAt: entry.occurredAt,
    stageEnteredAt: entry.occurredAt,
    appeals: [appealIn(entry)],
    threats: threat ? [{ responseId: appealId, foundAt: entry.occurredAt, appealId, calls: [], visits: [] }] : [],
    grounds: [],
    measures: [],
    dispatches: [],
    reports: [],
    contacts: 0,
    duties: [],
  };
}

/** 192-7-3: the one who led it before leaves the team, unless they are on it in another post. */
function withManager(state: CaseState, { data, occurredAt }: EntryOf<'CaseManagerAssigned'>): CaseState {
  const { caseManager } = data;
  const from = legalDayOf(occurredAt);
  const handedOver = withoutMembers(state, from, ({ person, post }) => post === 'case_manager' && person !== caseManager);
  return { ...withMember(handedOver, { person: caseManager, post: 'case_manager', from }), caseManager };
}

function withAppeal(state: CaseState, entry: EntryOf<'AppealAttached'>): CaseState {
  return { ...state, appeals: [...state.appeals, appealIn(entry)] };
}

function appealIn({ data, occurredAt }: EntryOf<'AppealRegistered' | 'AppealAttached'>): Appeal {
  const { appealId, journalNumber, channel, threat, stay } = data;
  const asked = stay === undefined ? {} : { stay: { children: stay.children } };
  return { appealId, journalNumber, channel, threat, registeredAt: occurredAt, triaged: false, ...asked };
}

/** 256-13-2T: the assessment under a threat is made with immediate measures assigned, so it answers every one. */
function withAssessment(before: CaseState, { data, at, occurredAt }: EntryOf<'AssessmentCompleted'>): CaseState {
  const state = { ...assessedTogether(before, occurredAt, data.result !== 'not_confirmed'), grounds: data.grounds };
  return data.result === 'not_confirmed' ? state : { ...state, stage: 'needs', stageEnteredAt: at };
}

function withTriage(state: CaseState, { data }: EntryOf<'TriageRecorded'>): CaseState {
  const appeals = state.appeals.map((appeal) => (appeal.appealId === data.appealId ? { ...appeal, triaged: true } : appeal));
  return { ...state, appeals };
}
