/** The duty that a row of the law would open, computed by the same code that opens it in a case. */
import { shownReading, spanOf, standingOn, type ShownReading } from '../../contracts/rule-row.js';
import type { CaseProfile } from '../../domain/case/profile.js';
import type { SubjectFact as Fact } from '../../domain/subject/facts.js';
import { legalDayOf, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { consequencesOf } from '../../domain/law/consequences.js';
import type { OpenedDuty } from '../../domain/law/duty.js';
import { findRule, isSwitchedOn, type Law } from '../../domain/law/law.js';
import { readingOn, type DutySpec, type Rule, type RuleTerm } from '../../domain/law/rule.js';
import type { Term } from '../../domain/law/term.js';
import { localTime } from '../../domain/law/written-time.js';
import { CommandFailure } from './terminal.js';

/** Values that a term takes from its case and that must be named here instead. */
export interface OwnValues {
  measureDate?: LegalDay | undefined;
  months?: number | undefined;
}

export type TimedDuty = OpenedDuty & { term: Term; dueAt: Instant };

export interface RuleDuty {
  rule: Rule;
  /** Edition and force of the row on the day of the start. */
  reading: ShownReading;
  spec: DutySpec;
  duty: TimedDuty;
}

/**
 * What would be owed under the row if its starting fact happened at that instant.
 *
 * @throws CommandFailure for an unknown row, a row without a term, a value of its own that is missing or not its own
 * @throws CalendarGap when the term reaches into a year without a table
 */
export function dutyOfRule(law: Law, id: string, from: Instant, own: OwnValues): RuleDuty {
  const rule = findRule(law, id);
  if (rule === undefined) {
    throw new CommandFailure('rule_unknown', `There is no rule "${id}" in ${law.ref.rules}: "npm run tirek -- rules" lists them all.`);
  }
  const day = legalDayOf(from);
  const { duty: spec } = standingOn(rule, day);
  if (spec === undefined || spec.term.unit === 'none') {
    throw new CommandFailure(
      'rule_without_term',
      `Rule ${id} has no term, so no date follows from it (${rule.enforced.at}): "npm run tirek -- rules" shows which rules have one.`,
    );
  }
  if (!isSwitchedOn(law, id)) {
    throw new CommandFailure('rule_switched_off', `Rule ${id} is switched off by ${law.ref.policy}: nothing is owed under it.`);
  }
  const reading = readingOn(rule, day);
  if (reading === undefined) throw notInForce(rule, from);
  const duty = opened(law, rule, spec, from, ownFields(id, spec.term, own, { law, from }));
  if (duty?.term === undefined || duty.dueAt === undefined) throw new Error(`rule ${id} opened no duty with a term`);
  return { rule, reading: shownReading(rule, reading), spec, duty: { ...duty, term: duty.term, dueAt: duty.dueAt } };
}

/** The smallest fact that starts the row, run through the table's own reader. */
function opened(law: Law, rule: Rule, spec: DutySpec, from: Instant, values: Record<string, unknown>): OpenedDuty | undefined {
  const [start] = spec.starts;
  if (start === undefined) return undefined;
  const conditions = firstAllowed(start.where);
  const subject = [spec.subject].flat().map((field) => [start.names?.[field] ?? field, 'asked']);
  const item: Record<string, unknown> = { ...Object.fromEntries(subject), ...values };
  const data = start.each === undefined ? { ...conditions, ...item } : { ...conditions, [start.each]: [item] };
  // Only the fields that the row reads: which they are is data, so the compiler cannot know.
  const fact = { type: start.on, data } as unknown as Fact;
  const setting = {
    law: { ...law, rules: [rule] },
    readingDay: legalDayOf(from),
    duties: [],
    profile: firstAllowed(start.when) as unknown as CaseProfile,
    end: undefined,
  };
  return consequencesOf(fact, from, setting).flatMap((change) => (change.op === 'opened' ? [change.duty] : []))[0];
}

/** Of each condition the first value that fits. */
function firstAllowed(conditions: Readonly<Record<string, readonly unknown[] | undefined>> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(conditions ?? {}).map(([field, allowed]) => [field, allowed?.[0]]));
}

function ownFields(id: string, term: RuleTerm, own: OwnValues, given: { law: Law; from: Instant }): Record<string, unknown> {
  const { measureDate, months } = own;
  if (term.unit === 'own_date') {
    if (months !== undefined) throw notItsOwn(id, '--months');
    return { [term.field]: checkedDate(id, measureDate, given.from) };
  }
  if (measureDate !== undefined) throw notItsOwn(id, '--measure-date');
  if (term.unit === 'months' && typeof term.count === 'object') {
    return { [term.count.field]: checkedMonths(id, months, given.law) };
  }
  if (months !== undefined) throw notItsOwn(id, '--months');
  return {};
}

function checkedDate(id: string, day: LegalDay | undefined, from: Instant): LegalDay {
  if (day === undefined) {
    throw new CommandFailure('measure_date_required', `Rule ${id} ends on a date of its own: add --measure-date YYYY-MM-DD.`);
  }
  if (day < legalDayOf(from)) {
    throw new CommandFailure('measure_date_in_past', `The date ${day} lies before the start, ${localTime(from)}: give a later --measure-date.`);
  }
  return day;
}

function checkedMonths(id: string, months: number | undefined, law: Law): number {
  const { min, max } = law.policy.monitoringMonths;
  if (months === undefined || !Number.isInteger(months) || months < min || months > max) {
    throw new CommandFailure('months_required', `Rule ${id} lasts as many whole months as were chosen: add --months with a number from ${min} to ${max}.`);
  }
  return months;
}

function notItsOwn(id: string, option: string): CommandFailure {
  return new CommandFailure('option_not_applicable', `The term of rule ${id} does not take ${option}: leave it out.`);
}

function notInForce(rule: Rule, from: Instant): CommandFailure {
  const { name, from: since, to } = spanOf(rule);
  const until = to === undefined ? '' : ` until ${to}`;
  return new CommandFailure(
    'rule_not_in_force',
    `Rule ${rule.id} was not in force on ${legalDayOf(from)} (edition ${name}, from ${since}${until}): give a day on which it was.`,
  );
}
