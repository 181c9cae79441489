/** Needs and the individual plan of work (IPR): 256 п.13 3), 15–17. */
import { describe, expect, it } from 'vitest';
import type { CommandData } from '../../domain/case/commands.js';
import type { Actor, PlannedMeasure } from '../../domain/case/facts.js';
import { ask, lifeAfter, lifeBefore } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { climbed, dueOf, dutyOf, lastOf, openKeys, outcomeOf, refusalIn, standing, told } from '../lives/reading.js';
import { CENTER, HEAD, local, MANAGER, measures } from '../lives/straight-road.js';

const DRAFTED_AT = local('2026-01-22');
const UNIT_HEAD: Actor = { id: 'unit-head-1', role: 'unit_head', center: CENTER };

function plan(changes: Partial<CommandData['draftIpr']> = {}): CommandData['draftIpr'] {
  return { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: ['psychologist-almaty-auezov'], measures: measures('2026-03-02'), ...changes };
}

/** The state measure of the plan with changes, beside the family's own. */
function planWith(changes: Partial<PlannedMeasure>, endsOn = '2026-06-30'): CommandData['draftIpr'] {
  const [job, , family] = measures('2026-03-02') as [PlannedMeasure, PlannedMeasure, PlannedMeasure];
  return plan({ endsOn, measures: [{ ...job, ...changes }, family] });
}

const draft = (data: CommandData['draftIpr']) => ask(lifeBefore('draftIpr'), DRAFTED_AT, 'draftIpr', data);

function sign(life: Life, at = local('2026-01-23')): void {
  ask(life, at, 'signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1', signatureId: 'sig-1' });
  ask(life, at, 'signIpr', { party: 'family', method: 'paper', documentId: 'doc-2', signatureId: 'sig-2', personId: 'person-1' });
}

describe('steps of the plan for which the law names no term', () => {
  it.each([
    ['256-13-3', 'completeAssessment', '256-13-3:case', '2026-01-22 24:00'],
    ['192-8', 'determineNeeds', '192-8:case', '2026-01-26 24:00'],
    ['256-17-1', 'draftIpr', '256-17-1:case', '2026-01-27 24:00'],
  ] as const)('P9: %s has an internal term after %s', (_, after, key, due) => {
    const life = lifeAfter(after);
    expect(openKeys(life)).toEqual([key]);
    expect(dueOf(life, key)).toBe(due);
    expect(dutyOf(life, key)).toMatchObject({ force: 'internal', ladder: 'internal' });
    life.sleepUntil(local('2026-03-01'));
    expect(standing(life, key)).toBe('exceeded');
    expect(climbed(life, key).map((step) => step.split(' ')[0])).toEqual(['reminder', 'exceeded', 'head']);
  });

  it('P9: 256-17-2 has an internal term after the second signature, and it is the head who owes it', () => {
    const life = lifeBefore('approveIpr');
    expect(openKeys(life)).toEqual(['256-17-2:case']);
    expect(dutyOf(life, '256-17-2:case')).toMatchObject({ force: 'internal', owner: 'center_head' });
    expect(dueOf(life, '256-17-2:case')).toBe('2026-01-27 24:00');
  });
});

describe('the period of the plan', () => {
  it('256-15-1, P11: at most one year: the same date of next year is the last that is accepted', () => {
    expect(outcomeOf(draft(plan({ endsOn: '2027-01-22' })))).toBe('ok');
    expect(refusalIn(draft(plan({ endsOn: '2027-01-23' })))).toEqual({
      code: 'plan_too_long',
      rule: '256-15-1',
      params: { endsOn: '2027-01-23', latest: '2027-01-22' },
    });
  });

  it('256-15-1, P11: the year runs from the approval', () => {
    const life = lifeBefore('draftIpr');
    ask(life, DRAFTED_AT, 'draftIpr', plan({ endsOn: '2027-01-22' }));
    sign(life);
    expect(ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD)).toMatchObject({ ok: true, stage: 'execution' });
    expect(dueOf(life, '256-15-1:ipr-1')).toBe('2027-01-22 24:00');
    expect(dutyOf(life, '256-15-1:ipr-1').startedAt).toBe(local('2026-01-26'));
  });

  it('256-15-1: a plan does not end before it begins', () => {
    expect(refusalIn(draft(plan({ endsOn: '2026-01-21' })))).toMatchObject({ code: 'plan_ends_in_past', rule: '256-15-1' });
    expect(outcomeOf(draft(plan({ endsOn: '2026-01-22', measures: measures('2026-01-22') })))).toBe('ok');
  });

  it('256-15-1: a plan that is not completed by its end is overdue; nothing closes it by itself', () => {
    const life = lifeAfter('sendIpr');
    life.sleepUntil(local('2026-07-15'));
    expect(standing(life, '256-15-1:ipr-1')).toBe('overdue');
    expect(life.caseState.stage).toBe('execution');
  });

  it('256-15-1: an end that no calendar knows is refused', () => {
    expect(refusalIn(draft(plan({ endsOn: '2026-06-31' })))).toEqual({ code: 'day_impossible', params: { day: '2026-06-31' } });
  });

  it('256-15-2: the specialists who took part are recorded', () => {
    const life = lifeBefore('draftIpr');
    ask(life, DRAFTED_AT, 'draftIpr', plan({ specialists: ['psychologist-almaty-auezov', 'lawyer-almaty-auezov'] }));
    expect(lastOf(life, 'IprDrafted').data.specialists).toEqual(['psychologist-almaty-auezov', 'lawyer-almaty-auezov']);
  });
});

