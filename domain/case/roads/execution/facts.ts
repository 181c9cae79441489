/** What happens while agencies perform the plan: 192 п.9–12. */
import type { MessageForm } from '../../../access/message-form.js';
import type { Instant, LegalDay } from '../../../law/calendar.js';
import { EFFECTS, type EffectKind } from '../../effects.js';
import type { EntryOf } from '../../facts.js';
import { changesNothing, type FactRows } from '../../road.js';
import type { CaseState, Dispatch, Measure, Report } from '../../state.js';
import { withIpr } from '../plan/facts.js';
import { earlierReport } from '../reopening/cycles.js';
import { withTaken } from '../violence/record.js';

/** What an agency says of a measure (192-11-1). */
export type ReportOutcome = 'performed' | 'in_progress' | 'not_performed';

/** What the Center marks of a measure (192-11-2). */
export type MeasureStatus = 'done' | 'in_progress' | 'not_done';

export type DispatchKind = 'referral' | 'rework_notice' | 'minors_notice' | 'response_request' | 'identification_referral';

/** Something that the Center sends to an organisation: a referral with its measures, a notice of rework, a notice about minor children. */
export interface DispatchRequest {
  /** Idempotency key: a random id, the same at every attempt. A restored ledger that goes on otherwise never makes it again. */
  key: string;
  kind: DispatchKind;
  /** Id of the organisation; where the directory has none, `nobodyFor` what it would be there for. */
  agency: string;
  measureIds: readonly string[];
  /** The report that is returned, for a notice of rework. */
  reportId?: string;
  /** The member of a strand that it is about: of a request of a response plan the threat, of a redirection for identification that redirection. */
  strandId?: string;
}

/** How information came that was no signed message. */
export type ReceiptChannel = 'letter' | 'telephone';

export interface PaperReceipt {
  channel: ReceiptChannel;
  /** Words on who sent or said it. */
  senderId: string;
  documentId: string;
  documentSha256: string;
}

/** A paper that was handed over, at the instant of the fact. */
export interface HandedOver {
  /** Who of the Center brought it. */
  by: string;
  /** Words on who took it. */
  toId: string;
}

/**
 * What left with an attempt: names of fields and ids, no values. The bytes lie sealed beside the ledger; `digest` is bound to
 * them and tells nothing of them to whoever cannot open them.
 */
export interface Said {
  form: MessageForm;
  /** Paths in the message, e.g. `measures.dueOn`. */
  fields: readonly string[];
  /** Whose identity it named, and which texts it quoted. */
  personId?: string;
  textIds: readonly string[];
  digest: string;
}

