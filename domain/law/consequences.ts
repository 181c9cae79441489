/**
 * From a fact and the table to what is owed: which duties a fact opens, meets or ends.
 * This is the only reader of the table's triggers.
 */
import type { Fact, FactType } from '../case/facts.js';
import type { Instant, LegalDay } from './calendar.js';
import type { Duty, DutyChange, OpenedDuty } from './duty.js';
import { planSteps, repeats } from './ladder.js';
import { isSwitchedOn, type Law } from './law.js';
import { inForce, type DutySpec, type Rule, type RuleTerm, type Trigger } from './rule.js';
import { dueAt, type Term } from './term.js';

type Fields = Readonly<Record<string, unknown>>;

/** The subject of a row that owes one duty per case; no field of a fact. */
const PER_CASE = 'case';

interface Setting {
  law: Law;
  /** First legal day of the case's cycle: a case keeps the editions of that day (P38). */
  cycleStartedOn: LegalDay;
  duties: readonly Duty[];
  caseId: string;
}

/**
 * The changes to what is owed that follow from one fact.
 *
 * Ends come before starts, so that a fact may end one duty of a row and open the next (each contact
 * of monitoring does).
 *
 * @param occurredAt the instant from which the law counts (UTC)
 * @throws CalendarGap when a term reaches into a year without a calendar table
 */
export function consequencesOf(fact: Fact, occurredAt: Instant, setting: Setting): DutyChange[] {
  const specs = dutySpecs(setting);
  const ended = specs.flatMap(([rule, spec]) => endsOf(rule, spec, fact, occurredAt, setting.duties));
  const closedKeys = new Set(ended.map((change) => change.key));
  const opened = specs.flatMap(([rule, spec]) => startsOf(rule, spec, fact, occurredAt, setting, closedKeys));
  return [...ended, ...opened, ...repeatOf(fact, setting)];
}

function dutySpecs({ law, cycleStartedOn }: Setting): [Rule, DutySpec][] {
  return law.rules.flatMap((rule): [Rule, DutySpec][] =>
    rule.duty && inForce(rule, cycleStartedOn) && isSwitchedOn(law, rule.id) ? [[rule, rule.duty]] : [],
  );
}

type EndChange = Extract<DutyChange, { op: 'met' | 'lapsed' }>;

function endsOf(rule: Rule, spec: DutySpec, fact: Fact, at: Instant, duties: readonly Duty[]): EndChange[] {
  const open = duties.filter((duty) => duty.state === 'open' && duty.rule === rule.id);
  const ended = (trigger: Trigger) =>
    matches([trigger], fact).flatMap((fields) => open.filter((duty) => concerns(spec, trigger, fields, duty)));
  const met = spec.metBy.flatMap(ended).map((duty): EndChange => ({ op: 'met', key: duty.key, metAt: at }));
  const lapsed = (spec.lapsedBy ?? []).flatMap(ended).map((duty): EndChange => ({ op: 'lapsed', key: duty.key, at }));
  const changes = [...met, ...lapsed];
  // A fact that both meets and lapses a duty meets it: being performed is the stronger end.
  return changes.filter((change, index) => changes.findIndex((other) => other.key === change.key) === index);
}

/**
 * A fact that lacks the row's subject ends nothing unless its trigger says `every`: the mark of a
 * family's measure names no report, and must not pass for the mark of each report that waits.
 */
function concerns(spec: DutySpec, trigger: Trigger, fields: Fields, duty: Duty): boolean {
  return trigger.every === true || subjectOf(spec, fields) === duty.subject;
}

function subjectOf(spec: DutySpec, fields: Fields): string | undefined {
  return spec.subject === PER_CASE ? PER_CASE : textField(fields, spec.subject);
}

