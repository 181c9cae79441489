/** What may happen next to a case: the next step of the road, or anything else, right or wrong. */
import { COMMAND_ROUTES } from '../../contracts/http/roads.js';
import type { Command, CommandData, CommandKind } from '../../domain/case/commands.js';
import { isOnTeam } from '../../domain/case/roads/team/members.js';
import { HELP_KINDS, HELP_RESULTS, TOLD_BY, type Identification } from '../../domain/case/roads/violence/record.js';
import { heldStay } from '../../domain/case/roads/stay/stay.js';
import { openResponses } from '../../domain/case/roads/threat/responses.js';
import { COMMAND_KINDS, COMMANDS } from '../../domain/case/commands.js';
import type { Delivery } from '../../domain/case/deliveries.js';
import { ENGINE, type Actor, type Channel, type PlannedMeasure, type ReportOutcome } from '../../domain/case/facts.js';
import { SENDING_COMMANDS } from '../../domain/case/sending.js';
import type { CaseState, Measure, Report, ThreatResponse } from '../../domain/case/state.js';
import type { TurnInput } from '../../domain/case/turn.js';
import { addDays, legalDayOf, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import { DELAY_REASONS, standingOf } from '../../domain/law/duty.js';
import { PLAN_CATEGORIES } from '../../domain/law/plan-categories.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import type { Role } from '../../domain/law/rule.js';
import { SECTORS } from '../../domain/law/sectors.js';
import { GROUP_MEMBERS, SEEN_PREVIEW, withPapers } from '../../simulation/papers.js';
import type { Chance } from './chance.js';
import { agencyActor, CENTER, HEAD, MANAGER } from './straight-road.js';

export type What = 'road' | 'command' | 'report' | 'appeal' | 'outcome' | 'repeat' | 'adoption' | 'nothing';

/** Where a move finds the case: its state, the time, chance, and everything that was put in before. */
export interface Scene {
  state: CaseState;
  now: Instant;
  chance: Chance;
  said: readonly TurnInput[];
  /** A fresh id for a command or a message. */
  id: string;
}

const ACTING_HEAD: Actor = { id: 'unit-1', role: 'unit_head', center: CENTER };

type Ask = <K extends CommandKind>(kind: K, data: CommandData[K], actor?: Actor) => TurnInput;

const OUTCOMES: readonly ReportOutcome[] = ['performed', 'in_progress', 'not_performed'];
const CHANNELS: readonly Channel[] = [1, 2, 3, 4, 5];
const ROLES: readonly Role[] = [
  'social_work_specialist',
  'psychologist',
  'case_manager',
  'unit_head',
  'center_head',
  'auditor',
  'agency',
  'family',
  'coordinator',
];
const STATUSES = ['done', 'in_progress', 'not_done'] as const;
const HOUR = 3_600_000;
const AGES = [0, 0, 1000, 5 * HOUR, 26 * HOUR, 9 * 24 * HOUR] as const;

/** The input that a move makes of the scene, or none. */
export function inputFor(what: What, scene: Scene): TurnInput | undefined {
  switch (what) {
    case 'road':
      return nextOfTheRoad(scene);
    case 'command':
      return anyCommand(scene);
    case 'report':
      return { kind: 'delivery', delivery: anyReport(scene) };
    case 'appeal':
      return { kind: 'delivery', delivery: anyAppeal(scene) };
    case 'outcome':
      return anyOutcome(scene);
    case 'repeat':
      return anyRepeat(scene);
    case 'adoption':
      return anyAdoption(scene);
    case 'nothing':
      return undefined;
  }
}

function asking(scene: Scene): Ask {
  return (kind, data, actor = MANAGER) =>
    // The pair of kind and data is given by K, which the compiler cannot follow through the object.
    withPapers({ kind, id: scene.id, actor, data: seenBySender(scene, kind, data) } as Command);
}

/** P43: whoever goes the road has looked at what goes out. */
function seenBySender({ state }: Scene, kind: CommandKind, data: object): object {
  const mustHaveSeen = state.violenceSince !== null && SENDING_COMMANDS.some((sending) => sending === kind);
  return mustHaveSeen ? { ...data, preview: SEEN_PREVIEW } : data;
}

/** One of the steps by which the case could go on from where it stands. */
function nextOfTheRoad(scene: Scene): TurnInput | undefined {
  // Whoever is in a place leaves it sooner or later: the case waits for that.
  if (heldStay(scene.state) !== undefined && scene.chance.once(2)) return scene.chance.of(staySteps(scene));
  const besides = isThreatened(scene) ? !scene.chance.once(4) : scene.chance.once(isNoticeOwed(scene) ? 8 : 12);
  const steps = besides ? besidesTheRoad(scene) : stepsOfTheRoad(scene);
  return steps.length === 0 ? undefined : scene.chance.of(steps);
}

function stepsOfTheRoad(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state } = scene;
  const noteId = `note-${scene.id}`;
  const consent = state.consent === 'given' ? [] : [ask('recordConsent', { given: true, personId: 'person-1' })];
  switch (state.stage) {
    case 'intake':
      return [...consent, ...triages(scene), ask('recordInterview', { noteId }), assessment(scene)];
    case 'needs':
      return consent.length > 0 ? consent : [ask('determineNeeds', { needs: ['health'] })];
    case 'planning':
      return planning(scene);
    case 'execution':
      return execution(scene);
    case 'completed':
      return [ask('closeCase', { monitoringMonths: scene.chance.once(4) ? 3 + scene.chance.below(4) : 3 }, HEAD)];
    case 'monitoring':
      // Few lives last so long: those that do mostly come to their end.
      if (monitored(scene)) return [ask('endMonitoring', { noteId })];
      return [
        ask('notifyResult', { documentId: scene.id }),
        ask('recordMonitoringContact', { situation: scene.chance.once(4) ? 'worsened' : 'stable', noteId }),
        // Few lives come as far.
        ...(monitored(scene) ? [1, 2, 3, 4].map(() => ask('endMonitoring', { noteId })) : []),
        ...triages(scene),
      ];
    case 'closed':
      return [ask('notifyResult', { documentId: scene.id }), ...triages(scene)];
  }
}

