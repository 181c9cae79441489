/**
 * What a row of the law is. A row is data: adding one must not need a new branch of code.
 * Rows are interpreted by `consequences.ts`; nothing else reads `starts`, `metBy` or `lapsedBy`.
 */
import type { FactType } from '../case/facts.js';
import type { LegalDay } from './calendar.js';
import type { LadderName } from './ladder.js';
import type { ServiceLevel } from './policy.js';

/** Legal force of a row (rules.md 2.0). `internal` is the project's own service level, never law. */
export type Force =
  | 'law'
  | 'law_assumed'
  | 'law_digest'
  | 'policy'
  | 'repealed_pattern'
  | 'internal';

export interface Source {
  /** '256' | '192' | 'A26' | 'D' | 'J472', or 'P' for a decision of the project. */
  order: string;
  paragraph: string;
}

/**
 * A fact that starts, meets or ends a duty.
 * `where` compares fields of the fact's data with the allowed values; `each` names a list in the
 * data, so that one fact starts a duty for each of its items (a measure, an agency). `every` says
 * that the fact ends all open duties of the row, whatever their subject: the end of a stage does.
 */
export interface Trigger {
  on: FactType;
  where?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  each?: string;
  every?: true;
}

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
  | 'case_manager'
  | 'unit_head'
  | 'center_head'
  | 'duty_officer'
  | 'coordinator'
  | 'administrator'
  | 'agency'
  | 'agency_head'
  | 'family'
  | 'system';

/** A force that hangs on whether the fact has a field (P46: the code of the register of state services). */
export interface ForceByField {
  field: string;
  present: Force;
  absent: Force;
}

export interface DutySpec {
  starts: readonly Trigger[];
  /** Field of the fact (or of its `each` item) that tells one duty of this row from another; `case` = one per case. */
  subject: string;
  term: RuleTerm;
  /** Force and source of the *term* where it is weaker than the row itself (P9: a law duty with an internal term). */
  termForce?: Force | ForceByField;
  termSource?: string;
  metBy: readonly Trigger[];
  /** Facts after which the duty is no longer owed although nobody performed it (a triage, the end of the case). */
  lapsedBy?: readonly Trigger[];
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

/** Days between which a wording is in force. */
export interface Edition {
  name: string;
  from: LegalDay;
  to?: LegalDay;
  /** The sources do not name the day of coming into force: `from` is the date of the order. */
  fromUnverified?: true;
}

export interface Rule {
  id: string;
  source: Source;
  force: Force;
  /** Days between which the wording is in force; an open `to` means until further notice. */
  edition: Edition;
  /** Who must see to it, for a row without a duty; a duty names its own. Absent where the law names nobody of the case. */
  owner?: Role;
  enforced: Enforcement;
  /** Row of force `policy` that this one belongs to: switched off together with it. */
  partOf?: string;
  duty?: DutySpec;
  /** Quoted from the source; `en` is ours. `null` where the source has no wording in that language. */
  wording: { kk: string | null; ru: string | null; en: string };
}

/** True when the row's edition is in force on that legal day. */
export function inForce(rule: Rule, day: LegalDay): boolean {
  return rule.edition.from <= day && (rule.edition.to === undefined || day <= rule.edition.to);
}
