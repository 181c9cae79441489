/** Fan-out to agencies, their reports, status marks, rework, completion: 192 п.9–12. */
import { addWorkingDays, isLegalDay, legalDayOf, type Instant, type LegalDay } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, outsideStage, type Decision, type Moment } from '../../decision.js';
import type { DeliveryOf } from '../../deliveries.js';
import type { Fact } from '../../facts.js';
import { aDocument, type Reference } from '../../references.js';
import { refuse } from '../../refusal.js';
import { ALWAYS, CASE_WORK, EVERYBODY_AT_THE_CENTER, type CommandRows, type DeliveryRows } from '../../road.js';
import type { CaseState, Measure, Report } from '../../state.js';
import { earlierReport } from '../reopening/cycles.js';
import { decidePaper, decidePaperReport, decideSendingAgain } from './by-hand.js';
import { aPreview, noticeOfRework, referralsOfPlan, refusedUnseen, type Previewed, type Sending } from '../../sending.js';
import type { MeasureStatus, ReceiptChannel, ReportOutcome } from './facts.js';
import { receivedReport } from './reports.js';

export interface ExecutionCommands {
  sendIpr: Previewed;
  markStatus: { measureId: string; reportId?: string; status: MeasureStatus };
  returnReport: { reportId: string; norm: string; reasonId: string; newDueOn?: LegalDay } & Previewed;
  markCompletion: { completedOn?: LegalDay };
  sendAgain: { dispatchKey: string } & Previewed;
  deliverOnPaper: {
    dispatchKey: string;
    documentId: string;
    /** When it was handed over, by whom of the Center (whoever records it, where nobody is named), and words on who took it. */
    handedAt?: Instant;
    handedBy?: string;
    handedToId?: string;
  };
  recordReport: {
    measureId: string;
    outcome: ReportOutcome;
    channel: ReceiptChannel;
    /** Words on who sent or said it. */
    senderId: string;
    noteId?: string;
    documentId: string;
    receivedOn: LegalDay;
  };
}

const BY_HAND =
  'what is sent under the plan is seen to while it is carried out, what a response plan asks for and a redirection until the end, a notice about children after it, too (256-26)';

function colleagueOrNone(id: string | undefined): Reference[] {
  return id === undefined ? [] : [{ to: 'colleague', id }];
}

export const EXECUTION_COMMANDS: CommandRows<keyof ExecutionCommands> = {
  sendIpr: { roles: CASE_WORK, during: ['execution'], refers: (data, actor) => aPreview(data, { by: 'sendIpr' }, actor), decide: decideSending },
  markStatus: {
    roles: CASE_WORK,
    during: ALWAYS,
    because: '192-11-2: the report that came before the end is marked after it too, and in the next cycle; nothing else is',
    decide: decideMark,
  },
  returnReport: {
    roles: CASE_WORK,
    strand: 'report',
    during: ['execution'],
    refers: (data, actor) => aPreview(data, returning(data), actor),
    decide: decideReturn,
  },
  markCompletion: { roles: CASE_WORK, during: ['execution'], decide: decideCompletion },
  sendAgain: {
    roles: CASE_WORK,
    during: ALWAYS,
    because: BY_HAND,
    refers: (data, actor) => aPreview(data, { by: 'sendAgain', dispatchKey: data.dispatchKey }, actor),
    decide: decideSendingAgain,
  },
  deliverOnPaper: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: ALWAYS,
    because: BY_HAND,
    refers: ({ documentId, handedBy }) => [...aDocument(documentId, 'delivery_proof'), ...colleagueOrNone(handedBy)],
    decide: decidePaper,
  },
  recordReport: {
    roles: EVERYBODY_AT_THE_CENTER,
    during: ['execution'],
    refers: ({ documentId }) => aDocument(documentId, 'paper_report'),
    decide: decidePaperReport,
  },
};

export interface ExecutionDeliveries {
  /** An agency's information on performance (192-11-1). */
  report: {
    reportId: string;
    measureId: string;
    outcome: ReportOutcome;
    noteId?: string;
    /** Organisations that had ended when it came, and whose successor its sender is: their measures are its own. */
    standsFor?: readonly string[];
  };
}

export const EXECUTION_DELIVERIES: DeliveryRows<keyof ExecutionDeliveries> = { report: decideReport };

/** 192-9, P43: each agency gets one referral with its own measures and nothing of the others. */
function decideSending(state: CaseState, { data, actor }: CommandOf<'sendIpr'>, { newId, known }: Moment): Decision {
  const { ipr } = state;
  if (ipr === undefined || ipr.sent) return refuse('plan_already_sent', '192-9');
  const unseen = refusedUnseen(state, data, { by: 'sendIpr' }, actor, known);
  if (unseen !== undefined) return unseen;
  return accept({ type: 'IprSent', data: { iprId: ipr.iprId, dispatches: referralsOfPlan(state, newId) } });
}

/**
 * An agency's report. It may overtake the acknowledgement of its own referral: a report never waits
 * for one. A late report to a case that is no longer in execution is refused, not lost: the inbox
 * keeps it with the code.
 */
function decideReport(state: CaseState, delivery: DeliveryOf<'report'>, receivedAt: Instant): Decision {
  const { measureId, reportId, outcome, noteId, standsFor = [] } = delivery.data;
  const measure = state.measures.find((candidate) => candidate.measureId === measureId);
  if (measure === undefined) return refuse('measure_unknown');
  if (![delivery.actor.id, ...standsFor].includes(measure.agency ?? '')) return refuse('not_your_measure', '192-11-1', { measureId });
  return receivedReport(state, measure, { reportId, agency: delivery.actor.id, outcome, noteId }, receivedAt);
}

