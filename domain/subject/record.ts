/** Gives facts their place in a ledger, each with its consequences in law. */
import type { Instant, LegalDay } from '../law/calendar.js';
import type { CaseProfile } from '../case/profile.js';
import { consequencesOf } from '../law/consequences.js';
import type { Law } from '../law/law.js';
import type { Actor, EntryEnvelope, SubjectFact } from './facts.js';
import type { SubjectState } from './state.js';

/** What a kind of subject tells of itself when something is recorded of it. */
export interface Recording<S extends SubjectState, F extends SubjectFact, E extends EntryEnvelope> {
  /** What an entry makes of it. */
  evolve: (state: S | undefined, entry: E, subjectId: string) => S;
  /** The legal day by whose readings it goes (P38). */
  readingDayOf: (state: S | undefined, occurredAt: Instant) => LegalDay;
  /** What rows may ask of it just before the fact. */
  profileOf: (state: S | undefined, fact: F) => CaseProfile | undefined;
  /** What the fact ends. */
  endOf: (fact: F) => 'cycle' | 'case' | undefined;
}

export interface RecordCircumstances {
  subjectId: string;
  law: Law;
  /** The subject's own time (UTC). */
  now: Instant;
  actor: Actor;
  cause: string;
}

/**
 * Records facts one after another, so that each sees what the one before it changed.
 * @throws CalendarGap when a term reaches into a year without a calendar table
 */
export function recordAs<S extends SubjectState, F extends SubjectFact, E extends EntryEnvelope>(
  recording: Recording<S, F, E>,
  state: S | undefined,
  facts: readonly F[],
  given: RecordCircumstances,
): { state: S; entries: readonly E[] } {
  const entries: E[] = [];
  let current = state;
  for (const fact of facts) {
    const entry = entryOf(recording, current, fact, given);
    current = recording.evolve(current, entry, given.subjectId);
    entries.push(entry);
  }
  if (current === undefined) throw new Error(`ledger of ${given.subjectId}: nothing to record and no state`);
  return { state: current, entries };
}

function entryOf<S extends SubjectState, F extends SubjectFact, E extends EntryEnvelope>(
  { readingDayOf, profileOf, endOf }: Recording<S, F, E>,
  state: S | undefined,
  fact: F,
  { law, now, actor, cause }: RecordCircumstances,
): E {
  const occurredAt = fact.occurredAt ?? now;
  const duties = consequencesOf(fact, occurredAt, {
    law,
    readingDay: readingDayOf(state, occurredAt),
    duties: state?.duties ?? [],
    profile: profileOf(state, fact),
    end: endOf(fact),
  });
  const { type, data } = fact;
  // The pair of type and data comes from one fact of the subject, which the compiler cannot follow through the spread.
  return { seq: (state?.seq ?? 0) + 1, at: now, occurredAt, type, data, actor, cause, duties } as unknown as E;
}
