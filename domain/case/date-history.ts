/** What a duty's date was, one reading after another: set by its beginning, then read again at each adoption. */
import type { Instant } from '../law/calendar.js';
import type { DutyChange } from '../law/duty.js';
import type { LawRef } from '../law/law.js';
import type { Term } from '../law/term.js';
import { lawIn, type AnyEntry } from '../subject/subjects.js';
import type { EntryOf } from './facts.js';

export interface DateReading {
  /** Ledger entry that brought it. */
  seq: number;
  at: Instant;
  /**
   * `set`: the duty began; `moved`: another date or another term; `confirmed`: another calendar, the same
   * date; `kept`: missed before that law came, its date stands; `ended`: the row was switched off.
   */
  effect: 'set' | 'moved' | 'confirmed' | 'kept' | 'ended';
  /** The law by which it was read; of a `kept` date the law that would read it otherwise. */
  law: LawRef;
  /** The term from which it was counted. */
  term: Term;
  /** The date that stands after it. */
  dueAt: Instant;
  /** Of a date that moved: the one before. */
  from?: Instant;
  /** Of a date that stands although the law adopted counts otherwise. */
  wouldBe?: Instant;
  /** Act and versions before, of an adoption. */
  adoption?: { act: string; previous: LawRef };
}

/**
 * The readings of one duty's date in the order of the ledger; empty when it has no term.
 * The last one that is not `kept` says by which law the date that stands was counted.
 */
export function dateHistory(key: string, entries: readonly AnyEntry[]): readonly DateReading[] {
  const readings: DateReading[] = [];
  let law: LawRef | undefined;
  for (const entry of entries) {
    law = lawIn(entry) ?? law;
    if (law === undefined) throw new Error(`entry ${entry.seq} stands before the one that brings the law`);
    const reading = readingIn(key, entry, law, readings.at(-1));
    if (reading !== undefined) readings.push(reading);
    if (entry.duties.some((change) => isEnd(key, change))) return readings;
  }
  return readings;
}

function isEnd(key: string, change: DutyChange): boolean {
  return (change.op === 'met' || change.op === 'lapsed') && change.key === key;
}

function readingIn(key: string, entry: AnyEntry, law: LawRef, last: DateReading | undefined): DateReading | undefined {
  if (last === undefined) return beginning(key, entry, law);
  return entry.type === 'LawAdopted' ? readAgain(key, entry, last) : undefined;
}

function beginning(key: string, { seq, at, duties }: AnyEntry, law: LawRef): DateReading | undefined {
  const opened = duties.find((change) => change.op === 'opened' && change.duty.key === key);
  if (opened?.op !== 'opened') return undefined;
  const { term, dueAt } = opened.duty;
  return term === undefined || dueAt === undefined ? undefined : { seq, at, effect: 'set', law, term, dueAt };
}

function readAgain(key: string, { seq, at, data, duties }: EntryOf<'LawAdopted'>, last: DateReading): DateReading | undefined {
  const { adoption, law } = data;
  const { term, dueAt } = last;
  const again = { seq, at, law, term, dueAt, adoption: { act: adoption.act, previous: adoption.previous } };
  const change = duties.find((each) => each.op !== 'opened' && each.op !== 'replanned' && each.key === key);
  switch (change?.op) {
    case 'moved':
      return { ...again, effect: 'moved', term: change.term ?? term, dueAt: change.to, from: change.from };
    case 'kept':
      return { ...again, effect: 'kept', wouldBe: change.wouldBe };
    case 'lapsed':
      return { ...again, effect: 'ended' };
    default:
      // A missed term is not read again, and a policy alone counts no days.
      return dueAt <= at || adoption.previous.calendar === law.calendar ? undefined : { ...again, effect: 'confirmed' };
  }
}

/** The reading by which the date that stands was counted. */
export function standingReading(readings: readonly DateReading[]): DateReading | undefined {
  return readings.findLast(({ effect }) => effect !== 'kept' && effect !== 'ended');
}
