/**
 * The law that one run of a case uses: a version of the rule table, a calendar and a policy.
 * All three are fixed for the run and handed in as data, so that neither a deploy nor a change of
 * the calendar can alter a running case behind its back.
 */
import type { Calendar, LegalDay } from './calendar.js';
import type { Policy } from './policy.js';
import { inForce, type Rule } from './rule.js';
import { RULE_TABLES, type RuleTableVersion } from './rules/tables.js';

/** What the ledger keeps of the law: names of versions. */
export interface LawRef {
  rules: RuleTableVersion;
  calendar: string;
  policy: string;
}

/** What travels with a run: the table by its version (code), calendar and policy as data. */
export interface LawInForce {
  rules: RuleTableVersion;
  calendar: Calendar;
  policy: Policy;
}

export interface Law {
  ref: LawRef;
  rules: readonly Rule[];
  calendar: Calendar;
  policy: Policy;
}

/** Opens the law book of a run. */
export function lawOf(inForce: LawInForce): Law {
  const { rules, calendar, policy } = inForce;
  return {
    ref: { rules, calendar: calendar.version, policy: policy.version },
    rules: RULE_TABLES[rules],
    calendar,
    policy,
  };
}

/** The row with that id, or undefined. */
export function findRule(law: Law, id: string): Rule | undefined {
  return law.rules.find((rule) => rule.id === id);
}

/**
 * True when that law refuses what breaks the row: its table has the row as a validation, in force on
 * the legal day of the deed and not switched off. A check that came after the first table asks here,
 * for a run on an older table must decide again as it decided.
 */
export function isValidated(law: Law, id: string, day: LegalDay): boolean {
  const rule = findRule(law, id);
  return rule?.enforced.as === 'validation' && inForce(rule, day) && isSwitchedOn(law, id);
}

/**
 * True unless the policy in force has switched the row off, or the row that it is part of. Only rows
 * of force `policy` can be switched off: no setting takes a duty of the law away.
 */
export function isSwitchedOn(law: Law, id: string): boolean {
  if (law.policy.disabled.length === 0) return true;
  const rule = findRule(law, id);
  if (rule?.partOf !== undefined && !isSwitchedOn(law, rule.partOf)) return false;
  return rule?.force !== 'policy' || !law.policy.disabled.includes(id);
}
