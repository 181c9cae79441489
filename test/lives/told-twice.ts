/**
 * What must be owed, told a second time and in another way: from the state and the ledger alone,
 * without the rule table and its triggers. Where the two tell different things, one of them is wrong.
 */
import type { Entry, EntryOf, FactType } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import { addDays, daysBetween, isWorkingDay, legalDayOf, startOfDay, type Calendar, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import type { Duty } from '../../domain/law/duty.js';
import { explain } from '../../domain/law/explain.js';
import type { Term } from '../../domain/law/term.js';

const HOUR = 3_600_000;

/** `rule:subject` of everything that is owed now. */
export function owedNow(state: CaseState, all: readonly Entry[]): string[] {
  // P25: of what an earlier cycle owed nothing is owed any more, but for what ends by itself.
  const entries = all.slice(all.findLastIndex(({ type }) => type === 'CaseReopened') + 1);
  return [
    ...openingsToJudge(all),
    ...identificationOwed(state, all),
    ...staysToEnd(all),
    ...questionsToAnswer(state, all),
    ...triagesOwed(state),
    ...intakeDuties(state, entries),
    ...threatDuties(state, entries),
    ...planDuties(state),
    ...executionDuties(state, entries),
    ...marksOwed(state),
    ...closingDuties(state, entries),
    ...noticesOwed(all),
    ...(state.unconfirmedCycle === null || state.stage === 'closed' ? [] : ['P61:case']),
  ].toSorted();
}

/** 256-26: each of the two notices of an occasion until its body has taken it, whatever became of the case. */
function noticesOwed(entries: readonly Entry[]): string[] {
  const taken = new Set(of(entries, 'DispatchDelivered').map(({ data }) => data.key));
  const ordered = of(entries, 'MinorsOccasionBegun').flatMap(({ data }) => data.notices.map(({ key }) => key));
  return ordered.filter((key) => !taken.has(key)).map((key) => `256-26:${key}`);
}

/** P59: each opening in an emergency until it was judged. */
function openingsToJudge(entries: readonly Entry[]): string[] {
  const judged = new Set(of(entries, 'EmergencyAccessReviewed').map(({ data }) => data.accessId));
  return of(entries, 'EmergencyAccessOpened').flatMap(({ data: { accessId } }) => (judged.has(accessId) ? [] : [`P59:${accessId}`]));
}

/** 256-24: from the signs on, in whichever cycle, until an organisation has the person, one has answered, the person refused, or the case is closed. */
function identificationOwed({ stage }: CaseState, entries: readonly Entry[]): string[] {
  const after = entries.slice(entries.findIndex(({ type }) => type === 'ViolenceSignsRecorded'));
  if (stage === 'closed' || after.at(0)?.type !== 'ViolenceSignsRecorded') return [];
  const ended = after.some(
    (entry) =>
      entry.type === 'IdentificationRefused' ||
      entry.type === 'IdentificationAnswered' ||
      entry.type === 'MonitoringEnded' ||
      (entry.type === 'CaseClosed' && entry.data.monitoringMonths === 0) ||
      (entry.type === 'DispatchDelivered' && entry.data.dispatch === 'identification_referral'),
  );
  return ended ? [] : ['256-24:case'];
}

/** P27: each stay until they have left it, were transferred, or are not awaited any more. */
function staysToEnd(entries: readonly Entry[]): string[] {
  const ended = new Set((['StayLeft', 'StayTransferred', 'StayCancelled'] as const).flatMap((type) => of(entries, type).map(({ data }) => data.stayId)));
  return of(entries, 'StayAdmitted').flatMap(({ data: { stayId } }) => (ended.has(stayId) ? [] : [`256-23-5:${stayId}`]));
}

/** P60: each question about another Center until it was answered or withdrawn; what has ended answers nothing. */
function questionsToAnswer(state: CaseState, entries: readonly Entry[]): string[] {
  if (state.stage === 'closed') return [];
  const over = new Set([...of(entries, 'TransferQuestionAnswered'), ...of(entries, 'TransferQuestionWithdrawn')].map(({ data }) => data.questionId));
  return of(entries, 'TransferQuestionRaised').flatMap(({ data: { questionId } }) => (over.has(questionId) ? [] : [`P60:${questionId}`]));
}

/** P10: what is not confirmed is answered with the end of its cycle. */
function triagesOwed(state: CaseState): string[] {
  if (state.closure?.ground === 'not_confirmed') return [];
  return state.appeals.filter((appeal) => !appeal.triaged).map(({ appealId, channel }) => `${channel === 1 ? '256-13-1' : '256-14-1'}:${appealId}`);
}

function intakeDuties(state: CaseState, entries: readonly Entry[]): string[] {
  const own = state.channel === 1;
  const paragraph = own ? '256-13' : '256-14';
  const threatened = threatsIn(entries).length > 0;
  const interviewOwed = own && state.cycle.n === 1 && state.closure === undefined && !entries.some((entry) => entry.type === 'InterviewHeld');
  return [
    ...(state.stage === 'intake' && !threatened ? [`${paragraph}-2:case`] : []),
    ...(state.stage === 'needs' ? [`${paragraph}-3:case`] : []),
    ...(interviewOwed ? ['256-13-INT:case'] : []),
  ];
}

function threatsIn(entries: readonly Entry[]): string[] {
  return entries.flatMap((entry) => {
    if (entry.type === 'AppealRegistered' && entry.data.threat) return [entry.data.appealId];
    return entry.type === 'ThreatFound' ? [entry.data.responseId] : [];
  });
}

/** 256 п.13 2), п.22, P4: of each threat its measures, its assessment, the group and the plan, until each is done or nothing threatened. */
function threatDuties({ channel }: CaseState, entries: readonly Entry[]): string[] {
  return threatsIn(entries).flatMap((responseId) => {
    const at = entries.findIndex((entry) => threatsIn([entry]).includes(responseId));
    const after = entries.slice(at);
    const done = (type: FactType): boolean => after.some((entry) => entry.type === type && 'responseId' in entry.data && entry.data.responseId === responseId);
    const assessed = done('ThreatAssessed') || after.some(({ type }) => type === 'AssessmentCompleted');
    const nothing = after.some(
      (entry) =>
        (entry.type === 'ThreatAssessed' && entry.data.responseId === responseId && !entry.data.confirmed) ||
        (entry.type === 'AssessmentCompleted' && entry.data.result === 'not_confirmed'),
    );
    const ended = nothing || after.some(({ type }) => type === 'CaseClosed');
    const measured = done('ImmediateMeasuresAssigned') || nothing || after.some(({ type }) => type === 'AssessmentCompleted');
    return [
      ...(measured ? [] : [`P4:${responseId}`]),
      ...(assessed || ended ? [] : [`${channel === 1 ? '256-13-2T' : '256-14-2T'}:${responseId}`]),
      ...(ended || done('MobileGroupCalled') ? [] : [`256-22-1:${responseId}`]),
      ...(ended || done('ResponsePlanAdopted') ? [] : [`256-22-2:${responseId}`]),
    ];
  });
}

function planDuties({ stage, ipr }: CaseState): string[] {
  if (stage === 'execution' && ipr !== undefined) return [`256-15-1:${ipr.iprId}`];
  if (stage !== 'planning') return [];
  if (ipr === undefined) return ['192-8:case'];
  return [ipr.signatures.length < 2 ? '256-17-1:case' : '256-17-2:case'];
}

function executionDuties({ stage, measures }: CaseState, entries: readonly Entry[]): string[] {
  if (stage !== 'execution') return [];
  const ofState = measures.filter((measure) => measure.kind === 'state');
  const owes = (rule: string, measureId: string, begins: string, ends: string): string[] =>
    lastWord(entries, measureId, begins, ends) ? [`${rule}:${measureId}`] : [];
  return [
    ...[...new Set(ofState.flatMap(({ agency }) => agency ?? []))].filter((agency) => isUninformed(agency, entries)).map((agency) => `192-9:${agency}`),
    ...ofState.flatMap(({ measureId }) => owes('192-11-1', measureId, 'approved revised', 'performed')),
    ...ofState.flatMap(({ measureId }) => owes('192-11-3', measureId, 'returned', 'performed reported done revised')),
    ...measures.flatMap(({ kind, measureId }) => (kind === 'family' ? owes('256-16-3', measureId, 'approved revised', 'done') : [])),
    ...measures.flatMap(({ measureId }) => owes('256-17-3', measureId, 'proposed', 'revised done')),
    ...(measures.every(({ status }) => status === 'done') ? ['192-12:case'] : []),
  ];
}

/** 192-11-2: of each receipt, in whichever cycle it came. */
function marksOwed({ reports, completedOn, earlierCycles }: CaseState): string[] {
  // With its completion a plan wants no mark any more.
  const received = [{ reports, completedOn }, ...earlierCycles].flatMap((passed) => (passed.completedOn === undefined ? passed.reports : []));
  return received.filter(({ mark }) => mark === undefined).map(({ reportId }) => `192-11-2:${reportId}`);
}

/** The plan, or a revision that it must be told of, came after the last referral that reached the agency. */
function isUninformed(agency: string, entries: readonly Entry[]): boolean {
  const word = entries.findLast(
    (entry) =>
      entry.type === 'IprApproved' ||
      (entry.type === 'RevisionApproved' && entry.data.toSend && entry.data.agency === agency) ||
      (entry.type === 'DispatchDelivered' && entry.data.dispatch === 'referral' && entry.data.agency === agency),
  );
  return word?.type !== 'DispatchDelivered';
}

/** True when of all that was said of the measure, the last of these words is one that begins. */
function lastWord(entries: readonly Entry[], measureId: string, begins: string, ends: string): boolean {
  const words = entries.flatMap((entry) => wordOf(entry, measureId));
  const last = words.findLast((word) => `${begins} ${ends}`.split(' ').includes(word));
  return last !== undefined && begins.split(' ').includes(last);
}

function wordOf(entry: Entry, measureId: string): string[] {
  if (entry.type === 'IprApproved') return ['approved'];
  if (!('measureId' in entry.data) || entry.data.measureId !== measureId) return [];
  switch (entry.type) {
    case 'RevisionProposed':
      return ['proposed'];
    case 'RevisionApproved':
      return ['revised'];
    case 'ReportReturned':
      return ['returned'];
    case 'ReportReceived':
      return [entry.data.outcome === 'performed' ? 'performed' : 'reported'];
    case 'StatusMarked':
      return entry.data.status === 'done' ? ['done'] : [];
    default:
      return [];
  }
}

function closingDuties({ stage, closure }: CaseState, entries: readonly Entry[]): string[] {
  const worsened = of(entries, 'MonitoringContactHeld').some(({ data }) => data.situation === 'worsened');
  return [
    ...(closure?.notified === false ? ['D-CL:case'] : []),
    ...(stage === 'monitoring' ? ['D-MON:case', 'P24:case'] : []),
    ...(stage === 'monitoring' && worsened ? ['D-REOPEN:case'] : []),
  ];
}

function of<T extends FactType>(entries: readonly Entry[], type: T): EntryOf<T>[] {
  return entries.filter((entry): entry is EntryOf<T> => entry.type === type);
}

const WORKING_DAYS: Readonly<Record<string, number>> = {
  '256-13-1': 1,
  '256-14-1': 1,
  '256-13-2': 3,
  '256-14-2': 3,
  '256-13-2T': 1,
  '256-14-2T': 1,
  '256-13-3': 5,
  '256-14-3': 5,
  '192-8': 5,
  '256-17-1': 3,
  '256-17-2': 2,
  '256-17-3': 3,
  '192-9': 2,
  '192-11-2': 2,
  '192-12': 1,
  'D-CL': 1,
  P59: 3,
  P60: 3,
  P61: 1,
  '256-24': 2,
  '256-22-1': 1,
  '256-22-2': 1,
};

/** The term of a duty by the fact that started it; undefined where the law names none. */
export function termByLaw(duty: Duty, cause: Entry): Term | undefined {
  const count = WORKING_DAYS[duty.rule];
  if (count !== undefined) return { unit: 'working_days', count };
  if (duty.rule === 'P4') return { unit: 'hours', count: 2 };
  if (duty.rule === '256-23-5') return { unit: 'months', count: 1, shift: 'none' };
  if (duty.rule === '256-26') return { unit: 'hours', count: 24 };
  if (duty.rule === 'P24') return { unit: 'months', count: 1, shift: 'next_working_day' };
  if (cause.type === 'CaseClosed') return { unit: 'months', count: cause.data.monitoringMonths, shift: 'next_working_day' };
  if (cause.type === 'RevisionApproved') return { unit: 'until_day', day: cause.data.dueOn };
  if (cause.type === 'ReportReturned') return { unit: 'until_day', day: cause.data.newDueOn };
  if (cause.type !== 'IprApproved') return undefined;
  if (duty.rule === '256-15-1') return { unit: 'until_day', day: cause.data.endsOn };
  const measure = [...cause.data.stateMeasures, ...cause.data.familyMeasures].find(({ measureId }) => measureId === duty.subject);
  return measure && { unit: 'until_day', day: measure.dueOn };
}

/** When a term ends by the days counted one by one; P5: under a threat found later, not after the three days that ran already. */
export function dueByLaw(calendar: Calendar, duty: Duty, term: Term, entries: readonly Entry[]): Instant {
  const own = explain(calendar, duty.startedAt, term).dueAt;
  const [opening] = entries;
  // Of the first cycle alone: one that a threat begins has no other term.
  const began = entries.slice(0, duty.startedSeq).some(({ type }) => type === 'CaseReopened' || type === 'AssessmentCompleted');
  if (opening === undefined || began || !/^256-(?:1[34]-2T|22-[12])$/.test(duty.rule)) return own;
  // P5: the three days that ran; from the first threat on they run no more.
  if (threatsIn(entries.slice(0, duty.startedSeq - 1)).length > 0) return own;
  return Math.min(own, explain(calendar, opening.occurredAt, { unit: 'working_days', count: 3 }).dueAt);
}

/** The ladder of a duty without its repeats: `step instant`, by walking days one by one. */
export function ladderByLaw(calendar: Calendar, duty: Duty, term: Term, dueAt: Instant = explain(calendar, duty.startedAt, term).dueAt): string[] {
  const after = (days: number): Instant => explain(calendar, dueAt - 1, { unit: 'working_days', count: days }).dueAt;
  const reminders = remindersByLaw(calendar, duty.startedAt, dueAt, term).map((at) => `reminder ${at}`);
  switch (duty.ladder) {
    case 'none':
      return [];
    case 'threat':
    case 'minors':
      return [...reminders, `overdue ${dueAt}`];
    case 'order':
      return [`reminder ${dueAt - 31 * 24 * HOUR + 9 * HOUR}`, `overdue ${dueAt}`];
    case 'stay':
      return [...reminders, `last_day ${dueAt - 15 * HOUR}`, `overdue ${dueAt}`];
    case 'stay_again':
      return [`decided_again ${duty.startedAt}`, ...reminders, `last_day ${dueAt - 15 * HOUR}`, `overdue ${dueAt}`];
    case 'emergency_access':
      return [`opened ${duty.startedAt}`, ...reminders, `exceeded ${dueAt}`];
    case 'head':
    case 'duty':
      return [...reminders, `exceeded ${dueAt}`];
    case 'rework_again':
      return [`returned_again ${duty.startedAt}`, ...reminders, `exceeded ${dueAt}`, `head ${after(1)}`];
    case 'internal':
      return [...reminders, `exceeded ${dueAt}`, `head ${after(1)}`];
    case 'standard':
    case 'agency':
      return [...reminders, `overdue ${dueAt}`, `head ${after(1)}`, `coordinator ${after(3)}`, `quarter_end ${quarterEnd(after(3))}`];
  }
}

/** P52, and only what lies inside the term. */
function remindersByLaw(calendar: Calendar, startedAt: Instant, dueAt: Instant, term: Term): Instant[] {
  if (term.unit === 'hours') return [startedAt + (term.count * HOUR) / 2];
  const startDay = legalDayOf(startedAt);
  const lastDay = legalDayOf(dueAt - 1);
  const days =
    term.unit === 'working_days'
      ? [workingDays(calendar, addDays(startDay, 1), 1)[Math.ceil(term.count / 2) - 1]]
      : [workingDays(calendar, addDays(startDay, Math.ceil(daysBetween(startDay, lastDay) / 2)), 1)[0], workingDays(calendar, lastDay, -1)[2]];
  const at = days.flatMap((day) => (day === undefined ? [] : [startOfDay(day) + 9 * HOUR]));
  return [...new Set(at)].filter((instant) => instant > startedAt && instant < dueAt).toSorted((a, b) => a - b);
}

/** The first five working days from a day on, forwards or backwards. */
function workingDays(calendar: Calendar, from: LegalDay, direction: 1 | -1): LegalDay[] {
  const found: LegalDay[] = [];
  for (let day = from; found.length < 5; day = addDays(day, direction)) if (isWorkingDay(calendar, day)) found.push(day);
  return found;
}

function quarterEnd(instant: Instant): Instant {
  const day = legalDayOf(instant - 1);
  const quarter = Math.floor((Number(day.slice(5, 7)) - 1) / 3);
  const year = Number(day.slice(0, 4));
  return startOfDay(quarter === 3 ? `${year + 1}-01-01` : `${year}-${String(quarter * 3 + 4).padStart(2, '0')}-01`);
}
