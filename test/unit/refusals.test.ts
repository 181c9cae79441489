/**
 * Every code of refusal has a deed that earns it: a code that nobody can reach would be a promise to
 * the clients of the API that the core does not keep. The list is written against the compiler.
 */
import { revise } from '../lives/every-road.js';
import { describe, expect, it } from 'vitest';
import type { Command, CommandData } from '../../domain/case/commands.js';
import { ENGINE, type PlannedMeasure } from '../../domain/case/facts.js';
import { NOTHING_KNOWN, type Known, type KnownDocument, type KnownOrganisation, type KnownSignature } from '../../domain/case/references.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { CaseRefusalCode } from '../../domain/case/refusal.js';
import { CASE_REFUSAL_CODES, REFUSAL_CODES } from '../../domain/case/refusal-kinds.js';
import { takeTurn, type Answer } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { GROUP_MEMBERS, PAPER_SHA256, papersFor } from '../../simulation/papers.js';
import { ask, hear, lifeAfter, lifeBefore, outcome, registered } from '../lives/acting.js';
import { CASE_ID, LAW, type Life } from '../lives/live.js';
import { agencyActor, CENTER, command, HEAD, local, MANAGER, measures, opening, report } from '../lives/straight-road.js';
import { admission, admit, ALL_MET, arrive, inside, lastStay, leave, order, REFERRAL } from '../lives/staying.js';

const DAY = local('2026-01-12', 12);
const DRAFTED_AT = local('2026-01-22');
const MARKED_AT = local('2026-02-17');
const [JOB, HEALTH, FAMILY] = measures('2026-03-02') as [PlannedMeasure, PlannedMeasure, PlannedMeasure];

let last: Life | undefined;
let writtenBefore = 0;

/** Remembers the life before its last deed, so that the test can look at what the refusal left. */
function on(life: Life): Life {
  last = life;
  writtenBefore = life.entries.length;
  return life;
}

const assess = (grounds: string[]) =>
  ask(on(lifeBefore('completeAssessment')), local('2026-01-14'), 'completeAssessment', { result: 'difficult_life_situation', grounds });
const draft = (planned: PlannedMeasure[], endsOn = '2026-06-30') =>
  ask(on(lifeBefore('draftIpr')), DRAFTED_AT, 'draftIpr', { iprId: 'ipr-1', endsOn, specialists: [], measures: planned });
const mark = (life: Life, data: { measureId: string; reportId?: string }) => ask(on(life), MARKED_AT, 'markStatus', { ...data, status: 'done' });
const triage = (life: Life, appealId: string) => ask(on(life), local('2026-01-14'), 'recordTriage', { appealId, route: 'assessment', reasonId: 'n' });

function reported(outcome: 'performed' | 'in_progress' = 'performed'): Life {
  const life = lifeAfter('sendIpr');
  hear(life, local('2026-02-16'), report('employment', 'm-job', { outcome }, 0, 'd-1'));
  return life;
}

function withoutTerm(): PlannedMeasure {
  const { dueOn: _, ...endless } = JOB;
  return endless as PlannedMeasure;
}

function withoutAgency(): PlannedMeasure {
  const { agency: _, ...nobody } = JOB;
  return nobody;
}

function approvedByAuthor(): Answer {
  const life = lifeBefore('draftIpr');
  ask(life, DRAFTED_AT, 'draftIpr', { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: [], measures: measures('2026-03-02') }, HEAD);
  ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'd', signatureId: 'sig-1' });
  ask(life, local('2026-01-23'), 'signIpr', { party: 'family', method: 'eds', documentId: 'd', signatureId: 'sig-2' });
  return ask(on(life), local('2026-01-26'), 'approveIpr', {}, HEAD);
}

/** A plan of which only one measure serves a category. */
function unserved(): CommandData['draftIpr'] {
  const { categories: _none, ...family } = FAMILY;
  return {
    iprId: 'ipr-1',
    endsOn: '2026-06-30',
    specialists: [],
    measures: [
      { ...JOB, dueOn: '2026-06-30', categories: ['adaptation'] },
      { ...family, dueOn: '2026-06-30' },
    ],
  };
}

/** What the measure of `unserved` leaves. */
const SPARED = (['social_rehabilitation', 'repeated_hardship_risk', 'offence_risk'] as const).map((category) => ({ category, reasonId: 'n' }));

const draftUnder2026 = (data: CommandData['draftIpr']) => ask(on(lifeBefore('draftIpr')), local('2026-03-10'), 'draftIpr', data);

