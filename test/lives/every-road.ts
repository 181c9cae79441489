/** A handful of lives that together bring every fact, and use every row of the rule table. */
import { ENGINE } from '../../domain/case/facts.js';
import { GROUP_MEMBERS, withPapers } from '../../simulation/papers.js';
import type { Delivery } from '../../domain/case/deliveries.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { acknowledge, appeal, ask, hear, lifeAfter, lifeBefore, outcome, registered } from './acting.js';
import { live, type Life } from './live.js';
import { stays } from './staying.js';
import { agencyActor, HEAD, local, report, straightRoad } from './straight-road.js';

const DAY = local('2026-01-12');
const ASSESSED = { result: 'difficult_life_situation', grounds: ['G8'] } as const;

export function everyRoad(): Life[] {
  return [
    straight(),
    reworked(),
    troubled(),
    redrafted(),
    revised(),
    byHand(),
    worsened(),
    family(),
    hidden(),
    ...identified(),
    ...askedElsewhere(),
    ...withChildren(),
    ...otherIntakes(),
    ...threatened(),
    ...stays(),
  ];
}

function straight(): Life {
  const life = live(straightRoad());
  const policy = { ...DEFAULT_POLICY, version: 'reissued' };
  life.turn(local('2026-06-04'), { kind: 'adoption', adoption: { id: 'adoption-1', act: 'an order of the Center', policy, recompute: 'own' } });
  return life;
}

/** A report goes back twice, another report is accepted in its place, a measure is opened again. */
function reworked(): Life {
  const life = lifeAfter('sendIpr');
  hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'r-1'));
  giveBack(life, '2026-02-17', 'report-r-1');
  hear(life, local('2026-02-18'), report('employment', 'm-job', {}, 0, 'r-2'));
  hear(life, local('2026-02-18'), report('employment', 'm-job', {}, 0, 'r-3'));
  hear(life, local('2026-02-18'), report('employment', 'm-job', {}, 0, 'r-4'));
  giveBack(life, '2026-02-19', 'report-r-2');
  giveBack(life, '2026-02-19', 'report-r-3');
  mark(life, '2026-02-19', 'm-job', 'report-r-4');
  hear(life, local('2026-02-20'), report('health', 'm-health', {}, 0, 'r-5'));
  hear(life, local('2026-02-20'), report('health', 'm-health', {}, 0, 'r-6'));
  mark(life, '2026-02-20', 'm-health', 'report-r-5');
  mark(life, '2026-02-20', 'm-family');
  giveBack(life, '2026-02-21', 'report-r-6');
  hear(life, local('2026-02-22'), report('health', 'm-health', {}, 0, 'r-7'));
  mark(life, '2026-02-23', 'm-health', 'report-r-7');
  ask(life, local('2026-02-23', 12), 'markStatus', { measureId: 'm-family', status: 'in_progress' });
  return life;
}

