/**
 * From a fact and the table to what is owed: which duties a fact opens, meets or ends.
 * This is the only reader of the table's triggers.
 */
import type { CaseProfile } from '../case/profile.js';
import type { SubjectFact as Fact, SubjectFactType as FactType } from '../subject/facts.js';
import { addDays, type Instant, type LegalDay } from './calendar.js';
import { dateOf, type Cap, type Duty, type DutyChange, type OpenedDuty } from './duty.js';
import { planSteps, raisedSteps, repeatAfter, rungsSetBy, type LadderName, type StepName } from './ladder.js';
import { findRule, isSwitchedOn, type Law } from './law.js';
import { recomputation } from './recomputation.js';
import { readingOn, type DutySpec, type EndsWith, type Force, type Reading, type Rule, type Trigger } from './rule.js';
import { required, termOf, textField, type Fields } from './rule-term.js';

/** The subject of a row that owes one duty per case; no field of a fact. */
const PER_CASE = 'case';

interface Setting {
  law: Law;
  /** What the rows may ask of the case, just before the fact. */
  profile: CaseProfile | undefined;
  /** What the fact ends. */
  end: 'cycle' | 'case' | undefined;
  /** The legal day by whose readings the subject goes: of a case the first of its cycle (P38). */
  readingDay: LegalDay;
  duties: readonly Duty[];
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
  const { ending, starting, raising } = rowsTouchedBy(fact.type, setting);
  const ended: EndChange[] = [];
  for (const row of ending) ended.push(...endsOf(row, fact, occurredAt, setting));
  if (setting.end !== undefined) ended.push(...lapsesAtEnd(setting.end, ended, occurredAt, setting));
  const changes: DutyChange[] = [...ended];
  for (const row of starting) changes.push(...startsOf(row, fact, occurredAt, setting, ended));
  for (const row of raising) changes.push(...raisesOf(row, fact, occurredAt, setting));
  if (fact.type === 'DeadlineStepReached') changes.push(...repeatOf(fact, setting));
  if (fact.type === 'LawAdopted') changes.push(...adoptionOf(fact, occurredAt, setting));
  return changes;
}

/** A row that owes something, as it reads for a case. */
interface OwingRow {
  id: string;
  reading: Reading;
  spec: DutySpec;
}

/** The same with the triggers that one type of fact can set off. */
interface TouchedRow extends OwingRow {
  starts: readonly Trigger[];
  metBy: readonly Trigger[];
  lapsedBy: readonly Trigger[];
  raisedBy: readonly Trigger[];
}

/** The rows that facts of one type touch, in the order of the table. */
interface TouchedRows {
  ending: readonly TouchedRow[];
  starting: readonly TouchedRow[];
  raising: readonly TouchedRow[];
}

const UNTOUCHED: TouchedRows = { ending: [], starting: [], raising: [] };

type RowsByFact = ReadonlyMap<FactType, TouchedRows>;

// Pure memoisation, as with the indexes of the calendar: of the (immutable) table, what the policy has switched off,
// and which readings hold. By these and not by the law and the day: an adoption opens another law book for each case.
const rowsOfTables = new WeakMap<readonly Rule[], Map<string, RowsByFact>>();

function rowsTouchedBy(type: FactType, { law, readingDay }: Setting): TouchedRows {
  let tables = rowsOfTables.get(law.rules);
  if (tables === undefined) rowsOfTables.set(law.rules, (tables = new Map()));
  const key = `${readingsHoldSince(law.rules, readingDay)} ${law.policy.disabled.join(' ')}`;
  let rows = tables.get(key);
  if (rows === undefined) tables.set(key, (rows = rowsByFact(law, readingDay)));
  return rows.get(type) ?? UNTOUCHED;
}

const boundariesOfTables = new WeakMap<readonly Rule[], readonly LegalDay[]>();

/** The day since which the table has read as it does on that day: the last on which a reading began or one had ended before. */
function readingsHoldSince(rules: readonly Rule[], day: LegalDay): LegalDay | undefined {
  let boundaries = boundariesOfTables.get(rules);
  if (boundaries === undefined) boundariesOfTables.set(rules, (boundaries = boundariesOf(rules)));
  return boundaries.findLast((boundary) => boundary <= day);
}

function boundariesOf(rules: readonly Rule[]): LegalDay[] {
  const days = rules.flatMap(({ readings }) => readings.flatMap(({ since, until }) => (until === undefined ? [since] : [since, addDays(until, 1)])));
  return [...new Set(days)].toSorted();
}

