/** Alarms to the administrator: what endangers the terms of many cases at once. */

export const ALARM_KINDS = [
  /** Dates are counted by a year that no official calendar stands behind. */
  'calendar_year_not_official',
  /** The calendar ends before the terms that may be set today: they would be refused. */
  'calendar_year_missing',
  /** A case should have woken up and did not. */
  'case_moment_in_past',
  /** An agency could not be asked by machine for what it had sent: a person must ask it. */
  'resend_by_hand',
  /** Running cases had nothing that would wake them; they were woken. */
  'clocks_missing',
  /** Clocks were asked to look for a minute, and did not. */
  'wakes_unheard',
  /** Temporal cannot be reached: staff work on, nothing is sent to agencies. */
  'engine_away',
  /** Nobody takes from a task queue: what is put there waits without end. */
  'queue_without_worker',
  /** Another, empty Temporal server answers under the name; the clocks were set anew. */
  'engine_rebuilt',
  /** Temporal runs many clocks that no case stands behind: one of the two is not what it should be. */
  'ghosts_many',
  /** The ledger is older than what its clocks were told: effects are held until somebody releases them. */
  'ledger_restored',
  /** The heads of the ledgers could not be anchored today outside of the database. */
  'anchor_missing',
  /** People are there who were erased, or their erasures cannot be written outside of the database. */
  'erasures_missing',
  /** Work is due that nobody takes. */
  'work_stuck',
  /** Work was given up after its last attempt. */
  'work_failed',
  /** An alarm of threat or duty was told to everybody in line, and nobody took it: somebody must telephone. */
  'threat_untaken',
  /** Somebody looked at more families than their work explains. */
  'looks_unusual',
  /** Somebody stays at a Center by another decision after the first: a month is prolonged in fact (P27). */
  'stay_decided_anew',
  /** A mobile group lacks a part, or was called without an order in force. */
  'mobile_group_unfit',
  /** The clock of Postgres and that of our processes differ: no dates are decided. */
  'clocks_disagree',
  /** Somebody looks for families by ИИН as often as they may. */
  'iin_lookups_many',
  /** Somebody tries keys from an address until it is shut out. */
  'sign_in_tries_many',
] as const;

export type AlarmKind = (typeof ALARM_KINDS)[number];

export type AlarmEvent = 'raised' | 'cleared';

export type AlarmChannel = 'webhook' | 'mail';

/** Codes, numbers and ISO instants; the words are made of them in the reader's language. */
export type AlarmParams = Readonly<Record<string, string | number>>;

/** Something that is wrong now; the same cause has the same key for as long as it lasts. */
export interface AlarmCause {
  key: string;
  kind: AlarmKind;
  params: AlarmParams;
}
