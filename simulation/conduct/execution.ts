/** What people and agencies do while the plan is carried out. */
import type { DispatchOutcome } from '../../domain/case/dispatch.js';
import type { ReportOutcome } from '../../domain/case/facts.js';
import type { Dispatch, Measure } from '../../domain/case/state.js';
import { legalDayOf, startOfDay, type Instant } from '../../domain/law/calendar.js';
import { SEEN_PREVIEW } from '../papers.js';
import { agencyActor, MANAGER } from '../people.js';
import type { Life } from '../life.js';
import { DELAYS, PLAN, SECOND_APPEAL, SHARES } from '../mix.js';
import { closingTime } from '../working-time.js';
import { close } from './closing.js';
import { reviseTerm } from './revision.js';
import { triage } from './triage.js';

/** Everything that the approval sets going. */
export function carryOut(life: Life, approvedAt: Instant): void {
  const { chance, work } = life;
  const sentAt = work.after(approvedAt, chance.delay(DELAYS.send));
  life.plan(
    sentAt,
    () => life.command('sendIpr', { preview: SEEN_PREVIEW }, MANAGER),
    () => {
      for (const [number, measure] of life.state.measures.entries()) {
        if (measure.kind === 'state') agencyPerforms(life, measure, number, sentAt);
        else familyPerforms(life, measure, number, sentAt);
      }
    },
  );
  const first = life.state.measures.find(({ kind }) => kind === 'state');
  if (first !== undefined && chance.happens(SHARES.termRevised)) reviseTerm(life, first.measureId, work.after(sentAt, chance.delay(DELAYS.revisionProposed)));
  if (chance.happens(SHARES.secondAppeal)) appealAgain(life, work.after(approvedAt, chance.whole(SECOND_APPEAL)));
}

/** P30: it is attached, and has a triage of its own. */
function appealAgain(life: Life, at: Instant): void {
  const appeal = { appealId: 'appeal-2', journalNumber: 'journal-2', channel: 1 as const, threat: false };
  life.plan(
    at,
    () => life.delivery('appeal', appeal, MANAGER),
    () => triage(life, appeal.appealId, at, 1),
  );
}

/** Who is punctual is done in the last part of the term; who is late, some working days after it. */
function doneAt(life: Life, { dueOn }: Measure, number: number, from: Instant, late: { is: boolean; by: number }): Instant {
  const { chance, work } = life;
  const end = closingTime(dueOn);
  if (late.is) return work.after(end, late.by);
  const part = PLAN.earliestPart + (1 - PLAN.earliestPart) * chance.uniform(PLAN.partOfTerm, number);
  return work.after(Math.floor(from + part * (end - from)), 0);
}

function familyPerforms(life: Life, measure: Measure, number: number, from: Instant): void {
  const { chance } = life;
  const late = { is: chance.happens(SHARES.familyLate, number), by: chance.delay(DELAYS.familyLateness, number) };
  const { measureId } = measure;
  const at = doneAt(life, measure, number, from, late);
  life.plan(
    at,
    () => life.command('markStatus', { measureId, status: 'done' }, MANAGER),
    () => completeWhenDone(life, at),
  );
}

function agencyPerforms(life: Life, measure: Measure, number: number, from: Instant): void {
  const { chance, work } = life;
  const late = { is: chance.happens(SHARES.agencyLate, number), by: chance.delay(DELAYS.agencyLateness, number) };
  const at = doneAt(life, measure, number, from, late);
  if (chance.happens(SHARES.interimReport, number)) {
    const interimAt = work.after(Math.floor(from + PLAN.interimPart * (startOfDay(measure.dueOn) - from)), 0);
    report(life, measure, interimAt, { number, attempt: 0, outcome: 'in_progress' });
  }
  if (!chance.happens(SHARES.notPerformed, number)) return report(life, measure, at, { number, attempt: 1, outcome: 'performed' });
  report(life, measure, at, { number, attempt: 2, outcome: 'not_performed' });
  const secondAt = work.after(at, SLOWEST_MARK + chance.delay(DELAYS.secondTry, number));
  return report(life, measure, secondAt, { number, attempt: 3, outcome: 'performed' });
}

