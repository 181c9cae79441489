/** What a ledger entry makes of a case. Needs no law and no clock: the ledger alone rebuilds the state. */
import { assertNever } from '../assert-never.js';
import { applyDutyChanges, explainDelay, reachStep } from '../law/duty.js';
import type { Entry, EntryOf } from './facts.js';
import * as closing from './stages/closing.js';
import * as execution from './stages/execution.js';
import * as intake from './stages/intake.js';
import * as plan from './stages/plan.js';
import * as threat from './stages/threat.js';
import type { CaseState } from './state.js';

/**
 * The state after one more entry.
 * @throws Error when the entry does not continue the ledger (a gap, a repeat, or a first entry that opens nothing)
 */
export function evolve(state: CaseState | undefined, entry: Entry, caseId: string): CaseState {
  const expected = (state?.seq ?? 0) + 1;
  if (entry.seq !== expected) throw new Error(`ledger of ${caseId}: entry ${entry.seq} where ${expected} was expected`);
  const next = state === undefined ? openCase(entry, caseId) : evolveByType(state, entry);
  const owed = entry.type === 'DeadlineStepReached' ? reachStep(next.duties, entry.data.dutyKey) : next.duties;
  return { ...next, seq: entry.seq, duties: applyDutyChanges(owed, entry.duties, entry.seq) };
}

/** Rebuilds a case from its whole ledger; undefined when it is empty. */
export function rebuild(entries: readonly Entry[], caseId: string): CaseState | undefined {
  return entries.reduce<CaseState | undefined>((state, entry) => evolve(state, entry, caseId), undefined);
}

function openCase(entry: Entry, caseId: string): CaseState {
  if (entry.type !== 'AppealRegistered') throw new Error(`ledger of ${caseId}: begins with ${entry.type}`);
  return opened(entry, caseId);
}

function opened(entry: EntryOf<'AppealRegistered'>, caseId: string): CaseState {
  const { appealId, journalNumber, channel, threat, center, householdId, law } = entry.data;
  return {
    schema: 1,
    caseId,
    center,
    householdId,
    stage: 'intake',
    seq: entry.seq,
    law,
    channel,
    openedAt: entry.occurredAt,
    stageEnteredAt: entry.occurredAt,
    appeals: [{ appealId, journalNumber, channel, threat, registeredAt: entry.occurredAt, triaged: false }],
    grounds: [],
    measures: [],
    dispatches: [],
    reports: [],
    contacts: 0,
    duties: [],
  };
}

function evolveByType(state: CaseState, entry: Entry): CaseState {
  switch (entry.type) {
    case 'AppealRegistered':
      throw new Error(`ledger of ${state.caseId}: a second opening at ${entry.seq}`);
    case 'AppealAttached':
      return intake.evolveAppealAttached(state, entry);
    case 'ThreatFound':
      return threat.evolveThreatFound(state, entry);
    case 'CaseManagerAssigned':
      return { ...state, caseManager: entry.data.caseManager };
    case 'ConsentRecorded':
      return { ...state, consent: entry.data.given ? 'given' : 'refused' };
    case 'TriageRecorded':
      return intake.evolveTriageRecorded(state, entry);
    case 'AssessmentCompleted':
      return intake.evolveAssessmentCompleted(state, entry);
    case 'NeedsDetermined':
      return plan.evolveNeedsDetermined(state, entry);
    case 'IprDrafted':
      return plan.evolveIprDrafted(state, entry);
    case 'IprSigned':
      return plan.evolveIprSigned(state, entry);
    case 'IprApproved':
      return plan.evolveIprApproved(state, entry);
    case 'IprSent':
      return execution.evolveIprSent(state, entry);
    case 'DispatchDelivered':
      return execution.evolveDispatchDelivered(state, entry);
    case 'DispatchParked':
      return execution.evolveDispatchParked(state, entry);
    case 'DispatchRefused':
      return execution.evolveDispatchRefused(state, entry);
    case 'ReportReceived':
      return execution.evolveReportReceived(state, entry);
    case 'StatusMarked':
      return execution.evolveStatusMarked(state, entry);
    case 'ReportReturned':
      return execution.evolveReportReturned(state, entry);
    case 'CompletionMarked':
      return execution.evolveCompletionMarked(state, entry);
    case 'CaseClosed':
      return closing.evolveCaseClosed(state, entry);
    case 'ResultNotified':
      return closing.evolveResultNotified(state);
    case 'MonitoringContactHeld':
      return closing.evolveMonitoringContactHeld(state, entry);
    case 'MonitoringEnded':
      return closing.evolveMonitoringEnded(state, entry);
    case 'LawAdopted':
      return { ...state, law: entry.data.law };
    case 'DelayExplained':
      return withDelay(state, entry);
    case 'InterviewHeld':
    case 'ImmediateMeasuresAssigned':
    case 'MeasuresAllDone':
    case 'DeadlineStepReached':
      // They start, end and move duties; the state of the case itself does not change.
      return state;
    default:
      return assertNever(entry);
  }
}

function withDelay(state: CaseState, { data }: EntryOf<'DelayExplained'>): CaseState {
  const { dutyKey, reason, noteId } = data;
  return { ...state, duties: explainDelay(state.duties, dutyKey, { reason, ...(noteId === undefined ? {} : { noteId }) }) };
}
