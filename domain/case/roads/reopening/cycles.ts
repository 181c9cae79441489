/** The passages of the main road that a case has behind it, and how the next one begins: P6, P25, D-REOPEN. */
import { legalDayOf, type Instant } from '../../../law/calendar.js';
import { accept, type Decision } from '../../decision.js';
import type { EntryOf, Fact } from '../../facts.js';
import { refuse } from '../../refusal.js';
import type { CaseState, Cycle, Ipr, Measure, Report } from '../../state.js';

/** What a cycle left: its plan is nobody's task any more, and its reports are still marked (192-11-2). */
export interface EndedCycle extends Cycle {
  endedAt: Instant;
  grounds: readonly string[];
  ipr?: Ipr;
  measures: readonly Measure[];
  reports: readonly Report[];
  completedOn?: string;
  closure?: CaseState['closure'];
}

/** Why the accompaniment begins anew. */
export type ReopeningCause = { cause: 'threat'; responseId: string };

/**
 * The fact that was found, and before it, where the accompaniment has ended, the one that begins it anew. A case that was
 * closed takes up the family's claim again: while another case of theirs is open, that one is theirs.
 */
export function reopenedBy(state: CaseState, cause: ReopeningCause, now: Instant, ...found: readonly Fact[]): Decision {
  if (state.stage !== 'monitoring' && state.stage !== 'closed') return accept(...found);
  // P10: nothing was confirmed and nobody accompanied: an appeal is what tells of a family that nobody knows.
  if (state.closure?.ground === 'not_confirmed') return refuse('case_not_open');
  const reopened: Fact = { type: 'CaseReopened', data: { ...cause, cycle: state.cycle.n + 1, startedOn: legalDayOf(now) } };
  const facts = [reopened, ...found];
  return state.stage === 'monitoring' ? { ok: true, facts } : { ok: true, facts, claims: [{ kind: 'household', thing: state.householdId }] };
}

/** The case at the beginning of its next cycle: everything is asked anew, the consent too; what was stays to be read. */
export function withNextCycle(state: CaseState, { data: { cycle, startedOn }, at }: EntryOf<'CaseReopened'>): CaseState {
  const { ipr: _ipr, consent: _consent, completedOn: _completedOn, closure: _closure, ...kept } = state;
  return {
    ...kept,
    cycle: { n: cycle, startedOn },
    stage: 'intake',
    stageEnteredAt: at,
    grounds: [],
    measures: [],
    reports: [],
    revisions: [],
    contacts: 0,
    earlierCycles: [...state.earlierCycles, endedCycle(state)],
  };
}

function endedCycle({ cycle, grounds, ipr, measures, reports, completedOn, closure, stageEnteredAt }: CaseState): EndedCycle {
  return {
    ...cycle,
    endedAt: closure?.closedAt ?? stageEnteredAt,
    grounds,
    measures,
    reports,
    ...(ipr === undefined ? {} : { ipr }),
    ...(completedOn === undefined ? {} : { completedOn }),
    ...(closure === undefined ? {} : { closure }),
  };
}

/** A report of an earlier cycle: it came in time and is marked all the same. */
export function earlierReport({ earlierCycles }: CaseState, reportId: string | undefined): Report | undefined {
  return reportId === undefined ? undefined : earlierCycles.flatMap(({ reports }) => reports).find((report) => report.reportId === reportId);
}
