/**
 * From a fact and the table to what is owed: which duties a fact opens, meets or ends.
 * This is the only reader of the table's triggers.
 */
import type { Fact, FactType } from '../case/facts.js';
import type { Instant, LegalDay } from './calendar.js';
import { dateOf, type Cap, type Duty, type DutyChange, type OpenedDuty } from './duty.js';
import { planSteps, repeats, rungsSetBy, type LadderName } from './ladder.js';
import { isSwitchedOn, type Law } from './law.js';
import { recomputation } from './recomputation.js';
import { inForce, type DutySpec, type Force, type Rule, type Trigger } from './rule.js';
import { required, termOf, textField, type Fields } from './rule-term.js';

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
  const { ending, starting } = rowsTouchedBy(fact.type, setting);
  const ended: EndChange[] = [];
  for (const row of ending) ended.push(...endsOf(row, fact, occurredAt, setting.duties));
  const changes: DutyChange[] = [...ended];
  for (const row of starting) changes.push(...startsOf(row, fact, occurredAt, setting, ended));
  if (fact.type === 'DeadlineStepReached') changes.push(...repeatOf(fact, setting));
  if (fact.type === 'LawAdopted') changes.push(...adoptionOf(fact, occurredAt, setting));
  return changes;
}

/** A row of the table that owes something, with the triggers that one type of fact can set off. */
interface TouchedRow {
  rule: Rule;
  spec: DutySpec;
  starts: readonly Trigger[];
  metBy: readonly Trigger[];
  lapsedBy: readonly Trigger[];
}

/** The rows that facts of one type touch, in the order of the table. */
interface TouchedRows {
  ending: readonly TouchedRow[];
  starting: readonly TouchedRow[];
}

const UNTOUCHED: TouchedRows = { ending: [], starting: [] };

type RowsByFact = ReadonlyMap<FactType, TouchedRows>;

// Pure memoisation, as with the indexes of the calendar: a function of the (immutable) law and the day alone, so
// no replay can see a difference. Without it every fact of every case reads the whole table again.
const rowsOfLaws = new WeakMap<Law, Map<LegalDay, RowsByFact>>();

function rowsTouchedBy(type: FactType, { law, cycleStartedOn }: Setting): TouchedRows {
  let days = rowsOfLaws.get(law);
  if (days === undefined) rowsOfLaws.set(law, (days = new Map()));
  let rows = days.get(cycleStartedOn);
  if (rows === undefined) days.set(cycleStartedOn, (rows = rowsByFact(law, cycleStartedOn)));
  return rows.get(type) ?? UNTOUCHED;
}

function rowsByFact(law: Law, cycleStartedOn: LegalDay): RowsByFact {
  const specs = dutySpecs(law, cycleStartedOn);
  const types = new Set(specs.flatMap(([, spec]) => triggersOf(spec).map(({ on }) => on)));
  return new Map([...types].map((type) => [type, touchedRows(specs, type)]));
}

function triggersOf({ starts, metBy, lapsedBy = [] }: DutySpec): Trigger[] {
  return [...starts, ...metBy, ...lapsedBy];
}

function touchedRows(specs: readonly [Rule, DutySpec][], type: FactType): TouchedRows {
  const rows = specs.map(([rule, spec]): TouchedRow => ({
    rule,
    spec,
    starts: spec.starts.filter(({ on }) => on === type),
    metBy: spec.metBy.filter(({ on }) => on === type),
    lapsedBy: (spec.lapsedBy ?? []).filter(({ on }) => on === type),
  }));
  return {
    ending: rows.filter(({ metBy, lapsedBy }) => metBy.length + lapsedBy.length > 0),
    starting: rows.filter(({ starts }) => starts.length > 0),
  };
}

function dutySpecs(law: Law, cycleStartedOn: LegalDay): [Rule, DutySpec][] {
  return law.rules.flatMap((rule): [Rule, DutySpec][] =>
    rule.duty && inForce(rule, cycleStartedOn) && isSwitchedOn(law, rule.id) ? [[rule, rule.duty]] : [],
  );
}

type EndChange = Extract<DutyChange, { op: 'met' | 'lapsed' }>;

function endsOf({ rule, spec, metBy, lapsedBy }: TouchedRow, fact: Fact, at: Instant, duties: readonly Duty[]): EndChange[] {
  const ended: EndChange[] = [];
  for (const duty of duties) {
    if (duty.state !== 'open' || duty.rule !== rule.id) continue;
    // A fact that both meets and lapses a duty meets it: being performed is the stronger end.
    if (isEndedBy(metBy, spec, fact, duty)) ended.push({ op: 'met', key: duty.key, metAt: at });
    else if (isEndedBy(lapsedBy, spec, fact, duty)) ended.push({ op: 'lapsed', key: duty.key, at });
  }
  return ended;
}

