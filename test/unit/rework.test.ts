/** Return for rework: 192 п.11, part 3, in the reading of P17. */
import { describe, expect, it } from 'vitest';
import type { CommandData } from '../../domain/case/commands.js';
import type { Answer } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import { acknowledge, ask, hear, lifeAfter } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { climbed, dueOf, dutyOf, lastOf, outcomeOf, refusalIn, standing, stepEntries } from '../lives/reading.js';
import { local, report } from '../lives/straight-road.js';

const RETURNED_AT = local('2026-02-17');

/** Employment has reported once; the plan ends on 30 June 2026. */
function reported(at: Instant = local('2026-02-16')): Life {
  const life = lifeAfter('sendIpr');
  hear(life, at, report('employment', 'm-job', {}, 0, 'd-1'));
  return life;
}

function giveBack(life: Life, at: Instant = RETURNED_AT, changes: Partial<CommandData['returnReport']> = {}): Answer {
  return ask(life, at, 'returnReport', { reportId: 'report-d-1', norm: 'law on state services, art. 4', reasonId: 'note-1', ...changes });
}

describe('a report goes back', () => {
  it('192-11-3: with the norm that it breaks and the reason, and it is the answer to the receipt', () => {
    const life = reported();
    expect(giveBack(life).ok).toBe(true);
    expect(lastOf(life, 'ReportReturned').data).toMatchObject({
      reportId: 'report-d-1',
      measureId: 'm-job',
      agency: 'employment',
      norm: 'law on state services, art. 4',
      reasonId: 'note-1',
      timesReturned: 1,
    });
    expect(standing(life, '192-11-2:report-d-1')).toBe('met');
    expect(life.caseState.reports[0]?.mark).toBe('returned');
    expect(life.caseState.measures[0]).toMatchObject({ status: 'returned', timesReturned: 1 });
  });

  it('P17: three working days when the Center names no date', () => {
    const life = reported();
    giveBack(life);
    expect(dueOf(life, '192-11-3:m-job')).toBe('2026-02-20 24:00');
    expect(dutyOf(life, '192-11-3:m-job')).toMatchObject({ owner: 'agency', agency: 'employment', force: 'internal', ladder: 'internal' });
  });

  it('P17: the default never goes beyond the end of the plan', () => {
    const life = reported(local('2026-06-26'));
    giveBack(life, local('2026-06-29'));
    expect(dueOf(life, '192-11-3:m-job')).toBe('2026-06-30 24:00');
  });

  it('P17: the Center may name a date between today and the end of the plan', () => {
    expect(refusalIn(giveBack(reported(), RETURNED_AT, { newDueOn: '2026-02-16' }))).toEqual({
      code: 'rework_term_out_of_plan',
      rule: 'P17',
      params: { newDueOn: '2026-02-16', planEnd: '2026-06-30' },
    });
    expect(outcomeOf(giveBack(reported(), RETURNED_AT, { newDueOn: '2026-07-01' }))).toBe('rework_term_out_of_plan');
    expect(outcomeOf(giveBack(reported(), RETURNED_AT, { newDueOn: '2026-02-30' }))).toBe('day_impossible');
    const today = reported();
    expect(outcomeOf(giveBack(today, RETURNED_AT, { newDueOn: '2026-02-17' }))).toBe('ok');
    expect(dueOf(today, '192-11-3:m-job')).toBe('2026-02-17 24:00');
    const last = reported();
    giveBack(last, RETURNED_AT, { newDueOn: '2026-06-30' });
    expect(dueOf(last, '192-11-3:m-job')).toBe('2026-06-30 24:00');
  });

  it('192-11-3: the agency is told by a notice with a key of its own', () => {
    const life = reported();
    giveBack(life);
    const { data } = lastOf(life, 'ReportReturned');
    expect(data.dispatch).toEqual({
      key: 'dispatch-3',
      kind: 'rework_notice',
      agency: 'employment',
      measureIds: ['m-job'],
      reportId: 'report-d-1',
    });
    expect(life.caseState.dispatches.at(-1)).toMatchObject({ kind: 'rework_notice', state: 'pending', series: 1 });
  });

  it('192-9: the receipt of a notice is no receipt of the referral', () => {
    const life = reported();
    acknowledge(life, local('2026-02-16', 12), 'health');
    giveBack(life);
    const notice = lastOf(life, 'ReportReturned').data.dispatch.key;
    life.turn(local('2026-02-17', 11), { kind: 'dispatch', outcome: { key: notice, series: 1, outcome: 'delivered' } });
    expect(life.caseState.dispatches.at(-1)?.state).toBe('delivered');
    expect(standing(life, '192-9:employment')).toBe('overdue');
  });

  it('192-11-3: an unknown report and one that has its mark are not returned', () => {
    const life = reported();
    expect(outcomeOf(giveBack(life, RETURNED_AT, { reportId: 'report-9' }))).toBe('report_unknown');
    giveBack(life);
    expect(refusalIn(giveBack(life))).toEqual({ code: 'report_already_marked', rule: '192-11-3', params: { measureId: 'm-job' } });
    const marked = ask(life, RETURNED_AT, 'markStatus', { measureId: 'm-job', reportId: 'report-d-1', status: 'done' });
    expect(outcomeOf(marked)).toBe('report_already_marked');
  });
});