describe('the measures of the plan', () => {
  it('256-16-1: at least one kind of state support', () => {
    const family = measures('2026-03-02').filter(({ kind }) => kind === 'family');
    expect(refusalIn(draft(plan({ measures: family })))).toEqual({ code: 'state_measure_required', rule: '256-16-1' });
  });

  it('256-16-2: at least one measure of the family’s own', () => {
    const state = measures('2026-03-02').filter(({ kind }) => kind === 'state');
    expect(refusalIn(draft(plan({ measures: state })))).toEqual({ code: 'family_measure_required', rule: '256-16-2' });
  });

  it('256-16-1, P13: a measure of the state has one responsible agency', () => {
    const { agency: _, ...nobody } = measures('2026-03-02')[0] as PlannedMeasure;
    const family = measures('2026-03-02')[2] as PlannedMeasure;
    expect(refusalIn(draft(plan({ measures: [nobody, family] })))).toEqual({ code: 'agency_required', rule: '256-16-1', params: { measureId: 'm-job' } });
  });

  it('192-2: the responsible agency and those that help it are organisations of the sectors', () => {
    expect(refusalIn(draft(planWith({ agency: 'astrology' })))).toEqual({
      code: 'organisation_unknown',
      rule: '192-2',
      params: { organisationId: 'astrology' },
    });
    expect(refusalIn(draft(planWith({ coExecutors: ['health', 'army'] })))).toMatchObject({ code: 'organisation_unknown', params: { organisationId: 'army' } });
    expect(outcomeOf(draft(planWith({ coExecutors: ['health', 'education'] })))).toBe('ok');
  });

  it('256-16-3: each measure has a term of its own', () => {
    const { dueOn: _, ...endless } = measures('2026-03-02')[0] as PlannedMeasure;
    const family = measures('2026-03-02')[2] as PlannedMeasure;
    expect(refusalIn(draft(plan({ measures: [endless as PlannedMeasure, family] })))).toEqual({
      code: 'measure_term_missing',
      rule: '256-16-3',
      params: { measureId: 'm-job' },
    });
  });

  it('256-16-3: the term lies between today and the end of the plan, both included', () => {
    expect(refusalIn(draft(planWith({ dueOn: '2026-01-21' })))).toMatchObject({ code: 'measure_term_in_past', rule: '256-16-3' });
    expect(outcomeOf(draft(planWith({ dueOn: '2026-01-22' })))).toBe('ok');
    expect(outcomeOf(draft(planWith({ dueOn: '2026-06-30' })))).toBe('ok');
    expect(refusalIn(draft(planWith({ dueOn: '2026-07-01' })))).toMatchObject({
      code: 'measure_after_plan_end',
      rule: '256-16-3',
      params: { measureId: 'm-job', dueOn: '2026-07-01', endsOn: '2026-06-30' },
    });
    expect(refusalIn(draft(planWith({ dueOn: '2026-02-30' })))).toEqual({ code: 'day_impossible', params: { day: '2026-02-30' } });
  });

  it('256-16-1: two measures do not share an id', () => {
    const twice = measures('2026-03-02').map((measure) => ({ ...measure, measureId: 'm-1' }));
    expect(refusalIn(draft(plan({ measures: twice })))).toEqual({ code: 'measure_duplicate' });
  });

  it('256-16-3: the family’s measures run by their own terms from the approval on', () => {
    const life = lifeAfter('approveIpr');
    expect(dueOf(life, '256-16-3:m-family')).toBe('2026-03-02 24:00');
    expect(dutyOf(life, '256-16-3:m-family')).toMatchObject({ owner: 'family', force: 'law' });
  });

  it('256-16-3: only the mark "done" meets the term of a family’s measure', () => {
    const life = lifeAfter('sendIpr');
    ask(life, local('2026-02-10'), 'markStatus', { measureId: 'm-family', status: 'in_progress' });
    expect(standing(life, '256-16-3:m-family')).toBe('open');
    ask(life, local('2026-02-20'), 'markStatus', { measureId: 'm-family', status: 'done' });
    expect(standing(life, '256-16-3:m-family')).toBe('met');
  });
});

