/** Intake and primary assessment: 256 п.11–14. */
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../domain/case/facts.js';
import { RULES_VERSION } from '../../domain/law/rules/table.js';
import { appeal, ask, hear, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import { almaty, dueOf, dutyOf, entriesOf, keysOf, lastOf, openKeys, outcomeOf, refusalIn, standing, told } from '../lives/reading.js';
import { HEAD, local } from '../lives/straight-road.js';

const CONFIRMED = { result: 'difficult_life_situation', grounds: ['G8'] } as const;
const triage = (appealId: string) => ({ appealId, route: 'assessment' as const, reasonId: 'note-1' });

describe('registration starts all clocks', () => {
  it('D-REG: keeps the number of the journal and the law that the case goes by', () => {
    const life = registered(local('2026-01-12'));
    expect(lastOf(life, 'AppealRegistered')).toMatchObject({
      seq: 1,
      cause: 'appeal-1',
      data: { journalNumber: 'almaty-auezov-2026-000001', channel: 1, law: { rules: RULES_VERSION, calendar: '2026-11-21', policy: 'policy-1' } },
    });
    expect(life.caseState).toMatchObject({ stage: 'intake', seq: 1, openedAt: local('2026-01-12') });
  });

  it('256-13-1, 256-13-2, 256-13-INT: an own appeal goes by paragraph 13', () => {
    const life = registered(local('2026-01-12'), { channel: 1 });
    expect(keysOf(life)).toEqual(['256-13-1:appeal-1', '256-13-2:case', '256-13-INT:case']);
    expect(dueOf(life, '256-13-1:appeal-1')).toBe('2026-01-13 24:00');
    expect(dueOf(life, '256-13-2:case')).toBe('2026-01-15 24:00');
    expect(dueOf(life, '256-13-INT:case')).toBeUndefined();
  });

  it.each([2, 3, 4, 5] as const)('256-14-1, 256-14-2: channel %d goes by paragraph 14, with the same terms', (channel: Channel) => {
    const life = registered(local('2026-01-12'), { channel });
    expect(keysOf(life)).toEqual(['256-14-1:appeal-1', '256-14-2:case']);
    expect(dueOf(life, '256-14-1:appeal-1')).toBe('2026-01-13 24:00');
    expect(dueOf(life, '256-14-2:case')).toBe('2026-01-15 24:00');
  });

  it('256-13-2: three working days over a weekend and over Republic Day', () => {
    expect(dueOf(registered(local('2026-01-15', 17)), '256-13-2:case')).toBe('2026-01-20 24:00');
    expect(dueOf(registered(local('2026-10-23', 17)), '256-13-2:case')).toBe('2026-10-29 24:00');
  });

  it('P2: an appeal of Saturday night keeps its day; the first day that counts is Monday', () => {
    const life = registered(local('2026-01-17', 23, 59));
    expect(dueOf(life, '256-13-1:appeal-1')).toBe('2026-01-19 24:00');
    expect(dueOf(life, '256-13-2:case')).toBe('2026-01-21 24:00');
  });

  it('P1: the legal day is that of Almaty: 23:59 and 00:00 are a day apart', () => {
    expect(dueOf(registered(local('2026-01-12', 23, 59)), '256-13-1:appeal-1')).toBe('2026-01-13 24:00');
    expect(dueOf(registered(local('2026-01-13', 0, 0)), '256-13-1:appeal-1')).toBe('2026-01-14 24:00');
  });

  it('P3: terms run from the registration, not from the hour at which the engine learns of it', () => {
    const life = registered(local('2026-01-15', 9), { registeredAt: local('2026-01-12', 18) });
    expect(lastOf(life, 'AppealRegistered')).toMatchObject({ at: local('2026-01-15', 9), occurredAt: local('2026-01-12', 18) });
    expect(dutyOf(life, '256-13-1:appeal-1').startedAt).toBe(local('2026-01-12', 18));
    expect(dueOf(life, '256-13-2:case')).toBe('2026-01-15 24:00');
    expect(life.caseState.openedAt).toBe(local('2026-01-12', 18));
  });

  it('256-13-1: what had already passed at a late recording is recorded in the same turn', () => {
    const life = registered(local('2026-01-15', 9), { registeredAt: local('2026-01-12', 18) });
    const steps = entriesOf(life, 'DeadlineStepReached').map(({ data, at }) => `${data.rule} ${data.step} ${almaty(data.moment)}, written ${almaty(at)}`);
    expect(steps).toEqual([
      '256-13-1 reminder 2026-01-13 09:00, written 2026-01-15 09:00',
      '256-13-1 overdue 2026-01-13 24:00, written 2026-01-15 09:00',
      '256-13-2 reminder 2026-01-14 09:00, written 2026-01-15 09:00',
      '256-13-1 head 2026-01-14 24:00, written 2026-01-15 09:00',
    ]);
  });

  it('a second opening of the same case changes nothing and is no error', () => {
    const life = registered(local('2026-01-12'));
    const before = life.caseState;
    const again = { kind: 'opening' as const, opening: { ...lastOf(life, 'AppealRegistered').data, registeredAt: local('2026-01-12'), actor: HEAD } };
    expect(life.turn(local('2026-01-12', 11), again).map(outcomeOf)).toEqual(['ok']);
    expect(life.caseState).toEqual(before);
  });
});

describe('triage', () => {
  it('P49: the triage of an appeal ends its own clock and not that of the assessment', () => {
    const life = registered(local('2026-01-12'));
    expect(ask(life, local('2026-01-13'), 'recordTriage', triage('appeal-1'))).toEqual({ ok: true, seq: 3, stage: 'intake' });
    expect(standing(life, '256-13-1:appeal-1')).toBe('met');
    expect(openKeys(life)).toEqual(['256-13-2:case', '256-13-INT:case']);
  });

  it('P49: without a triage within one working day the appeal is overdue', () => {
    const life = registered(local('2026-01-12'));
    life.sleepUntil(local('2026-01-14', 0, 0));
    expect(standing(life, '256-13-1:appeal-1')).toBe('overdue');
  });

  it('P49: an appeal is triaged once, and only an appeal of the case', () => {
    const life = lifeAfter('recordTriage');
    expect(refusalIn(ask(life, local('2026-01-14'), 'recordTriage', triage('appeal-1')))).toEqual({ code: 'appeal_already_triaged', rule: 'P49' });
    expect(refusalIn(ask(life, local('2026-01-14'), 'recordTriage', triage('appeal-9')))).toEqual({ code: 'appeal_unknown' });
  });
});

describe('another appeal about a family whose case is open', () => {
  it('P30: it is attached, with a clock of its own, and the assessment is not started again', () => {
    const life = lifeBefore('completeAssessment');
    hear(life, local('2026-01-14', 12), appeal({ appealId: 'appeal-b', channel: 1 }));
    expect(openKeys(life)).toEqual(['256-13-2:case', '256-13-1:appeal-b']);
    expect(dueOf(life, '256-13-1:appeal-b')).toBe('2026-01-15 24:00');
    expect(dueOf(life, '256-13-2:case')).toBe('2026-01-15 24:00');
    expect(life.caseState.appeals.map(({ appealId, triaged }) => `${appealId} ${triaged}`)).toEqual(['appeal-1 true', 'appeal-b false']);
  });

  it('P30, 256-14-1: it goes by its own channel, whatever the channel of the case', () => {
    const life = lifeAfter('sendIpr');
    hear(life, local('2026-01-30'), appeal({ appealId: 'appeal-111', channel: 2 }));
    expect(dueOf(life, '256-14-1:appeal-111')).toBe('2026-02-02 24:00');
    expect(keysOf(life, '256-14-2')).toEqual([]);
  });

  it('P30: the term runs from the receipt at the inbox, not from the hand-over', () => {
    const life = lifeBefore('completeAssessment');
    const delivery = appeal({ appealId: 'appeal-b' }, 26 * 3_600_000);
    hear(life, local('2026-01-15', 12), delivery);
    expect(lastOf(life, 'AppealAttached').occurredAt).toBe(local('2026-01-14', 10));
    expect(dueOf(life, '256-13-1:appeal-b')).toBe('2026-01-15 24:00');
  });

  it('P30: two appeals are triaged each for itself', () => {
    const life = lifeAfter('sendIpr');
    hear(life, local('2026-01-28'), appeal({ appealId: 'appeal-b' }));
    hear(life, local('2026-01-28', 11), appeal({ appealId: 'appeal-c' }));
    ask(life, local('2026-01-29'), 'recordTriage', triage('appeal-c'));
    expect(standing(life, '256-13-1:appeal-b')).toBe('open');
    expect(standing(life, '256-13-1:appeal-c')).toBe('met');
    expect(outcomeOf(ask(life, local('2026-01-29', 11), 'recordTriage', triage('appeal-b')))).toBe('ok');
  });

  it('P49, 256-14-1: closing as performed answers no appeal: one that waits is triaged in the closed case too', () => {
    const life = lifeAfter('closeCase');
    hear(life, local('2026-06-03'), appeal({ appealId: 'appeal-b', channel: 2 }));
    ask(life, local('2026-06-03', 12), 'endMonitoring', { noteId: 'note-7' });
    ask(life, local('2026-06-03', 13), 'notifyResult', { documentId: 'doc-3' });
    expect(life.caseState.stage).toBe('closed');
    expect(openKeys(life)).toEqual(['256-14-1:appeal-b']);
    expect(ask(life, local('2026-06-04'), 'recordTriage', triage('appeal-b'))).toMatchObject({ ok: true, stage: 'closed' });
    expect(standing(life, '256-14-1:appeal-b')).toBe('met');
  });

  it('P49, 256-13-1: an appeal that waits when the case is closed as performed keeps its clock', () => {
    const life = lifeBefore('closeCase');
    hear(life, local('2026-03-03', 9), appeal({ appealId: 'appeal-b' }));
    ask(life, local('2026-03-03'), 'closeCase', { monitoringMonths: 3 }, HEAD);
    expect(standing(life, '256-13-1:appeal-b')).toBe('open');
    expect(outcomeOf(ask(life, local('2026-03-03', 12), 'recordTriage', triage('appeal-b')))).toBe('ok');
  });

  it('P30: a closed case takes no appeal: the next one opens a case of its own', () => {
    const life = lifeAfter('endMonitoring');
    expect(outcomeOf(hear(life, local('2026-06-04'), appeal()))).toBe('case_not_open');
  });
});

describe('interview and consent', () => {
  it('256-13-INT: owed from an own appeal on, without a term and without a ladder, until it is held', () => {
    const life = registered(local('2026-01-12'));
    expect(dutyOf(life, '256-13-INT:case')).toMatchObject({ force: 'law', ladder: 'none', steps: [], state: 'open' });
    expect(dutyOf(life, '256-13-INT:case').dueAt).toBeUndefined();
    ask(life, local('2026-01-20'), 'recordInterview', { noteId: 'note-1' });
    expect(standing(life, '256-13-INT:case')).toBe('met');
  });

  it('256-13-CON, P29: no needs without consent, and none after a refusal of it', () => {
    const life = registered(local('2026-01-12'));
    ask(life, local('2026-01-13'), 'completeAssessment', CONFIRMED);
    const needs = { needs: ['health'] };
    expect(refusalIn(ask(life, local('2026-01-14'), 'determineNeeds', needs))).toEqual({ code: 'consent_required', rule: '256-13-CON' });
    ask(life, local('2026-01-14'), 'recordConsent', { given: false, personId: 'person-1' });
    expect(outcomeOf(ask(life, local('2026-01-14'), 'determineNeeds', needs))).toBe('consent_required');
    ask(life, local('2026-01-15'), 'recordConsent', { given: true, personId: 'person-1' });
    expect(outcomeOf(ask(life, local('2026-01-15'), 'determineNeeds', needs))).toBe('ok');
  });
});

describe('primary assessment', () => {
  it('256-13-2, 256-13-3: a confirmed situation ends the clock and the needs are owed next', () => {
    const life = lifeAfter('completeAssessment');
    expect(life.caseState).toMatchObject({ stage: 'needs', grounds: ['G8'] });
    expect(standing(life, '256-13-2:case')).toBe('met');
    expect(openKeys(life)).toEqual(['256-13-3:case']);
  });

  it('256-14-3: the same by the other paragraph for the other channels', () => {
    const life = registered(local('2026-01-12'), { channel: 4 });
    ask(life, local('2026-01-14'), 'completeAssessment', CONFIRMED);
    expect(standing(life, '256-14-2:case')).toBe('met');
    expect(keysOf(life, '256-13-3')).toEqual([]);
    expect(dueOf(life, '256-14-3:case')).toBe('2026-01-21 24:00');
  });

  it('192-3-4: only a ground of the Social Code, and at least one', () => {
    const life = lifeBefore('completeAssessment');
    const assess = (grounds: string[], noteId?: string) =>
      ask(life, local('2026-01-14'), 'completeAssessment', { result: 'difficult_life_situation', grounds, ...(noteId === undefined ? {} : { noteId }) });
    expect(refusalIn(assess([]))).toEqual({ code: 'ground_required', rule: '192-3-4' });
    expect(refusalIn(assess(['G8', 'G13']))).toEqual({ code: 'ground_unknown', rule: '192-3-4', params: { ground: 'G13' } });
    expect(refusalIn(assess(['GX']))).toEqual({ code: 'ground_text_required', rule: '192-3-4' });
    expect(outcomeOf(assess(['GX'], 'note-3'))).toBe('ok');
  });

  it('P10: what is not confirmed is closed, answered in writing, and owes nothing else', () => {
    const life = registered(local('2026-01-12'));
    const answer = ask(life, local('2026-01-14'), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
    expect(answer).toMatchObject({ ok: true, stage: 'closed' });
    expect(told(life.entries).slice(-2)).toEqual(['AssessmentCompleted', 'CaseClosed']);
    expect(life.caseState.closure).toEqual({ ground: 'not_confirmed', closedAt: local('2026-01-14'), monitoringMonths: 0, notified: false });
    expect(standing(life, '256-13-2:case')).toBe('met');
    expect(openKeys(life)).toEqual(['D-CL:case']);
    expect(dueOf(life, 'D-CL:case')).toBe('2026-01-15 24:00');
  });

  it('P10, 256-13-1: appeals that wait for a triage are answered with the closing', () => {
    const life = registered(local('2026-01-12'));
    hear(life, local('2026-01-12', 12), appeal({ appealId: 'appeal-b', channel: 3 }));
    ask(life, local('2026-01-13'), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
    expect(['256-13-1:appeal-1', '256-14-1:appeal-b', '256-13-INT:case'].map((key) => standing(life, key))).toEqual(['lapsed', 'lapsed', 'lapsed']);
    expect(outcomeOf(ask(life, local('2026-01-14'), 'recordTriage', triage('appeal-b')))).toBe('case_not_open');
  });

  it('256-13-2: an assessment is made once', () => {
    const life = lifeAfter('completeAssessment');
    expect(refusalIn(ask(life, local('2026-01-16'), 'completeAssessment', CONFIRMED))).toEqual({
      code: 'wrong_stage',
      params: { stage: 'needs', expected: 'intake' },
    });
  });
});
