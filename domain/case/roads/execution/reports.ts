/** 192-11-1: information on the performance of a measure, whichever way it came. */
import type { Instant } from '../../../law/calendar.js';
import { accept, outsideStage, type Decision } from '../../decision.js';
import { refuse } from '../../refusal.js';
import type { CaseState, Measure } from '../../state.js';
import type { PaperReceipt, ReportOutcome } from './facts.js';

export interface GivenReport {
  reportId: string;
  /** Who reports: the organisation of the measure, or its successor. */
  agency: string;
  outcome: ReportOutcome;
  noteId?: string | undefined;
  /** How it came, where it was no signed message. */
  paper?: PaperReceipt;
}

/** A late report to a case that is no longer in execution is refused, not lost: whoever brought it keeps it with the code. */
export function receivedReport(state: CaseState, measure: Measure, given: GivenReport, receivedAt: Instant): Decision {
  const { measureId, status, serviceCode } = measure;
  const outside = outsideStage(state, 'execution');
  if (outside) return outside;
  if (status === 'planned') return refuse('wrong_stage', '192-9', { stage: 'planned', expected: 'sent' });
  if (status === 'done') return refuse('report_already_marked', '192-11-2', { measureId });
  const { reportId, agency, outcome, noteId, paper } = given;
  const note = noteId === undefined ? {} : { noteId };
  // P46: with the code the mark is owed by law.
  const service = serviceCode === undefined ? {} : { serviceCode };
  const data = { reportId, measureId, agency, outcome, ...note, ...service, ...(paper === undefined ? {} : { paper }) };
  return accept({ type: 'ReportReceived', data, occurredAt: receivedAt });
}
