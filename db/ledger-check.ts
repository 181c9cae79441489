/** Is what is stored of a case what its ledger says? Pure: the rows are handed in. */
import { canonicalJson, chainDigest, EMPTY_LEDGER } from '../contracts/ledger-digest.js';
import { evolve } from '../domain/case/evolve.js';
import type { Entry } from '../domain/case/facts.js';
import type { CaseState } from '../domain/case/state.js';
import { CalendarError, type Calendar, type Instant } from '../domain/law/calendar.js';
import { dateOf, type DutyChange, type OpenedDuty } from '../domain/law/duty.js';
import type { Term } from '../domain/law/term.js';
import { alertRow, isoOf, isStep, projectionOf, type AlertRow, type CaseFileRow, type DutyRow } from './projection.js';

export type FaultCode =
  | 'ledger_missing'
  | 'place_missing'
  | 'digest_differs'
  | 'entry_differs_from_columns'
  | 'entry_impossible'
  | 'case_file_missing'
  | 'case_file_differs'
  | 'state_differs'
  | 'duty_differs'
  | 'alert_differs'
  | 'date_differs'
  | 'calendar_missing';

export interface LedgerFault {
  caseId: string;
  /** Place of the ledger, where the fault has one. */
  seq?: number;
  code: FaultCode;
  /** One sentence for a reader. */
  fault: string;
}

export interface StoredEntry {
  seq: number;
  type: string;
  at: string;
  occurred_at: string;
  cause: string;
  entry: Entry;
  digest: string;
}

/** All that is stored of one case; instants as ISO strings, as the projection writes them. */
export interface StoredRows {
  caseId: string;
  ledger: readonly StoredEntry[];
  caseFile: (CaseFileRow & { clock_at: string; head: string; state: CaseState }) | undefined;
  duties: readonly DutyRow[];
  alerts: readonly AlertRow[];
}

/** Calendars by version, for the dates; an absent one is a fault of its own. */
export type Calendars = ReadonlyMap<string, Calendar>;

/** The faults of one case; none when everything follows from its ledger. */
export function checkCase(rows: StoredRows, calendars: Calendars): LedgerFault[] {
  const { caseId, ledger } = rows;
  if (ledger.length === 0) return [{ caseId, code: 'ledger_missing', fault: 'there is no ledger of this case' }];
  const replay = replayLedger(caseId, ledger, calendars);
  if (replay.state === undefined) return replay.faults;
  return [...replay.faults, ...checkReadModel(rows, replay.state, replay.head, replay.alerts)];
}

interface Replay {
  /** Undefined when the ledger could not be replayed to its end. */
  state: CaseState | undefined;
  head: string;
  alerts: AlertRow[];
  faults: LedgerFault[];
}

function replayLedger(caseId: string, ledger: readonly StoredEntry[], calendars: Calendars): Replay {
  const replay: Replay = { state: undefined, head: EMPTY_LEDGER, alerts: [], faults: [] };
  const report = (seq: number, code: FaultCode, fault: string): void => void replay.faults.push({ caseId, seq, code, fault });
  for (const [index, stored] of ledger.entries()) {
    const { seq, entry } = stored;
    if (seq !== index + 1) {
      report(index + 1, 'place_missing', `place ${index + 1} is missing; the next one stored is ${seq}`);
      return { ...replay, state: undefined };
    }
    const head = chainDigest(replay.head, entry);
    if (head !== stored.digest) report(seq, 'digest_differs', `the digest does not cover the entry and those before it: ${stored.digest} is stored, ${head} follows`);
    if (!isAsItsColumns(stored)) report(seq, 'entry_differs_from_columns', 'the entry says something else than the columns beside it');
    // A changed entry is told once: the chain goes on from what is stored.
    replay.head = stored.digest;
    try {
      for (const fault of checkDates(replay.state, entry, calendars)) report(seq, fault.code, fault.fault);
      replay.state = evolve(replay.state, entry, caseId);
    } catch (error) {
      report(seq, 'entry_impossible', `the entry does not continue the case: ${error instanceof Error ? error.message : String(error)}`);
      return { ...replay, state: undefined };
    }
    if (isStep(entry)) replay.alerts.push(alertRow(replay.state, entry));
  }
  return replay;
}

function isAsItsColumns({ seq, type, at, occurred_at, cause, entry }: StoredEntry): boolean {
  return (
    entry.seq === seq && entry.type === type && entry.cause === cause && isoOf(entry.at) === at && isoOf(entry.occurredAt) === occurred_at
  );
}

type DateFault = Pick<LedgerFault, 'code' | 'fault'>;