/** A threat that is found in each stage in which its end differs: answered at once, by the assessment, or never. */
function threatened(): Life[] {
  const found = ([1, 2] as const).map((channel) => registered(DAY, { channel }));
  for (const life of found) {
    ask(life, local('2026-01-13'), 'recordThreat', { direct: true, noteId: 'note-1' });
    ask(life, local('2026-01-13', 13), 'assignImmediateMeasures', { noteId: 'note-2' });
    ask(life, local('2026-01-13', 14), 'explainDelay', { dutyKey: `P4:${life.caseState.threats[0]?.responseId ?? ''}`, reason: 'technical' });
  }
  for (const life of found) {
    ask(life, local('2026-01-14'), 'completeAssessment', ASSESSED);
    ask(life, local('2026-01-15'), 'recordThreat', { direct: false, noteId: 'note-1' });
    ask(life, local('2026-01-15', 12), 'assessThreat', { confirmed: false, noteId: 'note-2' });
  }
  const unconfirmed = registered(DAY, { threat: true });
  ask(unconfirmed, local('2026-01-13'), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
  const unanswered = lifeBefore('closeCase');
  ask(unanswered, local('2026-03-02', 12), 'recordThreat', { direct: false, noteId: 'note-1' });
  ask(unanswered, local('2026-03-03', 9), 'assignImmediateMeasures', { noteId: 'note-2' });
  ask(unanswered, local('2026-03-03', 9), 'assessThreat', { confirmed: false, noteId: 'note-2' });
  ask(unanswered, local('2026-03-03'), 'closeCase', { monitoringMonths: 3 }, HEAD);
  return [...found, unconfirmed, unanswered, besideThePlan(), begunAnew('closeCase', '2026-04-01'), begunAnew('endMonitoring', '2026-07-01')];
}

/** 256 п.22: a direct threat while the plan runs: measures, the group, its visit, a plan of its own, an assessment. */
function besideThePlan(): Life {
  const life = lifeAfter('sendIpr');
  ask(life, local('2026-01-28', 19), 'recordThreat', { direct: true, noteId: 'note-1' });
  ask(life, local('2026-01-28', 19, 20), 'callMobileGroup', { noteId: 'note-2' });
  ask(life, local('2026-01-28', 19, 40), 'assignImmediateMeasures', { noteId: 'note-3' });
  const present = GROUP_MEMBERS.slice(0, 3);
  const times = { departedAt: local('2026-01-28', 19, 30), arrivedAt: local('2026-01-28', 20) };
  ask(life, local('2026-01-28', 22), 'recordGroupVisit', { ...times, present, findingsId: 'note-4' });
  const measure = { supportKind: 'psychological_help', dueOn: '2026-01-30' };
  const measures = [
    { measureId: 'r-own', ...measure },
    { measureId: 'r-police', agency: 'internal_affairs', ...measure },
  ];
  ask(life, local('2026-01-28', 23), 'adoptResponsePlan', { measures });
  acknowledge(life, local('2026-01-28', 23, 1), 'internal_affairs');
  ask(life, local('2026-01-29'), 'assessThreat', { confirmed: true, noteId: 'note-5' });
  return life;
}

/** P6, P25: after the end a threat begins the next cycle, and the head confirms it afterwards. */
function begunAnew(after: 'closeCase' | 'endMonitoring', day: string): Life {
  const life = lifeAfter(after);
  if (after === 'closeCase') ask(life, local(day, 8), 'recordMonitoringContact', { situation: 'worsened', noteId: 'note-1' });
  ask(life, local(day, 9), 'recordThreat', { direct: false, noteId: 'note-1' });
  ask(life, local(day, 9, 30), 'assignImmediateMeasures', { noteId: 'note-2' });
  ask(life, local(day, 12), 'completeAssessment', ASSESSED);
  ask(life, local(day, 15), 'confirmReopening', { cycle: 2, confirmed: true, noteId: 'note-3' }, HEAD);
  return life;
}

function giveBack(life: Life, day: string, reportId: string): void {
  ask(life, local(day), 'returnReport', { reportId, norm: 'art. 4', reasonId: 'note-1' });
}

function mark(life: Life, day: string, measureId: string, reportId?: string): void {
  ask(life, local(day), 'markStatus', { measureId, status: 'done', ...(reportId === undefined ? {} : { reportId }) });
}

/** One agency cannot be reached, the other refuses; both perform; one receipt is never marked. */
function troubled(): Life {
  const life = lifeAfter('sendIpr');
  const [employment, health] = life.caseState.dispatches.map(({ key }) => key) as [string, string];
  outcome(life, local('2026-01-27', 12), { key: employment, series: 1, outcome: 'unreachable', reason: 'timeout' });
  outcome(life, local('2026-01-27', 12), { key: health, series: 1, outcome: 'refused', reason: 'not_competent' });
  hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 't-1'));
  hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 't-2'));
  hear(life, local('2026-02-16'), report('health', 'm-health', {}, 0, 't-3'));
  mark(life, '2026-02-17', 'm-job', 'report-t-1');
  mark(life, '2026-02-17', 'm-health', 'report-t-3');
  mark(life, '2026-02-17', 'm-family');
  ask(life, local('2026-02-18'), 'markCompletion', {});
  acknowledge(life, local('2026-02-18', 12), 'employment');
  return life;
}

