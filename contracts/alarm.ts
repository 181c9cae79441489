/** Alarms to the administrator: what endangers the terms of many cases at once. */

export const ALARM_KINDS = [
  /** Dates are counted by a year that no official calendar stands behind. */
  'calendar_year_not_official',
  /** The calendar ends before the terms that may be set today: they would be refused. */
  'calendar_year_missing',
  /** A case should have woken up and did not. */
  'case_moment_in_past',
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