function neverAssessed(): Life {
  const life = registered(DAY);
  life.sleepUntil(local('2026-01-19'));
  return life;
}

function beyondTheCalendar(): Answer {
  const { '2027': _, ...years } = CALENDAR_2026_11_21.years;
  const law = lawOf({ calendar: { ...CALENDAR_2026_11_21, years }, policy: DEFAULT_POLICY });
  const life = on(registered(local('2026-12-28'), {}, law));
  return ask(life, local('2026-12-28', 11), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
}

/** The household's one open case is another's: its own code, and nothing is recorded. */
function openingOfATakenFamily(): Answer {
  const first = opening(DAY);
  const lost = [{ kind: 'household', thing: first.householdId }];
  const { answers, entries } = takeTurn(undefined, [{ kind: 'opening', opening: first }], { subjectId: CASE_ID, law: LAW, now: DAY, newId: () => 'id', lost });
  const [answer] = answers;
  if (answer === undefined || entries.length > 0) throw new Error('an opening that lost its claim was recorded');
  // Of the same day: the family's own case, in which nothing is written by it.
  on(registered(DAY));
  return answer;
}

const answer = (life: Life, data: { responseId?: string }) => ask(on(life), local('2026-01-13'), 'assignImmediateMeasures', { ...data, noteId: 'n' });

/** A case whose only threat is answered. */
function answered(): Life {
  const life = registered(DAY, { threat: true });
  ask(life, local('2026-01-12', 12), 'assignImmediateMeasures', { noteId: 'n' });
  return life;
}

const THREATENED_AT = local('2026-01-28', 14);

/** A threat is found while the plan runs. */
function threatened(): Life {
  const life = lifeAfter('sendIpr');
  ask(life, local('2026-01-28', 10), 'recordThreat', { direct: true, noteId: 'n' });
  return life;
}

function visit(changes: Partial<CommandData['recordGroupVisit']>): Answer {
  const data = { departedAt: THREATENED_AT - 7_200_000, arrivedAt: THREATENED_AT - 3_600_000, present: [GROUP_MEMBERS[0]], findingsId: 'n', ...changes };
  return ask(on(threatened()), THREATENED_AT, 'recordGroupVisit', data);
}

/** A threat in the monitoring has begun the second cycle. */
function reopened(): Life {
  const life = lifeAfter('closeCase');
  ask(life, local('2026-04-01'), 'recordThreat', { direct: true, noteId: 'n' });
  return life;
}

const REVISED_AT = local('2026-01-28');
const propose = (life: Life, measureId: string, dueOn: string, at = REVISED_AT) => ask(on(life), at, 'proposeRevision', { measureId, dueOn, reasonId: 'n' });
const sign = (life: Life, revisionId: string) =>
  ask(life, REVISED_AT, 'signRevision', { revisionId, party: 'family', method: 'paper', documentId: 'd', signatureId: 'sig-2', personId: 'person-1' });

function proposed(): { life: Life; revisionId: string } {
  const life = lifeAfter('sendIpr');
  propose(life, 'm-job', '2026-04-01');
  return { life, revisionId: life.caseState.revisions[0]?.revisionId ?? '' };
}

function sendAgain(): Answer {
  const life = lifeAfter('sendIpr');
  const revisionId = revise(life, 'm-job', '2026-04-01', REVISED_AT);
  ask(life, REVISED_AT, 'sendRevision', { revisionId });
  return ask(on(life), REVISED_AT, 'sendRevision', { revisionId });
}

/** A plan whose measure names an organisation of which that is known. */
function draftNaming(found: KnownOrganisation): Answer {
  const given = command('draftIpr', { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: [], measures: [{ ...JOB, agency: 'o' }, FAMILY] });
  return knowing({ ...papersFor(given), organisation: { o: found } }, on(lifeBefore('draftIpr')), local('2026-01-22'), given);
}

/** The plan is signed on a document of which that is known. */
function signWith(found: Omit<KnownDocument, 'sha256'> | undefined): Answer {
  const known = { ...NOTHING_KNOWN, document: found === undefined ? {} : { d: { ...found, sha256: PAPER_SHA256 } } };
  const signature = command('signIpr', { party: 'employee', method: 'eds', documentId: 'd', signatureId: 'sig-1' });
  return knowing(known, on(lifeBefore('signIpr')), local('2026-01-23'), signature);
}

/** The plan is signed by ЭЦП, of which that is known. */
function signBy(found: Partial<KnownSignature> | undefined): Answer {
  const given = command('signIpr', { party: 'employee', method: 'eds', documentId: 'd', signatureId: 's' });
  const papers = papersFor(given);
  const signature: Known['signature'] = found === undefined ? {} : { s: { documentId: 'd', sha256: PAPER_SHA256, colleague: MANAGER.id, ...found } };
  return knowing({ ...papers, signature }, on(lifeBefore('signIpr')), local('2026-01-23'), given);
}

/** The employee who signed for the Center has signed for the family, too. */
function signedByOne(): Answer {
  const life = lifeBefore('signIpr');
  ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'd', signatureId: 's' });
  const given = command('signIpr', { party: 'family', method: 'paper', documentId: 'd', signatureId: 's', personId: 'p' });
  return knowing({ ...papersFor(given), member: { p: { colleague: MANAGER.id } } }, on(life), local('2026-01-23', 11), given);
}