/** 192-11-2: each receipt of information gets its own mark (P16); the family's measures have no report. */
function decideMark(state: CaseState, command: CommandOf<'markStatus'>): Decision {
  const { measureId, reportId, status } = command.data;
  const earlier = earlierReport(state, reportId);
  if (earlier !== undefined) return checkMark(earlier, measureId, status) ?? accept({ type: 'StatusMarked', data: command.data });
  const measure = state.measures.find((candidate) => candidate.measureId === measureId);
  if (measure === undefined) return refuse('measure_unknown');
  if (state.stage !== 'execution' && reportId === undefined) return outsideStage(state, 'execution') ?? refuse('report_required', '192-11-2', { measureId });
  const fault = measure.kind === 'state' ? checkReport(state, measureId, reportId, status) : checkNoReport(measureId, reportId);
  if (fault) return fault;
  const marked: Fact = { type: 'StatusMarked', data: command.data };
  return status === 'done' && state.stage === 'execution' && isLastOpen(state, measure)
    ? accept(marked, { type: 'MeasuresAllDone', data: { measures: state.measures.length } })
    : accept(marked);
}

/** Nobody reports on a family's measure: a report named with it would be marked in another measure's place. */
function checkNoReport(measureId: string, reportId: string | undefined): Decision | undefined {
  return reportId === undefined ? undefined : refuse('report_not_of_measure', '192-11-2', { measureId });
}

function checkReport(state: CaseState, measureId: string, reportId: string | undefined, status: MeasureStatus): Decision | undefined {
  if (reportId === undefined) return refuse('report_required', '192-11-2', { measureId });
  const report = state.reports.find((candidate) => candidate.reportId === reportId);
  return report === undefined ? refuse('report_unknown') : checkMark(report, measureId, status);
}

function checkMark(report: Report, measureId: string, status: MeasureStatus): Decision | undefined {
  if (report.measureId !== measureId) return refuse('report_not_of_measure', '192-11-2', { measureId });
  if (report.mark !== undefined) return refuse('report_already_marked', '192-11-2', { measureId });
  if (status === 'done' && report.outcome !== 'performed') return refuse('status_not_supported_by_report', '192-11-2', { measureId });
  return undefined;
}

/**
 * P19: "in full" means every measure of the plan, the state's and the family's. A second mark of a
 * measure that was done already is not the moment at which the last one became so.
 */
function isLastOpen(state: CaseState, marked: Measure): boolean {
  if (marked.status === 'done') return false;
  return state.measures.every((measure) => measure.measureId === marked.measureId || measure.status === 'done');
}

/** Its messages depend on the new term: one that was seen is named by the command too. */
function returning({ reportId, newDueOn }: ExecutionCommands['returnReport']): Sending {
  return { by: 'returnReport', reportId, ...(newDueOn === undefined ? {} : { newDueOn }) };
}

/** 192-11-3, P17: a report that breaks the state-services law goes back, with the norm, a reason and a new date. */
function decideReturn(state: CaseState, command: CommandOf<'returnReport'>, moment: Moment): Decision {
  const { reportId, norm, reasonId } = command.data;
  const report = state.reports.find((candidate) => candidate.reportId === reportId);
  if (report === undefined) return refuse('report_unknown');
  if (report.mark !== undefined) return refuse('report_already_marked', '192-11-3', { measureId: report.measureId });
  const { measureId, agency } = report;
  const today = legalDayOf(moment.now);
  const planEnd = state.ipr?.endsOn ?? today;
  const newDueOn = command.data.newDueOn ?? termOfRework(state, moment);
  if (!isLegalDay(newDueOn)) return refuse('day_impossible', 'P17', { day: newDueOn });
  if (newDueOn < today || newDueOn > planEnd) return refuse('rework_term_out_of_plan', 'P17', { newDueOn, planEnd });
  const timesReturned = (state.measures.find((measure) => measure.measureId === measureId)?.timesReturned ?? 0) + 1;
  const unseen = refusedUnseen(state, command.data, returning(command.data), command.actor, moment.known);
  if (unseen !== undefined) return unseen;
  const dispatch = noticeOfRework(report, moment.newId);
  return accept({
    type: 'ReportReturned',
    data: { reportId, measureId, agency, norm, reasonId, newDueOn, timesReturned, dispatch },
  });
}

/** P17: the term of a return where nobody names one: that of the policy, and not later than the plan. */
export function termOfRework(state: CaseState, { now, law }: Pick<Moment, 'now' | 'law'>): LegalDay {
  const today = legalDayOf(now);
  const byDefault = addWorkingDays(law.calendar, today, law.policy.serviceLevels.rework);
  const planEnd = state.ipr?.endsOn ?? today;
  return byDefault > planEnd ? planEnd : byDefault;
}

/** 192-12: the completion mark carries the completion date. */
function decideCompletion(state: CaseState, command: CommandOf<'markCompletion'>, moment: Moment): Decision {
  const open = state.measures.filter((measure) => measure.status !== 'done').length;
  if (open > 0) return refuse('measures_not_done', '192-12', { open });
  const today = legalDayOf(moment.now);
  const completedOn = command.data.completedOn ?? today;
  if (!isLegalDay(completedOn)) return refuse('day_impossible', '192-12', { day: completedOn });
  if (completedOn > today) return refuse('date_in_future', '192-12', { completedOn });
  const approvedOn = state.ipr?.approvedOn;
  if (approvedOn !== undefined && completedOn < approvedOn) return refuse('completion_before_approval', '192-12', { completedOn, approvedOn });
  return accept({ type: 'CompletionMarked', data: { completedOn } });
}
