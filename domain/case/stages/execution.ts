/** Fan-out to agencies, their reports, status marks, rework, completion: 192 п.9–12. */
import { addWorkingDays, isLegalDay, legalDayOf, type Instant } from '../../law/calendar.js';
import { findRule, type Law } from '../../law/law.js';
import { accept, outsideStage, type Decision, type Moment } from '../decision.js';
import type { CommandOf } from '../commands.js';
import type { DeliveryOf } from '../deliveries.js';
import type { DispatchRequest, EntryOf, Fact, MeasureStatus } from '../facts.js';
import { refuse } from '../refusal.js';
import type { CaseState, Dispatch, Measure, Report } from '../state.js';

/** 192-9, P43: each agency gets one referral with its own measures and nothing of the others. */
export function decideSendIpr(state: CaseState, moment: Moment): Decision {
  const outside = outsideStage(state, 'execution');
  if (outside) return outside;
  const { ipr } = state;
  if (ipr === undefined || ipr.sent) return refuse('plan_already_sent', '192-9');
  const referred = state.measures.filter((measure) => measure.kind === 'state');
  const agencies = [...new Set(referred.flatMap((measure) => measure.agency ?? []))];
  const dispatches = agencies.map((agency): DispatchRequest => ({
    key: `${state.caseId}:${moment.nextSeq}:referral:${agency}`,
    kind: 'referral',
    agency,
    measureIds: referred.filter((measure) => measure.agency === agency).map((measure) => measure.measureId),
  }));
  return accept({ type: 'IprSent', data: { iprId: ipr.iprId, dispatches } });
}

/**
 * An agency's report. It may overtake the acknowledgement of its own referral: a report never waits
 * for one. A late report to a case that is no longer in execution is refused, not lost: the inbox
 * keeps it with the code.
 */
export function decideReport(state: CaseState, delivery: DeliveryOf<'report'>, receivedAt: Instant, law: Law): Decision {
  const { measureId, reportId, outcome, noteId } = delivery.data;
  const measure = state.measures.find((candidate) => candidate.measureId === measureId);
  if (measure === undefined) return refuse('measure_unknown');
  if (measure.agency !== delivery.actor.id) return refuse('not_your_measure', '192-11-1', { measureId });
  const outside = outsideStage(state, 'execution');
  if (outside) return outside;
  if (measure.status === 'planned') return refuse('wrong_stage', '192-9', { stage: 'planned', expected: 'sent' });
  if (measure.status === 'done') return refuse('report_already_marked', '192-11-2', { measureId });
  const note = noteId === undefined ? {} : { noteId };
  return accept({
    type: 'ReportReceived',
    data: { reportId, measureId, agency: delivery.actor.id, outcome, ...note, ...serviceCodeOf(measure, law) },
    occurredAt: receivedAt,
  });
}

/** P46: with the code the mark is owed by law. Only where the table asks for it: a run on an older one recorded reports without. */
function serviceCodeOf({ serviceCode }: Measure, law: Law): { serviceCode?: string } {
  const isAsked = typeof findRule(law, '192-11-2')?.duty?.termForce === 'object';
  return isAsked && serviceCode !== undefined ? { serviceCode } : {};
}

/** 192-11-2: each receipt of information gets its own mark (P16); the family's measures have no report. */
export function decideMarkStatus(state: CaseState, command: CommandOf<'markStatus'>): Decision {
  const outside = outsideStage(state, 'execution');
  if (outside) return outside;
  const { measureId, reportId, status } = command.data;
  const measure = state.measures.find((candidate) => candidate.measureId === measureId);
  if (measure === undefined) return refuse('measure_unknown');
  const fault = measure.kind === 'state' ? checkReport(state, measureId, reportId, status) : checkNoReport(measureId, reportId);
  if (fault) return fault;
  const marked: Fact = { type: 'StatusMarked', data: command.data };
  return status === 'done' && isLastOpen(state, measure)
    ? accept(marked, { type: 'MeasuresAllDone', data: { measures: state.measures.length } })
    : accept(marked);
}

/** Nobody reports on a family's measure: a report named with it would be marked in another measure's place. */
function checkNoReport(measureId: string, reportId: string | undefined): Decision | undefined {
  return reportId === undefined ? undefined : refuse('report_not_of_measure', '192-11-2', { measureId });
}