/** The head has signed for the Center, and nobody of the family is the head. */
function approvedBySigner(): Answer {
  const life = lifeBefore('signIpr');
  ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'd', signatureId: 's' }, HEAD);
  ask(life, local('2026-01-23'), 'signIpr', { party: 'family', method: 'eds', documentId: 'd', signatureId: 's' });
  return ask(on(life), local('2026-01-26'), 'approveIpr', {}, HEAD);
}

/** The command is given where exactly that is known. */
function knowing(known: Known, life: Life, at: Instant, given: Command): Answer {
  const [answer] = life.turn(at, { kind: 'command', command: given, known });
  if (answer === undefined) throw new Error('a command got no answer');
  return answer;
}

const KINSHIP: Known = { ...NOTHING_KNOWN, term: { 'kinship:child': true } };

/** A child of the family is represented by somebody of whom that is known. */
function represented(representativeId: string, isChild: boolean): Answer {
  const known: Known = { ...KINSHIP, member: { p: { isChild: true }, other: { isChild } } };
  return knowing(known, on(registered(DAY)), DAY, command('correctMember', { personId: 'p', fields: ['representativeId'], representativeId }));
}

const UNIT_HEAD_ACTS = { id: 'u-1', role: 'unit_head', center: CENTER } as const;

function assignWhere(known: Known): Answer {
  return knowing(known, on(registered(DAY)), DAY, command('assignCaseManager', { caseManager: 'manager-9' }, HEAD));
}

const REDIRECTION = { personId: 'person-1', organisation: 'crisis_centre', supportKind: 'psychological_help' };

function signsKnown(): Life {
  const life = registered(DAY);
  ask(life, DAY, 'recordViolenceSigns', { noteId: 'n' });
  return life;
}

function redirected(): Life {
  const life = signsKnown();
  ask(life, DAY, 'orderIdentification', REDIRECTION);
  return life;
}

function answerByHand(life: Life, changes: Partial<CommandData['recordIdentificationAnswer']>): Answer {
  const { referralId = '' } = life.caseState.violence.identifications[0] ?? {};
  const letter = { referralId, identified: true, channel: 'letter', senderId: 'n', documentId: 'd', receivedOn: '2026-01-12' } as const;
  return ask(life, DAY, 'recordIdentificationAnswer', { ...letter, ...changes });
}

const UNDER = { person: 'psychologist-7', post: 'psychologist' } as const;

const admitting = (...given: [data?: Parameters<typeof admission>[0], known?: Parameters<typeof admit>[3]]): Answer =>
  admit(on(registered(DAY)), DAY, admission(given[0]), given[1]);

function admitted(): Life {
  const life = registered(DAY);
  admit(life, DAY);
  return life;
}

const away = (life: Life): Answer =>
  ask(life, local('2026-01-13'), 'recordTemporaryLeave', { stayId: lastStay(life), order: order('2026-01-13'), reason: 'hospital' });

const HOUSE = { ...ENGINE, center: CENTER };

/** P32: the head is asked about a case of another Center. */
function asked(): Life {
  const life = registered(DAY);
  ask(life, DAY, 'raiseTransferQuestion', { questionId: 'q' }, HOUSE);
  return life;
}

