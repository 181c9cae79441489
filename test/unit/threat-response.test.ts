/** What is done about a threat: the mobile group, its visit, the response plan, the assessment beside the plan, the next cycle. */
import { describe, expect, it } from 'vitest';
import { ENGINE } from '../../domain/case/facts.js';
import { record } from '../../domain/case/record.js';
import { takeTurn } from '../../domain/case/turn.js';
import { composed } from '../../domain/law/mobile-group.js';
import { standingOf } from '../../domain/law/duty.js';
import { GROUP_MEMBERS, papersFor } from '../../simulation/papers.js';
import { ask, asking, hear, lifeAfter, outcome, registered } from '../lives/acting.js';
import { GROUP } from '../lives/center-life.js';
import { CASE_ID, LAW, type Life } from '../lives/live.js';
import { climbed, dueOf, dutyOf, lastOf, outcomeOf, refusalIn, standing } from '../lives/reading.js';
import { command, HEAD, local, report } from '../lives/straight-road.js';

const FRIDAY_NIGHT = local('2026-01-30', 22);
const HELP = { supportKind: 'psychological_help', dueOn: '2026-02-02' };

/** A direct threat is found on a Friday night while the plan runs. */
function threatened(direct = true): { life: Life; responseId: string } {
  const life = lifeAfter('sendIpr');
  ask(life, FRIDAY_NIGHT, 'recordThreat', { direct, noteId: 'note-1' });
  return { life, responseId: life.caseState.threats[0]?.responseId ?? '' };
}

describe('256-22-1: the mobile group under a threat', () => {
  it('256-22-1, P48: is owed within the day of the assessment, exceeded and never overdue by law', () => {
    const { life, responseId } = threatened();
    expect([dueOf(life, `256-13-2T:${responseId}`), dueOf(life, `256-22-1:${responseId}`)]).toEqual(['2026-02-02 24:00', '2026-02-02 24:00']);
    expect(dutyOf(life, `256-22-1:${responseId}`)).toMatchObject({ force: 'internal', owner: 'duty_officer' });
    life.sleepUntil(local('2026-02-03', 0, 0));
    expect(climbed(life, `256-22-1:${responseId}`).at(-1)).toBe('exceeded 2026-02-02 24:00');
    expect(climbed(life, `256-13-2T:${responseId}`)).toContain('overdue 2026-02-02 24:00');
  });

  it('256-22-1, P48: the call meets it, by law where the threat is direct and by policy where it is not', () => {
    for (const [direct, force] of [[true, 'law'] as const, [false, 'policy'] as const]) {
      const { life, responseId } = threatened(direct);
      expect(outcomeOf(ask(life, local('2026-01-30', 22, 10), 'callMobileGroup', {}))).toBe('ok');
      expect(lastOf(life, 'MobileGroupCalled').data).toMatchObject({ responseId, force, group: { standing: 'in_force' } });
      expect(standing(life, `256-22-1:${responseId}`)).toBe('met');
    }
  });

  it.each([
    ['expired', { number: '41-ө', issuedOn: '2025-01-09', year: 2025, validUntil: '2025-12-31', members: GROUP }, true],
    ['incomplete', { number: '41-ө', issuedOn: '2026-01-09', year: 2026, validUntil: '2026-12-31', members: GROUP.slice(1) }, false],
  ] as const)('P36: a group that is %s is called all the same, and the fact says how it stood', (standingThen, order, expired) => {
    const { life } = threatened();
    const given = command('callMobileGroup', {});
    const known = { ...papersFor(given), mobileGroup: { today: { ...composed(order, expired), members: [] } } };
    expect(life.turn(local('2026-01-30', 22, 10), { kind: 'command', command: given, known })).toMatchObject([{ ok: true }]);
    expect(life.caseState.threats[0]?.calls[0]?.group.standing).toBe(standingThen);
  });

  it('P36: a Center that never had an order calls without one', () => {
    const { life } = threatened();
    const given = command('callMobileGroup', {});
    const known = { ...papersFor(given), mobileGroup: { today: { standing: 'missing' as const, members: [] } } };
    expect(life.turn(local('2026-01-30', 22, 10), { kind: 'command', command: given, known })).toMatchObject([{ ok: true }]);
    expect(life.caseState.threats[0]?.calls[0]?.group).toEqual({ standing: 'missing' });
  });

  it('256-22-1: a visit has its departure, its arrival, and whoever of the group was there', () => {
    const { life } = threatened();
    const visit = { departedAt: local('2026-01-30', 22, 20), arrivedAt: local('2026-01-30', 22, 55), present: [...GROUP_MEMBERS], findingsId: 'note-2' };
    expect(outcomeOf(ask(life, local('2026-01-31', 8), 'recordGroupVisit', visit))).toBe('ok');
    expect(life.caseState.threats[0]?.visits).toMatchObject([{ departedAt: visit.departedAt, arrivedAt: visit.arrivedAt, present: [...GROUP_MEMBERS] }]);
  });
});

