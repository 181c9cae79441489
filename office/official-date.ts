/** Whether a date rests on official calendars alone, without counting it again. */
import { addDays, legalDayOf, type Calendar, type Instant } from '../domain/law/calendar.js';
import type { Rule } from '../domain/law/rule.js';
import { RULES } from '../domain/law/rules/table.js';
import { deadlineDay } from '../domain/law/term.js';

/** What a term and a row of the table have in common. */
export interface TermShape {
  unit: string;
  shift?: string;
}

/**
 * False when a year that decided the date has no official table. Elapsed hours, days that somebody
 * named and unshifted ends of months rest on no table: no announcement can move them.
 */
export function isOfficialDate(calendar: Calendar, term: TermShape, startedAt: Instant, dueAt: Instant): boolean {
  const last = yearOf(deadlineDay(dueAt));
  const first = firstYear(term, startedAt, last);
  if (first === undefined) return true;
  const years = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return years.every((year) => calendar.years[year]?.official === true);
}

/** Undefined when no table was asked. The day of the event is not counted. */
function firstYear({ unit, shift }: TermShape, startedAt: Instant, last: number): number | undefined {
  if (unit === 'working_days') return yearOf(addDays(legalDayOf(startedAt), 1));
  return (unit === 'months' || unit === 'years') && shift !== 'none' ? last : undefined;
}

function yearOf(day: string): number {
  return Number(day.slice(0, 4));
}

const TERMS: ReadonlyMap<string, TermShape> = new Map(RULES.flatMap((rule) => termsOf(rule)));

function termsOf({ id, readings }: Rule): [string, TermShape][] {
  const term = readings.findLast(({ duty }) => duty !== undefined)?.duty?.term;
  return term === undefined ? [] : [[id, term]];
}

/** How the row counts; for lists, which know a duty's rule and not its term. A row that is gone counts in working days. */
export function termShapeOf(rule: string): TermShape {
  return TERMS.get(rule) ?? { unit: 'working_days' };
}