/** The line does not serve: sent again after a refusal and before the end of a pause, brought on paper; and one letter for a report. */
function byHand(): Life {
  const life = lifeAfter('sendIpr');
  const [employment, health] = life.caseState.dispatches.map(({ key }) => key) as [string, string];
  outcome(life, local('2026-01-27', 12), { key: employment, series: 1, outcome: 'unreachable', reason: 'timeout' });
  ask(life, local('2026-01-27', 12), 'sendAgain', { dispatchKey: employment });
  acknowledge(life, local('2026-01-27', 13), 'employment');
  outcome(life, local('2026-01-27', 12), { key: health, series: 1, outcome: 'refused', reason: 'not_competent' });
  ask(life, local('2026-01-28'), 'sendAgain', { dispatchKey: health });
  const again = life.caseState.dispatches.at(-1)?.key ?? '';
  outcome(life, local('2026-01-28', 12), { key: again, series: 1, outcome: 'given_up', reason: 'on_paper' });
  ask(life, local('2026-01-29'), 'deliverOnPaper', { dispatchKey: again, documentId: 'doc-1' });
  const letter = { measureId: 'm-job', outcome: 'performed', channel: 'letter', senderId: 'note-1', documentId: 'doc-2', receivedOn: '2026-02-13' } as const;
  ask(life, local('2026-02-16'), 'recordReport', letter);
  return life;
}

/** Both parties signed, and the plan is drawn up anew before it is approved. */
function redrafted(): Life {
  const life = lifeBefore('approveIpr');
  const draft = straightRoad().find((doing) => 'command' in doing && doing.command.kind === 'draftIpr');
  if (draft && 'command' in draft) life.turn(local('2026-01-26'), withPapers({ ...draft.command, id: 'draft-2' }));
  return life;
}

/** The terms of a measure of the state and of one of the family are revised, one before the sending and one after; one report waited. */
function revised(): Life {
  const life = lifeAfter('approveIpr');
  revise(life, 'm-family', '2026-04-01', local('2026-01-26', 12));
  ask(life, local('2026-01-27'), 'sendIpr', {});
  acknowledge(life, local('2026-01-27', 11), 'employment');
  hear(life, local('2026-02-02'), report('health', 'm-health', {}, 0, 'r-1'));
  giveBack(life, '2026-02-03', 'report-r-1');
  revise(life, 'm-health', '2026-04-30', local('2026-02-04'));
  const revisionId = revise(life, 'm-job', '2026-04-30', local('2026-03-10'));
  ask(life, local('2026-03-10', 15), 'sendRevision', { revisionId });
  ask(life, local('2026-03-11'), 'proposeRevision', { measureId: 'm-family', dueOn: '2026-05-01', reasonId: 'note-1' });
  ask(life, local('2026-03-12'), 'proposeRevision', { measureId: 'm-family', dueOn: '2026-06-01', reasonId: 'note-1' });
  mark(life, '2026-03-13', 'm-family');
  return life;
}

/** Proposed, signed by both, approved by the head. @returns the revision */
export function revise(life: Life, measureId: string, dueOn: string, at: number): string {
  ask(life, at, 'proposeRevision', { measureId, dueOn, reasonId: 'note-1' });
  const revisionId = life.caseState.revisions.at(-1)?.revisionId ?? '';
  for (const party of ['employee', 'family'] as const)
    ask(life, at, 'signRevision', { revisionId, party, method: 'paper', documentId: 'doc-9', signatureId: 'sig-1', personId: 'person-1' });
  ask(life, at, 'approveRevision', { revisionId }, HEAD);
  return revisionId;
}