describe('256-22-2: the response plan', () => {
  it('256-22-2, P43: each body that it makes responsible is sent its own measures, and the Center keeps its own', () => {
    const { life, responseId } = threatened();
    const measures = [
      { measureId: 'own', ...HELP },
      { measureId: 'police', agency: 'internal_affairs', ...HELP },
      { measureId: 'clinic', agency: 'health', ...HELP },
      { measureId: 'watch', agency: 'internal_affairs', ...HELP },
    ];
    expect(outcomeOf(ask(life, local('2026-01-30', 23), 'adoptResponsePlan', { measures }))).toBe('ok');
    const sent = life.caseState.dispatches.filter(({ kind }) => kind === 'response_request');
    expect(sent.map(({ agency, measureIds, strandId }) => [agency, measureIds, strandId])).toEqual([
      ['internal_affairs', ['police', 'watch'], responseId],
      ['health', ['clinic'], responseId],
    ]);
    expect(standing(life, `256-22-2:${responseId}`)).toBe('met');
    outcome(life, local('2026-01-30', 23, 1), { key: sent[1]?.key ?? '', series: 1, outcome: 'delivered' });
    expect(lastOf(life, 'DispatchDelivered').data).toMatchObject({ dispatch: 'response_request', agency: 'health' });
  });

  it('256-22-2: an organisation that has ended is not made responsible', () => {
    const { life } = threatened();
    const given = command('adoptResponsePlan', { measures: [{ measureId: 'm', agency: 'o', ...HELP }] });
    const known = { ...papersFor(given), organisation: { o: { function: 'health', validFrom: '2020-01-01', validTo: '2026-01-29' } } };
    expect(life.turn(local('2026-01-30', 23), { kind: 'command', command: given, known })).toMatchObject([
      { ok: false, refusal: { code: 'organisation_not_valid', rule: '256-22-2' } },
    ]);
  });
});

describe('the assessment beside the plan', () => {
  it('256-13-2T, P6: wants its measures assigned first, and ends the response of that threat alone', () => {
    const { life, responseId } = threatened();
    ask(life, local('2026-01-30', 22, 30), 'recordThreat', { direct: false, noteId: 'note-2' });
    const assess = (confirmed: boolean) => ask(life, local('2026-01-31', 9), 'assessThreat', { responseId, confirmed, noteId: 'note-3' });
    expect(refusalIn(assess(true))).toMatchObject({ code: 'threat_not_answered', rule: 'P4' });
    ask(life, local('2026-01-30', 23), 'assignImmediateMeasures', { responseId, noteId: 'note-4' });
    expect(outcomeOf(assess(true))).toBe('ok');
    const second = life.caseState.threats[1]?.responseId ?? '';
    expect([standing(life, `256-13-2T:${responseId}`), standing(life, `256-13-2T:${second}`)]).toEqual(['met', 'open']);
    expect(life.caseState.ipr?.sent).toBe(true);
  });

  it('P6, P4: where nothing threatened nothing is owed any more: no measures, no group, no plan', () => {
    const { life, responseId } = threatened();
    ask(life, local('2026-01-30', 23), 'assessThreat', { confirmed: false, noteId: 'note-3' });
    const left = life.caseState.duties.filter(({ subject }) => subject === responseId).map((duty) => `${duty.rule} ${standingOf(duty)}`);
    expect(left).toEqual(['256-13-2T met', '256-22-1 lapsed', '256-22-2 lapsed', 'P4 lapsed']);
  });

  it('256-13-2T: during the intake the primary assessment is it', () => {
    const life = registered(local('2026-01-12'), { threat: true });
    expect(refusalIn(ask(life, local('2026-01-12', 11), 'assessThreat', { confirmed: true, noteId: 'n' }))).toMatchObject({ code: 'wrong_stage' });
  });
});

