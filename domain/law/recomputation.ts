/**
 * What becomes of running duties when another calendar or policy is adopted: dates are counted again
 * from each duty's own start, steps are planned again without those already reached. A term missed
 * under the old law is not rewritten (calendar.md part 4): the record gets both readings.
 */
import type { Calendar, Instant, LegalDay } from './calendar.js';
import { dateOf, type Duty, type DutyChange } from './duty.js';
import { planSteps, rungsSetBy, type LadderRung, type Step } from './ladder.js';
import { findRule, isSwitchedOn, type Law } from './law.js';
import { readingOn } from './rule.js';
import { termUnder } from './rule-term.js';
import { isSameData } from './same-data.js';
import type { Term } from './term.js';

/** Which numbers a running duty goes on with: its own, or those of the law adopted. */
export type RecomputedTerms = 'own' | 'adopted';

/** The law that a case takes up, and the day whose readings the case goes by (P38). */
export interface AdoptedLaw {
  law: Law;
  readingDay: LegalDay;
}

/**
 * The changes to what is owed when a case takes up another calendar or policy. The same ones again
 * change nothing, whatever became of the table meanwhile: a correction of a row moves no date that stands.
 *
 * @param now case time (UTC): what ended by then under its old date was missed
 * @throws CalendarGap when the calendar lacks a year that a term reaches into
 */
export function recomputation(duties: readonly Duty[], adopted: AdoptedLaw, now: Instant, terms: RecomputedTerms): DutyChange[] {
  return duties.flatMap((duty): DutyChange[] => {
    if (duty.state !== 'open') return [];
    // A row that the policy switches off is owed by nobody any more, whenever its duty began.
    if (!isSwitchedOn(adopted.law, duty.rule)) return [{ op: 'lapsed', key: duty.key, at: now }];
    if (duty.term === undefined || duty.dueAt === undefined) return [];
    return readAgain({ ...duty, term: duty.term, dueAt: duty.dueAt }, adopted, now, terms);
  });
}

type DutyWithTerm = Duty & { term: Term; dueAt: Instant };

function readAgain(duty: DutyWithTerm, adopted: AdoptedLaw, now: Instant, terms: RecomputedTerms): DutyChange[] {
  const { calendar, policy } = adopted.law;
  const term = terms === 'own' ? duty.term : termAdopted(duty, adopted);
  const due = dateOf(calendar, duty, term);
  const missed = duty.dueAt <= now;
  const rungs = terms === 'own' ? duty.rungs : rungsSetBy(policy, duty.ladder);
  const ladder = { ladder: duty.ladder, ...(rungs === undefined ? {} : { rungs }) };
  // The steps after a missed term follow from the date that stands, by the days that are worked now.
  const plan = missed ? planSteps(ladder, calendar, duty.startedAt, duty.dueAt, duty.term) : planSteps(ladder, calendar, duty.startedAt, due, term);
  return [...dateChange(duty, due, term, missed), ...stepChange(duty, plan, rungs)];
}

function termAdopted(duty: DutyWithTerm, { law, readingDay }: AdoptedLaw): Term {
  const rule = findRule(law, duty.rule);
  const spec = rule === undefined ? undefined : readingOn(rule, readingDay)?.duty;
  return spec === undefined ? duty.term : termUnder(spec.term, duty.term, law.policy);
}

function dateChange({ key, dueAt, term: before }: DutyWithTerm, due: Instant, term: Term, missed: boolean): DutyChange[] {
  if (missed) return due === dueAt ? [] : [{ op: 'kept', key, dueAt, wouldBe: due }];
  if (!isSameData(before, term)) return [{ op: 'moved', key, from: dueAt, to: due, term }];
  return due === dueAt ? [] : [{ op: 'moved', key, from: dueAt, to: due }];
}

function stepChange(duty: Duty, plan: readonly Step[], rungs: readonly LadderRung[] | undefined): DutyChange[] {
  const steps = stepsAhead(duty, plan);
  const sameLadder = isSameData(rungs, duty.rungs);
  if (sameLadder && isSameData(steps, duty.steps.slice(duty.reached))) return [];
  return [{ op: 'replanned', key: duty.key, steps, ...(sameLadder ? {} : { rungs: rungs ?? null }) }];
}

/**
 * The planned steps that were not reached: of each name the first ones are left out, as many as were.
 * So is one that now falls on a moment at which the same was told (two reminders that met on one day).
 * A repeat is planned by the step before it and not by the ladder: one that waits goes on waiting.
 */
function stepsAhead({ steps, reached }: Duty, plan: readonly Step[]): Step[] {
  const told = steps.slice(0, reached);
  const passed = told.map(({ step }) => step);
  const ahead = plan.filter(({ step, at }) => {
    const place = passed.indexOf(step);
    if (place >= 0) passed.splice(place, 1);
    return place < 0 && !told.some((each) => each.step === step && each.at === at);
  });
  const repeats = steps.slice(reached).filter(({ step }) => step === 'repeat');
  return [...ahead, ...repeats].toSorted((a, b) => a.at - b.at);
}

/** True when every open date is what a fresh count by that calendar gives, or was missed before it came. */
export function isCountedBy(calendar: Calendar, duty: Duty, now: Instant): boolean {
  if (duty.state !== 'open' || duty.term === undefined || duty.dueAt === undefined) return true;
  return duty.dueAt <= now || dateOf(calendar, duty, duty.term) === duty.dueAt;
}