/** What belongs to no stage: a threat is found, its response assigned, a delay explained. */
function besidesTheRoad(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state, chance } = scene;
  const noteId = `note-${scene.id}`;
  const late = state.duties.filter((duty) => ['overdue', 'exceeded', 'met_late'].includes(standingOf(duty)));
  const open = openResponses(state);
  if (open.length > 0) return open.flatMap((response) => answers(scene, response));
  const notices = noticesUnderWay(scene);
  if (notices.length > 0 && chance.once(2)) return notices;
  return [
    ...late.slice(0, 2).map(({ key }) => ask('explainDelay', { dutyKey: key, reason: chance.of(DELAY_REASONS) })),
    // It would end every monitoring before its time.
    ...((state.stage === 'closed' || state.stage === 'monitoring') && !chance.once(20) ? [] : [ask('recordThreat', { direct: chance.once(2), noteId })]),
    ...(state.unconfirmedCycle === null ? [] : [ask('confirmReopening', { cycle: state.unconfirmedCycle, confirmed: true, noteId }, HEAD)]),
    // A monitoring in which somebody stays goes on for longer than most lives.
    ...(chance.once(state.stage === 'monitoring' ? 12 : 3) ? staySteps(scene) : []),
    ...(chance.once(6) ? noticesToOrder(scene) : []),
    ...state.dispatches
      .filter((each) => each.state === 'parked')
      .slice(0, 1)
      .map(({ key }) => ask('sendAgain', { dispatchKey: key })),
    // Seldom: who may look changes little of what is owed. What was opened is judged.
    ...state.emergencies
      .filter(({ finding }) => finding === undefined)
      .map(({ accessId }) => ask('reviewEmergencyAccess', { accessId, finding: 'justified', noteId }, HEAD)),
    ...(chance.once(4) ? whoLooks(scene) : []),
    ...(state.violenceSince === null || state.stage === 'closed' ? [] : helped(scene)),
    ...(chance.once(8) ? elsewhere(scene) : []),
    ...(chance.once(12) ? papers(scene) : []),
  ];
}

/** Signs are known: help is offered, the person is redirected, refuses or not, and is answered about. */
function helped(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state, chance, now, id } = scene;
  const organisation = chance.of(['crisis_centre', 'special_social_services']);
  const on = addDays(legalDayOf(now), -chance.below(2));
  return [
    ask('recordVictimHelp', { kind: chance.of(HELP_KINDS), by: chance.once(2) ? { colleague: 'lawyer-7' } : { organisation }, on, result: 'given' }),
    ask('orderIdentification', { personId: 'person-1', organisation, supportKind: 'psychological_help' }),
    ...(chance.once(3) ? [ask('refuseIdentification', { personId: 'person-1', noteId: `note-${id}` })] : []),
    // What was asked is mostly answered.
    ...state.violence.identifications.flatMap((each) =>
      each.answer === undefined ? [answerTo(scene, each), answerTo(scene, each), answerTo(scene, each)] : [],
    ),
  ];
}