const DEEDS: Readonly<Record<CaseRefusalCode, () => Answer>> = {
  acting_order_required: () => ask(on(lifeBefore('approveIpr')), local('2026-01-26'), 'approveIpr', {}, { id: 'u-1', role: 'unit_head', center: CENTER }),
  acting_order_unknown: () => {
    const known: Known = { ...NOTHING_KNOWN, order: { 'u-1': { number: '15', date: '2026-01-23' } } };
    const invented = command('approveIpr', { actingOrder: { number: '999', date: '1999-01-01' } }, UNIT_HEAD_ACTS);
    return knowing(known, on(lifeBefore('approveIpr')), local('2026-01-26'), invented);
  },
  actor_of_other_center: () => ask(on(registered(DAY)), DAY, 'recordInterview', { noteId: 'n' }, { ...MANAGER, center: 'astana-yesil' }),
  agency_required: () => draft([withoutAgency(), FAMILY]),
  organisation_unknown: () => draft([{ ...JOB, agency: 'astrology' }, FAMILY]),
  organisation_not_valid: () => draftNaming({ function: 'employment', validFrom: '2026-02-01' }),
  organisation_of_no_sector: () => draftNaming({ function: 'contact_centre_111', validFrom: '2020-01-01' }),
  appeal_already_triaged: () => triage(lifeAfter('recordTriage'), 'appeal-1'),
  appeal_unknown: () => triage(lifeAfter('recordTriage'), 'appeal-9'),
  approver_is_author: approvedByAuthor,
  calendar_year_missing: beyondTheCalendar,
  case_not_open: () => ask(on(lifeAfter('endMonitoring')), local('2026-06-04'), 'recordInterview', { noteId: 'n' }),
  category_contradictory: () => draftUnder2026({ ...unserved(), notNeeded: [...SPARED, { category: 'adaptation', reasonId: 'n' }] }),
  category_not_addressed: () => draftUnder2026(unserved()),
  code_unknown: () => {
    const before = on(lifeBefore('determineNeeds'));
    return knowing(NOTHING_KNOWN, before, local('2026-01-19'), command('determineNeeds', { needs: ['magic'] }));
  },
  colleague_unknown: () => assignWhere(NOTHING_KNOWN),
  colleague_without_post: () => assignWhere({ ...NOTHING_KNOWN, colleague: { 'manager-9': { posts: ['unit_head'] } } }),
  consent_required: () => {
    const life = registered(DAY);
    ask(life, local('2026-01-13'), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    return ask(on(life), local('2026-01-14'), 'determineNeeds', { needs: [] });
  },
  date_in_future: () => ask(on(lifeBefore('markCompletion')), local('2026-03-02'), 'markCompletion', { completedOn: '2026-03-03' }),
  completion_before_approval: () => ask(on(lifeBefore('markCompletion')), local('2026-03-02'), 'markCompletion', { completedOn: '2026-01-25' }),
  day_impossible: () => draft([{ ...JOB, dueOn: '2026-02-30' }, FAMILY]),
  delay_already_explained: () => {
    const life = neverAssessed();
    ask(life, local('2026-01-20'), 'explainDelay', { dutyKey: '256-13-2:case', reason: 'illness' });
    return ask(on(life), local('2026-01-20', 11), 'explainDelay', { dutyKey: '256-13-2:case', reason: 'illness' });
  },
  delay_not_late: () => ask(on(registered(DAY)), local('2026-01-13'), 'explainDelay', { dutyKey: '256-13-2:case', reason: 'illness' }),
  delayed_duty_unknown: () => ask(on(neverAssessed()), local('2026-01-20'), 'explainDelay', { dutyKey: '256-99:case', reason: 'illness' }),
  document_of_other_case: () => signWith({ type: 'signed_ipr', ofThisCase: false }),
  document_type_wrong: () => signWith({ type: 'consent', ofThisCase: true }),
  document_unknown: () => signWith(undefined),
  delivery_malformed: () => hear(on(lifeAfter('sendIpr')), MARKED_AT, report('employment', 'm-job', {}, -1)),
  family_measure_required: () => draft([JOB, HEALTH]),
  ground_required: () => assess([]),
  ground_text_required: () => assess(['GX']),
  ground_unknown: () => assess(['G99']),
  measure_after_plan_end: () => draft([{ ...JOB, dueOn: '2026-07-01' }, FAMILY]),
  measure_duplicate: () => draft([JOB, { ...HEALTH, measureId: 'm-job' }, FAMILY]),
  measure_term_in_past: () => draft([{ ...JOB, dueOn: '2026-01-21' }, FAMILY]),
  measure_term_missing: () => draft([withoutTerm(), FAMILY]),
  measure_unknown: () => mark(reported(), { measureId: 'm-9' }),
  dispatch_over: () => {
    const life = lifeAfter('sendIpr');
    const { key = '' } = life.caseState.dispatches[0] ?? {};
    outcome(life, MARKED_AT, { key, series: 1, outcome: 'delivered' });
    return ask(on(life), MARKED_AT, 'sendAgain', { dispatchKey: key });
  },
  dispatch_under_way: () => {
    const life = lifeAfter('sendIpr');
    return ask(on(life), MARKED_AT, 'sendAgain', { dispatchKey: life.caseState.dispatches[0]?.key ?? '' });
  },
  dispatch_unknown: () => ask(on(lifeAfter('sendIpr')), MARKED_AT, 'deliverOnPaper', { dispatchKey: 'none', documentId: 'd' }),
  receipt_before_approval: () =>
    ask(on(lifeAfter('sendIpr')), MARKED_AT, 'recordReport', {
      measureId: 'm-job',
      outcome: 'performed',
      channel: 'letter',
      senderId: 'n',
      documentId: 'd',
      receivedOn: '2026-01-01',
    }),
  measures_not_done: () => ask(on(lifeAfter('sendIpr')), MARKED_AT, 'markCompletion', {}),
  member_unknown: () => knowing(KINSHIP, on(registered(DAY)), DAY, command('recordMember', { personId: 'p', kinship: 'child', representativeId: 'stranger' })),
  monitoring_months_out_of_range: () => ask(on(lifeBefore('closeCase')), local('2026-03-03'), 'closeCase', { monitoringMonths: 2 }, HEAD),
  monitoring_too_short: () => ask(on(lifeAfter('closeCase')), local('2026-06-02'), 'endMonitoring', { noteId: 'n' }),
  own_representative: () => represented('p', false),
  not_your_measure: () => hear(on(lifeAfter('sendIpr')), MARKED_AT, report('health', 'm-job')),
  place_taken: openingOfATakenFamily,
  plan_already_sent: () => ask(on(lifeAfter('sendIpr')), MARKED_AT, 'sendIpr', {}),
  parties_not_different: signedByOne,
  signature_foreign: () => signBy({ colleague: 'somebody-else' }),
  signature_of_other_document: () => signBy({ documentId: 'another' }),
  signature_required: () => ask(on(lifeBefore('signIpr')), local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'd' }),
  signature_unknown: () => signBy(undefined),
  signer_approves: approvedBySigner,
  signer_unnamed: () => ask(on(lifeBefore('signIpr')), local('2026-01-23'), 'signIpr', { party: 'family', method: 'paper', documentId: 'd', signatureId: 's' }),
  plan_already_signed: () =>
    ask(on(lifeAfter('signIpr')), local('2026-01-23', 11), 'signIpr', { party: 'employee', method: 'eds', documentId: 'd', signatureId: 'sig-1' }),
  plan_ends_in_past: () => draft([JOB, FAMILY], '2026-01-21'),
  plan_not_drafted: () => ask(on(lifeBefore('draftIpr')), DRAFTED_AT, 'signIpr', { party: 'family', method: 'eds', documentId: 'd', signatureId: 'sig-2' }),
  plan_not_signed: () => ask(on(lifeAfter('draftIpr')), DRAFTED_AT, 'approveIpr', {}, HEAD),
  plan_too_long: () => draft([JOB, FAMILY], '2027-01-23'),
  report_already_marked: () => mark(lifeAfter('markStatus'), { measureId: 'm-job', reportId: 'report-d-job' }),
  report_not_of_measure: () => mark(reported(), { measureId: 'm-health', reportId: 'report-d-1' }),
  representative_is_child: () => represented('other', true),
  report_required: () => mark(reported(), { measureId: 'm-job' }),
  report_unknown: () => mark(reported(), { measureId: 'm-job', reportId: 'report-9' }),
  result_already_notified: () => ask(on(lifeAfter('notifyResult')), local('2026-03-05'), 'notifyResult', { documentId: 'd' }),
  rework_term_out_of_plan: () => ask(on(reported()), MARKED_AT, 'returnReport', { reportId: 'report-d-1', norm: 'n', reasonId: 'n', newDueOn: '2026-07-01' }),
  measure_already_done: () => propose(lifeAfter('markStatus'), 'm-job', '2026-04-01', local('2026-02-18')),
  measure_term_unchanged: () => propose(lifeAfter('sendIpr'), 'm-job', '2026-03-02'),
  report_not_marked: () => propose(reported(), 'm-job', '2026-04-01', MARKED_AT),
  revision_already_sent: () => sendAgain(),
  revision_already_signed: () => {
    const { life, revisionId } = proposed();
    sign(life, revisionId);
    return sign(on(life), revisionId);
  },
  revision_not_approved: () => {
    const { life, revisionId } = proposed();
    return ask(on(life), REVISED_AT, 'sendRevision', { revisionId });
  },
  revision_not_signed: () => {
    const { life, revisionId } = proposed();
    return ask(on(life), REVISED_AT, 'approveRevision', { revisionId }, HEAD);
  },
  revision_over: () => {
    const life = lifeAfter('sendIpr');
    const revisionId = revise(life, 'm-job', '2026-04-01', REVISED_AT);
    return sign(on(life), revisionId);
  },
  revision_unknown: () => sign(on(lifeAfter('sendIpr')), 'revision-9'),
  role_not_allowed: () => ask(on(lifeBefore('approveIpr')), local('2026-01-26'), 'approveIpr', {}),
  state_measure_required: () => draft([FAMILY]),
  status_not_supported_by_report: () => mark(reported('in_progress'), { measureId: 'm-job', reportId: 'report-d-1' }),
  response_already_given: () => answer(answered(), { responseId: 'appeal-1' }),
  response_not_named: () => {
    const life = registered(DAY, { threat: true });
    ask(life, local('2026-01-12', 11), 'recordThreat', { direct: true, noteId: 'n' });
    return answer(life, {});
  },
  already_on_team: () => {
    const life = registered(DAY);
    ask(life, DAY, 'addToTeam', UNDER, HEAD);
    return ask(on(life), DAY, 'addToTeam', UNDER, HEAD);
  },
  not_on_team: () => ask(on(registered(DAY)), DAY, 'releaseFromTeam', { person: 'psychologist-7' }, HEAD),
  team_only: () => ask(on(registered(DAY)), DAY, 'addToTeam', UNDER, { id: 'lawyer-7', role: 'lawyer', center: CENTER }),
  emergency_access_open: () => {
    const life = registered(DAY);
    ask(life, DAY, 'openInEmergency', { noteId: 'n' });
    return ask(on(life), DAY, 'openInEmergency', { noteId: 'n' });
  },
  emergency_access_reviewed: () => {
    const life = registered(DAY);
    ask(life, DAY, 'openInEmergency', { noteId: 'n' });
    const { accessId = '' } = life.caseState.emergencies[0] ?? {};
    ask(life, DAY, 'reviewEmergencyAccess', { accessId, finding: 'justified', noteId: 'n' }, HEAD);
    return ask(on(life), DAY, 'reviewEmergencyAccess', { accessId, finding: 'justified', noteId: 'n' }, HEAD);
  },
  emergency_access_unknown: () => ask(on(registered(DAY)), DAY, 'reviewEmergencyAccess', { accessId: 'x', finding: 'justified', noteId: 'n' }, HEAD),
  answer_day_impossible: () => answerByHand(on(redirected()), { receivedOn: '2026-01-11' }),
  help_in_future: () => ask(on(signsKnown()), DAY, 'recordVictimHelp', { kind: 'legal', by: { colleague: 'lawyer-7' }, on: '2026-01-13', result: 'given' }),
  identification_answered: () => {
    const life = redirected();
    answerByHand(life, {});
    return answerByHand(on(life), {});
  },
  identification_under_way: () => ask(on(redirected()), DAY, 'orderIdentification', REDIRECTION),
  identification_unknown: () => answerByHand(on(redirected()), { referralId: 'referral-9' }),
  noticed_in_future: () => ask(on(registered(DAY)), DAY, 'recordViolenceSigns', { noticedAt: DAY + 60_000, noteId: 'n' }),
  not_your_identification: () => {
    const life = redirected();
    const { referralId = '' } = life.caseState.violence.identifications[0] ?? {};
    const data = { answerId: 'answer-1', referralId, identified: true };
    return hear(on(life), DAY, { kind: 'identificationAnswer', deliveryId: 'answer-1', actor: agencyActor('health'), ageMs: 0, data });
  },
  organisation_identifies_nobody: () => ask(on(signsKnown()), DAY, 'orderIdentification', { ...REDIRECTION, organisation: 'health' }),
  violence_signs_missing: () => ask(on(registered(DAY)), DAY, 'orderIdentification', REDIRECTION),
  family_code_at_risk: () => {
    const life = registered(DAY);
    ask(life, DAY, 'recordViolenceSigns', { noteId: 'n' });
    return ask(on(life), DAY, 'issueFamilyCode', { askedByFamily: true });
  },
  family_code_none: () => ask(on(registered(DAY)), DAY, 'withdrawFamilyCode', {}),
  transfer_question_answered: () => {
    const life = asked();
    ask(life, DAY, 'answerTransferQuestion', { questionId: 'q', answer: 'join' }, HEAD);
    return ask(on(life), DAY, 'answerTransferQuestion', { questionId: 'q', answer: 'keep' }, HEAD);
  },
  transfer_question_raised: () => ask(on(asked()), DAY, 'raiseTransferQuestion', { questionId: 'q' }, HOUSE),
  transfer_question_unknown: () => ask(on(registered(DAY)), DAY, 'answerTransferQuestion', { questionId: 'x', answer: 'join' }, HEAD),
  transfer_question_withdrawn: () => {
    const life = asked();
    ask(life, DAY, 'withdrawTransferQuestion', { questionId: 'q' }, HOUSE);
    return ask(on(life), DAY, 'answerTransferQuestion', { questionId: 'q', answer: 'join' }, HEAD);
  },
  violence_signs_recorded: () => {
    const life = registered(DAY);
    ask(life, DAY, 'recordViolenceSigns', { noteId: 'n' });
    return ask(on(life), DAY, 'recordViolenceSigns', { noteId: 'n' });
  },
  already_in_stay: () => admit(on(inside()), local('2026-01-13')),
  checklist_unanswered: () => admitting({ checklist: { sanitary: true } }),
  child_without_parent: () => admitting({ persons: [{ personId: 'person-2', room: '101' }] }),
  person_named_twice: () => admitting({ persons: [1, 2].map(() => ({ personId: 'person-1', room: '101' })) }),
  places_insufficient: () => admitting({}, { taken: [2] }),
  premises_unfit: () => admitting({ checklist: { ...ALL_MET, housing: false } }),
  referral_of_other_body: () => admitting({ basis: { ...REFERRAL, organisation: 'education' } }),
  referral_used: () => {
    const life = inside(admission({ basis: REFERRAL }));
    leave(life, '2026-01-20');
    return admit(on(life), local('2026-01-21'), admission({ basis: { ...REFERRAL, documentId: 'doc-again' } }));
  },
  room_unknown: () => admitting({ persons: [{ personId: 'person-1', room: 'attic' }] }),
  stay_arrived: () => arrive(on(inside()), local('2026-01-13')),
  stay_away: () => {
    const life = inside();
    away(life);
    return away(on(life));
  },
  stay_date_in_future: () => admitting({ order: order('2026-01-13') }),
  stay_not_arrived: () => leave(on(admitted()), '2026-01-13'),
  stay_not_away: () => {
    const life = on(inside());
    return ask(life, local('2026-01-13'), 'recordStayReturn', { stayId: lastStay(life), order: order('2026-01-13') });
  },
  stay_not_ended: () => ask(on(inside()), local('2026-01-13'), 'completeAssessment', { result: 'not_confirmed', grounds: [] }),
  stay_over: () => {
    const life = inside();
    leave(life, '2026-01-20');
    return leave(on(life), '2026-01-21');
  },
  stay_unknown: () => leave(on(registered(DAY)), '2026-01-13'),
  preview_missing: () => sendingUnderViolence({}),
  preview_stale: () => sendingUnderViolence({ preview: 'another' }),
  threat_not_answered: () => {
    const life = lifeBefore('closeCase');
    ask(life, local('2026-03-03', 9), 'recordThreat', { direct: true, noteId: 'n' });
    return ask(on(life), local('2026-03-03'), 'closeCase', { monitoringMonths: 3 }, HEAD);
  },
  minors_notices_ordered: () => {
    const life = registered(DAY, { threat: true });
    ask(life, DAY, 'orderMinorsNotices', { children: ['child-1'] });
    return ask(on(life), DAY, 'orderMinorsNotices', { children: ['child-1'] });
  },
  member_is_no_child: () => {
    const known: Known = { ...NOTHING_KNOWN, member: { 'person-2': { isChild: false } } };
    return knowing(known, on(registered(DAY, { threat: true })), DAY, command('orderMinorsNotices', { children: ['person-2'] }));
  },
  notice_on_paper_alone: () => {
    const life = registered(DAY, { stay: { children: ['child-1'], bodies: {} } });
    return ask(on(life), DAY, 'sendAgain', { dispatchKey: life.caseState.dispatches[0]?.key ?? '' });
  },
  delivery_not_told: () => {
    const life = registered(DAY, { stay: { children: ['child-1'], bodies: {} } });
    return ask(on(life), DAY, 'deliverOnPaper', { dispatchKey: life.caseState.dispatches[0]?.key ?? '', documentId: 'doc-1' });
  },
  delivery_time_impossible: () => {
    const life = registered(DAY, { stay: { children: ['child-1'], bodies: {} } });
    const told = { documentId: 'doc-1', handedAt: DAY + 1, handedToId: 'note-1' };
    return ask(on(life), DAY, 'deliverOnPaper', { dispatchKey: life.caseState.dispatches[0]?.key ?? '', ...told });
  },
  threat_not_assessed: () => {
    const life = lifeBefore('closeCase');
    ask(life, local('2026-03-03', 9), 'recordThreat', { direct: true, noteId: 'n' });
    ask(life, local('2026-03-03', 9), 'assignImmediateMeasures', { noteId: 'n' });
    return ask(on(life), local('2026-03-03'), 'closeCase', { monitoringMonths: 3 }, HEAD);
  },
  response_assessed: () => {
    const life = threatened();
    const { responseId = '' } = life.caseState.threats[0] ?? {};
    ask(life, THREATENED_AT, 'assessThreat', { confirmed: false, noteId: 'n' });
    return ask(on(life), THREATENED_AT, 'assessThreat', { responseId, confirmed: false, noteId: 'n' });
  },
  response_plan_empty: () => ask(on(threatened()), THREATENED_AT, 'adoptResponsePlan', { measures: [] }),
  mobile_group_unknown: () => {
    const given = command('callMobileGroup', { order: { number: '999', issuedOn: '2026-01-05' } });
    return knowing(NOTHING_KNOWN, on(threatened()), THREATENED_AT, given);
  },
  visitor_unknown: () => visit({ present: ['stranger'] }),
  visit_before_threat: () => visit({ departedAt: local('2026-01-26', 9) }),
  visit_in_future: () => visit({ arrivedAt: THREATENED_AT + 60_000 }),
  visit_out_of_order: () => visit({ departedAt: THREATENED_AT, arrivedAt: THREATENED_AT - 60_000 }),
  reopening_confirmed: () => {
    const life = reopened();
    ask(life, local('2026-04-01', 12), 'confirmReopening', { cycle: 2, confirmed: true, noteId: 'n' }, HEAD);
    return ask(on(life), local('2026-04-01', 13), 'confirmReopening', { cycle: 2, confirmed: false, noteId: 'n' }, HEAD);
  },
  reopening_unknown: () => ask(on(reopened()), local('2026-04-01', 12), 'confirmReopening', { cycle: 3, confirmed: true, noteId: 'n' }, HEAD),
  threat_unknown: () => answer(answered(), { responseId: 'appeal-9' }),
  threat_not_recorded: () => ask(on(registered(DAY)), local('2026-01-13'), 'assignImmediateMeasures', { noteId: 'n' }),
  wrong_stage: () => ask(on(registered(DAY)), DAY, 'sendIpr', {}),
};

/** P43: the plan of a family with signs of violence, sent by somebody who did not see the messages as they are. */
function sendingUnderViolence(seen: { preview?: string }): Answer {
  const life = lifeBefore('sendIpr');
  ask(life, local('2026-01-27', 9), 'recordViolenceSigns', { noteId: 'n' });
  return ask(on(life), local('2026-01-27', 10), 'sendIpr', seen);
}

describe('every code of refusal', () => {
  it.each(CASE_REFUSAL_CODES)('%s is earned by a deed, which writes nothing', (code) => {
    const answer = DEEDS[code]();
    expect(answer).toMatchObject({ ok: false, refusal: { code } });
    const life = last as Life;
    // Only the clock may have written in the turn of a refusal.
    expect(life.entries.slice(writtenBefore).filter(({ cause }) => cause !== 'clock')).toEqual([]);
    expect(life.caseState.seq).toBe(life.entries.length);
  });

  it('is listed once', () => {
    expect(new Set(REFUSAL_CODES).size).toBe(REFUSAL_CODES.length);
  });
});