/** Every date is counted again: from the duty's own start and term, by the calendar of its time. */
function checkDates(before: CaseState | undefined, entry: Entry, calendars: Calendars): DateFault[] {
  const law = entry.type === 'AppealRegistered' || entry.type === 'LawAdopted' ? entry.data.law : before?.law;
  return entry.duties.flatMap((change): DateFault[] => {
    const counted = countedBy(before, change);
    if (counted === undefined || law === undefined) return [];
    const { duty, term, end } = counted;
    const calendar = calendars.get(law.calendar);
    if (calendar === undefined) return [{ code: 'calendar_missing', fault: `calendar ${law.calendar}, by which ${duty.key} was counted, is not stored` }];
    const again = countAgain(() => dateOf(calendar, duty, term));
    if (again === end) return [];
    return [{ code: 'date_differs', fault: `${duty.key} ends at ${timeOf(end)}; counted again it is ${typeof again === 'number' ? isoOf(again) : again}` }];
  });
}

/** What a change to what is owed says of a date: the term from which it was counted, and its end. */
function countedBy(before: CaseState | undefined, change: DutyChange): { duty: OpenedDuty; term: Term; end: Instant | undefined } | undefined {
  switch (change.op) {
    case 'opened':
      return change.duty.term === undefined ? undefined : { duty: change.duty, term: change.duty.term, end: change.duty.dueAt };
    case 'moved': {
      const duty = before?.duties.find(({ key }) => key === change.key);
      const term = change.term ?? duty?.term;
      return duty === undefined || term === undefined ? undefined : { duty, term, end: change.to };
    }
    case 'met':
    case 'lapsed':
    case 'step_planned':
    case 'kept':
    case 'replanned':
      return undefined;
  }
}

function countAgain(count: () => number): number | string {
  try {
    return count();
  } catch (error) {
    if (error instanceof CalendarError) return error.message;
    throw error;
  }
}

function timeOf(instant: number | undefined): string {
  return instant === undefined ? 'no time' : isoOf(instant);
}

function checkReadModel(rows: StoredRows, state: CaseState, head: string, alerts: readonly AlertRow[]): LedgerFault[] {
  const { caseId, caseFile } = rows;
  const expected = projectionOf(state);
  return [
    ...checkCaseFile(rows, expected.caseFile, state, head),
    ...(caseFile === undefined ? [] : compare(caseId, 'duty_differs', 'duty', expected.duties, rows.duties, (row) => row.key)),
    ...compare(caseId, 'alert_differs', 'alert', alerts, rows.alerts, (row) => row.id),
  ];
}

function checkCaseFile({ caseId, caseFile, ledger }: StoredRows, expected: CaseFileRow, state: CaseState, head: string): LedgerFault[] {
  if (caseFile === undefined) return [{ caseId, code: 'case_file_missing', fault: 'the ledger has a case that the read model does not know' }];
  const { state: storedState, ...stored } = caseFile;
  const full = { ...expected, clock_at: ledger.at(-1)?.at, head };
  const columns = differingMembers(full, stored);
  return [
    ...(columns.length === 0 ? [] : [{ caseId, code: 'case_file_differs' as const, fault: `the case's row differs from the ledger in ${columns.join(', ')}` }]),
    ...(canonicalJson(storedState) === canonicalJson(state)
      ? []
      : [{ caseId, code: 'state_differs' as const, fault: `the stored state differs from the one that the ledger makes, in ${differingMembers(state, storedState).join(', ')}` }]),
  ];
}

function compare<T extends object>(
  caseId: string,
  code: FaultCode,
  what: string,
  expected: readonly T[],
  stored: readonly T[],
  keyOf: (row: T) => string,
): LedgerFault[] {
  const storedByKey = new Map(stored.map((row) => [keyOf(row), row]));
  const expectedKeys = new Set(expected.map(keyOf));
  const missingOrOther = expected.flatMap((row): LedgerFault[] => {
    const found = storedByKey.get(keyOf(row));
    if (found === undefined) return [{ caseId, code, fault: `${what} ${keyOf(row)} of the ledger is not stored` }];
    const columns = differingMembers(row, found);
    return columns.length === 0 ? [] : [{ caseId, code, fault: `${what} ${keyOf(row)} differs from the ledger in ${columns.join(', ')}` }];
  });
  const surplus = stored.filter((row) => !expectedKeys.has(keyOf(row)));
  return [...missingOrOther, ...surplus.map((row) => ({ caseId, code, fault: `${what} ${keyOf(row)} is stored and not in the ledger` }))];
}

function differingMembers(expected: object, stored: object): string[] {
  const [left, right]: Record<string, unknown>[] = [{ ...expected }, { ...stored }];
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return [...names].filter((name) => canonicalJson(left?.[name]) !== canonicalJson(right?.[name]));
}
