/** What a case is at a moment. Plain JSON: it lies in Postgres beside the ledger that makes it. */
import type { Instant, LegalDay } from '../law/calendar.js';
import type { Duty } from '../law/duty.js';
import type { LawRef } from '../law/law.js';
import type { OfAllRoads } from './roads.js';
import type { GroupCall, GroupVisit, ResponsePlan } from './roads/threat/facts.js';
import type { CategoryNotNeeded, Channel, ClosureGround, DispatchRequest, MeasureStatus, PlannedMeasure, ReportOutcome, PlanSignature } from './facts.js';

/** Where a case stands on the road of the law. */
export type Stage = 'intake' | 'needs' | 'planning' | 'execution' | 'completed' | 'monitoring' | 'closed';

export const STAGES: readonly Stage[] = ['intake', 'needs', 'planning', 'execution', 'completed', 'monitoring', 'closed'];

export interface Appeal {
  appealId: string;
  journalNumber: string;
  channel: Channel;
  threat: boolean;
  registeredAt: Instant;
  triaged: boolean;
  /** It asks for a temporary stay: the children who come along (256-26, P28). */
  stay?: { children: readonly string[] };
}

/** P4, P6: a threat to life or health and the answer that it asks for; two are two. */
export interface ThreatResponse {
  /** Of a threat told by an appeal the id of the appeal. */
  responseId: string;
  foundAt: Instant;
  /** P48; absent while the Center does not know. */
  direct?: boolean;
  /** The appeal that told of it. */
  appealId?: string;
  /** When its immediate measures were assigned; absent while they are owed. */
  answeredAt?: Instant;
  /** 256-22-1: each time the mobile group was called out for it. */
  calls: readonly GroupCall[];
  visits: readonly GroupVisit[];
  /** 256-22-2; the last one that was drawn up. */
  plan?: ResponsePlan;
  /** 256-13-2T: the assessment made under it; absent while it is owed. */
  assessment?: { at: Instant; confirmed: boolean };
}

/** A measure's own life, apart from that of the referral which carries it to the agency. */
export interface Measure extends PlannedMeasure {
  status: 'planned' | 'sent' | 'reported' | 'returned' | 'in_progress' | 'not_done' | 'done';
  timesReturned: number;
}

export interface Report {
  reportId: string;
  measureId: string;
  agency: string;
  outcome: ReportOutcome;
  receivedAt: Instant;
  /** Absent until the Center marks it (192-11-2) or returns it (192-11-3). */
  mark?: MeasureStatus | 'returned';
}

/** A dispatch that is wanted; without an outcome it is asked again by its key after any restart. */
export interface Dispatch extends DispatchRequest {
  /** Ledger entry that ordered it. */
  seq: number;
  /** `given_up`: no attempt is left, people must look. `withdrawn`: nobody needs it any more, whatever becomes of an attempt that is under way. */
  state: 'pending' | 'parked' | 'delivered' | 'refused' | 'given_up' | 'withdrawn';
  /** Number of the attempt that is wanted or under way, from 1. */
  series: number;
  retryAt?: Instant;
  /** Of one that is tried again after a refusal: the codes of all that it has got, each once. */
  refusals?: readonly string[];
}

export interface Ipr {
  iprId: string;
  endsOn: LegalDay;
  draftedBy: string;
  notNeeded?: readonly CategoryNotNeeded[];
  signatures: readonly PlanSignature[];
  approvedOn?: LegalDay;
  sent: boolean;
}

/** The revision of a measure's term; of one measure at most one waits for its approval. */
export interface Revision {
  revisionId: string;
  measureId: string;
  /** Last day of the measure as it is proposed, or was approved. */
  dueOn: LegalDay;
  proposedBy: string;
  signatures: readonly PlanSignature[];
  approvedOn?: LegalDay;
  /** True also where nobody is to be sent it. */
  sent: boolean;
}

/** A passage of the main road; the first begins with the case. Its day tells by which readings of the law it goes (P38). */
export interface Cycle {
  /** From 1. */
  n: number;
  startedOn: LegalDay;
}

/** What every case has; what the roads keep stands beside it. */
export interface CaseCore {
  /** Version of this shape: a process that does not know it leaves the case to a newer one. */
  schema: 1;
  caseId: string;
  center: string;
  householdId: string;
  cycle: Cycle;
  stage: Stage;
  /** Place of the last ledger entry. */
  seq: number;
  law: LawRef;
  /** Channel of the appeal that opened the case: 1 goes by 256 п.13, the others by п.14. */
  channel: Channel;
  openedAt: Instant;
  stageEnteredAt: Instant;
  caseManager?: string;
  appeals: readonly Appeal[];
  /** Every threat that the case has known, each its own response. */
  threats: readonly ThreatResponse[];
  consent?: 'given' | 'refused';
  grounds: readonly string[];
  ipr?: Ipr;
  measures: readonly Measure[];
  dispatches: readonly Dispatch[];
  reports: readonly Report[];
  completedOn?: LegalDay;
  closure?: { ground: ClosureGround; closedAt: Instant; monitoringMonths: number; notified: boolean };
  contacts: number;
  duties: readonly Duty[];
}

export type CaseState = CaseCore & OfAllRoads<'state'>;

/** The last step of a measure's or a plan's life that nothing reopens on this road. */
export function isOver(state: CaseState): boolean {
  return state.stage === 'closed' && state.duties.every((duty) => duty.state !== 'open' || duty.dueAt === undefined);
}
