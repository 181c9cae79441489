/** What people do from the needs to the approved plan. */
import type { PlannedMeasure } from '../../domain/case/facts.js';
import type { CommandData } from '../../domain/case/commands.js';
import { addDays, addMonths, legalDayOf, nextWorkingDay, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';
import { HEAD, MANAGER } from '../people.js';
import type { Life } from '../life.js';
import { DELAYS, PLAN, SHARES } from '../mix.js';
import { carryOut } from './execution.js';

export function determineNeeds(life: Life, from: Instant): void {
  const at = life.work.after(from, life.chance.delay(DELAYS.needs));
  life.plan(
    at,
    () => life.command('determineNeeds', { needs: ['social_protection'] }, MANAGER),
    () => draft(life, at),
  );
}

function draft(life: Life, from: Instant): void {
  const at = life.work.after(from, life.chance.delay(DELAYS.draft));
  life.plan(
    at,
    () => life.command('draftIpr', planOf(life, legalDayOf(at)), MANAGER),
    () => sign(life, at),
  );
}

function sign(life: Life, from: Instant): void {
  const { chance, work } = life;
  const employeeAt = work.after(from, chance.delay(DELAYS.employeeSigns));
  const familyAt = work.after(from, chance.delay(DELAYS.familySigns));
  const by = (party: 'employee' | 'family') => () =>
    life.command('signIpr', { party, method: 'paper', documentId: 'document', signatureId: 'sig-1', personId: 'person-1' }, MANAGER);
  const complete = (): void => {
    if (life.state.ipr?.signatures.length === 2) approve(life, Math.max(employeeAt, familyAt));
  };
  life.plan(employeeAt, by('employee'), complete);
  life.plan(familyAt, by('family'), complete);
}

function approve(life: Life, from: Instant): void {
  const at = life.work.after(from, life.chance.delay(DELAYS.approval));
  life.plan(
    at,
    () => life.command('approveIpr', {}, HEAD),
    () => carryOut(life, at),
  );
}

function planOf(life: Life, today: LegalDay): CommandData['draftIpr'] {
  const measures = [...stateMeasures(life, today), ...familyMeasures(life, today)];
  const lastDue = measures.reduce((last, { dueOn }) => (dueOn > last ? dueOn : last), today);
  const latest = addMonths(today, 12);
  const wished = addDays(lastDue, life.chance.whole(PLAN.slackDays));
  return { iprId: 'ipr', endsOn: wished < latest ? wished : latest, specialists: ['psychologist-almaty-auezov'], measures };
}

function stateMeasures(life: Life, today: LegalDay): PlannedMeasure[] {
  const { chance } = life;
  return Array.from({ length: chance.whole(PLAN.stateMeasures) }, (_, index) => ({
    measureId: `state-${index}`,
    kind: 'state',
    supportKind: 'targeted_social_assistance',
    agency: chance.choose(PLAN.agency, index),
    dueOn: dueOn(life, today, index),
  }));
}

const FAMILY_MEASURES_FROM = 100;

function familyMeasures(life: Life, today: LegalDay): PlannedMeasure[] {
  const count = life.chance.happens(SHARES.familyHasTwoMeasures) ? 2 : 1;
  return Array.from({ length: count }, (_, index) => ({
    measureId: `family-${index}`,
    kind: 'family',
    supportKind: 'job_search',
    // Every category is served (A26-IPR): which families need which is not known.
    categories: PLAN_CATEGORIES,
    dueOn: dueOn(life, today, FAMILY_MEASURES_FROM + index),
  }));
}

/** People plan for days on which somebody is at work. */
function dueOn(life: Life, today: LegalDay, number: number): LegalDay {
  return nextWorkingDay(life.law.calendar, addDays(today, life.chance.whole(PLAN.measureDays, number)));
}
