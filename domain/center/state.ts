/** What a Center is at a moment. Plain JSON: it lies in Postgres beside the ledger that makes it. */
import { legalDayOf, type Instant, type LegalDay } from '../law/calendar.js';
import { orderOn, type GroupMember, type GroupOrder } from '../law/mobile-group.js';
import type { SubjectState } from '../subject/state.js';
import type { PlannedOutreach } from './outreach.js';

/** An order as the Center keeps it; names and telephones of its members are texts of the Center. */
export interface MobileGroupOrder extends GroupOrder {
  members: readonly RegisteredMember[];
  /** Ledger entry that recorded it. */
  seq: number;
}

export interface RegisteredMember extends GroupMember {
  nameId: string;
  phoneId: string;
}

/** A Center has no road: it is at work. */
export type CenterStage = 'working';

export const CENTER_STAGES: readonly CenterStage[] = ['working'];

export interface CenterState extends SubjectState {
  schema: 1;
  subjectId: string;
  stage: CenterStage;
  /** In the order in which they were recorded. */
  mobileGroupOrders: readonly MobileGroupOrder[];
  /** What is planned; what was held stands in the ledger alone. */
  plannedOutreach: readonly PlannedOutreach[];
}

/** The order by which the mobile group is composed on the day of that instant: the last recorded of those for its year. */
export function orderInForce({ mobileGroupOrders }: CenterState, at: Instant): MobileGroupOrder | undefined {
  return orderOn(mobileGroupOrders, legalDayOf(at));
}

export function yearOf(day: LegalDay): number {
  return Number(day.slice(0, 4));
}
