/** The order by which an event of a stay happens: its number and its date. */
import { isLegalDay, legalDayOf } from '../../../law/calendar.js';
import type { Decision, Moment } from '../../decision.js';
import { refuse } from '../../refusal.js';
import type { StayOrder } from './stay.js';

/** The refusal of a date that is none, or that has not come; undefined when the order may be. */
export function refusedOrder({ date }: StayOrder, { now }: Pick<Moment, 'now'>): Extract<Decision, { ok: false }> | undefined {
  if (!isLegalDay(date)) return refuse('day_impossible', 'J-EV-TEMP', { day: date });
  return date > legalDayOf(now) ? refuse('stay_date_in_future', 'J-EV-TEMP', { day: date }) : undefined;
}