function worsened(): Life {
  const life = lifeAfter('closeCase');
  ask(life, local('2026-04-02'), 'recordMonitoringContact', { situation: 'worsened', noteId: 'note-1' });
  ask(life, local('2026-06-03'), 'endMonitoring', { noteId: 'note-2' });
  return life;
}

/** Every kind of opening, attached appeals, and the two results of an assessment. */
/** P31: a child of the family is recorded with the mother as its representative, and her telephone corrected. */
function family(): Life {
  const life = registered(DAY);
  ask(life, local('2026-01-12', 13), 'recordMember', { personId: 'person-2', kinship: 'child', representativeId: 'person-1' });
  ask(life, local('2026-01-13'), 'correctMember', { personId: 'person-1', fields: ['phone'] });
  return life;
}

/** 256 п.23, 192-7-3: signs of violence are seen, a psychologist comes to the team and goes. */
function hidden(): Life {
  const life = registered(DAY);
  ask(life, local('2026-01-12', 12, 30), 'issueFamilyCode', {});
  ask(life, local('2026-01-12', 13), 'recordViolenceSigns', { noteId: 'note-1' });
  ask(life, local('2026-01-12', 13, 30), 'issueFamilyCode', { askedByFamily: true, toldRisk: true });
  ask(life, local('2026-01-12', 13, 45), 'withdrawFamilyCode', {});
  ask(life, local('2026-01-12', 14), 'addToTeam', { person: 'psychologist-7', post: 'psychologist' }, HEAD);
  ask(life, local('2026-01-13'), 'releaseFromTeam', { person: 'psychologist-7' }, HEAD);
  ask(life, local('2026-01-13', 12), 'openInEmergency', { noteId: 'note-2' });
  const { accessId = '' } = life.caseState.emergencies[0] ?? {};
  ask(life, local('2026-01-20'), 'reviewEmergencyAccess', { accessId, finding: 'unjustified', noteId: 'note-3' }, HEAD);
  return life;
}

/** 256 п.23, п.24: help is offered; the crisis centre takes the person and answers, answers before it acknowledges, or the person refuses. */
function identified(): Life[] {
  const [taken, answered, refused] = [signsSeen(), signsSeen(), signsSeen()];
  for (const [kind, result] of [['legal', 'given'] as const, ['medical_care', 'referred'] as const])
    ask(taken, local('2026-01-12', 14), 'recordVictimHelp', { kind, by: { colleague: 'lawyer-7' }, on: '2026-01-12', result });
  acknowledge(redirect(taken), local('2026-01-12', 16), 'crisis_centre');
  const { referralId = '' } = taken.caseState.violence.identifications[0] ?? {};
  const letter = { identified: true, channel: 'letter', senderId: 'note-5', documentId: 'doc-7', receivedOn: '2026-01-14' } as const;
  ask(taken, local('2026-01-15'), 'recordIdentificationAnswer', { referralId, ...letter });
  hear(redirect(answered), local('2026-01-13'), identification(answered, false));
  ask(redirect(refused), local('2026-01-13'), 'refuseIdentification', { personId: 'person-1', noteId: 'note-6' });
  return [taken, answered, refused];
}

function signsSeen(): Life {
  const life = registered(DAY);
  ask(life, local('2026-01-12', 13), 'recordViolenceSigns', { toldBy: 'self', noticedAt: local('2026-01-11'), noteId: 'note-4' });
  return life;
}

function redirect(life: Life): Life {
  ask(life, local('2026-01-12', 15), 'orderIdentification', { personId: 'person-1', organisation: 'crisis_centre', supportKind: 'psychological_help' });
  return life;
}

