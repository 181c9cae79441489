/** What a case tells of itself when something is recorded of it. */
import { legalDayOf } from '../law/calendar.js';
import { recordAs, type RecordCircumstances, type Recording } from '../subject/record.js';
import { evolve } from './evolve.js';
import type { Entry, Fact } from './facts.js';
import { endOf, profileOf } from './profile.js';
import type { CaseState } from './state.js';

export interface Recorded {
  state: CaseState;
  entries: readonly Entry[];
}

export const CASE_RECORDING: Recording<CaseState, Fact, Entry> = {
  evolve,
  // P38: a case goes by the readings of the day on which its cycle began.
  readingDayOf: (state, occurredAt) => state?.cycle.startedOn ?? legalDayOf(occurredAt),
  profileOf,
  endOf,
};

/** Records facts of a case, as `recordAs`. */
export function record(state: CaseState | undefined, facts: readonly Fact[], given: RecordCircumstances): Recorded {
  return recordAs(CASE_RECORDING, state, facts, given);
}
