/**
 * What an adoption would do to one case, before anybody is told: the case's own recomputation over its
 * stored state. The same function of the core decides when the case is told in earnest.
 */
import { lawAfter, type LawAdoption } from '../domain/case/law-adoption.js';
import type { CaseState } from '../domain/case/state.js';
import { CalendarGap, type Instant } from '../domain/law/calendar.js';
import type { Duty, DutyChange } from '../domain/law/duty.js';
import type { Law } from '../domain/law/law.js';
import { recomputation } from '../domain/law/recomputation.js';

export type DutyEffect = 'moved' | 'becomes_overdue' | 'kept' | 'would_not_be_overdue' | 'term_changed' | 'ended';

export interface AffectedDuty {
  duty: Duty;
  effect: DutyEffect;
  from?: Instant;
  to?: Instant;
}

export type CaseEffects =
  | { computable: true; duties: readonly AffectedDuty[]; stepsReplanned: number }
  /** A term reaches into a year that the calendar does not have. */
  | { computable: false; year: number };

/**
 * @param law the case's own law
 * @param now case time (UTC): what ended by then was missed
 */
export function effectsOn(state: CaseState, law: Law, adoption: Pick<LawAdoption, 'calendar' | 'policy' | 'recompute'>, now: Instant): CaseEffects {
  try {
    const adopted = { law: lawAfter(law, adoption), readingDay: state.cycle.startedOn };
    const changes = recomputation(state.duties, adopted, now, adoption.recompute);
    const duties = changes.flatMap((change) => affected(state.duties, change, now));
    return { computable: true, duties, stepsReplanned: changes.filter(({ op }) => op === 'replanned').length };
  } catch (error) {
    if (error instanceof CalendarGap) return { computable: false, year: error.year };
    throw error;
  }
}

function affected(duties: readonly Duty[], change: DutyChange, now: Instant): AffectedDuty[] {
  if (change.op === 'opened') return [];
  const duty = duties.find(({ key }) => key === change.key);
  if (duty === undefined) return [];
  switch (change.op) {
    case 'moved': {
      const { from, to } = change;
      if (from === to) return [{ duty, effect: 'term_changed', from, to }];
      return [{ duty, effect: to <= now ? 'becomes_overdue' : 'moved', from, to }];
    }
    case 'kept':
      return [{ duty, effect: change.wouldBe > now ? 'would_not_be_overdue' : 'kept', from: change.dueAt, to: change.wouldBe }];
    case 'lapsed':
      return [{ duty, effect: 'ended', ...(duty.dueAt === undefined ? {} : { from: duty.dueAt }) }];
    case 'met':
    case 'step_planned':
    case 'replanned':
      return [];
  }
}