export interface ExecutionFacts {
  IprSent: { iprId: string; dispatches: readonly DispatchRequest[] };
  /** The agency took it; on paper with the document that proves it. Its receipt is kept apart: it is whatever the agency writes. */
  DispatchDelivered: { key: string; dispatch: DispatchKind; agency: string; documentId?: string; documentSha256?: string; handed?: HandedOver; said?: Said };
  /**
   * The agency was not reached; the next attempt starts at `retryAt`. `refused`: it was reached and said no, which does not
   * end it; `new` is an answer that it has not given to this message before.
   */
  DispatchParked: { key: string; dispatch: DispatchKind; agency: string; retryAt: Instant; reason: string; refused?: 'new' | 'again'; said?: Said };
  /** The agency refused the message itself: people must look, no attempt will help. */
  DispatchRefused: { key: string; dispatch: DispatchKind; agency: string; reason: string; said?: Said };
  /** No attempt is left: people must look. */
  DispatchGivenUp: { key: string; dispatch: DispatchKind; agency: string; reason: string; said?: Said };
  /** It goes now, whatever it waited for: a person asked, or the agency answers again. */
  DispatchResumed: { key: string; dispatch: DispatchKind; agency: string };
  /** A refused message goes out as another one. */
  DispatchSentAgain: { instead: string; dispatch: DispatchRequest };
  ReportReceived: {
    reportId: string;
    measureId: string;
    agency: string;
    outcome: ReportOutcome;
    noteId?: string;
    /** Of the measure: by it the status mark is owed by law or by policy (P46). */
    serviceCode?: string;
    /** Of one that came by letter or telephone and was recorded by an employee. */
    paper?: PaperReceipt;
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
}

export const EXECUTION_FACTS: FactRows<keyof ExecutionFacts> = {
  IprSent: withSending,
  DispatchDelivered: (state, { data, occurredAt }) =>
    withTaken(
      updateDispatch(state, data.key, () => ({ state: 'delivered' })),
      data.key,
      occurredAt,
    ),
  DispatchParked: withParked,
  DispatchRefused: (state, { data }) => updateDispatch(state, data.key, () => ({ state: 'refused' })),
  DispatchGivenUp: (state, { data }) => updateDispatch(state, data.key, () => ({ state: 'given_up' })),
  DispatchResumed: (state, { data }) =>
    updateDispatch(state, data.key, (dispatch) => ({ state: 'pending', series: dispatch.state === 'given_up' ? dispatch.series + 1 : dispatch.series })),
  DispatchSentAgain: withAnother,
  ReportReceived: withReport,
  StatusMarked: withMark,
  ReportReturned: withReturn,
  MeasuresAllDone: changesNothing,
  CompletionMarked: (state, { data, at }) => ({ ...state, stage: 'completed', stageEnteredAt: at, completedOn: data.completedOn }),
};

function withSending(state: CaseState, entry: EntryOf<'IprSent'>): CaseState {
  return {
    ...withIpr(state, () => ({ sent: true })),
    measures: state.measures.map((measure) => (measure.status === 'planned' && measure.kind === 'state' ? { ...measure, status: 'sent' } : measure)),
    dispatches: [...state.dispatches, ...ordered(entry.data.dispatches, entry.seq)],
  };
}

function withAnother(state: CaseState, { data, seq }: EntryOf<'DispatchSentAgain'>): CaseState {
  const { instead, dispatch } = data;
  const others = updateDispatch(state, instead, () => ({ state: 'withdrawn' }));
  return { ...others, dispatches: [...others.dispatches, ...ordered([dispatch], seq)] };
}

/** What an entry orders to be sent, from its first attempt on. */
export function ordered(requests: readonly DispatchRequest[], seq: number): Dispatch[] {
  return requests.map((request) => ({ ...request, seq, state: 'pending', series: 1 }));
}

function updateDispatch(state: CaseState, key: string, change: (dispatch: Dispatch) => Partial<Dispatch>): CaseState {
  return { ...state, dispatches: state.dispatches.map((dispatch) => (dispatch.key === key ? { ...dispatch, ...change(dispatch) } : dispatch)) };
}

function withParked(state: CaseState, { data: { key, retryAt, reason, refused } }: EntryOf<'DispatchParked'>): CaseState {
  return updateDispatch(state, key, ({ series, refusals = [] }) => ({
    state: 'parked',
    series: series + 1,
    retryAt,
    ...(refused === 'new' ? { refusals: [...refusals, reason] } : {}),
  }));
}

function withReport(state: CaseState, entry: EntryOf<'ReportReceived'>): CaseState {
  const { reportId, measureId, agency, outcome } = entry.data;
  const report: Report = { reportId, measureId, agency, outcome, receivedAt: entry.occurredAt };
  const reported = updateMeasure(state, measureId, { status: 'reported' });
  // It answers the return of the last one: a notice that never arrived has nothing left to say.
  return { ...reported, reports: [...state.reports, report], dispatches: withdrawn(state.dispatches, 'rework_notice', measureId) };
}

function goesOn({ outlivesCase, throughMonitoring }: EffectKind, isMonitored: boolean): boolean {
  return outlivesCase || (isMonitored && throughMonitoring === true);
}

/** Of an accompaniment that has ended nothing goes out any more, but for what is owed on through the monitoring, and what outlives the case. */
export function allWithdrawn(dispatches: readonly Dispatch[], isMonitored: boolean): readonly Dispatch[] {
  return dispatches.map((dispatch) => (isWanted(dispatch) && !goesOn(EFFECTS[dispatch.kind], isMonitored) ? { ...dispatch, state: 'withdrawn' } : dispatch));
}

/** Without what speaks of the measure and has not reached its agency. */
export function withdrawn(dispatches: readonly Dispatch[], kind: DispatchKind, measureId: string): readonly Dispatch[] {
  return dispatches.map((dispatch) =>
    dispatch.kind === kind && dispatch.measureIds.includes(measureId) && isWanted(dispatch) ? { ...dispatch, state: 'withdrawn' } : dispatch,
  );
}

function isWanted(dispatch: Dispatch): boolean {
  return dispatch.state === 'pending' || dispatch.state === 'parked';
}

function withMark(state: CaseState, entry: EntryOf<'StatusMarked'>): CaseState {
  const { measureId, reportId, status } = entry.data;
  // A report of an earlier cycle is marked and moves no measure of this one.
  if (earlierReport(state, reportId) !== undefined) return markReport(state, reportId, status);
  return markReport(updateMeasure(state, measureId, { status }), reportId, status);
}

function withReturn(state: CaseState, entry: EntryOf<'ReportReturned'>): CaseState {
  const { measureId, reportId, timesReturned, dispatch } = entry.data;
  const returned = markReport(updateMeasure(state, measureId, { status: 'returned', timesReturned }), reportId, 'returned');
  return { ...returned, dispatches: [...returned.dispatches, ...ordered([dispatch], entry.seq)] };
}

export function updateMeasure(state: CaseState, measureId: string, change: Partial<Measure>): CaseState {
  const measures = state.measures.map((measure) => (measure.measureId === measureId ? { ...measure, ...change } : measure));
  return { ...state, measures };
}

/** In whichever cycle it came. */
function markReport(state: CaseState, reportId: string | undefined, mark: MeasureStatus | 'returned'): CaseState {
  const marked = (reports: readonly Report[]): Report[] => reports.map((report) => (report.reportId === reportId ? { ...report, mark } : report));
  return { ...state, reports: marked(state.reports), earlierCycles: state.earlierCycles.map((ended) => ({ ...ended, reports: marked(ended.reports) })) };
}
