/** Visits of the mobile group without a threat: planned, held, with findings. 256 п.6 8), п.20: early identification and the organisation of support. */
import { refuse } from '../case/refusal.js';
import { isLegalDay, legalDayOf, type Instant, type LegalDay } from '../law/calendar.js';
import type { DecisionOf } from '../subject/turn.js';
import type { CenterFact } from './facts.js';
import type { CenterState } from './state.js';

/** A visit that is planned and was not held yet. */
export interface PlannedOutreach {
  visitId: string;
  plannedOn: LegalDay;
  /** Words on where, and to whom the group goes. */
  placeId: string;
}

export interface OutreachCommands {
  planOutreach: { plannedOn: LegalDay; placeId: string };
  /** `visitId`: the planned one; without it nobody had planned it. */
  recordOutreach: { visitId?: string; departedAt: Instant; arrivedAt: Instant; present: readonly string[]; findingsId: string };
}

export interface OutreachFacts {
  OutreachPlanned: { visitId: string; plannedOn: LegalDay; placeId: string };
  OutreachHeld: { visitId: string; departedAt: Instant; arrivedAt: Instant; present: readonly string[]; findingsId: string };
}

const RULE = '256-20';

export function decidePlannedOutreach(_state: CenterState, data: OutreachCommands['planOutreach'], now: Instant, id: string): DecisionOf<CenterFact> {
  const { plannedOn } = data;
  if (!isLegalDay(plannedOn)) return refuse('day_impossible', RULE, { day: plannedOn });
  const today = legalDayOf(now);
  if (plannedOn < today) return refuse('outreach_in_past', RULE, { plannedOn, today });
  return { ok: true, facts: [{ type: 'OutreachPlanned', data: { visitId: id, ...data } }] };
}

/** Departure and arrival are mandatory, as of a visit under a threat; whoever was there is or was of the group. */
export function decideHeldOutreach(state: CenterState, data: OutreachCommands['recordOutreach'], now: Instant, id: string): DecisionOf<CenterFact> {
  const { visitId = id, departedAt, arrivedAt, present } = data;
  if (data.visitId !== undefined && !state.plannedOutreach.some((planned) => planned.visitId === visitId)) return refuse('outreach_unknown', RULE, { visitId });
  if (arrivedAt < departedAt || arrivedAt > now) return refuse('outreach_times_impossible', RULE);
  const members = state.mobileGroupOrders.flatMap((order) => order.members.map(({ memberId }) => memberId));
  const stranger = present.find((memberId) => !members.includes(memberId));
  if (stranger !== undefined) return refuse('group_member_unknown', '256-21-1', { memberId: stranger });
  const { findingsId } = data;
  return { ok: true, facts: [{ type: 'OutreachHeld', data: { visitId, departedAt, arrivedAt, present, findingsId } }] };
}
