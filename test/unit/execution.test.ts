/** Fan-out to agencies, their reports, the Center's marks: 192 п.9 and п.11, parts 1 and 2. */
import { describe, expect, it } from 'vitest';
import type { PlannedMeasure } from '../../domain/case/facts.js';
import { acknowledge, ask, hear, lifeAfter, lifeBefore } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { almaty, dueOf, dutyOf, entriesOf, keysOf, lastOf, openKeys, outcomeOf, refusalIn, standing } from '../lives/reading.js';
import { agencyActor, HEAD, local, report } from '../lives/straight-road.js';

const SENT_AT = local('2026-01-27');

/** Sent to two agencies, of which neither has acknowledged. */
const sent = () => lifeAfter('sendIpr');

/** Both agencies have reported that they performed, and nothing is marked. */
function reported(): Life {
  const life = sent();
  hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-job'));
  hear(life, local('2026-02-16', 12), report('health', 'm-health', {}, 0, 'd-health'));
  return life;
}

function measure(measureId: string, agency: string): PlannedMeasure {
  return { measureId, kind: 'state', supportKind: 's', agency, dueOn: '2026-03-02' };
}

const FAMILY: PlannedMeasure = { measureId: 'm-family', kind: 'family', supportKind: 'parenting_course', dueOn: '2026-03-02' };

/** Employment performs two measures, health one. */
function planOfThree(): Life {
  return approved([measure('m-job', 'employment'), measure('m-health', 'health'), FAMILY, measure('m-courses', 'employment')]);
}

function approved(measures: readonly PlannedMeasure[]): Life {
  const life = lifeBefore('draftIpr');
  ask(life, local('2026-01-22'), 'draftIpr', { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: [], measures });
  ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1', signatureId: 'sig-1' });
  ask(life, local('2026-01-23'), 'signIpr', { party: 'family', method: 'eds', documentId: 'doc-2', signatureId: 'sig-2' });
  ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD);
  return life;
}

describe('sending the plan', () => {
  it('192-9: two working days from the approval, for each agency', () => {
    const life = lifeAfter('approveIpr');
    expect(keysOf(life, '192-9')).toEqual(['192-9:employment', '192-9:health']);
    expect(dueOf(life, '192-9:health')).toBe('2026-01-28 24:00');
    expect(dutyOf(life, '192-9:health')).toMatchObject({ owner: 'case_manager', force: 'law', ladder: 'standard' });
  });

  it('192-9, P43: one referral per agency, with its own measures and nothing of the others or of the family', () => {
    const life = planOfThree();
    ask(life, SENT_AT, 'sendIpr', {});
    expect(lastOf(life, 'IprSent').data.dispatches.map(({ kind, agency, measureIds }) => ({ kind, agency, measureIds }))).toEqual([
      { kind: 'referral', agency: 'employment', measureIds: ['m-job', 'm-courses'] },
      { kind: 'referral', agency: 'health', measureIds: ['m-health'] },
    ]);
    expect(keysOf(life, '192-9')).toEqual(['192-9:employment', '192-9:health']);
    expect(keysOf(life, '192-11-1')).toEqual(['192-11-1:m-job', '192-11-1:m-health', '192-11-1:m-courses']);
  });

  it('192-9: each dispatch is known by an id of its own, which says nothing of the case or its place in the ledger', () => {
    expect(lastOf(sent(), 'IprSent').data.dispatches.map(({ key }) => key)).toEqual(['dispatch-1', 'dispatch-2']);
  });

  it('192-9: the measures of the state are sent, that of the family stays as it is', () => {
    expect(sent().caseState.measures.map(({ measureId, status }) => `${measureId} ${status}`)).toEqual(['m-job sent', 'm-health sent', 'm-family planned']);
  });

  it('192-9: what counts is that the agency has it: each acknowledgement meets the duty for its agency', () => {
    const life = sent();
    expect(standing(life, '192-9:employment')).toBe('open');
    acknowledge(life, local('2026-01-27', 12), 'health');
    expect([standing(life, '192-9:employment'), standing(life, '192-9:health')]).toEqual(['open', 'met']);
    life.sleepUntil(local('2026-01-29', 0, 0));
    expect(standing(life, '192-9:employment')).toBe('overdue');
    acknowledge(life, local('2026-01-30'), 'employment');
    expect(standing(life, '192-9:employment')).toBe('met_late');
  });

  it('192-9: the plan is sent once', () => {
    expect(refusalIn(ask(sent(), local('2026-01-28'), 'sendIpr', {}))).toEqual({ code: 'plan_already_sent', rule: '192-9' });
  });
});

