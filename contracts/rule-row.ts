/**
 * A row of the rule table as it is shown: by `tirek rules`, by `GET /v1/rules` and on the pages, which
 * must not tell three stories of the same law.
 */
import { isSwitchedOn, type Law } from '../domain/law/law.js';
import type { LadderName } from '../domain/law/ladder.js';
import { threatDutyHoursOf, type ServiceLevel } from '../domain/law/policy.js';
import type { DutySpec, Edition, Enforcement, Force, ForceByField, Role, Rule, RuleTerm, Source } from '../domain/law/rule.js';
import { readingsOf, type Reading } from '../domain/law/rules/editions.js';

/** A test, or a group of tests, by the file below the root and its title. */
export interface NamedTest {
  file: string;
  title: string;
}

/** The tests that name each rule. */
export type RuleTests = ReadonlyMap<string, { tests: readonly NamedTest[] }>;

/** A term with the numbers of the policy filled in. */
export interface RowTerm {
  unit: RuleTerm['unit'];
  count?: number;
  /** Set by the policy and not by the row. */
  serviceLevel?: ServiceLevel | 'threat_duty';
  /** The fact itself has the number or the day, in this field. */
  field?: string;
  shift?: 'next_working_day' | 'none';
}

export interface RuleRow {
  id: string;
  source: Source;
  force: Force;
  edition: Edition;
  /** The row under each edition in which it stands, the earliest first. */
  readings: readonly Reading[];
  /** Who must see to it; null where the law names nobody of the case. */
  owner: Role | null;
  /** Null for a row without a duty. */
  term: RowTerm | null;
  /** Force of the term where it is weaker than the row's; null for a row without a duty. */
  termForce: Force | null;
  /** Where it hangs on a field of the fact; `termForce` is then that without the field. */
  termForceByField?: ForceByField;
  /** The decision behind such a term. */
  termSource: string | null;
  ladder: LadderName | null;
  enforced: Enforcement;
  /** Row of force `policy` with which it is switched off. */
  partOf: string | null;
  switchedOn: boolean;
  wording: Rule['wording'];
  /** Tests that name the row; absent in an installation without its tests. */
  tests?: readonly NamedTest[];
}

/** The row under a law: its policy says which numbers stand and what is switched off. */
export function ruleRow(law: Law, rule: Rule, tests?: RuleTests): RuleRow {
  const { id, source, force, edition, enforced, duty, partOf, wording } = rule;
  return {
    id,
    source,
    force,
    edition,
    readings: readingsOf(rule),
    owner: duty?.owner ?? rule.owner ?? null,
    term: duty === undefined ? null : rowTerm(law, duty.term),
    ...(duty === undefined ? { termForce: null } : termForceOf(duty, force)),
    termSource: duty?.termSource ?? null,
    ladder: duty?.ladder ?? null,
    enforced,
    partOf: partOf ?? null,
    switchedOn: isSwitchedOn(law, id),
    wording,
    ...(tests === undefined ? {} : { tests: tests.get(id)?.tests ?? [] }),
  };
}

/** The force of the term, whatever the fact says, and what it may hang on. */
export function termForceOf(duty: DutySpec, force: Force): { termForce: Force; termForceByField?: ForceByField } {
  const { termForce = force } = duty;
  return typeof termForce === 'string' ? { termForce } : { termForce: termForce.absent, termForceByField: termForce };
}

function rowTerm({ policy }: Law, term: RuleTerm): RowTerm {
  switch (term.unit) {
    case 'none':
      return { unit: 'none' };
    case 'own_date':
      return { unit: 'own_date', field: term.field };
    case 'hours':
      return term.count === 'threat_duty'
        ? { unit: 'hours', count: threatDutyHoursOf(policy), serviceLevel: term.count }
        : { unit: 'hours', count: term.count };
    case 'working_days':
      return { unit: 'working_days', ...countOf(policy, term.count) };
    case 'months':
      return { unit: 'months', shift: term.shift, ...countOf(policy, term.count) };
  }
}

function countOf(policy: Law['policy'], count: number | ServiceLevel | { field: string }): Pick<RowTerm, 'count' | 'serviceLevel' | 'field'> {
  if (typeof count === 'number') return { count };
  if (typeof count === 'object') return { field: count.field };
  return { count: policy.serviceLevels[count], serviceLevel: count };
}
