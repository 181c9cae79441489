/** Completion in full: 192 п.12, P19. */
import { describe, expect, it } from 'vitest';
import type { MeasureStatus } from '../../domain/case/facts.js';
import { ask, hear, lifeAfter, lifeBefore, outcome } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { climbed, dueOf, dutyOf, entriesOf, keysOf, lastOf, openKeys, outcomeOf, refusalIn, standing, told } from '../lives/reading.js';
import { local, report } from '../lives/straight-road.js';

/** Both measures of the state are done; the family's is not. */
function familyLeft(): Life {
  const life = lifeAfter('sendIpr');
  hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-job'));
  markOf(life, '2026-02-17', 'm-job', 'done', 'report-d-job');
  hear(life, local('2026-02-18'), report('health', 'm-health', {}, 0, 'd-health'));
  markOf(life, '2026-02-19', 'm-health', 'done', 'report-d-health');
  return life;
}

function markOf(life: Life, day: string, measureId: string, status: MeasureStatus, reportId?: string): string {
  return outcomeOf(ask(life, local(day), 'markStatus', { measureId, status, ...(reportId === undefined ? {} : { reportId }) }));
}

describe('performed in full', () => {
  it('P19: the family’s measures count like the state’s', () => {
    const life = familyLeft();
    expect(keysOf(life, '192-12')).toEqual([]);
    expect(refusalIn(ask(life, local('2026-02-20'), 'markCompletion', {}))).toEqual({ code: 'measures_not_done', rule: '192-12', params: { open: 1 } });
    markOf(life, '2026-02-27', 'm-family', 'done');
    expect(told(life.entries).slice(-2)).toEqual(['StatusMarked', 'MeasuresAllDone']);
    expect(lastOf(life, 'MeasuresAllDone').data).toEqual({ measures: 3 });
  });

  it.each(['in_progress', 'not_done'] as const)('P19: "%s" is not performed', (status) => {
    const life = familyLeft();
    markOf(life, '2026-02-27', 'm-family', status);
    expect(keysOf(life, '192-12')).toEqual([]);
    expect(outcomeOf(ask(life, local('2026-02-28'), 'markCompletion', {}))).toBe('measures_not_done');
  });

  it('192-12: one working day from the last mark "done"', () => {
    const life = lifeBefore('markCompletion');
    expect(openKeys(life)).toEqual(['256-15-1:ipr-1', '192-12:case']);
    expect(dueOf(life, '192-12:case')).toBe('2026-03-02 24:00');
    expect(dutyOf(life, '192-12:case')).toMatchObject({ owner: 'case_manager', force: 'law', startedAt: local('2026-02-27') });
    life.sleepUntil(local('2026-03-06'));
    expect(climbed(life, '192-12:case')).toEqual([
      'reminder 2026-03-02 09:00',
      'overdue 2026-03-02 24:00',
      'head 2026-03-03 24:00',
      'coordinator 2026-03-05 24:00',
    ]);
  });

  it('192-12: the order of the marks does not matter, the last one starts the term', () => {
    const life = lifeAfter('sendIpr');
    markOf(life, '2026-02-10', 'm-family', 'done');
    hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-job'));
    hear(life, local('2026-02-16'), report('health', 'm-health', {}, 0, 'd-health'));
    markOf(life, '2026-02-17', 'm-health', 'done', 'report-d-health');
    expect(keysOf(life, '192-12')).toEqual([]);
    markOf(life, '2026-02-18', 'm-job', 'done', 'report-d-job');
    expect(dueOf(life, '192-12:case')).toBe('2026-02-19 24:00');
  });

  it('192-12: a measure that is open again takes the term away, and the last "done" starts it anew', () => {
    const life = lifeBefore('markCompletion');
    markOf(life, '2026-02-28', 'm-family', 'in_progress');
    expect(standing(life, '192-12:case')).toBe('lapsed');
    expect(outcomeOf(ask(life, local('2026-02-28', 11), 'markCompletion', {}))).toBe('measures_not_done');
    markOf(life, '2026-03-04', 'm-family', 'done');
    expect(dueOf(life, '192-12:case:2')).toBe('2026-03-05 24:00');
    expect(ask(life, local('2026-03-05'), 'markCompletion', {})).toMatchObject({ ok: true, stage: 'completed' });
  });

  it('192-12: a report returned after the last "done" takes the term away too', () => {
    const life = lifeAfter('sendIpr');
    hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-1'));
    hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-2'));
    hear(life, local('2026-02-16'), report('health', 'm-health', {}, 0, 'd-3'));
    markOf(life, '2026-02-17', 'm-job', 'done', 'report-d-1');
    markOf(life, '2026-02-17', 'm-health', 'done', 'report-d-3');
    markOf(life, '2026-02-17', 'm-family', 'done');
    expect(standing(life, '192-12:case')).toBe('open');
    ask(life, local('2026-02-18'), 'returnReport', { reportId: 'report-d-2', norm: 'art. 4', reasonId: 'note-1' });
    expect(standing(life, '192-12:case')).toBe('lapsed');
  });

  it('P19: a second mark of a measure that is done is not a second completion', () => {
    const life = lifeBefore('markCompletion');
    markOf(life, '2026-02-28', 'm-family', 'done');
    expect(entriesOf(life, 'MeasuresAllDone')).toHaveLength(1);
    expect(dueOf(life, '192-12:case')).toBe('2026-03-02 24:00');
  });
});

