/** What a case is at a moment. Plain JSON: it travels through continue-as-new and lies in Postgres. */
import type { Instant, LegalDay } from '../law/calendar.js';
import type { Duty } from '../law/duty.js';
import type { LawRef } from '../law/law.js';
import type {
  CategoryNotNeeded,
  Channel,
  ClosureGround,
  DispatchRequest,
  MeasureStatus,
  PlannedMeasure,
  ReportOutcome,
  SigningParty,
} from './facts.js';

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
  /** `withdrawn`: nobody needs it any more, whatever becomes of an attempt that is under way. */
  state: 'pending' | 'parked' | 'delivered' | 'refused' | 'withdrawn';
  series: number;
  retryAt?: Instant;
}

export interface Ipr {
  iprId: string;
  endsOn: LegalDay;
  draftedBy: string;
  notNeeded?: readonly CategoryNotNeeded[];
  signatures: readonly SigningParty[];
  approvedOn?: LegalDay;
  sent: boolean;
}

export interface CaseState {
  /** Version of this shape; the up-caster of the carried state switches on it. */
  schema: 1;
  caseId: string;
  center: string;
  householdId: string;
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
  /** The first threat found while the case ran; direct once any of them was. That of the opening stands in its appeal. */
  threat?: { foundAt: Instant; direct: boolean };
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

/** The last step of a measure's or a plan's life that nothing reopens on this road. */
export function isOver(state: CaseState): boolean {
  return state.stage === 'closed' && state.duties.every((duty) => duty.state !== 'open' || duty.dueAt === undefined);
}
