/** How a case takes up another calendar or another policy while it runs. */
import type { Calendar } from '../law/calendar.js';
import { lawUnder, type Law, type LawRef } from '../law/law.js';
import type { Policy } from '../law/policy.js';
import type { RecomputedTerms } from '../law/recomputation.js';
import type { TermFacts } from './roads/terms/facts.js';

/** One adoption, the same for every case. What is absent stays as the case has it. */
export interface LawAdoption {
  /** Id of the adoption: the same at every repeat. */
  id: string;
  /** The act or the order by which it was adopted; cited beside every date that it moves. */
  act: string;
  calendar?: Calendar;
  policy?: Policy;
  /** `adopted`: running duties take the policy's numbers and ladders, too; `own`: new duties only. A calendar always moves dates. */
  recompute: RecomputedTerms;
}

/** The law of a case after an adoption. */
export function lawAfter(law: Law, { calendar, policy }: Pick<LawAdoption, 'calendar' | 'policy'>): Law {
  const isNews = (calendar !== undefined && calendar.version !== law.ref.calendar) || (policy !== undefined && policy.version !== law.ref.policy);
  // The same object as before: what is memoised for it stays.
  return isNews ? lawUnder(law, { calendar: calendar ?? law.calendar, policy: policy ?? law.policy }) : law;
}

type AdoptionFact = { type: 'LawAdopted'; data: TermFacts['LawAdopted'] };

/** The fact of an adoption; none when the case has that law already. */
export function adoptionFacts(before: LawRef, after: LawRef, { id, act, recompute }: LawAdoption): readonly AdoptionFact[] {
  if (before.calendar === after.calendar && before.policy === after.policy) return [];
  return [{ type: 'LawAdopted', data: { law: after, adoption: { id, act, previous: before, recompute } } }];
}
