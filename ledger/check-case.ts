/** Is what is stored of a case, or of a Center, what its ledger says? Pure: the rows are handed in. */
import { decideAgain, type KeptInputs } from './decide-again.js';
import { canonicalJson, chainDigest, EMPTY_LEDGER } from '../contracts/ledger-digest.js';
import { kindByEntry, kindOf, lawIn, type AnyEntry, type AnyState } from '../domain/subject/subjects.js';
import { CalendarError, type Calendar, type Instant } from '../domain/law/calendar.js';
import { dateOf, type DutyChange, type OpenedDuty } from '../domain/law/duty.js';
import type { Term } from '../domain/law/term.js';
import {
  alertRow,
  clockRow,
  isoOf,
  isStep,
  placesOf,
  projectionOf,
  type AlertRow,
  type SubjectFileRow,
  type ClockRow,
  type DutyRow,
  type EffectRow,
  type PlaceKept,
} from '../db/projection.js';

import { coreOf, type SubjectCore } from './version.js';
import type { LedgerRow } from './writing.js';

export type FaultCode =
  | 'ledger_missing'
  | 'place_missing'
  | 'digest_differs'
  | 'entry_differs_from_columns'
  | 'entry_impossible'
  | 'file_missing'
  | 'file_differs'
  | 'state_differs'
  | 'decision_differs'
  | 'duty_differs'
  | 'alert_differs'
  | 'effect_differs'
  | 'place_differs'
  | 'clock_differs'
  | 'date_differs'
  | 'calendar_missing'
  /** The turn has no signature of ours, or one over something else. */
  | 'turn_unproven'
  /** An entry that nobody asked for. */
  | 'act_missing'
  /** The act beside the ledger is not as its door signed it. */
  | 'act_unproven'
  | 'act_differs'
  /** An act that was accepted and left nothing. */
  | 'entry_missing'
  /** The anchors outside say something else of it. */
  | 'anchor_differs'
  | 'anchored_case_missing';

export interface LedgerFault {
  caseId: string;
  /** Place of the ledger, where the fault has one. */
  seq?: number;
  code: FaultCode;
  /** One sentence for a reader. */
  fault: string;
}

/** Which take raised an alert does not follow from the ledger. */
export type ToldAlert = Omit<AlertRow, 'turn'>;

export type StoredEntry = Omit<LedgerRow, 'subject_id'>;

/** All that is stored of one case; instants as ISO strings, as the projection writes them. */
export interface StoredRows {
  caseId: string;
  ledger: readonly StoredEntry[];
  file: (SubjectFileRow & { clock_at: string; head: string; skew_ms: number }) | undefined;
  /** The state as it is stored, and the place of the ledger that it is of. */
  kept: { seq: number; state: AnyState } | undefined;
  /** What the engine has to arm. */
  clock: ClockRow | undefined;
  duties: readonly DutyRow[];
  effects: readonly EffectRow[];
  places: readonly PlaceKept[];
  alerts: readonly ToldAlert[];
}

/** Calendars by version, for the dates; an absent one is a fault of its own. */
export type Calendars = ReadonlyMap<string, Calendar>;

/** What was found, and how many takes could be decided again. */
export interface CaseVerdict {
  faults: LedgerFault[];
  decidedAgain: number;
  /** Decided by another code than today's, or with inputs that are not kept. */
  notComparable: number;
}

/** The faults of one case; none when everything follows from its ledger. */
export function checkCase(rows: StoredRows, kept: KeptInputs, decision: string): CaseVerdict {
  const decisions = decisionsOf(rows, kept, decision);
  return { ...decisions, faults: [...faultsOf(rows, kept.calendars), ...decisions.faults] };
}

/** Takes in their order, each decided again on the state before it where today's code decided it. */
function decisionsOf({ caseId, ledger }: StoredRows, kept: KeptInputs, decision: string): CaseVerdict {
  const verdict: CaseVerdict = { faults: [], decidedAgain: 0, notComparable: 0 };
  let state: AnyState | undefined;
  for (const take of takesIn(ledger)) {
    const entries = take.map(({ entry }) => entry);
    const [first] = take;
    const again = first?.decision === decision ? decideAgain(state, entries, kept, caseId) : 'unknown';
    if (again === 'unknown') verdict.notComparable += 1;
    else verdict.decidedAgain += 1;
    if (again === 'differs')
      verdict.faults.push({
        caseId,
        seq: first?.seq ?? 0,
        code: 'decision_differs',
        fault: 'the same code decides otherwise on the same inputs: entry or input was changed',
      });
    const next = stateAfter(state, entries, caseId);
    // What cannot be replayed is told by the other check.
    if (next === undefined) return verdict;
    state = next;
  }
  return verdict;
}

function takesIn(ledger: readonly StoredEntry[]): StoredEntry[][] {
  const takes: StoredEntry[][] = [];
  for (const stored of ledger) {
    const last = takes.at(-1);
    if (last !== undefined && last[0]?.turn === stored.turn) last.push(stored);
    else takes.push([stored]);
  }
  return takes;
}

function stateAfter(state: AnyState | undefined, entries: readonly AnyEntry[], caseId: string): AnyState | undefined {
  try {
    return entries.reduce((current, entry) => coreBy(current, entry).evolve(current, entry, caseId), state);
  } catch {
    return undefined;
  }
}

/** The core of what a ledger is of; its first entry says what that is. */
function coreBy(state: AnyState | undefined, entry: AnyEntry): SubjectCore {
  return coreOf(state === undefined ? kindByEntry(entry) : kindOf(state));
}