function checkReport(
  state: CaseState,
  measureId: string,
  reportId: string | undefined,
  status: MeasureStatus,
): Decision | undefined {
  if (reportId === undefined) return refuse('report_required', '192-11-2', { measureId });
  const report = state.reports.find((candidate) => candidate.reportId === reportId);
  if (report === undefined) return refuse('report_unknown');
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

/** 192-11-3, P17: a report that breaks the state-services law goes back, with the norm, a reason and a new date. */
export function decideReturnReport(state: CaseState, command: CommandOf<'returnReport'>, moment: Moment): Decision {
  const outside = outsideStage(state, 'execution');
  if (outside) return outside;
  const { reportId, norm, reasonId } = command.data;
  const report = state.reports.find((candidate) => candidate.reportId === reportId);
  if (report === undefined) return refuse('report_unknown');
  if (report.mark !== undefined) return refuse('report_already_marked', '192-11-3', { measureId: report.measureId });
  const { measureId, agency } = report;
  const today = legalDayOf(moment.now);
  const byDefault = addWorkingDays(moment.law.calendar, today, moment.law.policy.serviceLevels.rework);
  const planEnd = state.ipr?.endsOn ?? today;
  const newDueOn = command.data.newDueOn ?? (byDefault > planEnd ? planEnd : byDefault);
  if (!isLegalDay(newDueOn)) return refuse('day_impossible', 'P17', { day: newDueOn });
  if (newDueOn < today || newDueOn > planEnd) return refuse('rework_term_out_of_plan', 'P17', { newDueOn, planEnd });
  const timesReturned = (state.measures.find((measure) => measure.measureId === measureId)?.timesReturned ?? 0) + 1;
  const key = `${state.caseId}:${moment.nextSeq}:rework_notice:${agency}`;
  const dispatch: DispatchRequest = { key, kind: 'rework_notice', agency, measureIds: [measureId], reportId };
  return accept({
    type: 'ReportReturned',
    data: { reportId, measureId, agency, norm, reasonId, newDueOn, timesReturned, dispatch },
  });
}

/** 192-12: the completion mark carries the completion date. */
export function decideMarkCompletion(state: CaseState, command: CommandOf<'markCompletion'>, moment: Moment): Decision {
  const outside = outsideStage(state, 'execution');
  if (outside) return outside;
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

export function evolveIprSent(state: CaseState, entry: EntryOf<'IprSent'>): CaseState {
  const wanted = entry.data.dispatches.map((request): Dispatch => ({ ...request, state: 'pending', series: 1 }));
  return {
    ...state,
    ...(state.ipr === undefined ? {} : { ipr: { ...state.ipr, sent: true } }),
    measures: state.measures.map((measure) =>
      measure.status === 'planned' && measure.kind === 'state' ? { ...measure, status: 'sent' } : measure,
    ),
    dispatches: [...state.dispatches, ...wanted],
  };
}

export function evolveDispatchDelivered(state: CaseState, entry: EntryOf<'DispatchDelivered'>): CaseState {
  return updateDispatch(state, entry.data.key, (dispatch) => ({ ...dispatch, state: 'delivered' }));
}

export function evolveDispatchParked(state: CaseState, entry: EntryOf<'DispatchParked'>): CaseState {
  const { key, retryAt } = entry.data;
  return updateDispatch(state, key, (dispatch) => ({ ...dispatch, state: 'parked', series: dispatch.series + 1, retryAt }));
}

export function evolveDispatchRefused(state: CaseState, entry: EntryOf<'DispatchRefused'>): CaseState {
  return updateDispatch(state, entry.data.key, (dispatch) => ({ ...dispatch, state: 'refused' }));
}

function updateDispatch(state: CaseState, key: string, change: (dispatch: Dispatch) => Dispatch): CaseState {
  return { ...state, dispatches: state.dispatches.map((dispatch) => (dispatch.key === key ? change(dispatch) : dispatch)) };
}

export function evolveReportReceived(state: CaseState, entry: EntryOf<'ReportReceived'>): CaseState {
  const { reportId, measureId, agency, outcome } = entry.data;
  const report: Report = { reportId, measureId, agency, outcome, receivedAt: entry.occurredAt };
  const reported = updateMeasure(state, measureId, { status: 'reported' });
  return { ...reported, reports: [...state.reports, report], dispatches: withdrawNotices(state.dispatches, measureId) };
}

/** A new report answers the return of the last one: a notice that never arrived has nothing left to say. */
function withdrawNotices(dispatches: readonly Dispatch[], measureId: string): readonly Dispatch[] {
  return dispatches.map((dispatch) =>
    dispatch.kind === 'rework_notice' && dispatch.measureIds.includes(measureId) && isWanted(dispatch)
      ? { ...dispatch, state: 'withdrawn' }
      : dispatch,
  );
}

function isWanted(dispatch: Dispatch): boolean {
  return dispatch.state === 'pending' || dispatch.state === 'parked';
}

export function evolveStatusMarked(state: CaseState, entry: EntryOf<'StatusMarked'>): CaseState {
  const { measureId, reportId, status } = entry.data;
  return markReport(updateMeasure(state, measureId, { status }), reportId, status);
}

export function evolveReportReturned(state: CaseState, entry: EntryOf<'ReportReturned'>): CaseState {
  const { measureId, reportId, timesReturned, dispatch } = entry.data;
  const returned = markReport(updateMeasure(state, measureId, { status: 'returned', timesReturned }), reportId, 'returned');
  return { ...returned, dispatches: [...returned.dispatches, { ...dispatch, state: 'pending', series: 1 }] };
}

function updateMeasure(state: CaseState, measureId: string, change: Partial<Measure>): CaseState {
  const measures = state.measures.map((measure) => (measure.measureId === measureId ? { ...measure, ...change } : measure));
  return { ...state, measures };
}

function markReport(state: CaseState, reportId: string | undefined, mark: MeasureStatus | 'returned'): CaseState {
  const reports = state.reports.map((report) => (report.reportId === reportId ? { ...report, mark } : report));
  return { ...state, reports };
}

export function evolveCompletionMarked(state: CaseState, entry: EntryOf<'CompletionMarked'>): CaseState {
  return { ...state, stage: 'completed', stageEnteredAt: entry.at, completedOn: entry.data.completedOn };
}