function rowsByFact(law: Law, readingDay: LegalDay): RowsByFact {
  const owing = owingRows(law, readingDay);
  const types = new Set(owing.flatMap(({ spec }) => triggersOf(spec).map(({ on }) => on)));
  return new Map([...types].map((type) => [type, touchedRows(owing, type)]));
}

function triggersOf({ starts, metBy, lapsedBy = [], raisedBy = [] }: DutySpec): Trigger[] {
  return [...starts, ...metBy, ...lapsedBy, ...raisedBy];
}

function touchedRows(owing: readonly OwingRow[], type: FactType): TouchedRows {
  const rows = owing.map(
    (row): TouchedRow => ({
      ...row,
      starts: row.spec.starts.filter(({ on }) => on === type),
      metBy: row.spec.metBy.filter(({ on }) => on === type),
      lapsedBy: (row.spec.lapsedBy ?? []).filter(({ on }) => on === type),
      raisedBy: (row.spec.raisedBy ?? []).filter(({ on }) => on === type),
    }),
  );
  return {
    ending: rows.filter(({ metBy, lapsedBy }) => metBy.length + lapsedBy.length > 0),
    starting: rows.filter(({ starts }) => starts.length > 0),
    raising: rows.filter(({ raisedBy }) => raisedBy.length > 0),
  };
}

function owingRows(law: Law, readingDay: LegalDay): OwingRow[] {
  return law.rules.flatMap((rule): OwingRow[] => {
    const reading = readingOn(rule, readingDay);
    return reading?.duty !== undefined && isSwitchedOn(law, rule.id) ? [{ id: rule.id, reading, spec: reading.duty }] : [];
  });
}

type EndChange = Extract<DutyChange, { op: 'met' | 'lapsed' }>;

function endsOf({ id, spec, metBy, lapsedBy }: TouchedRow, fact: Fact, at: Instant, { duties, profile }: Setting): EndChange[] {
  const ended: EndChange[] = [];
  for (const duty of duties) {
    if (duty.state !== 'open' || duty.rule !== id) continue;
    // A fact that both meets and lapses a duty meets it: being performed is the stronger end.
    if (isEndedBy(metBy, spec, fact, duty, profile)) ended.push({ op: 'met', key: duty.key, metAt: at });
    else if (isEndedBy(lapsedBy, spec, fact, duty, profile)) ended.push({ op: 'lapsed', key: duty.key, at });
  }
  return ended;
}

/** The step comes before those that the duty still has before it: it is due now. */
function raisesOf({ id, spec, raisedBy }: TouchedRow, fact: Fact, at: Instant, { duties, profile }: Setting): DutyChange[] {
  const raised = duties.filter((duty) => duty.state === 'open' && duty.rule === id && isEndedBy(raisedBy, spec, fact, duty, profile));
  return raised.flatMap((duty): DutyChange[] => {
    // Once at one instant: an alert is known by its step and its moment.
    const steps = raisedSteps(duty).flatMap((step) => (duty.steps.some((known) => known.step === step && known.at === at) ? [] : [{ step, at }]));
    return steps.length === 0 ? [] : [{ op: 'replanned', key: duty.key, steps: [...steps, ...duty.steps.slice(duty.reached)] }];
  });
}

function isEndedBy(triggers: readonly Trigger[], spec: DutySpec, fact: Fact, duty: Duty, profile: Setting['profile']): boolean {
  return triggers.some((trigger) => matches(trigger, fact, profile).some((fields) => concerns(spec, trigger, fields, duty)));
}

/** Duties that the end of the accompaniment, or of the case, leaves without anybody to perform them. A row that the table has no more ends like the accompaniment. */
function lapsesAtEnd(end: 'cycle' | 'case', ended: readonly EndChange[], at: Instant, setting: Setting): EndChange[] {
  const outlives = end === 'cycle' ? ['case', 'occasion', 'never'] : ['occasion', 'never'];
  return setting.duties.flatMap(({ state, key, rule }): EndChange[] => {
    if (state !== 'open' || ended.some((change) => change.key === key)) return [];
    return outlives.includes(endsWithOf(rule, setting)) ? [] : [{ op: 'lapsed', key, at }];
  });
}

function endsWithOf(id: string, { law, readingDay }: Setting): EndsWith {
  const rule = findRule(law, id);
  return (rule === undefined ? undefined : readingOn(rule, readingDay)?.duty?.endsWith) ?? 'cycle';
}

/**
 * A fact that lacks the row's subject ends nothing unless its trigger says `every`: the mark of a
 * family's measure names no report, and must not pass for the mark of each report that waits.
 */