function faultsOf(rows: StoredRows, calendars: Calendars): LedgerFault[] {
  const { caseId, ledger } = rows;
  if (ledger.length === 0) return [{ caseId, code: 'ledger_missing', fault: 'there is no ledger of it' }];
  const replay = replayLedger(rows, calendars);
  if (replay.state === undefined) return replay.faults;
  return [...replay.faults, ...checkReadModel(rows, replay.state, replay)];
}

interface Replay {
  /** Undefined when the ledger could not be replayed to its end. */
  state: AnyState | undefined;
  head: string;
  alerts: ToldAlert[];
  /** The state at the place of the stored one. */
  atKept: AnyState | undefined;
  faults: LedgerFault[];
}

function replayLedger({ caseId, ledger, kept }: StoredRows, calendars: Calendars): Replay {
  const replay: Replay = { state: undefined, head: EMPTY_LEDGER, alerts: [], atKept: undefined, faults: [] };
  const report = (seq: number, code: FaultCode, fault: string): void => void replay.faults.push({ caseId, seq, code, fault });
  for (const [index, stored] of ledger.entries()) {
    const { seq, entry } = stored;
    if (seq !== index + 1) {
      report(index + 1, 'place_missing', `place ${index + 1} is missing; the next one stored is ${seq}`);
      return { ...replay, state: undefined };
    }
    const head = chainDigest(replay.head, entry);
    if (head !== stored.digest)
      report(seq, 'digest_differs', `the digest does not cover the entry and those before it: ${stored.digest} is stored, ${head} follows`);
    if (!isAsItsColumns(stored)) report(seq, 'entry_differs_from_columns', 'the entry says something else than the columns beside it');
    // A changed entry is told once: the chain goes on from what is stored.
    replay.head = stored.digest;
    try {
      for (const fault of checkDates(replay.state, entry, calendars)) report(seq, fault.code, fault.fault);
      replay.state = coreBy(replay.state, entry).evolve(replay.state, entry, caseId);
    } catch (error) {
      report(seq, 'entry_impossible', `the entry does not continue the ledger: ${error instanceof Error ? error.message : String(error)}`);
      return { ...replay, state: undefined };
    }
    if (seq === kept?.seq) replay.atKept = replay.state;
    if (isStep(entry)) replay.alerts.push(toldAlert(replay.state, entry));
  }
  return replay;
}

function toldAlert(state: AnyState, entry: Parameters<typeof alertRow>[1]): ToldAlert {
  const { turn: _turn, ...alert } = alertRow(state, entry, '');
  return alert;
}

function isAsItsColumns({ seq, type, at, occurred_at, cause, entry }: StoredEntry): boolean {
  return entry.seq === seq && entry.type === type && entry.cause === cause && isoOf(entry.at) === at && isoOf(entry.occurredAt) === occurred_at;
}

type DateFault = Pick<LedgerFault, 'code' | 'fault'>;

/** Every date is counted again: from the duty's own start and term, by the calendar of its time. */
function checkDates(before: AnyState | undefined, entry: AnyEntry, calendars: Calendars): DateFault[] {
  const law = lawIn(entry) ?? before?.law;
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
function countedBy(before: AnyState | undefined, change: DutyChange): { duty: OpenedDuty; term: Term; end: Instant | undefined } | undefined {
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

function checkReadModel(rows: StoredRows, state: AnyState, { head, alerts, atKept }: Replay): LedgerFault[] {
  const { caseId, file } = rows;
  const expected = projectionOf(state);
  if (file === undefined) {
    return [{ caseId, code: 'file_missing', fault: 'the ledger has somebody whom the read model does not know' }];
  }
  return [
    ...checkFile(rows, file, expected.file, head),
    ...checkKept(rows, atKept),
    ...checkClock(rows, clockRow(state, file.skew_ms)),
    ...compare(caseId, 'duty_differs', 'duty', expected.duties, rows.duties, (row) => row.key),
    ...compare(caseId, 'effect_differs', 'effect', expected.effects, rows.effects, (row) => row.key),
    ...compare(caseId, 'place_differs', 'place', placesOf(state), rows.places, ({ stay_id, person_id }) => `${stay_id} ${person_id}`),
    ...compare(caseId, 'alert_differs', 'alert', alerts, rows.alerts, (row) => row.id),
  ];
}

function checkFile(
  { caseId, ledger }: StoredRows,
  { skew_ms: _skew, ...stored }: NonNullable<StoredRows['file']>,
  expected: SubjectFileRow,
  head: string,
): LedgerFault[] {
  const columns = differingMembers({ ...expected, clock_at: ledger.at(-1)?.at, head }, stored);
  return columns.length === 0 ? [] : [{ caseId, code: 'file_differs', fault: `the row of the file differs from the ledger in ${columns.join(', ')}` }];
}

function checkKept({ caseId, kept }: StoredRows, atKept: AnyState | undefined): LedgerFault[] {
  if (kept === undefined || atKept === undefined)
    return [{ caseId, code: 'state_differs', fault: 'no state is stored, or one of a place that the ledger does not have' }];
  const stored = coreOf(kindOf(kept.state)).takenUp(kept.state);
  if (canonicalJson(stored) === canonicalJson(atKept)) return [];
  const members = differingMembers(atKept, stored).join(', ');
  return [{ caseId, seq: kept.seq, code: 'state_differs', fault: `the stored state differs from the one that the ledger makes, in ${members}` }];
}

/** A moment that the engine is not told of is missed: the row of the clock follows from the ledger, too. */
function checkClock({ caseId, clock }: StoredRows, expected: ClockRow): LedgerFault[] {
  const columns = differingMembers(expected, clock ?? {});
  return columns.length === 0 ? [] : [{ caseId, code: 'clock_differs', fault: `what is to be armed differs from the ledger in ${columns.join(', ')}` }];
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
