/**
 * What can happen to a case. A fact is coded and holds references only: names, texts and numbers
 * of people live in tables of their own, so that a person can be erased while the ledger stays.
 */
import type { Instant, LegalDay } from '../law/calendar.js';
import type { DelayReason, DutyChange } from '../law/duty.js';
import type { StepName } from '../law/ladder.js';
import type { LawRef } from '../law/law.js';
import type { PlanCategory } from '../law/plan-categories.js';
import type { RecomputedTerms } from '../law/recomputation.js';
import type { Force, Role } from '../law/rule.js';

/** Intake channels of 256 п.12 1)–5). */
export type Channel = 1 | 2 | 3 | 4 | 5;

/** P49: what the Center decided to do with an appeal. */
export type TriageRoute = 'assessment' | 'consultation_and_assessment' | 'redirect_and_assessment';

export type AssessmentResult = 'difficult_life_situation' | 'not_confirmed';

/** What an agency says of a measure (192-11-1). */
export type ReportOutcome = 'performed' | 'in_progress' | 'not_performed';

/** What the Center marks of a measure (192-11-2). */
export type MeasureStatus = 'done' | 'in_progress' | 'not_done';

export type DispatchKind = 'referral' | 'rework_notice';

export type SigningParty = 'employee' | 'family';
/** P42: a family without ЭЦП signs on paper. */
export type SigningMethod = 'eds' | 'paper';

export type ClosureGround = 'completed' | 'not_confirmed';

/** One measure of the plan: one kind of support, one responsible agency, one term (256-16-1, 256-16-3, P13). */
export interface PlannedMeasure {
  measureId: string;
  kind: 'state' | 'family';
  supportKind: string;
  /** Responsible agency (sector code); absent for the family's own measures. */
  agency?: string;
  coExecutors?: readonly string[];
  /** Last day of the measure's own term. */
  dueOn: LegalDay;
  /** Code of the register of state services, when the measure is one (192-10, P46). */
  serviceCode?: string;
  descriptionId?: string;
  /** Categories of A26-IPR that the measure serves. */
  categories?: readonly PlanCategory[];
}

/** A category of A26-IPR for which the plan has no measure, and why (P56). */
export interface CategoryNotNeeded {
  category: PlanCategory;
  reasonId: string;
}

/** Something that the Center sends to an agency: a referral with its measures, or a notice of rework. */
export interface DispatchRequest {
  /** Idempotency key `case:seq:kind:agency`, the same at every attempt. */
  key: string;
  kind: DispatchKind;
  agency: string;
  measureIds: readonly string[];
  /** The report that is returned, for a notice of rework. */
  reportId?: string;
}

