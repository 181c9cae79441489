/** Closing, the written result, monitoring: 256 п.19, D-CL, D-MON, D-REOPEN, P24. */
import { describe, expect, it } from 'vitest';
import { isOver } from '../../domain/case/state.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY, type Policy } from '../../domain/law/policy.js';
import { ask, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import { climbed, dueOf, dutyOf, keysOf, lastOf, openKeys, outcomeOf, refusalIn, standing } from '../lives/reading.js';
import { HEAD, local } from '../lives/straight-road.js';

const CLOSED_AT = local('2026-03-03');

function lawWith(policy: Partial<Policy>): Law {
  return lawOf({ calendar: CALENDAR_2026_11_21, policy: { ...DEFAULT_POLICY, version: 'policy-x', ...policy } });
}

const close = (months: number, law?: Law) => {
  const life = lifeBefore('closeCase', law);
  return { life, answer: ask(life, CLOSED_AT, 'closeCase', { monitoringMonths: months }, HEAD) };
};

describe('closing', () => {
  it('256-19-1: only what is completed is closed as performed', () => {
    const early = ask(lifeBefore('markCompletion'), local('2026-02-28'), 'closeCase', { monitoringMonths: 3 }, HEAD);
    expect(refusalIn(early)).toEqual({ code: 'wrong_stage', params: { stage: 'execution', expected: 'completed' } });
    const { life, answer } = close(3);
    expect(answer).toMatchObject({ ok: true, stage: 'monitoring' });
    expect(lastOf(life, 'CaseClosed').data).toEqual({ ground: 'completed', monitoringMonths: 3 });
  });

  it('256-19-1: the decision is the head’s', () => {
    expect(outcomeOf(ask(lifeBefore('closeCase'), CLOSED_AT, 'closeCase', { monitoringMonths: 3 }))).toBe('role_not_allowed');
  });

  it('D-MON, P24: three to six whole months, as the case manager picks', () => {
    for (const months of [3, 4, 5, 6]) expect(outcomeOf(close(months).answer)).toBe('ok');
    for (const months of [0, 2, 7, 3.5, Number.NaN]) {
      expect(refusalIn(close(months).answer)).toEqual({ code: 'monitoring_months_out_of_range', rule: 'D-MON', params: { min: 3, max: 6 } });
    }
  });
});

describe('the written result', () => {
  it('D-CL, P23: one working day, an internal term', () => {
    const { life } = close(3);
    expect(dueOf(life, 'D-CL:case')).toBe('2026-03-04 24:00');
    expect(dutyOf(life, 'D-CL:case')).toMatchObject({ force: 'internal', ladder: 'internal' });
    life.sleepUntil(local('2026-04-01'));
    expect(climbed(life, 'D-CL:case')).toEqual(['reminder 2026-03-04 09:00', 'exceeded 2026-03-04 24:00', 'head 2026-03-05 24:00']);
  });

  it('D-CL: there is a result only after the closing, and it is told once', () => {
    expect(refusalIn(ask(lifeBefore('closeCase'), CLOSED_AT, 'notifyResult', { documentId: 'doc-3' }))).toMatchObject({ code: 'wrong_stage', rule: 'D-CL' });
    const life = lifeAfter('notifyResult');
    expect(life.caseState.closure?.notified).toBe(true);
    expect(refusalIn(ask(life, local('2026-03-05'), 'notifyResult', { documentId: 'doc-3' }))).toEqual({ code: 'result_already_notified', rule: 'D-CL' });
  });

  it('D-CL: may still be told when the monitoring has ended, and only then is the case over', () => {
    const { life } = close(3);
    ask(life, local('2026-06-03'), 'endMonitoring', { noteId: 'note-7' });
    expect(life.caseState.stage).toBe('closed');
    expect(isOver(life.caseState)).toBe(false);
    expect(ask(life, local('2026-06-04'), 'notifyResult', { documentId: 'doc-3' }).ok).toBe(true);
    expect(standing(life, 'D-CL:case')).toBe('met_late');
    expect(isOver(life.caseState)).toBe(true);
  });

  it('P10, D-CL: what was not confirmed is answered in writing too', () => {
    const life = registered(local('2026-01-12'));
    ask(life, local('2026-01-13', 8), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
    ask(life, local('2026-01-14'), 'notifyResult', { documentId: 'doc-3' });
    expect(standing(life, 'D-CL:case')).toBe('met');
    expect(isOver(life.caseState)).toBe(true);
  });
});

describe('monitoring', () => {
  it.each([
    [3, '2026-06-03 24:00'],
    [4, '2026-07-03 24:00'],
    [5, '2026-08-03 24:00'],
    [6, '2026-09-03 24:00'],
  ])('D-MON: %d months', (months, due) => {
    const { life } = close(months);
    expect(dueOf(life, 'D-MON:case')).toBe(due);
    expect(dutyOf(life, 'D-MON:case')).toMatchObject({ force: 'policy', ladder: 'standard' });
  });

  it('D-MON: a last day that is off moves on, for ending is an act of the Center', () => {
    const life = lifeBefore('closeCase');
    ask(life, local('2026-03-06'), 'closeCase', { monitoringMonths: 4 }, HEAD);
    expect(dueOf(life, 'D-MON:case')).toBe('2026-07-07 24:00');
  });

  it('D-MON: does not end before the months that were picked have passed', () => {
    const { life } = close(3);
    const end = (at: number) => ask(life, at, 'endMonitoring', { noteId: 'note-7' });
    expect(refusalIn(end(local('2026-06-02', 23, 59)))).toEqual({ code: 'monitoring_too_short', rule: 'D-MON', params: { earliest: '2026-06-03' } });
    expect(outcomeOf(end(local('2026-06-03', 0, 0)))).toBe('ok');
    expect(standing(life, 'D-MON:case')).toBe('met');
  });

  it('D-MON: an end that nobody records is overdue', () => {
    const { life } = close(3);
    life.sleepUntil(local('2026-06-04', 0, 0));
    expect(standing(life, 'D-MON:case')).toBe('overdue');
    expect(life.caseState.stage).toBe('monitoring');
  });

  it('P24: a contact every month; each one ends a term and starts the next', () => {
    const life = lifeAfter('recordMonitoringContact');
    expect(lastOf(life, 'MonitoringContactHeld').data).toEqual({ contact: 1, situation: 'stable', noteId: 'note-4' });
    expect(keysOf(life, 'P24').map((key) => `${key} ${standing(life, key)} ${dueOf(life, key)}`)).toEqual([
      'P24:case met 2026-04-03 24:00',
      'P24:case:2 open 2026-05-04 24:00',
    ]);
    ask(life, local('2026-05-04'), 'recordMonitoringContact', { situation: 'stable', noteId: 'note-5' });
    expect(lastOf(life, 'MonitoringContactHeld').data.contact).toBe(2);
  });

  it('P24: a contact that does not come is exceeded; it lapses when the monitoring ends', () => {
    const { life } = close(3);
    life.sleepUntil(local('2026-06-03'));
    expect(climbed(life, 'P24:case').at(-1)).toBe('head 2026-04-06 24:00');
    expect(standing(life, 'P24:case')).toBe('exceeded');
    ask(life, local('2026-06-03'), 'endMonitoring', { noteId: 'note-7' });
    expect(standing(life, 'P24:case')).toBe('lapsed_late');
  });

  it('D-REOPEN: worsening is shown as owed by the head, without a term, until the monitoring ends', () => {
    const { life } = close(3);
    ask(life, local('2026-04-02'), 'recordMonitoringContact', { situation: 'worsened', noteId: 'note-4' });
    expect(dutyOf(life, 'D-REOPEN:case')).toMatchObject({ state: 'open', owner: 'center_head', steps: [], force: 'policy' });
    ask(life, local('2026-06-03'), 'endMonitoring', { noteId: 'note-7' });
    expect(standing(life, 'D-REOPEN:case')).toBe('lapsed');
  });

  it('D-REOPEN: a stable situation owes nothing', () => {
    expect(keysOf(lifeAfter('recordMonitoringContact'), 'D-REOPEN')).toEqual([]);
  });
});

describe('rows of policy that are switched off', () => {
  it('D-CL: off: no written result is owed, shown or escalated', () => {
    const { life } = close(3, lawWith({ disabled: ['D-CL'] }));
    life.sleepUntil(local('2026-05-01'));
    expect(keysOf(life, 'D-CL')).toEqual([]);
    expect(life.entries.some((entry) => entry.type === 'DeadlineStepReached' && entry.data.rule === 'D-CL')).toBe(false);
  });

  it('D-MON, P24: off: the case closes at once, with no month of monitoring and no contact owed', () => {
    const law = lawWith({ disabled: ['D-MON'] });
    expect(refusalIn(close(3, law).answer)).toEqual({ code: 'monitoring_months_out_of_range', rule: 'D-MON', params: { min: 0, max: 0 } });
    const { life, answer } = close(0, law);
    expect(answer).toMatchObject({ ok: true, stage: 'closed' });
    expect(openKeys(life)).toEqual(['D-CL:case']);
    expect(outcomeOf(ask(life, local('2026-04-01'), 'recordMonitoringContact', { situation: 'stable', noteId: 'n' }))).toBe('case_not_open');
    ask(life, local('2026-04-01'), 'notifyResult', { documentId: 'doc-3' });
    expect(isOver(life.caseState)).toBe(true);
  });

  it('D-REOPEN: off: worsening is recorded and nothing is owed for it', () => {
    const { life } = close(3, lawWith({ disabled: ['D-REOPEN'] }));
    ask(life, local('2026-04-02'), 'recordMonitoringContact', { situation: 'worsened', noteId: 'note-4' });
    expect(keysOf(life, 'D-REOPEN')).toEqual([]);
    expect(lastOf(life, 'MonitoringContactHeld').data.situation).toBe('worsened');
  });

  it('D-CL, D-MON, D-REOPEN: all off: a closed case owes nothing and is over at once', () => {
    const { life } = close(0, lawWith({ disabled: ['D-CL', 'D-MON', 'D-REOPEN'] }));
    expect(openKeys(life)).toEqual([]);
    expect(isOver(life.caseState)).toBe(true);
  });

  it('256-13-2: no policy switches off a row of the law, nor P9 a term of the Center’s own', () => {
    const life = registered(local('2026-01-12'), {}, lawWith({ disabled: ['256-13-1', '256-13-2', '256-13-3', 'D-REG'] }));
    expect(keysOf(life)).toEqual(['256-13-1:appeal-1', '256-13-2:case', '256-13-INT:case']);
    ask(life, local('2026-01-13'), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    expect(keysOf(life, '256-13-3')).toEqual(['256-13-3:case']);
  });

  it('P9, P23, P24: the numbers of the policy are the numbers of the terms', () => {
    const serviceLevels = { ...DEFAULT_POLICY.serviceLevels, needs_determination: 2, closing_result: 3, monitoring_contact: 2 };
    const law = lawWith({ serviceLevels, monitoringMonths: { min: 1, max: 2 } });
    expect(dueOf(lifeBefore('determineNeeds', law), '256-13-3:case')).toBe('2026-01-19 24:00');
    const { life } = close(2, law);
    expect(dueOf(life, 'D-CL:case')).toBe('2026-03-06 24:00');
    expect(dueOf(life, 'P24:case')).toBe('2026-05-04 24:00');
    expect(outcomeOf(close(3, law).answer)).toBe('monitoring_months_out_of_range');
  });
});
