/** What happens to terms on every road: a moment is reached, a delay explained, another calendar or policy taken up. */
import type { Instant } from '../../../law/calendar.js';
import { explainDelay, reachStep, type DelayReason } from '../../../law/duty.js';
import type { StepName } from '../../../law/ladder.js';
import type { LawRef } from '../../../law/law.js';
import type { RecomputedTerms } from '../../../law/recomputation.js';
import type { Force, Role } from '../../../law/rule.js';
import type { FactRows } from '../../road.js';

export interface TermFacts {
  /** P33: a reason beside a missed term; it pauses nothing. */
  DelayExplained: { dutyKey: string; rule: string; reason: DelayReason; noteId?: string };
  /** A moment of the ladder was reached: recorded by the engine, not compared by a query. */
  DeadlineStepReached: {
    dutyKey: string;
    rule: string;
    /** Force of the term: an `internal` one is exceeded, never overdue. */
    force: Force;
    step: StepName;
    /** The legal instant; `at` of the entry tells when the engine woke up. */
    moment: Instant;
    dueAt: Instant;
    recipients: readonly Role[];
  };
  /** Another calendar or policy, by an act. */
  LawAdopted: { law: LawRef; adoption: { id: string; act: string; previous: LawRef; recompute: RecomputedTerms } };
}

export const TERM_FACTS: FactRows<keyof TermFacts> = {
  DelayExplained: (state, { data: { dutyKey, reason, noteId } }) => ({
    ...state,
    duties: explainDelay(state.duties, dutyKey, { reason, ...(noteId === undefined ? {} : { noteId }) }),
  }),
  DeadlineStepReached: (state, { data }) => ({ ...state, duties: reachStep(state.duties, data.dutyKey) }),
  LawAdopted: (state, { data }) => ({ ...state, law: data.law }),
};