/** What the organisation says of the person who was redirected to it last. */
export function identification({ caseState }: Life, identifiedAs: boolean): Delivery {
  const { referralId = '', agency = '' } = caseState.violence.identifications.at(-1) ?? {};
  const deliveryId = `answer-of-${referralId}`;
  return {
    kind: 'identificationAnswer',
    deliveryId,
    actor: agencyActor(agency),
    ageMs: 0,
    data: { answerId: deliveryId, referralId, identified: identifiedAs },
  };
}

/** P32, P60: the same person is in another Center; the head answers, or the question is taken back, or the case ends before. */
function askedElsewhere(): Life[] {
  const house = { ...ENGINE, center: HEAD.center };
  const asked = (): Life => {
    const life = registered(DAY);
    ask(life, local('2026-01-12', 13), 'raiseTransferQuestion', { questionId: 'question-1' }, house);
    return life;
  };
  const answered = asked();
  ask(answered, local('2026-01-14'), 'answerTransferQuestion', { questionId: 'question-1', answer: 'keep', noteId: 'note-1' }, HEAD);
  const late = asked();
  ask(late, local('2026-01-20'), 'answerTransferQuestion', { questionId: 'question-1', answer: 'join' }, HEAD);
  const withdrawn = asked();
  ask(withdrawn, local('2026-01-13'), 'withdrawTransferQuestion', { questionId: 'question-1' }, house);
  return [answered, late, withdrawn];
}

/** 256-26: by an appeal for a stay, by an attached one, for a threat; taken, refused, brought on paper. */
function withChildren(): Life[] {
  const asking = registered(DAY, { stay: { children: ['child-1'], bodies: { internal_affairs: 'auezov-internal-affairs' } } });
  const [police, guardianship] = asking.caseState.dispatches.map(({ key }) => key) as [string, string];
  outcome(asking, local('2026-01-12', 11), { key: police, series: 1, outcome: 'refused', reason: 'not_competent' });
  outcome(asking, local('2026-01-12', 12), { key: police, series: 2, outcome: 'delivered' });
  const handed = { handedAt: local('2026-01-12', 14), handedToId: 'note-9' };
  ask(asking, local('2026-01-12', 15), 'deliverOnPaper', { dispatchKey: guardianship, documentId: 'doc-1', ...handed });
  hear(asking, local('2026-01-14'), appeal({ appealId: 'appeal-b', stay: { children: ['child-2'], bodies: {} } }));
  const threatened = registered(DAY, { threat: true });
  ask(threatened, local('2026-01-12', 11), 'orderMinorsNotices', { children: ['child-1'] });
  return [asking, threatened];
}

function otherIntakes(): Life[] {
  const heard = registered(DAY, { channel: 2 });
  hear(heard, local('2026-01-12', 11), appeal({ appealId: 'appeal-b', channel: 1 }));
  hear(heard, local('2026-01-12', 11), appeal({ appealId: 'appeal-c', channel: 5 }));
  for (const appealId of ['appeal-1', 'appeal-b', 'appeal-c']) triage(heard, appealId);
  ask(heard, local('2026-01-14'), 'completeAssessment', ASSESSED);
  ask(heard, local('2026-01-14'), 'recordConsent', { given: true, personId: 'person-1' });
  ask(heard, local('2026-01-15'), 'determineNeeds', { needs: ['health'] }, HEAD);
  const threats = ([1, 3] as const).map((channel) => registered(DAY, { channel, threat: true }));
  for (const life of threats) ask(life, local('2026-01-14'), 'completeAssessment', ASSESSED);
  const unconfirmed = ([1, 4] as const).map((channel) => registered(DAY, { channel }));
  for (const life of unconfirmed) ask(life, local('2026-01-13'), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
  return [heard, ...threats, ...unconfirmed];
}

function triage(life: Life, appealId: string): void {
  ask(life, local('2026-01-13'), 'recordTriage', { appealId, route: 'assessment', reasonId: 'note-1' });
}
