/**
 * The rule table. There is one: a decision is made once, its entry keeps the consequences that it had, so
 * the table may change any day. What a change means for running cases: `Reading` in ../rule.ts.
 */
import type { Rule } from '../rule.js';
import { CLOSING_RULES } from './closing.js';
import { COOPERATION_RULES } from './cooperation.js';
import { DEFINITION_RULES } from './definitions.js';
import { DOMESTIC_VIOLENCE_RULES } from './domestic-violence.js';
import { EMERGENCY_ACCESS_RULES } from './emergency-access.js';
import { EXECUTION_RULES } from './execution.js';
import { INTAKE_RULES } from './intake.js';
import { JOURNAL_PATTERN_RULES } from './journal-pattern.js';
import { MOBILE_GROUP_RULES } from './mobile-group.js';
import { ORGANISATION_RULES } from './organisation.js';
import { PLAN_RULES } from './plan.js';
import { QUARTER_RULES } from './quarter.js';
import { THREAT_RULES } from './threat.js';
import { TRANSFER_RULES } from './transfer.js';

/**
 * By id, whatever file a row stands in. The order matters for one thing: the duties that one fact opens stand in a
 * ledger entry in the order of their rows, and so ring those of their steps that fall on one instant.
 */
export const RULES: readonly Rule[] = [
  ...INTAKE_RULES,
  ...MOBILE_GROUP_RULES,
  ...PLAN_RULES,
  ...EXECUTION_RULES,
  ...COOPERATION_RULES,
  ...CLOSING_RULES,
  ...QUARTER_RULES,
  ...DOMESTIC_VIOLENCE_RULES,
  ...ORGANISATION_RULES,
  ...DEFINITION_RULES,
  ...JOURNAL_PATTERN_RULES,
  ...THREAT_RULES,
  ...EMERGENCY_ACCESS_RULES,
  ...TRANSFER_RULES,
].toSorted((a, b) => byId(a.id, b.id));

/**
 * Name of what the table's clocks say; the ledger keeps it beside the consequences. Whoever changes a
 * field from which a clock follows gives it a new name, or a reader of the ledger takes two tables for
 * one: test/unit/rule-table.test.ts holds the fields to the name.
 */
export const RULES_VERSION = 'rules-12';

/** Numbers count as numbers, as the orders count them: 256-9 stands before 256-10, and 192 before 256 before A26. */
function byId(a: string, b: string): number {
  // Texts at even places, numbers at odd ones.
  const [own, other] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  const place = own.findIndex((piece, at) => piece !== other[at]);
  const [mine = '', theirs = ''] = [own[place], other[place]];
  if (place % 2 === 1) return Number(mine) - Number(theirs);
  return mine < theirs ? -1 : 1;
}