/** By wire, of whoever was asked, or by letter. */
function answerTo(scene: Scene, { referralId, agency }: Identification): TurnInput {
  const { chance, now, id } = scene;
  const identified = chance.once(2);
  if (chance.once(2)) return asking(scene)('recordIdentificationAnswer', { ...byLetter(id, legalDayOf(now)), referralId, identified });
  const data = { answerId: `answer-${id}`, referralId, identified };
  return { kind: 'delivery', delivery: { kind: 'identificationAnswer', deliveryId: id, actor: agencyActor(agency), ageMs: chance.of(AGES), data } };
}

function byLetter(id: string, receivedOn: LegalDay) {
  return { channel: 'letter', senderId: `note-${id}`, documentId: id, receivedOn } as const;
}

/** The stay that is under way goes on, or another one begins. */
function staySteps(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state, now } = scene;
  const order = { number: '17-ж', date: legalDayOf(now) };
  const stay = heldStay(state);
  if (stay === undefined) return state.stage === 'closed' ? [] : [ask('admitToStay', soundAdmission(scene))];
  const { stayId } = stay;
  const event = { stayId, order, reason: 'own_wish' };
  if (stay.standing === 'admitted') return [ask('recordStayArrival', { stayId, medicalExamination: true, sanitaryTreatment: false }), ask('cancelStay', event)];
  const ways = [ask('endStay', event), ask('transferFromStay', { ...event, organisation: 'crisis_centre' })];
  if (stay.standing === 'away') return [ask('recordStayReturn', { stayId, order }), ask('recordStayReturn', { stayId, order }), ...ways];
  return [ask('recordTemporaryLeave', event), ask('recordTemporaryLeave', event), ...ways];
}

function soundAdmission({ state, chance, now, id }: Scene): CommandData['admitToStay'] {
  const today = legalDayOf(now);
  // Somebody of the family has its id; a second one is known in lives alone.
  const persons = [state.householdId, 'person-2'].slice(0, chance.once(3) ? 2 : 1).map((personId) => ({ personId, room: '101' }));
  const referral = { kind: 'referral', organisation: chance.of(['health', 'internal_affairs']), number: id, issuedOn: today, documentId: id } as const;
  const checklist = { sanitary: true, architecture: true, construction: true, housing: true, utilities: true };
  return { persons, basis: chance.once(2) ? referral : { kind: 'application' }, order: { number: '17-ж', date: today }, locationId: `note-${id}`, checklist };
}

/** For the last threat, once. */
function noticesToOrder(scene: Scene): TurnInput[] {
  const { threats, minors, stage } = scene.state;
  const last = threats.at(-1)?.responseId;
  if (stage === 'closed' || last === undefined || minors.some(({ occasionId }) => occasionId === last)) return [];
  // Somebody of the family has its id.
  return [asking(scene)('orderMinorsNotices', { children: [scene.state.householdId], responseId: last })];
}

/** A notice about children is taken by its body, or not yet, or it is brought on paper. */
function noticesUnderWay(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state, chance, now, id } = scene;
  const open = state.dispatches.filter((each) => each.kind === 'minors_notice' && each.state !== 'delivered');
  return open.map(({ key, series, state: standing }): TurnInput => {
    if (standing === 'given_up' || chance.once(4)) return ask('deliverOnPaper', { dispatchKey: key, documentId: id, handedAt: now, handedToId: `note-${id}` });
    if (standing === 'parked' && chance.once(2)) return ask('sendAgain', { dispatchKey: key });
    const told = { key, series };
    return { kind: 'dispatch', outcome: chance.once(3) ? { ...told, outcome: 'unreachable', reason: 'timeout' } : { ...told, outcome: 'delivered' } };
  });
}

