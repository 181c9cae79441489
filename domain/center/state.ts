/** What a Center is at a moment. Plain JSON: it lies in Postgres beside the ledger that makes it. */
import { legalDayOf, type Instant, type LegalDay } from '../law/calendar.js';
import type { SubjectState } from '../subject/state.js';

/** An order of the akim about the mobile group: 256-21-2. */
export interface MobileGroupOrder {
  number: string;
  issuedOn: LegalDay;
  /** The calendar year for which it approves the composition. */
  year: number;
  /** 31 December of that year (P36). */
  validUntil: LegalDay;
  /** Ledger entry that recorded it. */
  seq: number;
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
}

/** The order by which the mobile group is composed on the day of that instant: the last recorded of those for its year. */
export function orderInForce({ mobileGroupOrders }: CenterState, at: Instant): MobileGroupOrder | undefined {
  const year = yearOf(legalDayOf(at));
  return mobileGroupOrders.findLast((order) => order.year === year);
}

export function yearOf(day: LegalDay): number {
  return Number(day.slice(0, 4));
}
