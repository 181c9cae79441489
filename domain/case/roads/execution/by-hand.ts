/** What people do where the line does not serve: send again, bring on paper, record what came by letter or telephone. */
import { isLegalDay, legalDayOf, startOfDay, addDays, type Instant, type LegalDay } from '../../../law/calendar.js';
import type { CommandOf } from '../../commands.js';
import { accept, refusalOutside, type Decision, type Moment } from '../../decision.js';
import { EFFECTS, isNobody } from '../../effects.js';
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
  const { againByHand, rule } = EFFECTS[kind];
  if (found.state === 'pending') return refuse('dispatch_under_way', rule);
  if (!againByHand) return refuse('dispatch_over', rule);
  if (isNobody(agency)) return refuse('notice_on_paper_alone', rule);
  const unseen = refusedUnseen(state, data, { by: 'sendAgain', dispatchKey: data.dispatchKey }, actor, known);
  if (unseen !== undefined) return unseen;
  if (found.state !== 'refused') return accept({ type: 'DispatchResumed', data: { key, dispatch: kind, agency } });
  return accept({ type: 'DispatchSentAgain', data: { instead: key, dispatch: sentAnew(found, newId) } });
}

/** 192-9, 256-26: brought on paper, with the document that proves it. What is on its way by wire is not sent any more. */
export function decidePaper(state: CaseState, { data, actor }: CommandOf<'deliverOnPaper'>, { known, now }: Moment): Decision {
  const found = openDispatch(state, data.dispatchKey);
  if ('ok' in found) return found;
  const { key, kind, agency } = found;
  const { onPaper, rule } = EFFECTS[kind];
  if (onPaper === 'no') return refuse('dispatch_over', rule);
  const { handedAt, handedBy = actor.id, handedToId } = data;
  const proof = { key, dispatch: kind, agency, ...sealOf(known, data.documentId) };
  if (handedAt === undefined || handedToId === undefined)
    return onPaper === 'told' ? refuse('delivery_not_told', rule) : accept({ type: 'DispatchDelivered', data: proof });
  // Before it was ordered nobody can have brought it: a day of the year before would meet any term.
  if (handedAt > now || handedAt < orderedAt(state, found)) return refuse('delivery_time_impossible', rule);
  return accept({ type: 'DispatchDelivered', data: { ...proof, handed: { by: handedBy, toId: handedToId } }, occurredAt: handedAt });
}

/** Of a notice the beginning of its occasion, of a request its threat; what goes out under the plan does not before its approval. */
function orderedAt({ minors, threats, stageEnteredAt }: CaseState, { key, strandId }: Dispatch): Instant {
  const occasion = minors.find(({ notices }) => notices.some((notice) => notice.key === key));
  return occasion?.begunAt ?? threats.find(({ responseId }) => responseId === strandId)?.foundAt ?? stageEnteredAt;
}

/** What nobody has taken, and nobody has withdrawn, where people may see to it. */
function openDispatch(state: CaseState, key: string): Dispatch | Extract<Decision, { ok: false }> {
  const found = state.dispatches.find((dispatch) => dispatch.key === key);
  const { byHandDuring, rule } = EFFECTS[found?.kind ?? 'referral'];
  const outside = refusalOutside(state.stage, byHandDuring);
  if (outside !== undefined) return { ok: false, refusal: outside };
  if (found === undefined) return refuse('dispatch_unknown', rule);
  return found.state === 'delivered' || found.state === 'withdrawn' ? refuse('dispatch_over', rule) : found;
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