/** So that the second report of a measure never overtakes the mark of the first. */
const SLOWEST_MARK = DELAYS.statusMark.longest;

interface Told {
  /** Place of the measure in the plan. */
  number: number;
  /** Tells the draws of one report of a measure from those of the next. */
  attempt: number;
  outcome: ReportOutcome;
}

const REPORTS_PER_MEASURE = 8;

function drawOf({ number, attempt }: Told): number {
  return number * REPORTS_PER_MEASURE + attempt;
}

/** 192-11-1, then 192-11-2: the agency reports, the Center marks what it says or gives it back. */
function report(life: Life, measure: Measure, at: Instant, told: Told): void {
  const { measureId, agency = '' } = measure;
  const reportId = `report-${drawOf(told)}`;
  const markedAt = life.work.after(at, life.chance.delay(DELAYS.statusMark, drawOf(told)));
  life.plan(
    at,
    () => life.delivery('report', { reportId, measureId, outcome: told.outcome }, agencyActor(agency)),
    () => {
      if (isGivenBack(life, told, markedAt)) giveBack(life, measure, reportId, markedAt, told);
      else mark(life, measureId, reportId, markedAt, told.outcome);
    },
  );
}

/** A report goes back once at most, and never after the end of the plan, when no new date could be set (P17). */
function isGivenBack({ chance, state }: Life, told: Told, markedAt: Instant): boolean {
  const inPlan = legalDayOf(markedAt) <= (state.ipr?.endsOn ?? '');
  return told.outcome === 'performed' && told.attempt < LAST_ATTEMPT && inPlan && chance.happens(SHARES.returned, told.number);
}

const LAST_ATTEMPT = 4;

function giveBack(life: Life, measure: Measure, reportId: string, at: Instant, told: Told): void {
  const { chance, work } = life;
  life.plan(
    at,
    () => life.command('returnReport', { reportId, norm: 'norm', reasonId: 'note', preview: SEEN_PREVIEW }, MANAGER),
    () => {
      const againAt = work.after(at, chance.delay(DELAYS.rework, told.number));
      report(life, measure, againAt, { ...told, attempt: LAST_ATTEMPT });
    },
  );
}

const STATUS_OF = { performed: 'done', in_progress: 'in_progress', not_performed: 'not_done' } as const;

function mark(life: Life, measureId: string, reportId: string, at: Instant, outcome: ReportOutcome): void {
  const say = (): ReturnType<Life['command']> | undefined => {
    // Nobody marks back what a later report has shown to be done.
    if (life.state.measures.some((measure) => measure.measureId === measureId && measure.status === 'done')) return undefined;
    return life.command('markStatus', { measureId, reportId, status: STATUS_OF[outcome] }, MANAGER);
  };
  life.plan(at, say, () => completeWhenDone(life, at));
}

function completeWhenDone(life: Life, at: Instant): void {
  if (life.state.measures.some(({ status }) => status !== 'done')) return;
  const markedAt = life.work.after(at, life.chance.delay(DELAYS.completionMark));
  life.plan(
    markedAt,
    () => life.command('markCompletion', {}, MANAGER),
    () => close(life, markedAt),
  );
}

/** What becomes of one attempt to reach an agency. */
export function answerOf({ chance, state }: Life, { key, kind, measureIds, series }: Dispatch): DispatchOutcome {
  const number = drawOfDispatch(state.measures, kind, measureIds, series);
  if (series === 1 && chance.happens(SHARES.messageRefused, number)) return { key, series, outcome: 'refused', reason: 'not_competent' };
  const lost = chance.happens(series === 1 ? SHARES.unreachable : SHARES.stillUnreachable, number);
  return lost ? { key, series, outcome: 'unreachable', reason: 'timeout' } : { key, series, outcome: 'delivered' };
}

/** By the first measure that it is about, its kind and the number of the attempt: the same under every law. */
function drawOfDispatch(measures: readonly Measure[], kind: Dispatch['kind'], measureIds: readonly string[], series: number): number {
  const first = measures.findIndex(({ measureId }) => measureId === measureIds[0]);
  return (series * 2 + (kind === 'referral' ? 0 : 1)) * 100 + first;
}