/** What is done about a threat, in any order. */
function answers(scene: Scene, { responseId, answeredAt, calls, plan }: ThreatResponse): TurnInput[] {
  const ask = asking(scene);
  const { state, now, id, chance } = scene;
  const noteId = `note-${id}`;
  const measures = [
    { measureId: `r-${id}`, supportKind: 'psychological_help', agency: chance.of(['health', 'internal_affairs']), dueOn: addDays(legalDayOf(now), 1) },
  ];
  const beside = state.stage !== 'intake' && state.stage !== 'monitoring';
  return [
    ...(answeredAt === undefined ? [ask('assignImmediateMeasures', { responseId, noteId })] : []),
    ...(calls.length === 0 ? [ask('callMobileGroup', { responseId })] : [ask('recordGroupVisit', { responseId, ...seen(now), findingsId: noteId })]),
    ...(plan === undefined ? [ask('adoptResponsePlan', { responseId, measures })] : []),
    ...(beside ? [ask('assessThreat', { responseId, confirmed: chance.once(2), noteId })] : []),
  ];
}

function seen(now: Instant): { departedAt: Instant; arrivedAt: Instant; present: string[] } {
  return { departedAt: now - 1_200_000, arrivedAt: now - 600_000, present: [GROUP_MEMBERS[0]] };
}

/** Somebody comes to the team or leaves it; somebody opens the case in an emergency, and the head judges it. */
function whoLooks(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state } = scene;
  const noteId = `note-${scene.id}`;
  return [
    ...(state.stage === 'closed' || state.violenceSince !== null ? [] : [ask('recordViolenceSigns', { noteId })]),
    ask('openInEmergency', { noteId }),
    ...(isOnTeam(state, 'psychologist-7')
      ? [ask('releaseFromTeam', { person: 'psychologist-7' }, HEAD)]
      : [ask('addToTeam', { person: 'psychologist-7', post: 'psychologist' }, HEAD)]),
  ];
}

/** P32: the house asks about a case of another Center, takes the question back, or the head answers. */
function elsewhere(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state, chance } = scene;
  if (state.stage === 'closed') return [];
  const house: Actor = { ...ENGINE, center: CENTER };
  return [
    ask('raiseTransferQuestion', { questionId: `question-${scene.id}` }, house),
    ...state.transfers
      .filter(({ answer, withdrawn }) => answer === undefined && !withdrawn)
      .slice(0, 2)
      .flatMap(({ questionId }) => [
        ask('answerTransferQuestion', { questionId, answer: chance.of(['join', 'keep'] as const) }, HEAD),
        ask('withdrawTransferQuestion', { questionId }, house),
      ]),
  ];
}

/** 192-4-1: the family is given a code, or it is taken back. */
function papers(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state, chance } = scene;
  return [
    ...(state.stage === 'closed' ? [] : [ask('issueFamilyCode', chance.once(2) ? {} : { askedByFamily: true, toldRisk: true })]),
    ...(state.familyCode === null ? [] : [ask('withdrawFamilyCode', {})]),
  ];
}

/** A term of the plan is revised: the next step of the revision that is under way, or another proposal. */
function revisions(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state, chance, now } = scene;
  if (state.stage !== 'execution') return [];
  const open = state.revisions.find(({ approvedOn, sent }) => approvedOn === undefined || !sent);
  if (open === undefined)
    return [
      ask('proposeRevision', { measureId: chance.of(state.measures).measureId, dueOn: addDays(legalDayOf(now), 1 + chance.below(90)), reasonId: 'note-1' }),
    ];
  const { revisionId } = open;
  const unsigned = (['employee', 'family'] as const).filter((party) => !open.signatures.some((signature) => signature.party === party));
  if (unsigned.length > 0)
    return unsigned.map((party) =>
      ask('signRevision', { revisionId, party, method: 'paper', documentId: scene.id, signatureId: scene.id, personId: state.householdId }),
    );
  return [open.approvedOn === undefined ? ask('approveRevision', { revisionId }, HEAD) : ask('sendRevision', { revisionId })];
}

/** A response is owed: its alarm comes every four hours, and lives that wait for it long have little else to tell. */
function isThreatened({ state }: Scene): boolean {
  return state.duties.some((duty) => duty.rule === 'P4' && duty.state === 'open');
}

function isNoticeOwed({ state }: Scene): boolean {
  return state.duties.some((duty) => duty.rule === '256-26' && duty.state === 'open');
}

/** The months of monitoring have passed, by a plain count of days that errs on the late side. */
function monitored({ state, now }: Scene): boolean {
  return state.closure !== undefined && now - state.closure.closedAt > state.closure.monitoringMonths * 31 * 24 * HOUR;
}

