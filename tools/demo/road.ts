/**
 * The straight road of the law as one family goes it, with what goes wrong on real roads: a slow
 * agency, a report returned, a message that comes twice, and one term missed on purpose.
 */
import { addWorkingDays, legalDayOf, type LegalDay } from '../../domain/law/calendar.js';
import { DEVELOPMENT_TOKENS } from '../../db/development-tokens.js';
import type { CaseView } from './center-api.js';
import { CAST, demoPlan } from './demo-plan.js';
import { TOKENS, type Walk } from './walk.js';

export const MONITORING_MONTHS = 3;

/** The synthetic person of the demonstration. */
export const PERSON = { fullName: 'Synthetic Person', iin: '900101100004' } as const;

/** The slow agency thinks so long before it acknowledges: real time, because agencies live in real time. */
const SLOW_MS = 600;

const { manager, unitHead, head } = TOKENS;

function actorOf(token: string): string {
  return DEVELOPMENT_TOKENS.find((known) => known.token === token)?.actorId ?? token;
}

export async function intake(walk: Walk, appealId: string): Promise<void> {
  walk.story.say('A case manager takes the case.');
  const opened = await walk.act(unitHead, 'assignCaseManager', { caseManager: actorOf(manager) });
  await explainFirstTerm(walk, opened);
  await walk.nextWorkingDay(1);
  await walk.give(manager, 'recordTriage', {
    appealId,
    route: 'consultation_and_assessment',
    reason: 'The family asks for help and may be in a difficult life situation.',
  });
  await walk.give(manager, 'recordInterview', { note: 'A synthetic interview.' });
  await walk.give(manager, 'recordConsent', { given: true, person: PERSON, documentId: await walk.upload(manager, 'consent') });
  await walk.news();
  await walk.nextWorkingDay(1, 16);
  await walk.act(manager, 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'], note: 'A synthetic assessment.' });
}

async function explainFirstTerm(walk: Walk, view: CaseView): Promise<void> {
  const duty = view.duties.find(({ rule }) => rule === '256-13-2');
  if (duty === undefined) return;
  const { text } = await walk.api.why(walk.caseId, duty.key);
  walk.story.say(`Why this date? ${text}`);
}

export async function planning(walk: Walk): Promise<void> {
  await walk.nextWorkingDay(2);
  await walk.act(manager, 'determineNeeds', { needs: ['safety', 'employment', 'housing', 'education'], note: 'Synthetic needs.' });
  await walk.nextWorkingDay(2);
  await walk.act(manager, 'draftIpr', demoPlan(walk.clock.calendar, legalDayOf(await walk.clock.now())));
  await walk.nextWorkingDay(1);
  await walk.give(manager, 'signIpr', await walk.signing(manager, 'employee'));
  await walk.act(manager, 'signIpr', await walk.signing(manager, 'family'));
  await walk.nextWorkingDay(1);
  await walk.act(head, 'approveIpr');
}

export async function fanOut(walk: Walk): Promise<void> {
  await walk.nextWorkingDay(1);
  walk.story.say(`The plan goes to ${CAST.early.length + CAST.later.length + 1} agencies over HTTP; ${CAST.slow} is slow, and nobody waits for it.`);
  await walk.act(manager, 'sendIpr');
  await walk.waitFor('every referral is acknowledged', ({ dispatches }) => dispatches.every(({ state }) => state === 'delivered'));
}

/** How the agencies of the story behave; all others do as told, at once. */
export async function setTheScene({ simulators }: Pick<Walk, 'simulators'>): Promise<void> {
  const ordinary = [...CAST.early, ...CAST.later].filter((agency) => agency !== CAST.slow);
  await Promise.all([
    simulators.behave(CAST.slow, { acknowledgeAfterMs: SLOW_MS }),
    simulators.behave(CAST.silent, { silent: true }),
    ...ordinary.map((agency) => simulators.behave(agency, {})),
  ]);
}

export async function clearTheScene({ simulators }: Pick<Walk, 'simulators'>): Promise<void> {
  await Promise.all([CAST.slow, CAST.silent].map((agency) => simulators.behave(agency, {})));
}

/** First round: one report comes twice, one is returned, its agency mends it in time. */
export async function firstReports(walk: Walk): Promise<void> {
  await walk.nextWorkingDay(5);
  walk.story.say(`Six agencies report by signed webhook; ${CAST.repeating} sends the same message twice.`);
  await reports(walk, CAST.early, 1);
  const received = await walk.waitFor('the second copy is recognised', ({ inbox }) => inbox.duplicates > 0);
  await walk.nextWorkingDay(1);
  await markDone(
    walk,
    received,
    CAST.early.filter((agency) => agency !== CAST.returned),
  );
  await returnOne(walk, received);
  await walk.nextWorkingDay(2);
  walk.story.say(`${CAST.returned} delivers again.`);
  const mended = await reports(walk, [CAST.returned]);
  await walk.nextWorkingDay(1);
  await markDone(walk, mended, [CAST.returned]);
}

async function returnOne(walk: Walk, view: CaseView): Promise<void> {
  walk.story.say(`The report of ${CAST.returned} breaks the law on state services: it goes back with the norm, the reason and a new date.`);
  const { reportId } = unmarkedReport(view, CAST.returned);
  const words = { norm: 'Law on state services, art. 5', reason: 'The result of the service is not attached.' };
  await walk.give(manager, 'returnReport', words, { reportId });
  await walk.waitFor('the notice of rework is acknowledged', ({ dispatches }) =>
    dispatches.some(({ kind, state }) => kind === 'rework_notice' && state === 'delivered'),
  );
}

export async function secondReports(walk: Walk): Promise<void> {
  await walk.nextWorkingDay(2);
  walk.story.say('Five more agencies report.');
  const received = await reports(walk, CAST.later);
  await walk.nextWorkingDay(1);
  await markDone(walk, received, CAST.later);
  walk.story.say('The family has done its own part.');
  await walk.act(manager, 'markStatus', { status: 'done' }, { measureId: familyMeasure(received) });
}

/** The silent agency: its date passes, the ladder climbs step by step, then it reports late. */
export async function missedTerm(walk: Walk): Promise<void> {
  const view = await walk.view();
  const dueOn = measureOf(view, CAST.silent).dueOn;
  walk.story.say(`${CAST.silent} stays silent past its date ${dueOn}, on purpose: overdue, +1 working day the heads, +3 the coordinator.`);
  // The ladder's last personal step is at 24:00 of the third working day: the morning after it, all of them have fired.
  await walk.goTo(addWorkingDays(walk.clock.calendar, dueOn, 4));
  walk.story.say(`${CAST.silent} reports at last.`);
  const received = await reports(walk, [CAST.silent]);
  await walk.nextWorkingDay(1);
  await markDone(walk, received, [CAST.silent]);
}

export async function closing(walk: Walk): Promise<void> {
  await walk.nextWorkingDay(1);
  await walk.act(manager, 'markCompletion');
  await walk.nextWorkingDay(1);
  await walk.act(head, 'closeCase', { monitoringMonths: MONITORING_MONTHS });
  await walk.nextWorkingDay(1);
  await walk.act(manager, 'notifyResult', { documentId: await walk.upload(manager, 'result_notice') });
}

/** A contact on the last day of each month's term; the monitoring ends on the last day of its own. */
export async function monitoring(walk: Walk): Promise<void> {
  for (let month = 1; month <= MONITORING_MONTHS; month += 1) {
    const view = await walk.view();
    const days = [lastDayOf(view, 'P24'), lastDayOf(view, 'D-MON')].toSorted();
    await walk.goTo(days[0] ?? '', 11);
    await walk.act(manager, 'recordMonitoringContact', { situation: 'stable', note: `Synthetic contact ${month}.` });
  }
  await walk.goTo(lastDayOf(await walk.view(), 'D-MON'), 15);
  await walk.act(manager, 'endMonitoring', { note: 'The situation of the family is stable.' });
}

/**
 * Tells agencies to report on their measures and waits until the case has taken it all.
 * @param repeats extra copies that the repeating agency sends under the same id
 */
async function reports(walk: Walk, agencies: readonly string[], repeats = 0): Promise<CaseView> {
  const before = await walk.view();
  const wanted = new Map(agencies.map((agency) => [agency, 1 + reportsOf(before, agency).length]));
  await Promise.all(
    agencies.map((agency) =>
      walk.simulators.report(agency, {
        caseId: walk.caseId,
        measureId: measureOf(before, agency).measureId,
        note: 'A synthetic report.',
        duplicates: agency === CAST.repeating ? repeats : 0,
      }),
    ),
  );
  return walk.waitFor(`reports of ${agencies.join(', ')}`, (view) => [...wanted].every(([agency, count]) => reportsOf(view, agency).length === count));
}

/** 192-11-2: a mark for each report, all at once, as several people would put them. */
async function markDone(walk: Walk, view: CaseView, agencies: readonly string[]): Promise<void> {
  const marks = agencies.map((agency) => unmarkedReport(view, agency));
  await Promise.all(marks.map(({ measureId, reportId }) => walk.give(manager, 'markStatus', { status: 'done', reportId }, { measureId })));
  await walk.news();
}

function reportsOf(view: CaseView, agency: string): CaseView['reports'] {
  return view.reports.filter((report) => report.agency === agency);
}

function unmarkedReport(view: CaseView, agency: string): CaseView['reports'][number] {
  const report = reportsOf(view, agency).find(({ mark }) => mark === undefined);
  if (report === undefined) throw new Error(`${agency} has no report that waits for its mark`);
  return report;
}

function measureOf(view: CaseView, agency: string): CaseView['measures'][number] {
  const measure = view.measures.find((candidate) => candidate.agency === agency);
  if (measure === undefined) throw new Error(`the plan has no measure of ${agency}`);
  return measure;
}

function familyMeasure(view: CaseView): string {
  return view.measures.find(({ kind }) => kind === 'family')?.measureId ?? '';
}

/** Last day of the duty of that rule that is owed now. */
function lastDayOf(view: CaseView, rule: string): LegalDay {
  const duty = view.duties.find((candidate) => candidate.rule === rule && candidate.endedAt === undefined);
  if (duty?.lastDay === undefined) throw new Error(`nothing is owed under ${rule}`);
  return duty.lastDay;
}