function startsOf(
  rule: Rule,
  spec: DutySpec,
  fact: Fact,
  startedAt: Instant,
  setting: Setting,
  closedKeys: ReadonlySet<string>,
): DutyChange[] {
  return matches(spec.starts, fact).flatMap((fields): DutyChange[] => {
    const subject = required(subjectOf(spec, fields), spec.subject);
    const sameRow = setting.duties.filter((duty) => duty.rule === rule.id && duty.subject === subject);
    if (sameRow.some((duty) => duty.state === 'open' && !closedKeys.has(duty.key))) return [];
    const key = sameRow.length === 0 ? `${rule.id}:${subject}` : `${rule.id}:${subject}:${sameRow.length + 1}`;
    return [{ op: 'opened', duty: openDuty(rule, spec, key, subject, fields, startedAt, setting.law) }];
  });
}

function openDuty(
  rule: Rule,
  spec: DutySpec,
  key: string,
  subject: string,
  fields: Fields,
  startedAt: Instant,
  law: Law,
): OpenedDuty {
  const agency = spec.owner === 'agency' && typeof fields['agency'] === 'string' ? { agency: fields['agency'] } : {};
  const identity = {
    key,
    rule: rule.id,
    subject,
    owner: spec.owner,
    ...agency,
    force: spec.termForce ?? rule.force,
    ladder: spec.ladder,
    startedAt,
  };
  const term = termOf(spec.term, fields, law);
  if (term === undefined) return { ...identity, steps: [] };
  const due = dueAt(law.calendar, startedAt, term);
  return { ...identity, term, dueAt: due, steps: planSteps(spec.ladder, law.calendar, startedAt, due, term) };
}

/** Fills the table's term with the numbers of the policy in force and of the fact. */
function termOf(term: RuleTerm, fields: Fields, law: Law): Term | undefined {
  switch (term.unit) {
    case 'none':
      return undefined;
    case 'hours':
      return term;
    case 'own_date':
      return { unit: 'until_day', day: required(textField(fields, term.field), term.field) };
    case 'working_days':
      return { unit: 'working_days', count: numberOf(term.count, fields, law) };
    case 'months':
      return { unit: 'months', count: numberOf(term.count, fields, law), shift: term.shift };
  }
}

function numberOf(
  count: number | keyof Law['policy']['serviceLevels'] | { field: string },
  fields: Fields,
  law: Law,
): number {
  if (typeof count === 'number') return count;
  if (typeof count === 'string') return law.policy.serviceLevels[count];
  const value = fields[count.field];
  return required(typeof value === 'number' ? value : undefined, count.field);
}

function textField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === 'string' ? value : undefined;
}

/** A row that names a field which its fact does not carry is a defect of the table, found by its first test. */
function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new Error(`the rule table names the field ${field}, which the fact does not have`);
  return value;
}

/** The data sets of a fact that a trigger matches: the fact's own, or one per item of its `each` list. */
function matches(triggers: readonly Trigger[], fact: Fact): Fields[] {
  return triggers.flatMap((trigger) => {
    if (!isOn(trigger.on, fact)) return [];
    const data: Fields = { ...fact.data };
    if (!holds(trigger.where, data)) return [];
    if (trigger.each === undefined) return [data];
    const items = data[trigger.each];
    return Array.isArray(items) ? items.map((item: Fields) => ({ ...item })) : [];
  });
}

function isOn(type: FactType, fact: Fact): boolean {
  return fact.type === type;
}

function holds(where: Trigger['where'], data: Fields): boolean {
  return Object.entries(where ?? {}).every(([field, allowed]) =>
    allowed.some((value) => value === data[field]),
  );
}

/** P53: the alarm of a threat timer comes again every few hours until the duty is met. */
function repeatOf(fact: Fact, { law, duties }: Setting): DutyChange[] {
  if (fact.type !== 'DeadlineStepReached') return [];
  const { dutyKey, step, moment } = fact.data;
  const duty = duties.find((candidate) => candidate.key === dutyKey);
  if (duty === undefined || !repeats(duty.ladder) || step === 'reminder') return [];
  const at = moment + law.policy.repeatThreatHours * 3_600_000;
  return [{ op: 'step_planned', key: dutyKey, step: { step: 'repeat', at } }];
}
