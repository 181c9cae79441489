/** The rule table in the words of a reader, under the policy that new cases get. */
import type { z } from 'zod';
import type { RuleTable } from '../contracts/http/rules.js';
import type { Language } from '../contracts/messages/language.js';
import { ruleRow, spanOf, standingOn, type RuleTests } from '../contracts/rule-row.js';
import { currentLaw } from '../db/law.js';
import type { Pool } from '../db/pool.js';
import { legalDayOf } from '../domain/law/calendar.js';
import { lawOf } from '../domain/law/law.js';
import { ruleBody } from './why.js';

/** @param tests which tests name which rules; absent in an installation without its tests */
export async function listRules(pool: Pool, language: Language, tests: RuleTests | undefined): Promise<z.input<typeof RuleTable>> {
  const law = lawOf(await currentLaw(pool));
  const today = legalDayOf(Date.now());
  return {
    version: law.ref.rules,
    policy: law.ref.policy,
    rules: law.rules.map((rule) => {
      const { readings, owner, term, partOf, switchedOn, tests: named } = ruleRow(law, rule, today, tests);
      return {
        ...ruleBody(rule, standingOn(rule, today), spanOf(rule), language),
        readings: readings.map((reading) => ({ ...reading })),
        owner,
        term,
        partOf,
        switchedOn,
        ...(named === undefined ? {} : { tests: named.map((test) => ({ ...test })) }),
      };
    }),
  };
}
