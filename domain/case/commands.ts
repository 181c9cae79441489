/**
 * What people may ask of a case: one entry per command of the straight road. A new command is a
 * line here, its decision in the file of its stage, and its body in the contract of the API.
 */
import type { LegalDay } from '../law/calendar.js';
import type { DelayReason } from '../law/duty.js';
import type { Role } from '../law/rule.js';
import type {
  Actor,
  AssessmentResult,
  CategoryNotNeeded,
  MeasureStatus,
  PlannedMeasure,
  SigningMethod,
  SigningParty,
  TriageRoute,
} from './facts.js';

export interface CommandData {
  assignCaseManager: { caseManager: string };
  recordThreat: { direct: boolean; noteId: string };
  assignImmediateMeasures: { noteId: string };
  recordConsent: { given: boolean; personId: string; documentId?: string };
  recordInterview: { noteId: string };
  recordTriage: { appealId: string; route: TriageRoute; reasonId: string };
  completeAssessment: { result: AssessmentResult; grounds: readonly string[]; noteId?: string };
  determineNeeds: { needs: readonly string[]; noteId?: string };
  draftIpr: {
    iprId: string;
    endsOn: LegalDay;
    specialists: readonly string[];
    measures: readonly PlannedMeasure[];
    notNeeded?: readonly CategoryNotNeeded[];
  };
  signIpr: { party: SigningParty; method: SigningMethod; documentId: string };
  approveIpr: { actingOrder?: { number: string; date: LegalDay } };
  sendIpr: Record<string, never>;
  markStatus: { measureId: string; reportId?: string; status: MeasureStatus };
  returnReport: { reportId: string; norm: string; reasonId: string; newDueOn?: LegalDay };
  markCompletion: { completedOn?: LegalDay };
  closeCase: { monitoringMonths: number };
  notifyResult: { documentId: string };
  recordMonitoringContact: { situation: 'stable' | 'worsened'; noteId: string };
  endMonitoring: { noteId: string };
  explainDelay: { dutyKey: string; reason: DelayReason; noteId?: string };
}

export type CommandKind = keyof CommandData;

/** A command of a person; `id` is generated at the edge and is the same at every repeat. */
export type Command = {
  [K in CommandKind]: {
    kind: K;
    id: string;
    actor: Actor;
    data: CommandData[K];
    /**
     * Place of the last ledger entry that the sender has seen. A case that knows less has lost the end
     * of a turn, and takes up the ledger before it decides on what the sender knows already.
     */
    knownSeq?: number;
  };
}[CommandKind];

export type CommandOf<K extends CommandKind> = Extract<Command, { kind: K }>;

const EVERYBODY_AT_THE_CENTER = ['social_work_specialist', 'case_manager', 'unit_head', 'center_head'] as const;
const CASE_WORK = ['case_manager', 'unit_head', 'center_head'] as const;

/** Who may give which command. 256-17-2 and P50: approving is the head's alone (or the acting head's, by order). */
export const COMMAND_ROLES: { readonly [K in CommandKind]: readonly Role[] } = {
  assignCaseManager: ['unit_head', 'center_head'],
  recordThreat: EVERYBODY_AT_THE_CENTER,
  assignImmediateMeasures: EVERYBODY_AT_THE_CENTER,
  recordConsent: EVERYBODY_AT_THE_CENTER,
  recordInterview: EVERYBODY_AT_THE_CENTER,
  recordTriage: EVERYBODY_AT_THE_CENTER,
  completeAssessment: EVERYBODY_AT_THE_CENTER,
  determineNeeds: CASE_WORK,
  draftIpr: CASE_WORK,
  signIpr: CASE_WORK,
  approveIpr: ['center_head', 'unit_head'],
  sendIpr: CASE_WORK,
  markStatus: CASE_WORK,
  returnReport: CASE_WORK,
  markCompletion: CASE_WORK,
  closeCase: ['center_head'],
  notifyResult: CASE_WORK,
  recordMonitoringContact: EVERYBODY_AT_THE_CENTER,
  endMonitoring: CASE_WORK,
  explainDelay: CASE_WORK,
};

/** Every command, in the order of the road; Updates and routes are registered in a loop over it. */
export const COMMAND_KINDS = Object.keys(COMMAND_ROLES) as readonly CommandKind[];