describe('the completion mark', () => {
  it('192-12, 256-15-1: names the date of completion and ends the plan', () => {
    const life = lifeBefore('markCompletion');
    expect(refusalIn(ask(life, local('2026-03-02'), 'markCompletion', { completedOn: '2026-03-03' }))).toEqual({
      code: 'date_in_future',
      rule: '192-12',
      params: { completedOn: '2026-03-03' },
    });
    expect(outcomeOf(ask(life, local('2026-03-02'), 'markCompletion', { completedOn: '2026-02-30' }))).toBe('day_impossible');
    expect(ask(life, local('2026-03-02'), 'markCompletion', { completedOn: '2026-02-27' })).toMatchObject({ ok: true, stage: 'completed' });
    expect(life.caseState.completedOn).toBe('2026-02-27');
    expect(standing(life, '192-12:case')).toBe('met');
    expect(standing(life, '256-15-1:ipr-1')).toBe('met');
    expect(openKeys(life)).toEqual([]);
  });

  it('192-12: without a date it is today, by the day of Almaty', () => {
    const life = lifeBefore('markCompletion');
    ask(life, local('2026-03-02', 1), 'markCompletion', {});
    expect(lastOf(life, 'CompletionMarked').data).toEqual({ completedOn: '2026-03-02' });
  });

  it('192-11-2: what was never marked ends with the plan and does not climb for ever', () => {
    const life = lifeAfter('sendIpr');
    hear(life, local('2026-02-16'), report('employment', 'm-job', { outcome: 'in_progress' }, 0, 'd-1'));
    hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-2'));
    hear(life, local('2026-02-16'), report('health', 'm-health', {}, 0, 'd-3'));
    markOf(life, '2026-02-17', 'm-job', 'done', 'report-d-2');
    markOf(life, '2026-02-17', 'm-health', 'done', 'report-d-3');
    markOf(life, '2026-02-17', 'm-family', 'done');
    ask(life, local('2026-02-18'), 'markCompletion', {});
    expect(standing(life, '192-11-2:report-d-1')).toBe('lapsed');
  });

  it('192-9: an agency that refused the message and performed all the same holds nothing open', () => {
    const life = lifeAfter('sendIpr');
    const key = life.caseState.dispatches[0]?.key ?? '';
    outcome(life, local('2026-01-27', 11), { key, series: 1, outcome: 'refused', reason: 'not_competent' });
    hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-1'));
    hear(life, local('2026-02-16'), report('health', 'm-health', {}, 0, 'd-2'));
    markOf(life, '2026-02-17', 'm-job', 'done', 'report-d-1');
    markOf(life, '2026-02-17', 'm-health', 'done', 'report-d-2');
    markOf(life, '2026-02-17', 'm-family', 'done');
    expect(standing(life, '192-9:employment')).toBe('overdue');
    ask(life, local('2026-02-18'), 'markCompletion', {});
    expect(standing(life, '192-9:employment')).toBe('lapsed_late');
  });
});
