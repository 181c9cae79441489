/** A threat found while the case runs, and the Center's own clock of the immediate response: P4, P5, P6, P30, P48, P53. */
import { describe, expect, it } from 'vitest';
import { sendAt } from '../../work/quiet-hours.js';
import { openResponses } from '../../domain/case/roads/threat/responses.js';
import { quietHoursOf } from '../../domain/law/policy.js';
import { appeal, ask, hear, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import { LAW, type Life } from '../lives/live.js';
import { almaty, climbed, dueOf, dutyOf, entriesOf, keysOf, lastOf, openKeys, outcomeOf, refusalIn, standing, stepEntries } from '../lives/reading.js';
import { HEAD, local } from '../lives/straight-road.js';

const MONDAY = local('2026-01-12');
const assess = { result: 'difficult_life_situation', grounds: ['G8'] } as const;

/** The key of the duty to answer one of the threats, the last by default. */
function responseKey(life: Life, place = -1): string {
  return `P4:${life.caseState.threats.at(place)?.responseId ?? ''}`;
}

/** The key of the duty to assess under the last threat. */
function assessmentKey(life: Life): string {
  return `256-13-2T:${life.caseState.threats.at(-1)?.responseId ?? ''}`;
}

function find(life: Life, at: number, direct = true): void {
  ask(life, at, 'recordThreat', { direct, noteId: 'note-1' });
}

describe('a threat found before the assessment', () => {
  it('256-13-2T, P5: gives one working day from the threat when that is sooner, and the three days lapse', () => {
    const life = registered(MONDAY);
    find(life, local('2026-01-13'));
    expect([dueOf(life, '256-13-2:case'), dueOf(life, assessmentKey(life))]).toEqual(['2026-01-15 24:00', '2026-01-14 24:00']);
    expect([standing(life, '256-13-2:case'), standing(life, assessmentKey(life))]).toEqual(['lapsed', 'open']);
    expect(dutyOf(life, assessmentKey(life))).toMatchObject({ startedAt: local('2026-01-13'), force: 'law', ladder: 'threat' });
    life.sleepUntil(local('2026-01-16', 3));
    expect(climbed(life, '256-13-2:case')).toEqual([]);
    expect(climbed(life, assessmentKey(life)).slice(0, 3)).toEqual(['reminder 2026-01-14 09:00', 'overdue 2026-01-14 24:00', 'repeat 2026-01-15 04:00']);
  });

  it('256-13-2T, P5: never later than the term that ran: on its last day that one stays', () => {
    const life = registered(MONDAY);
    find(life, local('2026-01-15', 20));
    expect(dueOf(life, assessmentKey(life))).toBe('2026-01-15 24:00');
    expect(dutyOf(life, assessmentKey(life)).noLaterThan).toEqual({
      key: '256-13-2:case',
      rule: '256-13-2',
      startedAt: MONDAY,
      term: { unit: 'working_days', count: 3 },
    });
    life.sleepUntil(local('2026-01-16', 1));
    expect(climbed(life, assessmentKey(life))).toEqual(['overdue 2026-01-15 24:00']);
  });

  it('256-13-2T, P5: a term that was missed already is not given back', () => {
    const life = registered(MONDAY);
    find(life, local('2026-01-20'));
    expect(dueOf(life, assessmentKey(life))).toBe('2026-01-15 24:00');
    expect(standing(life, assessmentKey(life))).toBe('overdue');
    expect(stepEntries(life, '256-13-2:case').map(({ data }) => data.step)).toContain('overdue');
  });

  it('256-14-2T: the same for the other channels, by the paragraph of the appeal that opened the case', () => {
    const life = registered(MONDAY, { channel: 4 });
    hear(life, local('2026-01-13'), appeal({ appealId: 'appeal-b', channel: 1, threat: true }));
    expect([standing(life, '256-14-2:case'), standing(life, '256-14-2T:appeal-b')]).toEqual(['lapsed', 'open']);
    expect(keysOf(life, '256-13-2T')).toEqual([]);
  });

  it('P30: a threat in an attached appeal counts from its receipt, and the appeal keeps its own day', () => {
    const life = registered(MONDAY);
    hear(life, local('2026-01-14', 9), appeal({ appealId: 'appeal-b', threat: true }, 12 * 3_600_000));
    expect(lastOf(life, 'ThreatFound')).toMatchObject({ occurredAt: local('2026-01-13', 21), data: { responseId: 'appeal-b', appealId: 'appeal-b' } });
    expect(lastOf(life, 'ThreatFound').data).not.toHaveProperty('direct');
    expect(dueOf(life, '256-13-2T:appeal-b')).toBe('2026-01-14 24:00');
    expect(dueOf(life, '256-13-1:appeal-b')).toBe('2026-01-14 24:00');
    expect(life.caseState.threats).toEqual([{ responseId: 'appeal-b', appealId: 'appeal-b', foundAt: local('2026-01-13', 21), calls: [], visits: [] }]);
  });

  it('P30: an attached appeal without a threat restarts nothing', () => {
    const life = registered(MONDAY);
    hear(life, local('2026-01-13'), appeal({ appealId: 'appeal-b' }));
    expect(entriesOf(life, 'ThreatFound')).toEqual([]);
    expect(openKeys(life)).toEqual(['256-13-1:appeal-1', '256-13-2:case', '256-13-INT:case', '256-13-1:appeal-b']);
  });

  it('P5: another threat has a term of its own and moves none that runs; one assessment is that of all', () => {
    const life = registered(MONDAY);
    find(life, local('2026-01-13'), false);
    find(life, local('2026-01-14'));
    hear(life, local('2026-01-14', 11), appeal({ appealId: 'appeal-b', threat: true }));
    const keys = keysOf(life, '256-13-2T');
    expect(keys.map((key) => dueOf(life, key))).toEqual(['2026-01-14 24:00', '2026-01-15 24:00', '2026-01-15 24:00']);
    expect(life.caseState.threats.map(({ direct }) => direct)).toEqual([false, true, undefined]);
    ask(life, local('2026-01-14', 12), 'completeAssessment', assess);
    expect(keys.map((key) => standing(life, key))).toEqual(['met', 'met', 'met']);
  });

  it('256-13-2T: ends by the assessment, which answers the threat too', () => {
    const life = registered(MONDAY);
    find(life, local('2026-01-13'));
    ask(life, local('2026-01-13', 11), 'completeAssessment', assess);
    expect([standing(life, assessmentKey(life)), standing(life, responseKey(life))]).toEqual(['met', 'met']);
    expect(openResponses(life.caseState)).toEqual([]);
  });
});

describe('a threat found later', () => {
  it.each([
    ['needs', lifeAfter('completeAssessment'), local('2026-01-16')],
    ['planning', lifeAfter('draftIpr'), local('2026-01-22', 12)],
    ['execution', lifeAfter('sendIpr'), local('2026-01-28')],
    ['completed', lifeAfter('markCompletion'), local('2026-03-02', 12)],
  ] as const)('P6, P4: at the stage "%s" it is answered, planned for and assessed beside what runs', (stage, life, at) => {
    expect(life.caseState.stage).toBe(stage);
    const before = openKeys(life);
    find(life, at);
    expect(lastOf(life, 'ThreatFound').data).toMatchObject({ direct: true, noteId: 'note-1' });
    const { responseId = '' } = life.caseState.threats.at(-1) ?? {};
    expect(openKeys(life)).toEqual([...before, assessmentKey(life), `256-22-1:${responseId}`, `256-22-2:${responseId}`, responseKey(life)]);
    expect(life.caseState.stage).toBe(stage);
  });

  it('P6: a case with a threat that waits for its answer, or for its assessment, is not closed', () => {
    const life = lifeBefore('closeCase');
    find(life, local('2026-03-02', 12));
    const { responseId } = lastOf(life, 'ThreatFound').data;
    const close = () => ask(life, local('2026-03-03'), 'closeCase', { monitoringMonths: 3 }, HEAD);
    expect(refusalIn(close())).toEqual({ code: 'threat_not_answered', rule: 'P6', params: { responseId } });
    ask(life, local('2026-03-03'), 'assignImmediateMeasures', { responseId, noteId: 'n' });
    expect(refusalIn(close())).toEqual({ code: 'threat_not_assessed', rule: 'P6', params: { responseId } });
    ask(life, local('2026-03-03'), 'assessThreat', { confirmed: true, noteId: 'n' });
    expect(outcomeOf(close())).toBe('ok');
  });
});

describe('the immediate response', () => {
  const FRIDAY_NIGHT = local('2026-01-16', 23);

  it('P4: is to be assigned within two hours, day and night, on working days and off', () => {
    const life = registered(FRIDAY_NIGHT, { threat: true });
    expect(dutyOf(life, 'P4:appeal-1')).toMatchObject({ force: 'internal', owner: 'duty_officer', ladder: 'duty', term: { unit: 'hours', count: 2 } });
    expect(dueOf(life, 'P4:appeal-1')).toBe('2026-01-17 01:00');
    ask(life, local('2026-01-16', 23, 40), 'assignImmediateMeasures', { noteId: 'note-1' });
    expect(standing(life, 'P4:appeal-1')).toBe('met');
    life.sleepUntil(local('2026-01-17', 20));
    expect(climbed(life, 'P4:appeal-1')).toEqual([]);
  });

  it('P1, 256-13-2T: from which day working days are counted is the policy’s to say', () => {
    const life = registered(MONDAY, { threat: true }, { ...LAW, policy: { ...LAW.policy, countFrom: 'event_day' } });
    expect([dueOf(life, assessmentKey(life)), dueOf(life, 'P4:appeal-1')]).toEqual(['2026-01-12 24:00', '2026-01-12 12:00']);
  });

  it('P4: the hours are those of the policy', () => {
    const life = registered(FRIDAY_NIGHT, { threat: true }, { ...LAW, policy: { ...LAW.policy, threatDutyHours: 5 } });
    expect(dueOf(life, 'P4:appeal-1')).toBe('2026-01-17 04:00');
  });

  it('P4, P53: is exceeded and never overdue, and its alarm comes again until it is met', () => {
    const life = registered(FRIDAY_NIGHT, { threat: true });
    life.sleepUntil(local('2026-01-17', 10));
    expect(climbed(life, 'P4:appeal-1')).toEqual([
      'reminder 2026-01-16 24:00',
      'exceeded 2026-01-17 01:00',
      'repeat 2026-01-17 05:00',
      'repeat 2026-01-17 09:00',
    ]);
    const told = stepEntries(life, 'P4:appeal-1');
    expect(told.map(({ data }) => data.force)).toEqual(['internal', 'internal', 'internal', 'internal']);
    expect(told.map(({ data }) => data.recipients.join(' '))).toEqual([
      'center_head duty_officer',
      'center_head duty_officer coordinator',
      'center_head duty_officer coordinator',
      'center_head duty_officer coordinator',
    ]);
    expect(standing(life, 'P4:appeal-1')).toBe('exceeded');
    ask(life, local('2026-01-17', 11), 'assignImmediateMeasures', { noteId: 'note-1' });
    expect(standing(life, 'P4:appeal-1')).toBe('met_late');
    life.sleepUntil(local('2026-01-18'));
    expect(stepEntries(life, 'P4:appeal-1')).toHaveLength(4);
  });

  it('P4, P53: its reminder knows no quiet hours', () => {
    const quiet = quietHoursOf(LAW.policy);
    const midnight = local('2026-01-17', 0);
    expect(almaty(sendAt({ step: 'reminder', ladder: 'duty' }, midnight, quiet))).toBe('2026-01-16 24:00');
    expect(almaty(sendAt({ step: 'reminder', ladder: 'internal' }, midnight, quiet))).toBe('2026-01-17 09:00');
  });

  it('P4: a threat that comes after the answer to the first needs an answer of its own', () => {
    const life = registered(MONDAY, { threat: true });
    ask(life, local('2026-01-12', 11), 'assignImmediateMeasures', { noteId: 'note-1' });
    find(life, local('2026-01-12', 15));
    expect([standing(life, 'P4:appeal-1'), standing(life, responseKey(life, 1))]).toEqual(['met', 'open']);
    expect(dueOf(life, responseKey(life, 1))).toBe('2026-01-12 17:00');
  });

  it('P4, P6: two threats ninety minutes apart are two: two clocks of two hours, and an answer for each', () => {
    const life = registered(MONDAY);
    find(life, local('2026-01-12', 20));
    find(life, local('2026-01-12', 21, 30));
    const [first, second] = [responseKey(life, 0), responseKey(life, 1)];
    expect([dueOf(life, first), dueOf(life, second)]).toEqual(['2026-01-12 22:00', '2026-01-12 23:30']);
    const { threats } = life.caseState;
    expect(refusalIn(ask(life, local('2026-01-12', 21, 40), 'assignImmediateMeasures', { noteId: 'n' }))).toEqual({
      code: 'response_not_named',
      rule: 'P4',
      params: { open: 2 },
    });
    ask(life, local('2026-01-12', 21, 45), 'assignImmediateMeasures', { responseId: threats[1]?.responseId ?? '', noteId: 'n' });
    expect([standing(life, first), standing(life, second)]).toEqual(['open', 'met']);
    life.sleepUntil(local('2026-01-12', 22, 30));
    expect([standing(life, first), standing(life, second)]).toEqual(['exceeded', 'met']);
    // The only one that is left need not be named.
    ask(life, local('2026-01-12', 22, 40), 'assignImmediateMeasures', { noteId: 'n' });
    expect(standing(life, first)).toBe('met_late');
  });

  it('P53: an alarm that nobody answers comes every four hours for three days, then once a day, and never stops', () => {
    const life = registered(FRIDAY_NIGHT, { threat: true });
    life.sleepUntil(local('2026-02-16'));
    const told = stepEntries(life, 'P4:appeal-1')
      .filter(({ data }) => data.step === 'repeat')
      .map(({ data }) => data.moment);
    const pauses = told.map((moment, place) => (moment - (told[place - 1] ?? local('2026-01-17', 1))) / 3_600_000);
    expect(pauses.slice(0, 18)).toEqual(Array.from({ length: 18 }, () => 4));
    expect(new Set(pauses.slice(18))).toEqual(new Set([24]));
    expect(almaty(told.at(-1) ?? 0)).toBe('2026-02-16 01:00');
  });

  it('P4: where no threat is known there is nothing to answer', () => {
    const nothing = ask(registered(MONDAY), local('2026-01-12', 11), 'assignImmediateMeasures', { noteId: 'n' });
    expect(refusalIn(nothing)).toEqual({ code: 'threat_not_recorded', rule: 'P4' });
    expect(outcomeOf(ask(lifeAfter('endMonitoring'), local('2026-06-04'), 'assignImmediateMeasures', { noteId: 'n' }))).toBe('case_not_open');
  });
});
