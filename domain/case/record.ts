/** Gives facts their place in the ledger, each with its consequences in law. */
import { legalDayOf, type Instant } from '../law/calendar.js';
import { consequencesOf } from '../law/consequences.js';
import type { Law } from '../law/law.js';
import { evolve } from './evolve.js';
import type { Actor, Entry, Fact } from './facts.js';
import type { CaseState } from './state.js';

interface Circumstances {
  caseId: string;
  law: Law;
  /** Case time (UTC). */
  now: Instant;
  actor: Actor;
  cause: string;
}

export interface Recorded {
  state: CaseState;
  entries: readonly Entry[];
}

/**
 * Records facts one after another, so that each sees what the one before it changed.
 * @throws CalendarGap when a term reaches into a year without a calendar table
 */
export function record(state: CaseState | undefined, facts: readonly Fact[], given: Circumstances): Recorded {
  const entries: Entry[] = [];
  let current = state;
  for (const fact of facts) {
    const entry = entryOf(current, fact, given);
    current = evolve(current, entry, given.caseId);
    entries.push(entry);
  }
  if (current === undefined) throw new Error(`case ${given.caseId}: nothing to record and no state`);
  return { state: current, entries };
}

function entryOf(state: CaseState | undefined, fact: Fact, { caseId, law, now, actor, cause }: Circumstances): Entry {
  const occurredAt = fact.occurredAt ?? now;
  const duties = consequencesOf(fact, occurredAt, {
    law,
    caseId,
    cycleStartedOn: legalDayOf(state?.openedAt ?? occurredAt),
    duties: state?.duties ?? [],
  });
  const { type, data } = fact;
  // The pair of type and data comes from one Fact, which the compiler cannot follow through the spread.
  return { seq: (state?.seq ?? 0) + 1, at: now, occurredAt, type, data, actor, cause, duties } as Entry;
}