describe('drafts', () => {
  it('192-8: a new draft replaces the old one with its signatures, and the term of signing goes on', () => {
    const life = lifeAfter('draftIpr');
    ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1', signatureId: 'sig-1' });
    ask(life, local('2026-01-23', 11), 'draftIpr', plan({ iprId: 'ipr-2', endsOn: '2026-05-29' }));
    expect(life.caseState.ipr).toEqual({ iprId: 'ipr-2', endsOn: '2026-05-29', draftedBy: MANAGER.id, signatures: [], sent: false });
    expect(dueOf(life, '256-17-1:case')).toBe('2026-01-27 24:00');
    expect(openKeys(life)).toEqual(['256-17-1:case']);
  });

  it('192-8: a plan that outlived its own dates before the approval goes back to a new draft', () => {
    const life = lifeBefore('draftIpr');
    ask(life, DRAFTED_AT, 'draftIpr', planWith({ dueOn: '2026-01-23' }));
    sign(life);
    expect(outcomeOf(ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD))).toBe('measure_term_in_past');
    expect(outcomeOf(ask(life, local('2026-01-26', 11), 'draftIpr', plan()))).toBe('ok');
    expect([standing(life, '256-17-2:case'), standing(life, '256-17-1:case:2')]).toEqual(['lapsed', 'open']);
    sign(life, local('2026-01-27'));
    expect(ask(life, local('2026-01-28'), 'approveIpr', {}, HEAD)).toMatchObject({ ok: true, stage: 'execution' });
    expect(standing(life, '256-17-2:case:2')).toBe('met');
  });

  it('256-15-1: an approved plan is not drafted anew on this road', () => {
    expect(outcomeOf(ask(lifeAfter('approveIpr'), local('2026-01-26', 12), 'draftIpr', plan()))).toBe('wrong_stage');
  });
});