function isEndedBy(triggers: readonly Trigger[], spec: DutySpec, fact: Fact, duty: Duty): boolean {
  return triggers.some((trigger) => matches(trigger, fact).some((fields) => concerns(spec, trigger, fields, duty)));
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
  { rule, spec, starts }: TouchedRow,
  fact: Fact,
  startedAt: Instant,
  setting: Setting,
  ended: readonly EndChange[],
): DutyChange[] {
  const opened: DutyChange[] = [];
  for (const trigger of starts) {
    for (const fields of matches(trigger, fact)) {
      const subject = required(subjectOf(spec, fields), spec.subject);
      const sameRow = setting.duties.filter((duty) => duty.rule === rule.id && duty.subject === subject);
      if (sameRow.some((duty) => duty.state === 'open' && !ended.some(({ key }) => key === duty.key))) continue;
      const key = sameRow.length === 0 ? `${rule.id}:${subject}` : `${rule.id}:${subject}:${sameRow.length + 1}`;
      opened.push({ op: 'opened', duty: openDuty(rule, spec, key, subject, fields, startedAt, setting) });
    }
  }
  return opened;
}

function openDuty(
  rule: Rule,
  spec: DutySpec,
  key: string,
  subject: string,
  fields: Fields,
  startedAt: Instant,
  { law, duties }: Setting,
): OpenedDuty {
  const { owner } = spec;
  const ladder = ladderOf(spec, fields);
  const duty: OpenedDuty = { key, rule: rule.id, subject, owner, force: forceOf(rule, spec, fields), ladder, startedAt, steps: [] };
  if (owner === 'agency' && typeof fields['agency'] === 'string') duty.agency = fields['agency'];
  const term = termOf(spec.term, fields, law.policy);
  if (term === undefined) return duty;
  const rungs = rungsSetBy(law.policy, ladder);
  if (rungs !== undefined) duty.rungs = rungs;
  const cap = capOf(spec, duties);
  if (cap !== undefined) duty.noLaterThan = cap;
  duty.term = term;
  duty.dueAt = dateOf(law.calendar, duty, term);
  duty.steps = planSteps(duty, law.calendar, startedAt, duty.dueAt, term);
  return duty;
}

function forceOf(rule: Rule, { termForce = rule.force }: DutySpec, fields: Fields): Force {
  if (typeof termForce === 'string') return termForce;
  return fields[termForce.field] === undefined ? termForce.absent : termForce.present;
}

function ladderOf({ ladder, ladderFrom }: DutySpec, fields: Fields): LadderName {
  if (ladderFrom === undefined) return ladder;
  const value = fields[ladderFrom.field];
  return typeof value === 'number' && value >= ladderFrom.atLeast ? ladderFrom.ladder : ladder;
}

/** P5: of the running terms that the row may not outlast, the one that ends first. */
function capOf({ noLaterThan = [] }: DutySpec, duties: readonly Duty[]): Cap | undefined {
  if (noLaterThan.length === 0) return undefined;
  const running = duties.filter((duty) => duty.state === 'open' && noLaterThan.includes(duty.rule));
  const [first] = running.toSorted((a, b) => (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity));
  if (first?.term === undefined) return undefined;
  const { key, rule, startedAt, term } = first;
  return { key, rule, startedAt, term };
}

/** An adoption reads the terms again; newer rules that a run begins with leave what runs as it is. */
function adoptionOf(fact: Fact, now: Instant, { law, duties }: Setting): DutyChange[] {
  if (fact.type !== 'LawAdopted' || fact.data.adoption === undefined) return [];
  return recomputation(duties, law, now, fact.data.adoption.recompute);
}

/** The data sets of a fact of the trigger's type that the trigger matches: the fact's own, or one per item of its `each` list. */
function matches(trigger: Trigger, fact: Fact): readonly Fields[] {
  const data: Fields = fact.data;
  if (!holds(trigger.where, data)) return [];
  if (trigger.each === undefined) return [data];
  const items = data[trigger.each];
  return Array.isArray(items) ? (items as readonly Fields[]) : [];
}

function holds(where: Trigger['where'], data: Fields): boolean {
  if (where === undefined) return true;
  return Object.entries(where).every(([field, allowed]) => allowed.some((value) => value === data[field]));
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