function triages(scene: Scene): TurnInput[] {
  const waiting = scene.state.appeals.filter((appeal) => !appeal.triaged);
  return waiting.map(({ appealId }) => asking(scene)('recordTriage', { appealId, route: 'assessment', reasonId: 'note-1' }));
}

function assessment(scene: Scene): TurnInput {
  const confirmed = !scene.chance.once(8);
  return asking(scene)('completeAssessment', confirmed ? { result: 'difficult_life_situation', grounds: ['G8'] } : { result: 'not_confirmed', grounds: [] });
}

function planning(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { ipr } = scene.state;
  if (ipr === undefined) return [ask('draftIpr', soundPlan(scene))];
  const unsigned = (['employee', 'family'] as const).filter((party) => !ipr.signatures.some((signature) => signature.party === party));
  if (unsigned.length > 0)
    return unsigned.map((party) => ask('signIpr', { party, method: 'paper', documentId: scene.id, signatureId: scene.id, personId: scene.state.householdId }));
  // P50: now and then by whoever says that they stand in for the head.
  const acting = { actingOrder: { number: '14', date: legalDayOf(scene.now) } };
  return [
    ask('approveIpr', {}, HEAD),
    scene.chance.once(3) ? ask('approveIpr', acting, ACTING_HEAD) : ask('approveIpr', {}, HEAD),
    ask('draftIpr', soundPlan(scene)),
  ];
}

function soundPlan({ chance, now, id }: Scene): CommandData['draftIpr'] {
  const today = legalDayOf(now);
  const dueOn = (): LegalDay => addDays(today, 3 + chance.below(60));
  const state = Array.from({ length: 1 + chance.below(4) }, (_, n): PlannedMeasure => {
    const agency = chance.of(SECTORS).code;
    const code = chance.once(2) ? { serviceCode: '00401002' } : {};
    return { measureId: `m-${n}`, kind: 'state', supportKind: 'targeted_social_assistance', agency, dueOn: dueOn(), ...code };
  });
  const served = PLAN_CATEGORIES.filter(() => !chance.once(3));
  const family: PlannedMeasure = { measureId: 'm-family', kind: 'family', supportKind: 'job_search', dueOn: dueOn(), categories: served };
  const notNeeded = PLAN_CATEGORIES.filter((category) => !served.includes(category)).map((category) => ({ category, reasonId: `note-${category}` }));
  return {
    iprId: `ipr-${id}`,
    endsOn: addDays(today, 63 + chance.below(300)),
    specialists: ['psychologist-almaty-auezov'],
    measures: [...state, family],
    notNeeded,
  };
}

function execution(scene: Scene): TurnInput[] {
  const ask = asking(scene);
  const { state } = scene;
  if (state.ipr?.sent !== true) return [ask('sendIpr', {})];
  if (state.measures.every(({ status }) => status === 'done')) return [ask('markCompletion', {})];
  // What was begun is mostly brought to its end: four acts of several people would hardly ever come together by chance.
  const isRevised = state.revisions.some(({ approvedOn, sent }) => approvedOn === undefined || !sent);
  if (isRevised ? !scene.chance.once(3) : scene.chance.once(6)) return revisions(scene);
  const unmarked = state.reports.filter((report) => report.mark === undefined);
  const receipts = state.dispatches
    .filter((dispatch) => dispatch.state === 'pending' || dispatch.state === 'parked')
    .map(({ key, series }): TurnInput => ({ kind: 'dispatch', outcome: { key, series, outcome: 'delivered' } }));
  return [
    ...receipts,
    ...unmarked.map((report) => answered(scene, report)),
    ...state.measures.filter(({ status }) => status !== 'done').flatMap((measure) => performed(scene, measure)),
  ];
}

/** A receipt of information gets its mark; now and then it goes back. */
function answered(scene: Scene, { measureId, reportId, outcome }: Report): TurnInput {
  const ask = asking(scene);
  if (scene.chance.once(5)) return ask('returnReport', { reportId, norm: 'art. 4', reasonId: 'note-1' });
  return ask('markStatus', { measureId, reportId, status: soundStatus(outcome) });
}

function soundStatus(outcome: ReportOutcome): (typeof STATUSES)[number] {
  return outcome === 'performed' ? 'done' : 'in_progress';
}