describe('signing and approving', () => {
  it('256-17-1: both parties sign; the second signature completes it', () => {
    const life = lifeAfter('draftIpr');
    expect(
      refusalIn(ask(lifeBefore('draftIpr'), DRAFTED_AT, 'signIpr', { party: 'family', method: 'eds', documentId: 'd', signatureId: 'sig-2' })),
    ).toMatchObject({
      code: 'plan_not_drafted',
      rule: '256-17-1',
    });
    ask(life, local('2026-01-23'), 'signIpr', { party: 'family', method: 'paper', documentId: 'doc-2', signatureId: 'sig-2', personId: 'person-1' });
    expect(lastOf(life, 'IprSigned').data).toMatchObject({ party: 'family', complete: false });
    expect(standing(life, '256-17-1:case')).toBe('open');
    ask(life, local('2026-01-23', 11), 'signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1', signatureId: 'sig-1' });
    expect(lastOf(life, 'IprSigned').data.complete).toBe(true);
    expect(standing(life, '256-17-1:case')).toBe('met');
  });

  it('256-17-1: a party signs once', () => {
    const life = lifeAfter('signIpr');
    const again = ask(life, local('2026-01-23', 11), 'signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1', signatureId: 'sig-1' });
    expect(refusalIn(again)).toEqual({ code: 'plan_already_signed', rule: '256-17-1' });
  });

  it('256-17-2: only a plan that both have signed is approved', () => {
    expect(refusalIn(ask(lifeAfter('signIpr'), local('2026-01-23', 11), 'approveIpr', {}, HEAD))).toEqual({ code: 'plan_not_signed', rule: '256-17-2' });
    expect(outcomeOf(ask(lifeAfter('determineNeeds'), local('2026-01-20'), 'approveIpr', {}, HEAD))).toBe('plan_not_signed');
  });

  it('256-17-2: the head approves, and everything of the execution is owed from then on', () => {
    const life = lifeAfter('approveIpr');
    expect(lastOf(life, 'IprApproved')).toMatchObject({
      actor: HEAD,
      data: { approvedOn: '2026-01-26', agencies: [{ agency: 'employment' }, { agency: 'health' }] },
    });
    expect(lastOf(life, 'IprApproved').data).not.toHaveProperty('actingOrder');
    expect(openKeys(life)).toEqual(['192-9:employment', '192-9:health', '192-11-1:m-job', '192-11-1:m-health', '256-15-1:ipr-1', '256-16-3:m-family']);
  });

  it('P50, 256-17-2: the acting head approves by an order whose number and date are recorded', () => {
    const life = lifeBefore('approveIpr');
    expect(refusalIn(ask(life, local('2026-01-26'), 'approveIpr', {}, UNIT_HEAD))).toEqual({ code: 'acting_order_required', rule: 'P50' });
    const impossible = { actingOrder: { number: '14-қ', date: '2026-01-32' } };
    expect(outcomeOf(ask(life, local('2026-01-26'), 'approveIpr', impossible, UNIT_HEAD))).toBe('day_impossible');
    expect(outcomeOf(ask(life, local('2026-01-26'), 'approveIpr', { actingOrder: { number: '14-қ', date: '2026-01-20' } }, UNIT_HEAD))).toBe('ok');
    expect(lastOf(life, 'IprApproved').data.actingOrder).toEqual({ number: '14-қ', date: '2026-01-20' });
  });

  it('P50: nobody approves a plan that they drew up, not even the head', () => {
    const life = lifeBefore('draftIpr');
    ask(life, DRAFTED_AT, 'draftIpr', plan(), HEAD);
    sign(life);
    expect(refusalIn(ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD))).toEqual({ code: 'approver_is_author', rule: 'P50' });
    const order = { actingOrder: { number: '15', date: '2026-01-23' } };
    expect(outcomeOf(ask(life, local('2026-01-26'), 'approveIpr', order, UNIT_HEAD))).toBe('ok');
  });

  it('P50: the author of the last draft counts, not that of one that was replaced', () => {
    const life = lifeBefore('draftIpr');
    ask(life, DRAFTED_AT, 'draftIpr', plan(), HEAD);
    ask(life, local('2026-01-22', 12), 'draftIpr', plan({ iprId: 'ipr-2' }));
    sign(life);
    expect(outcomeOf(ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD))).toBe('ok');
  });

  it('256-17-2: a case manager may not approve at all', () => {
    expect(refusalIn(ask(lifeBefore('approveIpr'), local('2026-01-26'), 'approveIpr', {}))).toEqual({
      code: 'role_not_allowed',
      params: { role: 'case_manager' },
    });
  });

  it('256-16-1: an agency named beside a measure of the family is sent nothing and owes nothing', () => {
    const life = lifeBefore('draftIpr');
    const [job, , family] = measures('2026-03-02') as [PlannedMeasure, PlannedMeasure, PlannedMeasure];
    ask(life, DRAFTED_AT, 'draftIpr', plan({ measures: [job, { ...family, agency: 'sports' }] }));
    sign(life);
    ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD);
    ask(life, local('2026-01-27'), 'sendIpr', {});
    expect(openKeys(life)).toEqual(['192-9:employment', '192-11-1:m-job', '256-15-1:ipr-1', '256-16-3:m-family']);
    expect(lastOf(life, 'IprSent').data.dispatches.map(({ agency, measureIds }) => [agency, measureIds])).toEqual([['employment', ['m-job']]]);
  });

  it('256-13-3: the road is the same whoever determines the needs, and cannot be walked out of order', () => {
    expect(told(lifeAfter('determineNeeds').entries).at(-1)).toBe('NeedsDetermined');
    expect(refusalIn(ask(lifeAfter('determineNeeds'), local('2026-01-20'), 'determineNeeds', { needs: [] }))).toEqual({
      code: 'wrong_stage',
      params: { stage: 'planning', expected: 'needs' },
    });
    expect(outcomeOf(ask(lifeBefore('determineNeeds'), local('2026-01-19'), 'draftIpr', plan()))).toBe('wrong_stage');
  });
});