export interface FactData {
  AppealRegistered: {
    appealId: string;
    journalNumber: string;
    householdId: string;
    center: string;
    channel: Channel;
    threat: boolean;
    law: LawRef;
  };
  /** P30: another appeal about a family whose case is open; it keeps its own clock. */
  AppealAttached: { appealId: string; journalNumber: string; channel: Channel; threat: boolean };
  /** P5, P6, P48: a threat to life or health, found while the case runs or told by an attached appeal. */
  ThreatFound: {
    /** P48: of a threat told by an appeal the Center does not know yet whether it is direct. */
    direct?: boolean;
    noteId?: string;
    /** The attached appeal that told of it. */
    appealId?: string;
    /** Before the primary assessment is completed: its term becomes shorter (P5). */
    inIntake: boolean;
    /** Channel of the appeal that opened the case: it tells 256 п.13 from п.14. */
    channel: Channel;
  };
  /** P4: the response to a threat that cannot wait for the assessment. */
  ImmediateMeasuresAssigned: { noteId: string };
  CaseManagerAssigned: { caseManager: string };
  ConsentRecorded: { given: boolean; personId: string; documentId?: string };
  InterviewHeld: { noteId: string };
  TriageRecorded: { appealId: string; route: TriageRoute; reasonId: string };
  AssessmentCompleted: {
    result: AssessmentResult;
    grounds: readonly string[];
    noteId?: string;
    /** Channel of the appeal that opened the case: it tells 256 п.13 from п.14. */
    channel: Channel;
  };
  NeedsDetermined: { needs: readonly string[]; noteId?: string };
  IprDrafted: {
    iprId: string;
    endsOn: LegalDay;
    specialists: readonly string[];
    measures: readonly PlannedMeasure[];
    notNeeded?: readonly CategoryNotNeeded[];
  };
  IprSigned: {
    iprId: string;
    party: SigningParty;
    method: SigningMethod;
    documentId: string;
    /** True when both parties have signed with this signature (256-17-1). */
    complete: boolean;
  };
  IprApproved: {
    iprId: string;
    approvedOn: LegalDay;
    endsOn: LegalDay;
    actingOrder?: { number: string; date: LegalDay };
    agencies: readonly { agency: string }[];
    stateMeasures: readonly { measureId: string; agency: string; dueOn: LegalDay }[];
    familyMeasures: readonly { measureId: string; dueOn: LegalDay }[];
  };
  IprSent: { iprId: string; dispatches: readonly DispatchRequest[] };
  DispatchDelivered: { key: string; dispatch: DispatchKind; agency: string; receiptId: string };
  /** The bounded attempts of one series are used up; the next series starts at `retryAt`. */
  DispatchParked: { key: string; dispatch: DispatchKind; agency: string; retryAt: Instant; reason: string };
  /** The agency refused the message itself: people must look, no attempt will help. */
  DispatchRefused: { key: string; dispatch: DispatchKind; agency: string; reason: string };
  ReportReceived: {
    reportId: string;
    measureId: string;
    agency: string;
    outcome: ReportOutcome;
    noteId?: string;
    /** Of the measure: by it the status mark is owed by law or by policy (P46). Runs on rules-1 leave it out. */
    serviceCode?: string;
  };
  StatusMarked: { measureId: string; reportId?: string; status: MeasureStatus };
  ReportReturned: {
    reportId: string;
    measureId: string;
    agency: string;
    /** The norm of the state-services law that was breached (192-11-3, P18). */
    norm: string;
    reasonId: string;
    newDueOn: LegalDay;
    timesReturned: number;
    dispatch: DispatchRequest;
  };
  MeasuresAllDone: { measures: number };
  CompletionMarked: { completedOn: LegalDay };
  CaseClosed: { ground: ClosureGround; monitoringMonths: number };
  ResultNotified: { documentId: string };
  MonitoringContactHeld: { contact: number; situation: 'stable' | 'worsened'; noteId: string };
  MonitoringEnded: { noteId: string };
  /** P33: a reason beside a missed term; it pauses nothing. */
  DelayExplained: { dutyKey: string; rule: string; reason: DelayReason; noteId?: string };
  /** A moment of the ladder was reached: recorded by the engine, not compared by a query. */
  DeadlineStepReached: {
    dutyKey: string;
    rule: string;
    /** Force of the term: an `internal` one is exceeded, never overdue. */
    force: Force;
    step: StepName;
    /** The legal instant; `at` of the entry tells when the engine woke up. */
    moment: Instant;
    dueAt: Instant;
    recipients: readonly Role[];
  };
  /** Newer rules at the beginning of a run; or, with `adoption`, another calendar or policy by an act. */
  LawAdopted: { law: LawRef; adoption?: { id: string; act: string; previous: LawRef; recompute: RecomputedTerms } };
}

export type FactType = keyof FactData;

/** A fact before it has a place in the ledger. `occurredAt` is the legal instant where it is earlier than its recording. */
export type Fact = { [T in FactType]: { type: T; data: FactData[T]; occurredAt?: Instant } }[FactType];

/** Who or what made the fact: a person of a Center, an agency, or the engine itself. */
export interface Actor {
  id: string;
  role: Role;
  /** Center of the actor; empty for agencies and the engine. */
  center: string;
}

/** The engine as an actor: timers and effects. */
export const ENGINE: Actor = { id: 'engine', role: 'system', center: '' };

interface EntryEnvelope {
  /** Place in the ledger of the case, from 1, without gaps. */
  seq: number;
  /** Case time at which the fact was recorded. */
  at: Instant;
  /** The instant from which the law counts; equal to `at` unless the fact waited at an edge. */
  occurredAt: Instant;
  actor: Actor;
  /** Command, delivery, effect or `clock` that caused the fact. */
  cause: string;
  /** What the fact set going or ended by law, dates included: the ledger alone rebuilds what is owed. */
  duties: readonly DutyChange[];
}

/** One line of the ledger. */
export type Entry = { [T in FactType]: EntryEnvelope & { type: T; data: FactData[T] } }[FactType];

/** The entry of one fact type. */
export type EntryOf<T extends FactType> = Extract<Entry, { type: T }>;
