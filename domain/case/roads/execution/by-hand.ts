/** What people do where the line does not serve: send again, bring on paper, record what came by letter or telephone. */
import { isLegalDay, legalDayOf, startOfDay, addDays, type Instant, type LegalDay } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, type Decision, type Moment } from '../../decision.js';
import { EFFECTS } from '../../effects.js';
import { sealOf } from '../../references.js';
import { refuse } from '../../refusal.js';
import { refusedUnseen, sentAnew } from '../../sending.js';
import type { CaseState, Dispatch } from '../../state.js';
import { receivedReport } from './reports.js';

/** A refused message goes out as another one, under a key of its own; what waits or was given up goes on under the one it has. */
export function decideSendingAgain(state: CaseState, { data, actor }: CommandOf<'sendAgain'>, { newId, known }: Moment): Decision {
  const found = openDispatch(state, data.dispatchKey);
  if ('ok' in found) return found;
  const { key, kind, agency } = found;
  if (found.state === 'pending') return refuse('dispatch_under_way', '192-9');
  if (!EFFECTS[kind].againByHand) return refuse('dispatch_over', '192-9');
  const unseen = refusedUnseen(state, data, { by: 'sendAgain', dispatchKey: data.dispatchKey }, actor, known);
  if (unseen !== undefined) return unseen;
  if (found.state !== 'refused') return accept({ type: 'DispatchResumed', data: { key, dispatch: kind, agency } });
  return accept({ type: 'DispatchSentAgain', data: { instead: key, dispatch: sentAnew(found, newId) } });
}

/** 192-9: brought on paper, with the document that proves it. What is on its way by wire is not sent any more. */
export function decidePaper(state: CaseState, { data }: CommandOf<'deliverOnPaper'>, { known }: Moment): Decision {
  const found = openDispatch(state, data.dispatchKey);
  if ('ok' in found) return found;
  const { key, kind, agency } = found;
  if (!EFFECTS[kind].onPaper) return refuse('dispatch_over', '192-9');
  return accept({ type: 'DispatchDelivered', data: { key, dispatch: kind, agency, ...sealOf(known, data.documentId) } });
}

/** What nobody has taken, and nobody has withdrawn. */
function openDispatch(state: CaseState, key: string): Dispatch | Extract<Decision, { ok: false }> {
  const found = state.dispatches.find((dispatch) => dispatch.key === key);
  if (found === undefined) return refuse('dispatch_unknown', '192-9');
  return found.state === 'delivered' || found.state === 'withdrawn' ? refuse('dispatch_over', '192-9') : found;
}

/**
 * 192-11-1: information that came by letter or telephone is the same fact as that of a signed message, from the day of its
 * receipt on, with the same two days for the mark (192-11-2).
 */
export function decidePaperReport(state: CaseState, { id, data }: CommandOf<'recordReport'>, { now, known }: Moment): Decision {
  const { measureId, outcome, noteId, documentId, senderId, channel, receivedOn } = data;
  const today = legalDayOf(now);
  if (!isLegalDay(receivedOn)) return refuse('day_impossible', '192-11-1', { day: receivedOn });
  if (receivedOn > today) return refuse('date_in_future', '192-11-1', { receivedOn });
  const approvedOn = state.ipr?.approvedOn;
  if (approvedOn !== undefined && receivedOn < approvedOn) return refuse('receipt_before_approval', '192-11-1', { receivedOn, approvedOn });
  const measure = state.measures.find((candidate) => candidate.measureId === measureId);
  if (measure?.agency === undefined) return refuse('measure_unknown');
  const paper = { channel, senderId, ...sealOf(known, documentId) };
  return receivedReport(state, measure, { reportId: id, agency: measure.agency, outcome, noteId, paper }, receiptOf(receivedOn, now));
}

/** The end of that day, or now where it is today: what came on the last day of a term came in time. */
function receiptOf(day: LegalDay, now: Instant): Instant {
  return Math.min(now, startOfDay(addDays(day, 1)) - 1);
}
