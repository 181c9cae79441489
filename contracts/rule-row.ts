/**
 * A row of the rule table as it is shown: by `tirek rules`, by `GET /v1/rules` and on the pages, which
 * must not tell three stories of the same law.
 */
import type { LegalDay } from '../domain/law/calendar.js';
import { isSwitchedOn, type Law } from '../domain/law/law.js';
import type { LadderName } from '../domain/law/ladder.js';
import { threatDutyHoursOf, type ServiceLevel } from '../domain/law/policy.js';
import {
  lastDayOfReading,
  latestReading,
  readingOn,
  type DutySpec,
  type Enforcement,
  type Force,
  type Reading,
  type Role,
  type Rule,
  type RuleTerm,
  type Source,
} from '../domain/law/rule.js';

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

/** The days on which a wording holds, as they are shown. */
export interface ShownEdition {
  name: string;
  from: LegalDay;
  to?: LegalDay;
  /** The sources do not name the day of coming into force: `from` is the date of the order. */
  fromUnverified?: true;
}

/** The row under one edition. */
export interface ShownReading extends ShownEdition {
  force: Force;
}

/** A force that hangs on whether the fact has a field. */
export interface ShownForceByField {
  field: string;
  present: Force;
  absent: Force;
}

/** Force, owner, term and ladder are those of the reading in force on the day that was asked for. */
export interface RuleRow {
  id: string;
  title: Rule['title'];
  source: Source;
  force: Force;
  /** From the first day on which the row stood to the last. */
  edition: ShownEdition;
  /** The row under each edition in which it stands, the earliest first. */
  readings: readonly ShownReading[];
  /** Who must see to it; null where the law names nobody of the case. */
  owner: Role | null;
  /** Null for a row without a duty. */
  term: RowTerm | null;
  /** Force of the term where it is weaker than the row's; null for a row without a duty. */
  termForce: Force | null;
  /** Where it hangs on a field of the fact; `termForce` is then that without the field. */
  termForceByField?: ShownForceByField;
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

/**
 * The row under a law: its policy says which numbers stand and what is switched off.
 * @param day the legal day whose reading stands for the row; on a day without one, the last
 */
export function ruleRow(law: Law, rule: Rule, day: LegalDay, tests?: RuleTests): RuleRow {
  const { id, title, source, enforced, partOf, wording } = rule;
  const { force, duty } = standingOn(rule, day);
  return {
    id,
    title,
    source,
    force,
    edition: spanOf(rule),
    readings: rule.readings.map((reading) => shownReading(rule, reading)),
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

/** The reading by which a row is shown on that legal day: a row that is in force on no such day shows its last. */
export function standingOn(rule: Rule, day: LegalDay): Reading {
  return readingOn(rule, day) ?? latestReading(rule);
}

/** A reading of the row with its days. */
export function shownReading(rule: Rule, reading: Reading): ShownReading {
  const { edition, since, sinceUnverified, force } = reading;
  const to = lastDayOfReading(rule, reading);
  return {
    name: edition,
    from: since,
    ...(to === undefined ? {} : { to }),
    ...(sinceUnverified === undefined ? {} : { fromUnverified: sinceUnverified }),
    force,
  };
}

/** All days of the row, under the name of its edition, or of its order where it stands in several. */
export function spanOf(rule: Rule): ShownEdition {
  const [first, ...later] = rule.readings.map((reading) => shownReading(rule, reading));
  if (first === undefined) throw new Error(`the row ${rule.id} has no reading`);
  const { force: _, to: ends, ...span } = first;
  const last = later.at(-1);
  const to = last === undefined ? ends : last.to;
  return { ...span, name: last === undefined ? span.name : rule.source.order, ...(to === undefined ? {} : { to }) };
}

/** The force of the term, whatever the fact says, and what it may hang on. */
export function termForceOf(duty: DutySpec, force: Force): { termForce: Force; termForceByField?: ShownForceByField } {
  const { termForce = force } = duty;
  if (typeof termForce === 'string') return { termForce };
  const { field, absent } = termForce;
  return { termForce: absent, termForceByField: { field, present: force, absent } };
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
