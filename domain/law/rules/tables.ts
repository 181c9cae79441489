/**
 * The rule table by version. A correction is a new version beside the old one, which stays as long
 * as a run of a case uses it: a running case must not change because of a deploy.
 */
import type { Rule } from '../rule.js';
import { CLOSING_RULES } from './closing.js';
import { EXECUTION_RULES } from './execution.js';
import { INTAKE_RULES } from './intake.js';
import { PLAN_RULES } from './plan.js';

const RULES_1: readonly Rule[] = [...INTAKE_RULES, ...PLAN_RULES, ...EXECUTION_RULES, ...CLOSING_RULES];

export const RULE_TABLES = { 'rules-1': RULES_1 } as const satisfies Record<string, readonly Rule[]>;

export type RuleTableVersion = keyof typeof RULE_TABLES;

/** What a new run of a case starts with. */
export const CURRENT_RULES: RuleTableVersion = 'rules-1';
