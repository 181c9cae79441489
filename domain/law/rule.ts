/**
 * What a row of the law is. A row is data: adding one must not need a new branch of code.
 * Rows are interpreted by `consequences.ts`; nothing else reads `starts`, `metBy` or `lapsedBy`.
 */
import type { CaseProfile } from '../case/profile.js';
import type { SubjectFactData as FactData, SubjectFactType as FactType } from '../subject/facts.js';
import { addDays, type LegalDay } from './calendar.js';
import type { LadderName } from './ladder.js';
import type { ServiceLevel } from './policy.js';

/** Legal force of a row (rules.md 2.0). `internal` is the project's own service level, never law. */
export type Force = 'law' | 'law_assumed' | 'law_digest' | 'policy' | 'repealed_pattern' | 'internal';

export interface Source {
  /** '256' | '192' | 'A26' | 'D' | 'J472', or 'P' for a decision of the project. */
  order: string;
  paragraph: string;
}

/**
 * A fact that starts, meets or ends a duty; its fields are checked by the compiler.
 * `where` compares fields of the fact's data with the allowed values, `when` what the case is just before it. `each`
 * names a list in the data, so that one fact starts a duty for each of its items (a measure, an agency). `names` says
 * under which name this fact has a field of the row's subject. `every` says that the fact ends all open duties of
 * the row, whatever their subject: the end of a stage does.
 */
export interface TriggerOn<T extends FactType> {
  on: T;
  where?: { readonly [F in keyof FactData[T]]?: readonly FactData[T][F][] };
  when?: { readonly [P in keyof CaseProfile]?: readonly CaseProfile[P][] };
  each?: keyof FactData[T];
  names?: Readonly<Record<string, keyof FactData[T]>>;
  every?: true;
}

export type Trigger = { [T in FactType]: TriggerOn<T> }[FactType];

/**
 * With what a duty ends, if nobody performs it: with the `occasion` that it is about (an appeal, a threat), by the
 * row's own triggers; with the `cycle`, when the accompaniment is closed on whatever ground at whatever stage; with
 * the `case`, when the monitoring behind it is over, too; or `never`, for the law puts it after the end.
 */
export type EndsWith = 'occasion' | 'cycle' | 'case' | 'never';

/**
 * The length of a duty as the table writes it. A `ServiceLevel` in place of a number is a value of
 * the policy in force; `{ field }` takes a number or a day from the fact itself (the months of
 * monitoring, a measure's own date).
 */
export type RuleTerm =
  | { unit: 'working_days'; count: number | ServiceLevel }
  | { unit: 'hours'; count: number | 'threat_duty' }
  | { unit: 'months'; count: number | ServiceLevel | { field: string }; shift: 'next_working_day' | 'none' }
  | { unit: 'own_date'; field: string }
  /** The law names the duty but no term: shown as owed, without a ladder (P53). */
  | { unit: 'none' };

export type Role =
  | 'social_work_specialist'
  | 'social_worker'
  | 'psychologist'
  | 'lawyer'
  | 'prevention_specialist'
  | 'analyst'
  | 'case_manager'
  | 'unit_head'
  | 'center_head'
  | 'duty_officer'
  | 'coordinator'
  | 'administrator'
  | 'auditor'
  | 'region_supervisor'
  | 'ministry_supervisor'
  | 'agency'
  | 'agency_head'
  | 'family'
  | 'system';

/** The row's own force where the fact has the field, another where not (P46: the code of the register of state services). */
export interface ForceByField {
  field: string;
  absent: Force;
}

export interface DutySpec {
  starts: readonly Trigger[];
  /** Fields of the fact (or of its `each` item) that tell one duty of this row from another; `case` = one per case. */
  subject: string | readonly string[];
  term: RuleTerm;
  /** Force and source of the *term* where it is weaker than the row itself (P9: a law duty with an internal term). */
  termForce?: Force | ForceByField;
  termSource?: string;
  metBy: readonly Trigger[];
  /** Facts after which the duty is no longer owed although nobody performed it. Of the end of the case `endsWith` says it. */
  lapsedBy?: readonly Trigger[];
  /** Facts of which people hear at once while the duty is open: the `raised` rung of its ladder. Each row that has them has one such rung. */
  raisedBy?: readonly Trigger[];
  endsWith: EndsWith;
  owner: Role;
  ladder: LadderName;
  /** From that number on in the field of the fact, another ladder (P17: the second return is raised at once). */
  ladderFrom?: { field: string; atLeast: number; ladder: LadderName };
  /** P5: rows whose running term this one may not outlast. */
  noLaterThan?: readonly string[];
}

/** How a row is made to hold: by a duty with a clock, or elsewhere; `at` names the place for a reader. */
export interface Enforcement {
  as: 'duty' | 'validation' | 'record' | 'report' | 'reference' | 'principle' | 'not_built';
  at: string;
}

/** An edition of an order, and the days on which a row that stands in it holds. */
export interface Edition {
  edition: string;
  since: LegalDay;
  /** Last day. Absent: until the next reading of the row, or until further notice. */
  until?: LegalDay;
  /** The sources do not name the day of coming into force: `since` is the date of the order. */
  sinceUnverified?: true;
}

/**
 * How a row reads from a day on.
 *
 * A *change of the law* is another reading behind those that stand: cases whose cycle began before its
 * `since` go on by the one before, a validation holds from that day for whatever is asked anew (P38).
 * A *correction of ours* is an edit of a reading that stands: it holds at once, in running cases too,
 * for facts that are still to come; what is recorded keeps the consequences that it had.
 */
export interface Reading extends Edition {
  force: Force;
  /** What the row owes under this reading; absent where it sets no clock. */
  duty?: DutySpec;
}

export interface Rule {
  id: string;
  /** What the row is about, short enough for a list. Our words, by the glossary of the orders; no number of a rule. */
  title: Readonly<Record<'kk' | 'ru' | 'en', string>>;
  source: Source;
  /** By `since`, the earliest first; each holds until the next. Never empty. */
  readings: readonly Reading[];
  /** Who must see to it, for a row without a duty; a duty names its own. Absent where the law names nobody of the case. */
  owner?: Role;
  enforced: Enforcement;
  /** Row of force `policy` that this one belongs to: switched off together with it. */
  partOf?: string;
  /** Quoted from the source; `en` is ours. `null` where the source has no wording in that language. */
  wording: { kk: string | null; ru: string | null; en: string };
}

/** The reading in force on that legal day, or undefined when the row was not in force. */
export function readingOn({ readings }: Rule, day: LegalDay): Reading | undefined {
  const reading = readings.findLast(({ since }) => since <= day);
  return reading?.until !== undefined && reading.until < day ? undefined : reading;
}

/** The reading that stands last in the row, for what is said of a row without a day. Throws for a row without readings. */
export function latestReading({ id, readings }: Rule): Reading {
  const latest = readings.at(-1);
  if (latest === undefined) throw new Error(`the row ${id} has no reading`);
  return latest;
}

/** The last day of a reading of the row, or undefined when it holds until further notice. */
export function lastDayOfReading({ readings }: Rule, reading: Reading): LegalDay | undefined {
  const next = readings[readings.indexOf(reading) + 1];
  return reading.until ?? (next === undefined ? undefined : addDays(next.since, -1));
}

/** True when the row sets a clock under any of its readings. */
export function hasClock({ readings }: Rule): boolean {
  return readings.some(({ duty }) => duty !== undefined);
}