describe('information on performance', () => {
  it('192-11-1: due by the terms in the plan, and owed by the agency', () => {
    const life = lifeAfter('approveIpr');
    expect(dueOf(life, '192-11-1:m-job')).toBe('2026-03-02 24:00');
    expect(dutyOf(life, '192-11-1:m-job')).toMatchObject({ owner: 'agency', agency: 'employment', ladder: 'agency' });
  });

  it('192-11-1: met by the information that the measure was performed', () => {
    const life = sent();
    hear(life, local('2026-02-16'), report('employment', 'm-job'));
    expect([standing(life, '192-11-1:m-job'), standing(life, '192-11-1:m-health')]).toEqual(['met', 'open']);
    expect(life.caseState.measures[0]).toMatchObject({ measureId: 'm-job', status: 'reported' });
  });

  it.each(['in_progress', 'not_performed'] as const)('192-11-1: "%s" is information too, but the measure stays owed', (outcome) => {
    const life = sent();
    hear(life, local('2026-02-16'), report('employment', 'm-job', { outcome }, 0, 'd-1'));
    expect(standing(life, '192-11-1:m-job')).toBe('open');
    expect(dueOf(life, '192-11-2:report-d-1')).toBe('2026-02-18 24:00');
  });

  it('192-11-1: the duty of an agency that reports after the term is met late', () => {
    const life = sent();
    hear(life, local('2026-03-03', 0, 0), report('employment', 'm-job'));
    expect(standing(life, '192-11-1:m-job')).toBe('met_late');
  });

  it('192-11-1: a report may overtake the acknowledgement of its own referral', () => {
    const life = sent();
    expect(hear(life, local('2026-01-27', 10, 0), report('employment', 'm-job')).ok).toBe(true);
    expect([standing(life, '192-11-1:m-job'), standing(life, '192-9:employment')]).toEqual(['met', 'open']);
    acknowledge(life, local('2026-01-27', 10, 5), 'employment');
    expect(standing(life, '192-9:employment')).toBe('met');
    expect(life.caseState.measures[0]).toMatchObject({ status: 'reported' });
  });

  it('192-11-1: an agency reports on its own measures only', () => {
    expect(refusalIn(hear(sent(), local('2026-02-16'), report('health', 'm-job')))).toEqual({
      code: 'not_your_measure',
      rule: '192-11-1',
      params: { measureId: 'm-job' },
    });
    expect(outcomeOf(hear(sent(), local('2026-02-16'), report('health', 'm-family')))).toBe('not_your_measure');
    expect(outcomeOf(hear(sent(), local('2026-02-16'), report('health', 'm-9')))).toBe('measure_unknown');
  });

  it('192-9: there is no information on what was never sent', () => {
    expect(refusalIn(hear(lifeAfter('approveIpr'), local('2026-01-26', 12), report('employment', 'm-job')))).toMatchObject({
      code: 'wrong_stage',
      rule: '192-9',
    });
  });

  it('192-11-1: a report that comes after the completion is refused with its reason', () => {
    const life = lifeAfter('markCompletion');
    expect(refusalIn(hear(life, local('2026-03-02', 12), report('employment', 'm-job')))).toEqual({
      code: 'wrong_stage',
      params: { stage: 'completed', expected: 'execution' },
    });
  });

  it('a message with an age that no clock gives is malformed', () => {
    expect(outcomeOf(hear(sent(), local('2026-02-16'), report('employment', 'm-job', {}, -1)))).toBe('delivery_malformed');
    expect(outcomeOf(hear(sent(), local('2026-02-16'), report('employment', 'm-job', {}, Number.NaN)))).toBe('delivery_malformed');
  });
});