function concerns(spec: DutySpec, trigger: Trigger, fields: Fields, duty: Duty): boolean {
  return trigger.every === true || subjectOf(spec, fields) === duty.subject;
}

/** Of several fields their values one behind the other; undefined when the fact lacks one. */
function subjectOf({ subject }: DutySpec, fields: Fields): string | undefined {
  if (subject === PER_CASE) return PER_CASE;
  if (typeof subject === 'string') return textField(fields, subject);
  const values = subject.map((field) => textField(fields, field));
  return values.includes(undefined) ? undefined : values.join(':');
}

function startsOf(row: TouchedRow, fact: Fact, startedAt: Instant, setting: Setting, ended: readonly EndChange[]): DutyChange[] {
  const { id, spec, starts } = row;
  const opened: DutyChange[] = [];
  for (const trigger of starts) {
    for (const fields of matches(trigger, fact, setting.profile)) {
      const subject = required(subjectOf(spec, fields), String(spec.subject));
      const sameRow = setting.duties.filter((duty) => duty.rule === id && duty.subject === subject);
      if (sameRow.some((duty) => duty.state === 'open' && !ended.some(({ key }) => key === duty.key))) continue;
      const key = sameRow.length === 0 ? `${id}:${subject}` : `${id}:${subject}:${sameRow.length + 1}`;
      opened.push({ op: 'opened', duty: openDuty(row, key, subject, fields, startedAt, setting) });
    }
  }
  return opened;
}

function openDuty({ id, reading, spec }: OwingRow, key: string, subject: string, fields: Fields, startedAt: Instant, { law, duties }: Setting): OpenedDuty {
  const { owner } = spec;
  const ladder = ladderOf(spec, fields);
  const duty: OpenedDuty = { key, rule: id, subject, owner, force: forceOf(reading.force, spec, fields), ladder, startedAt, steps: [] };
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

function forceOf(ofTheRow: Force, { termForce = ofTheRow }: DutySpec, fields: Fields): Force {
  if (typeof termForce === 'string') return termForce;
  return fields[termForce.field] === undefined ? termForce.absent : ofTheRow;
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

/** An adoption reads the terms again; another table leaves what runs as it is. */
function adoptionOf(fact: Fact, now: Instant, setting: Setting): DutyChange[] {
  if (fact.type !== 'LawAdopted') return [];
  return recomputation(setting.duties, setting, now, fact.data.adoption.recompute);
}

/** The data sets of a fact of the trigger's type that the trigger matches: the fact's own, or one per item of its `each` list. */
function matches({ where, when, each, names }: AnyTrigger, fact: Fact, profile: Setting['profile']): readonly Fields[] {
  const data: Fields = fact.data;
  if (!holds(where, data) || !holds(when, { ...profile })) return [];
  if (each === undefined) return [renamed(names, data)];
  const items = data[each];
  return Array.isArray(items) ? (items as readonly Fields[]).map((item) => renamed(names, item)) : [];
}

/** A trigger as the engine reads it, whatever its fact. */
interface AnyTrigger {
  where?: Conditions;
  when?: Conditions;
  each?: string;
  names?: Readonly<Record<string, string>>;
}

type Conditions = Readonly<Record<string, readonly unknown[] | undefined>>;

function holds(conditions: Conditions | undefined, data: Fields): boolean {
  if (conditions === undefined) return true;
  return Object.entries(conditions).every(([field, allowed]) => allowed === undefined || allowed.includes(data[field]));
}

/** With the fields of the row's subject under the row's names. */
function renamed(names: AnyTrigger['names'], data: Fields): Fields {
  if (names === undefined) return data;
  return { ...data, ...Object.fromEntries(Object.entries(names).map(([field, ofTheFact]) => [field, data[ofTheFact]])) };
}

/** A reminder is none, nor is what was raised before the end of the term. */
function isBreach(step: StepName): boolean {
  return step !== 'reminder' && step !== 'refused';
}

/** P53, P36: the alarm of a breach comes again until the duty is met. */
function repeatOf(fact: Fact, { law, duties }: Setting): DutyChange[] {
  if (fact.type !== 'DeadlineStepReached') return [];
  const { dutyKey, step, moment } = fact.data;
  const duty = duties.find((candidate) => candidate.key === dutyKey);
  if (duty === undefined || !isBreach(step)) return [];
  const at = repeatAfter(duty.ladder, moment, duty.dueAt ?? moment, law.policy);
  return at === undefined ? [] : [{ op: 'step_planned', key: dutyKey, step: { step: 'repeat', at } }];
}
