/**
 * The rule table by version. A correction is a new version beside the old one, which stays as long
 * as a run of a case uses it: a running case must not change because of a deploy.
 */
import type { Rule } from '../rule.js';
import { CLOSING_RULES } from './closing.js';
import { COOPERATION_RULES } from './cooperation.js';
import { DEFINITION_RULES } from './definitions.js';
import { DOMESTIC_VIOLENCE_RULES } from './domestic-violence.js';
import { EXECUTION_RULES } from './execution.js';
import { INTAKE_RULES } from './intake.js';
import { JOURNAL_PATTERN_RULES } from './journal-pattern.js';
import { MOBILE_GROUP_RULES } from './mobile-group.js';
import { ORGANISATION_RULES } from './organisation.js';
import { PLAN_RULES } from './plan.js';
import { QUARTER_RULES } from './quarter.js';
import { SECOND_TABLE } from './second-table.js';
import { revised } from './table-revision.js';

/** The order matters: the duties that one fact opens stand in the ledger in the order of their rows. */
const RULES_1: readonly Rule[] = [
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
];

export const RULE_TABLES = {
  'rules-1': RULES_1,
  'rules-2': revised(RULES_1, SECOND_TABLE),
} as const satisfies Record<string, readonly Rule[]>;

export type RuleTableVersion = keyof typeof RULE_TABLES;

/** What a new run of a case starts with. */
export const CURRENT_RULES: RuleTableVersion = 'rules-2';