describe('the rework and its term', () => {
  it('192-11-3: the next report of the measure meets it and starts its own mark (P16)', () => {
    const life = reported();
    giveBack(life);
    hear(life, local('2026-02-19'), report('employment', 'm-job', {}, 0, 'd-2'));
    expect(standing(life, '192-11-3:m-job')).toBe('met');
    expect(dueOf(life, '192-11-2:report-d-2')).toBe('2026-02-23 24:00');
    ask(life, local('2026-02-20'), 'markStatus', { measureId: 'm-job', reportId: 'report-d-2', status: 'done' });
    expect(life.caseState.measures[0]?.status).toBe('done');
  });

  it('192-11-3: a rework that does not come is exceeded: an internal term, not a breach of law', () => {
    const life = reported();
    giveBack(life);
    life.sleepUntil(local('2026-03-01'));
    expect(climbed(life, '192-11-3:m-job')).toEqual([
      'reminder 2026-02-18 09:00',
      'reminder 2026-02-19 09:00',
      'exceeded 2026-02-20 24:00',
      'head 2026-02-23 24:00',
    ]);
    expect(standing(life, '192-11-3:m-job')).toBe('exceeded');
  });

  it('P17: returns are counted', () => {
    const life = reported();
    giveBack(life);
    hear(life, local('2026-02-18'), report('employment', 'm-job', {}, 0, 'd-2'));
    giveBack(life, local('2026-02-19'), { reportId: 'report-d-2' });
    expect(lastOf(life, 'ReportReturned').data.timesReturned).toBe(2);
    expect(life.caseState.measures[0]?.timesReturned).toBe(2);
    expect(dueOf(life, '192-11-3:m-job:2')).toBe('2026-02-24 24:00');
  });

  it('P17: from the second return on the heads of the agency and of the Center learn of it at once', () => {
    const life = reported();
    giveBack(life);
    expect(dutyOf(life, '192-11-3:m-job').ladder).toBe('internal');
    hear(life, local('2026-02-18'), report('employment', 'm-job', {}, 0, 'd-2'));
    giveBack(life, local('2026-02-19'), { reportId: 'report-d-2' });
    const [raised] = stepEntries(life, '192-11-3:m-job:2');
    expect(raised).toMatchObject({
      at: local('2026-02-19'),
      data: { step: 'returned_again', moment: local('2026-02-19'), force: 'internal', recipients: ['agency_head', 'center_head'] },
    });
    expect(standing(life, '192-11-3:m-job:2')).toBe('open');
    life.sleepUntil(local('2026-03-01'));
    expect(climbed(life, '192-11-3:m-job:2')).toEqual([
      'returned_again 2026-02-19 10:00',
      'reminder 2026-02-20 09:00',
      'reminder 2026-02-23 09:00',
      'exceeded 2026-02-24 24:00',
      'head 2026-02-25 24:00',
    ]);
    expect(standing(life, '192-11-3:m-job:2')).toBe('exceeded');
  });

  it('P17: returns of different measures are counted apart', () => {
    const life = reported();
    hear(life, local('2026-02-16', 12), report('health', 'm-health', {}, 0, 'd-3'));
    giveBack(life);
    giveBack(life, RETURNED_AT, { reportId: 'report-d-3' });
    expect(life.caseState.measures.map(({ timesReturned }) => timesReturned)).toEqual([1, 1, 0]);
    expect([dutyOf(life, '192-11-3:m-job').ladder, dutyOf(life, '192-11-3:m-health').ladder]).toEqual(['internal', 'internal']);
  });

  it('P17: a second return before the rework came replaces the date of the first', () => {
    const life = reported();
    hear(life, local('2026-02-16', 12), report('employment', 'm-job', {}, 0, 'd-2'));
    giveBack(life, RETURNED_AT, { newDueOn: '2026-02-20' });
    giveBack(life, local('2026-02-18'), { reportId: 'report-d-2', newDueOn: '2026-03-02' });
    expect(standing(life, '192-11-3:m-job')).toBe('lapsed');
    expect(dueOf(life, '192-11-3:m-job:2')).toBe('2026-03-02 24:00');
  });

  it('192-11-3: nothing is to be reworked once another report of the measure was accepted', () => {
    const life = reported();
    hear(life, local('2026-02-16', 12), report('employment', 'm-job', {}, 0, 'd-2'));
    giveBack(life);
    ask(life, local('2026-02-18', 8), 'markStatus', { measureId: 'm-job', reportId: 'report-d-2', status: 'done' });
    expect(standing(life, '192-11-3:m-job')).toBe('lapsed');
    life.sleepUntil(local('2026-03-01'));
    expect(climbed(life, '192-11-3:m-job')).toEqual([]);
  });

  it('192-11-1: the measure’s own duty was met by the report that went back, and its date stays for the statistics', () => {
    const life = reported();
    giveBack(life);
    expect(standing(life, '192-11-1:m-job')).toBe('met');
    expect(dueOf(life, '192-11-1:m-job')).toBe('2026-03-02 24:00');
  });
});
