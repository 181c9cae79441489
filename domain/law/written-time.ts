/**
 * Instants as people write them, in Asia/Almaty (UTC+5 the whole year), by arithmetic alone: `Intl` and
 * local dates follow the machine's zone and tables, and a workflow must not ask for either.
 */
import { legalDayOf, startOfDay, type Instant } from './calendar.js';
import { dayEndingAt } from './term.js';

const MINUTE = 60_000;

/** `2026-12-15 10:00` */
export function localTime(instant: Instant): string {
  const day = legalDayOf(instant);
  const minutes = Math.floor((instant - startOfDay(day)) / MINUTE);
  return `${day} ${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

/**
 * The end of a term, or a moment that belongs to one: `2026-12-15 24:00` where it is that very instant (P1, P44),
 * else the minute, as of a term in hours. Never 24:00 of a day on which the term has ended already or not yet.
 */
export function localEnd(instant: Instant): string {
  const day = dayEndingAt(instant);
  return day === undefined ? localTime(instant) : `${day} 24:00`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
