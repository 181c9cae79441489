/**
 * A calendar without holidays for as many years as a test may see: cases on the real server live in
 * the server's time, and their dates must not depend on the week in which the tests happen to run.
 */
import type { Calendar, CalendarYear } from '../../domain/law/calendar.js';
import { lawOf, type LawInForce } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';

const PLAIN_YEAR: CalendarYear = { official: true, off: [], worked: [] };

const PLAIN_CALENDAR: Calendar = {
  version: 'plain',
  act: 'none: a calendar of tests',
  years: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [String(2024 + index), PLAIN_YEAR])),
};

export const PLAIN_LAW_IN_FORCE: LawInForce = { calendar: PLAIN_CALENDAR, policy: DEFAULT_POLICY };
export const PLAIN_LAW = lawOf(PLAIN_LAW_IN_FORCE);