/** An open measure goes on: the family's by a mark, the state's by a report of its agency. */
function performed(scene: Scene, measure: Measure): TurnInput[] {
  const { measureId, kind, agency, status } = measure;
  if (kind === 'family') return [asking(scene)('markStatus', { measureId, status: 'done' })];
  if (agency === undefined || status === 'reported') return [];
  const data = { reportId: `report-${scene.id}`, measureId, outcome: 'performed' as const };
  return [{ kind: 'delivery', delivery: { kind: 'report', deliveryId: scene.id, actor: agencyActor(agency), ageMs: scene.chance.of(AGES), data } }];
}

function anyReport({ state, chance, id }: Scene): Delivery {
  const measureId = chance.of([...state.measures.map((measure) => measure.measureId), 'm-none']);
  const responsible = state.measures.find((measure) => measure.measureId === measureId)?.agency ?? 'health';
  const actor = agencyActor(chance.once(4) ? chance.of(SECTORS).code : responsible);
  const ageMs = chance.once(20) ? -1 : chance.of(AGES);
  return { kind: 'report', deliveryId: id, actor, ageMs, data: { reportId: `report-${id}`, measureId, outcome: chance.of(OUTCOMES) } };
}

function anyAppeal({ chance, id }: Scene): Delivery {
  const data = { appealId: `appeal-${id}`, journalNumber: `journal-${id}`, channel: chance.of(CHANNELS), threat: chance.once(5) };
  const stay = chance.once(8) ? { stay: { children: chance.once(3) ? [] : [`child-${id}`], bodies: chance.of([{}, { guardianship: 'guardianship' }]) } } : {};
  return { kind: 'appeal', deliveryId: id, actor: MANAGER, ageMs: chance.of(AGES), data: { ...data, ...stay } };
}

/** Mostly of the attempt that is wanted, now and then of one that was made before it. */
function anyOutcome({ state, chance }: Scene): TurnInput {
  const dispatch = chance.of([...state.dispatches, { key: 'sent-by-nobody', series: 1 }]);
  const { key } = dispatch;
  const series = chance.once(4) ? 1 + chance.below(dispatch.series) : dispatch.series;
  // What is parked waits for its line, and that comes back as often as not.
  if (state.dispatches.some((each) => each.key === key && each.state === 'parked') && chance.once(2))
    return { kind: 'dispatch', outcome: { key, series, outcome: 'recovered' } };
  const ends = [
    { key, series, outcome: 'delivered' },
    { key, series, outcome: 'unreachable', reason: 'timeout' },
    { key, series, outcome: 'unreachable', reason: 'timeout' },
    { key, series, outcome: 'refused', reason: 'not_competent' },
    { key, series, outcome: 'given_up', reason: 'on_paper' },
  ] as const;
  return { kind: 'dispatch', outcome: chance.of(ends) };
}

/**
 * An outcome that is told again, or words that somebody says once more under a key of their own. The same key
 * twice never comes as far as a turn.
 */
function anyRepeat({ chance, said, id }: Scene): TurnInput | undefined {
  const again = said.flatMap((input): TurnInput[] => {
    if (input.kind === 'dispatch') return [input];
    return input.kind === 'command' ? [{ ...input, command: { ...input.command, id } }] : [];
  });
  return again.length === 0 ? undefined : chance.of(again);
}

/** Another version of the policy that says the same; what other numbers and days do is told where laws are adopted. */
function anyAdoption({ chance, id }: Scene): TurnInput {
  const policy = { ...DEFAULT_POLICY, version: `reissued-${chance.below(3)}` };
  return { kind: 'adoption', adoption: { id, act: 'an order of the Center', policy, recompute: 'own' } };
}

/** Any command with any data, by somebody who mostly may. */
function anyCommand(scene: Scene): TurnInput {
  const { chance } = scene;
  const kind = chance.of(COMMAND_KINDS);
  const role = chance.once(6) ? chance.of(ROLES) : chance.of(COMMANDS[kind].roles);
  const actor: Actor = { id: chance.of(['manager-1', 'head-1', 'unit-1']), role, center: chance.once(15) ? 'elsewhere' : CENTER };
  return asking(scene)(kind, anyDataOf(scene)[kind]?.() ?? exampleOf(kind, scene.id), actor);
}