describe('a threat after the end', () => {
  it('P6, P25, P61: in the monitoring it begins the next cycle at once, and the head confirms within a working day', () => {
    const life = lifeAfter('closeCase');
    ask(life, local('2026-04-01'), 'recordThreat', { direct: true, noteId: 'n' });
    const { stage, cycle, closure, measures, earlierCycles, threats } = life.caseState;
    expect([stage, cycle, closure, measures]).toEqual(['intake', { n: 2, startedOn: '2026-04-01' }, undefined, []]);
    expect(earlierCycles).toMatchObject([{ n: 1, closure: { ground: 'completed' }, measures: [{}, {}, {}] }]);
    expect(dueOf(life, `256-13-2T:${threats[0]?.responseId ?? ''}`)).toBe('2026-04-02 24:00');
    expect([standing(life, 'D-MON:case'), standing(life, 'D-CL:case'), standing(life, 'P61:case')]).toEqual(['lapsed', 'lapsed_late', 'open']);
    expect(dutyOf(life, 'P61:case')).toMatchObject({ owner: 'center_head', force: 'internal' });
    ask(life, local('2026-04-02'), 'confirmReopening', { cycle: 2, confirmed: true, noteId: 'n' }, HEAD);
    expect(standing(life, 'P61:case')).toBe('met');
  });

  it('P25: from a closed case too, under the family’s claim on its one open case', () => {
    const life = lifeAfter('endMonitoring');
    expect(outcomeOf(ask(life, local('2026-09-01'), 'recordThreat', { direct: false, noteId: 'n' }))).toBe('ok');
    expect([life.caseState.stage, life.caseState.cycle.n]).toEqual(['intake', 2]);
  });

  it('P10: what was not confirmed is no case to begin anew: an appeal is', () => {
    const life = registered(local('2026-01-12'));
    ask(life, local('2026-01-13'), 'completeAssessment', { result: 'not_confirmed', grounds: [] });
    expect(refusalIn(ask(life, local('2026-01-14'), 'recordThreat', { direct: true, noteId: 'n' }))).toMatchObject({ code: 'case_not_open' });
  });

  it('192-11-2: a report of the earlier cycle is marked in the next one, and moves no measure of it', () => {
    const life = lifeAfter('sendIpr');
    hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'a'));
    const given = { subjectId: CASE_ID, law: LAW, newId: () => 'id' };
    // On a ground of 256 п.19 by which a plan ends unperformed.
    const end = { type: 'CaseClosed', data: { ground: 'completed', monitoringMonths: 3 } } as const;
    const closed = record(life.caseState, [end], { ...given, now: local('2026-02-17'), actor: ENGINE, cause: 'end' }).state;
    const threat = asking('recordThreat', { direct: true, noteId: 'n' });
    const mark = asking('markStatus', { measureId: 'm-job', reportId: 'report-a', status: 'done' });
    const { state, answers } = takeTurn(closed, [threat, mark], { ...given, now: local('2026-02-17', 14) });
    expect(answers).toMatchObject([{ ok: true }, { ok: true, stage: 'intake' }]);
    expect(state?.duties.find(({ key }) => key === '192-11-2:report-a')).toMatchObject({ state: 'met' });
    expect([state?.measures, state?.earlierCycles[0]?.reports[0]?.mark]).toEqual([[], 'done']);
  });
});