describe('the status mark', () => {
  it('192-11-2: two working days from the day after the receipt', () => {
    const life = reported();
    expect(dueOf(life, '192-11-2:report-d-job')).toBe('2026-02-18 24:00');
    ask(life, local('2026-02-18', 23, 59), 'markStatus', { measureId: 'm-job', reportId: 'report-d-job', status: 'done' });
    expect(standing(life, '192-11-2:report-d-job')).toBe('met');
    life.sleepUntil(local('2026-02-19', 0, 0));
    expect(standing(life, '192-11-2:report-d-health')).toBe('overdue');
  });

  it('192-11-2: runs from the receipt at the inbox, with everything that passed since', () => {
    const life = sent();
    hear(life, local('2026-02-20'), report('employment', 'm-job', {}, 4 * 86_400_000, 'd-1'));
    expect(almaty(dutyOf(life, '192-11-2:report-d-1').startedAt)).toBe('2026-02-16 10:00');
    expect(dueOf(life, '192-11-2:report-d-1')).toBe('2026-02-18 24:00');
    expect(standing(life, '192-11-2:report-d-1')).toBe('overdue');
  });

  it('P16: each receipt of information has a mark and a term of its own', () => {
    const life = sent();
    hear(life, local('2026-02-09'), report('employment', 'm-job', { outcome: 'in_progress' }, 0, 'd-1'));
    hear(life, local('2026-02-10'), report('employment', 'm-job', {}, 0, 'd-2'));
    expect(keysOf(life, '192-11-2').map((key) => `${key} ${dueOf(life, key)}`)).toEqual([
      '192-11-2:report-d-1 2026-02-11 24:00',
      '192-11-2:report-d-2 2026-02-12 24:00',
    ]);
    ask(life, local('2026-02-11'), 'markStatus', { measureId: 'm-job', reportId: 'report-d-2', status: 'done' });
    expect([standing(life, '192-11-2:report-d-1'), standing(life, '192-11-2:report-d-2')]).toEqual(['open', 'met']);
    expect(life.caseState.reports.map(({ reportId, mark }) => [reportId, mark])).toEqual([
      ['report-d-1', undefined],
      ['report-d-2', 'done'],
    ]);
  });

  it('192-11-2, P46: the mark is owed by law for a measure of the register of state services, by policy for others; both are tracked', () => {
    const life = approved([{ ...measure('m-job', 'employment'), serviceCode: '00401002' }, measure('m-health', 'health'), FAMILY]);
    ask(life, SENT_AT, 'sendIpr', {});
    hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-1'));
    hear(life, local('2026-02-16'), report('health', 'm-health', {}, 0, 'd-2'));
    expect(entriesOf(life, 'ReportReceived').map(({ data }) => data.serviceCode)).toEqual(['00401002', undefined]);
    life.sleepUntil(local('2026-02-19'));
    const marks = ['192-11-2:report-d-1', '192-11-2:report-d-2'].map((key) => [dutyOf(life, key).force, dueOf(life, key), standing(life, key)]);
    expect(marks).toEqual([
      ['law', '2026-02-18 24:00', 'overdue'],
      ['policy', '2026-02-18 24:00', 'overdue'],
    ]);
    const told = entriesOf(life, 'DeadlineStepReached').filter(({ data }) => data.rule === '192-11-2' && data.step === 'overdue');
    expect(told.map(({ data }) => data.force)).toEqual(['law', 'policy']);
  });

  it('192-11-2: the mark of a family’s measure is no mark of a report that waits', () => {
    const life = reported();
    ask(life, local('2026-02-17'), 'markStatus', { measureId: 'm-family', status: 'done' });
    expect(openKeys(life)).toEqual(expect.arrayContaining(['192-11-2:report-d-job', '192-11-2:report-d-health']));
    const misplaced = ask(life, local('2026-02-17'), 'markStatus', { measureId: 'm-family', reportId: 'report-d-job', status: 'done' });
    expect(refusalIn(misplaced)).toEqual({ code: 'report_not_of_measure', rule: '192-11-2', params: { measureId: 'm-family' } });
    expect(life.caseState.reports[0]?.mark).toBeUndefined();
  });

  it('192-11-2: a measure of the state is marked by a report, and by a report of its own', () => {
    const life = reported();
    const mark = (measureId: string, reportId?: string) =>
      refusalIn(ask(life, local('2026-02-17'), 'markStatus', { measureId, status: 'done', ...(reportId === undefined ? {} : { reportId }) }));
    expect(mark('m-job')).toEqual({ code: 'report_required', rule: '192-11-2', params: { measureId: 'm-job' } });
    expect(mark('m-job', 'report-d-9')).toEqual({ code: 'report_unknown' });
    expect(mark('m-job', 'report-d-health')).toMatchObject({ code: 'report_not_of_measure', rule: '192-11-2' });
    expect(mark('m-9', 'report-d-job')).toEqual({ code: 'measure_unknown' });
  });

  it('192-11-2: a report is marked once, and a measure that is done takes no further report', () => {
    const life = lifeAfter('markStatus');
    const again = ask(life, local('2026-02-17', 12), 'markStatus', { measureId: 'm-job', reportId: 'report-d-job', status: 'not_done' });
    expect(refusalIn(again)).toMatchObject({ code: 'report_already_marked', rule: '192-11-2' });
    expect(refusalIn(hear(life, local('2026-02-17', 13), report('employment', 'm-job')))).toMatchObject({ code: 'report_already_marked' });
  });

  it.each(['in_progress', 'not_performed'] as const)('192-11-2: "%s" cannot be marked as done', (outcome) => {
    const life = sent();
    hear(life, local('2026-02-16'), report('employment', 'm-job', { outcome }, 0, 'd-1'));
    const done = ask(life, local('2026-02-17'), 'markStatus', { measureId: 'm-job', reportId: 'report-d-1', status: 'done' });
    expect(refusalIn(done)).toMatchObject({ code: 'status_not_supported_by_report', rule: '192-11-2' });
    expect(outcomeOf(ask(life, local('2026-02-17'), 'markStatus', { measureId: 'm-job', reportId: 'report-d-1', status: 'not_done' }))).toBe('ok');
    expect(life.caseState.measures[0]?.status).toBe('not_done');
  });

  it('192-11-2: an agency does not mark its own report', () => {
    const life = reported();
    const own = ask(life, local('2026-02-17'), 'markStatus', { measureId: 'm-job', reportId: 'report-d-job', status: 'done' }, agencyActor('employment'));
    expect(refusalIn(own)).toEqual({ code: 'role_not_allowed', params: { role: 'agency' } });
    expect(entriesOf(life, 'StatusMarked')).toEqual([]);
  });
});