function exampleOf(kind: CommandKind, id: string): Command['data'] {
  if (kind === 'raiseTransferQuestion' || kind === 'withdrawTransferQuestion') return { questionId: 'question-none' };
  const read = COMMAND_ROUTES[kind].read(
    COMMAND_ROUTES[kind].example,
    {
      dispatchKey: 'dispatch-none',
      measureId: 'm-none',
      personId: 'person-1',
      questionId: 'question-none',
      reportId: 'report-none',
      revisionId: 'revision-none',
      stayId: 'stay-none',
    },
    () => id,
  );
  if (!read.ok) throw new Error(`the example of ${kind} is not taken`);
  return read.input.data;
}

/** Of a command that is not named here the moves take the example of its route. */
type AnyData = { readonly [K in CommandKind]?: () => CommandData[K] };

function anyDataOf(scene: Scene): AnyData {
  const { chance, state, now } = scene;
  const today = legalDayOf(now);
  const day = (): LegalDay => (chance.once(8) ? '2026-02-30' : addDays(today, chance.below(420) - 20));
  const measureId = (): string => chance.of([...state.measures.map((measure) => measure.measureId), 'm-none']);
  const reportId = (): string => chance.of([...state.reports.map((report) => report.reportId), 'report-none']);
  const revisionId = (): string => chance.of([...state.revisions.map((revision) => revision.revisionId), 'revision-none']);
  const noteId = `note-${scene.id}`;
  const stayId = (): string => chance.of([...state.stays.map((stay) => stay.stayId), 'stay-none']);
  const dispatchKey = (): string => chance.of([...state.dispatches.map((dispatch) => dispatch.key), 'none']);
  return {
    sendAgain: () => ({ dispatchKey: dispatchKey() }),
    deliverOnPaper: () => ({ dispatchKey: dispatchKey(), documentId: scene.id }),
    recordReport: () => ({
      measureId: measureId(),
      outcome: chance.of(['performed', 'in_progress', 'not_performed']),
      channel: chance.of(['letter', 'telephone']),
      senderId: noteId,
      documentId: scene.id,
      receivedOn: day(),
    }),
    admitToStay: () => anyAdmission(scene, day),
    recordStayArrival: () => ({ stayId: stayId(), medicalExamination: chance.once(2), sanitaryTreatment: chance.once(2) }),
    recordTemporaryLeave: () => ({ stayId: stayId(), order: { number: '1', date: day() }, reason: 'hospital', noteId }),
    recordStayReturn: () => ({ stayId: stayId(), order: { number: '1', date: day() } }),
    endStay: () => ({ stayId: stayId(), order: { number: '1', date: day() }, reason: 'own_wish' }),
    transferFromStay: () => ({ stayId: stayId(), order: { number: '1', date: day() }, reason: 'own_wish', organisation: chance.of(['crisis_centre', 'none']) }),
    cancelStay: () => ({ stayId: stayId(), order: { number: '1', date: day() }, reason: 'not_arrived' }),
    assignCaseManager: () => ({ caseManager: `manager-${chance.below(5) + 1}` }),
    recordMember: () => ({ personId: `member-${scene.id}`, kinship: 'child', ...(chance.once(2) ? {} : { representativeId: 'person-1' }) }),
    correctMember: () => ({ personId: 'person-1', fields: ['phone'] }),
    recordViolenceSigns: () => ({ toldBy: chance.of(TOLD_BY), noticedAt: now + chance.of([0, -HOUR, HOUR]), noteId }),
    recordVictimHelp: () => ({ kind: chance.of(HELP_KINDS), by: { organisation: 'crisis_centre' }, on: day(), result: chance.of(HELP_RESULTS) }),
    orderIdentification: () => ({ personId: 'person-1', organisation: chance.of(['crisis_centre', 'health']), supportKind: 'psychological_help' }),
    refuseIdentification: () => ({ personId: chance.of(['person-1', 'person-2']) }),
    recordIdentificationAnswer: () => ({
      ...byLetter(scene.id, day()),
      referralId: chance.of([...state.violence.identifications.map(({ referralId }) => referralId), 'none']),
      identified: chance.once(2),
    }),
    recordThreat: () => ({ direct: chance.once(2), noteId }),
    assignImmediateMeasures: () => ({
      noteId,
      ...(chance.once(2) ? {} : { responseId: chance.of([...state.threats.map(({ responseId }) => responseId), 'none']) }),
    }),
    orderMinorsNotices: () => ({ children: [state.householdId], responseId: chance.of([...state.threats.map(({ responseId }) => responseId), 'none']) }),
    recordConsent: () => ({ given: !chance.once(3), personId: 'person-1' }),
    recordInterview: () => ({ noteId }),
    recordTriage: () => ({ appealId: chance.of([...state.appeals.map((appeal) => appeal.appealId), 'none']), route: 'assessment', reasonId: noteId }),
    completeAssessment: () => ({
      result: chance.once(6) ? 'not_confirmed' : 'difficult_life_situation',
      grounds: chance.of([['G8'], [], ['G99'], ['GX'], ['G1', 'G2']]),
    }),
    determineNeeds: () => ({ needs: ['health'] }),
    draftIpr: () => anyPlan(scene, day),
    signIpr: () => ({
      party: chance.of(['employee', 'family']),
      method: chance.of(['eds', 'paper']),
      documentId: scene.id,
      signatureId: scene.id,
      // Somebody of the family has its id: one is enough.
      personId: state.householdId,
    }),
    approveIpr: () => (chance.once(2) ? {} : { actingOrder: { number: '14', date: day() } }),
    sendIpr: () => ({}),
    proposeRevision: () => ({ measureId: measureId(), dueOn: day(), reasonId: noteId }),
    signRevision: () => ({
      revisionId: revisionId(),
      party: chance.of(['employee', 'family']),
      method: 'paper',
      documentId: scene.id,
      signatureId: scene.id,
      personId: state.householdId,
    }),
    approveRevision: () => ({ revisionId: revisionId() }),
    sendRevision: () => ({ revisionId: revisionId() }),
    markStatus: () => ({ measureId: measureId(), status: chance.of(STATUSES), ...(chance.once(4) ? {} : { reportId: reportId() }) }),
    returnReport: () => ({ reportId: reportId(), norm: 'art. 4', reasonId: noteId, ...(chance.once(2) ? {} : { newDueOn: day() }) }),
    markCompletion: () => (chance.once(2) ? {} : { completedOn: day() }),
    closeCase: () => ({ monitoringMonths: chance.of([0, 2, 3, 4, 3.5, 6, 7]) }),
    notifyResult: () => ({ documentId: scene.id }),
    recordMonitoringContact: () => ({ situation: chance.of(['stable', 'worsened']), noteId }),
    endMonitoring: () => ({ noteId }),
    explainDelay: () => ({ dutyKey: chance.of([...state.duties.map(({ key }) => key), 'none']), reason: chance.of(DELAY_REASONS), noteId }),
  };
}

