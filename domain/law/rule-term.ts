/** From the length that the table writes to the length that a duty has: numbers of the policy and of the fact filled in. */
import { threatDutyHoursOf, type Policy } from './policy.js';
import type { RuleTerm } from './rule.js';
import type { Term } from './term.js';

/** The data of a fact, or of one item of its list. */
export type Fields = Readonly<Record<string, unknown>>;

/** Fills the table's term with the numbers of the policy in force and of the fact; undefined where the law names none. */
export function termOf(term: RuleTerm, fields: Fields, policy: Policy): Term | undefined {
  switch (term.unit) {
    case 'none':
      return undefined;
    case 'hours':
      return { unit: 'hours', count: term.count === 'threat_duty' ? threatDutyHoursOf(policy) : term.count };
    case 'own_date':
      return { unit: 'until_day', day: required(textField(fields, term.field), term.field) };
    case 'working_days':
      return { unit: 'working_days', count: numberOf(term.count, fields, policy), ...countFromOf(policy) };
    case 'months':
      return { unit: 'months', count: numberOf(term.count, fields, policy), shift: term.shift };
  }
}

/**
 * The term that a running duty has under another policy: a number that the policy sets is the new one.
 * So is the day from which working days are counted (P1). What came with the fact or stands in the row stays as the duty got it.
 */
export function termUnder(term: RuleTerm, current: Term, policy: Policy): Term {
  const isSetByPolicy = 'count' in term && typeof term.count === 'string';
  const read = isSetByPolicy ? (termOf(term, {}, policy) ?? current) : current;
  if (read.unit !== 'working_days') return read;
  return { unit: 'working_days', count: read.count, ...countFromOf(policy) };
}

/** P1: written into the term only where it is not the usual one, so that a date explains itself. */
function countFromOf({ countFrom }: Policy): { countFrom?: 'event_day' } {
  return countFrom === 'event_day' ? { countFrom } : {};
}

function numberOf(count: number | keyof Policy['serviceLevels'] | { field: string }, fields: Fields, policy: Policy): number {
  if (typeof count === 'number') return count;
  if (typeof count === 'string') return policy.serviceLevels[count];
  const value = fields[count.field];
  return required(typeof value === 'number' ? value : undefined, count.field);
}

export function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

/** A row that names a field which its fact does not carry is a defect of the table, found by its first test. */
export function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new Error(`the rule table names the field ${field}, which the fact does not have`);
  return value;
}
