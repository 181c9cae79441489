/**
 * The law by which a case is decided: the rule table of the code, a calendar and a policy. Calendar and
 * policy are versioned data and handed in, so that a deploy changes no date by a day off.
 */
import type { Calendar, LegalDay } from './calendar.js';
import type { Policy } from './policy.js';
import { readingOn, type Rule } from './rule.js';
import { RULES, RULES_VERSION } from './rules/table.js';

/** What the ledger keeps of the law: names of versions. Old entries may name a table that the code has no more. */
export interface LawRef {
  rules: string;
  calendar: string;
  policy: string;
}

/** What is chosen for a case; the table is the code's. */
export interface LawInForce {
  calendar: Calendar;
  policy: Policy;
}

export interface Law extends LawInForce {
  ref: LawRef;
  rules: readonly Rule[];
}

/** Opens the law book: today's table with that calendar and that policy. */
export function lawOf(inForce: LawInForce): Law {
  return lawWith({ version: RULES_VERSION, rules: RULES }, inForce);
}

/** The same table with another calendar or another policy. */
export function lawUnder({ ref, rules }: Law, inForce: LawInForce): Law {
  return lawWith({ version: ref.rules, rules }, inForce);
}

function lawWith({ version, rules }: { version: string; rules: readonly Rule[] }, { calendar, policy }: LawInForce): Law {
  return { ref: { rules: version, calendar: calendar.version, policy: policy.version }, rules, calendar, policy };
}

/** The row with that id, or undefined. */
export function findRule(law: Law, id: string): Rule | undefined {
  return law.rules.find((rule) => rule.id === id);
}

/**
 * True when that law refuses what breaks the row: the row is a validation, has a reading in force on the
 * legal day of the deed, and is not switched off. A validation that the law brings on a day asks here
 * with the day on which the plan is drawn up or revised, not with that of the cycle (P38).
 */
export function isValidated(law: Law, id: string, day: LegalDay): boolean {
  const rule = findRule(law, id);
  return rule?.enforced.as === 'validation' && readingOn(rule, day) !== undefined && isSwitchedOn(law, id);
}

/**
 * True unless the policy in force has switched the row off, or the row that it is part of. Only rows
 * of force `policy` can be switched off: no setting takes a duty of the law away.
 */
export function isSwitchedOn(law: Law, id: string): boolean {
  if (law.policy.disabled.length === 0) return true;
  const rule = findRule(law, id);
  if (rule?.partOf !== undefined && !isSwitchedOn(law, rule.partOf)) return false;
  return rule === undefined || !isPolicy(rule) || !law.policy.disabled.includes(id);
}

/** True for a row that is no more than policy under each of its readings. */
export function isPolicy({ readings }: Rule): boolean {
  return readings.every(({ force }) => force === 'policy');
}