/** A sound admission with one thing changed, for better or worse. */
function anyAdmission(scene: Scene, day: () => LegalDay): CommandData['admitToStay'] {
  const sound = soundAdmission(scene);
  const { checklist: _, ...unanswered } = sound;
  return scene.chance.of<CommandData['admitToStay']>([
    sound,
    unanswered,
    { ...sound, order: { number: '1', date: day() } },
    { ...sound, persons: [...sound.persons, ...sound.persons] },
    { ...sound, persons: [{ personId: 'person-1', room: 'attic' }] },
    { ...sound, persons: ['person-1', 'person-2', 'person-3'].map((personId) => ({ personId, room: '101' })) },
    { ...sound, basis: { kind: 'application', appealId: 'none' } },
    { ...sound, basis: { kind: 'referral', organisation: 'education', number: '1', issuedOn: day(), documentId: scene.id } },
    { ...sound, checklist: { ...sound.checklist, sanitary: false } },
  ]);
}

/** A sound plan with one thing changed, for better or worse. */
function anyPlan(scene: Scene, day: () => LegalDay): CommandData['draftIpr'] {
  const plan = soundPlan(scene);
  const [first, ...others] = plan.measures as [PlannedMeasure, ...PlannedMeasure[]];
  const { agency: _, ...withoutAgency } = first;
  return scene.chance.of<CommandData['draftIpr']>([
    { ...plan, endsOn: day() },
    { ...plan, measures: others },
    { ...plan, measures: [first, first, ...others] },
    { ...plan, measures: [{ ...first, dueOn: day() }, ...others] },
    { ...plan, measures: [{ ...first, agency: 'astrology' }, ...others] },
    { ...plan, measures: [withoutAgency, ...others] },
    { ...plan, notNeeded: [] },
    { ...plan, notNeeded: PLAN_CATEGORIES.map((category) => ({ category, reasonId: 'note-1' })) },
    { ...plan, measures: [first, ...others.map((measure) => ({ ...measure, agency: 'sports' }))] },
  ]);
}
