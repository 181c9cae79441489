/** The revision of a measure's term after the approval of the plan: 256-17-3, P11, P12, P50, P57. */
import { describe, expect, it } from 'vitest';
import { acknowledge, ask, hear, lifeAfter, outcome } from '../lives/acting.js';
import { revise } from '../lives/every-road.js';
import type { Life } from '../lives/live.js';
import { dueOf, dutyOf, keysOf, lastOf, openKeys, outcomeOf, refusalIn, standing } from '../lives/reading.js';
import { HEAD, local, MANAGER, report } from '../lives/straight-road.js';

const AT = local('2026-02-10');
const measure = (life: Life, measureId: string) => life.caseState.measures.find((each) => each.measureId === measureId);
const referrals = (life: Life) => life.caseState.dispatches.map(({ agency, state, measureIds }) => `${agency} ${state} ${measureIds.join(',')}`);

function proposed(life = lifeAfter('sendIpr'), measureId = 'm-job', dueOn = '2026-04-15'): { life: Life; revisionId: string } {
  ask(life, AT, 'proposeRevision', { measureId, dueOn, reasonId: 'note-1' });
  return { life, revisionId: life.caseState.revisions.at(-1)?.revisionId ?? '' };
}

/** Both agencies have the plan. */
function delivered(): Life {
  const life = lifeAfter('sendIpr');
  for (const agency of ['employment', 'health']) acknowledge(life, local('2026-01-27', 11), agency);
  return life;
}

describe('another term of a measure', () => {
  it('256-17-3, 256-17-1, 256-17-2, P50: is signed by both and approved by another than its author, and changes nothing before', () => {
    const { life, revisionId } = proposed();
    const sign = (party: 'employee' | 'family') =>
      ask(life, AT, 'signRevision', { revisionId, party, method: 'paper', documentId: 'doc-9', signatureId: 'sig-1', personId: 'person-1' });
    const approve = (actor = HEAD) => ask(life, AT, 'approveRevision', { revisionId }, actor);
    expect(refusalIn(approve())).toEqual({ code: 'revision_not_signed', rule: '256-17-1' });
    sign('employee');
    sign('family');
    expect(refusalIn(approve({ ...MANAGER, role: 'center_head' }))).toEqual({ code: 'approver_is_author', rule: 'P50' });
    expect(measure(life, 'm-job')?.dueOn).toBe('2026-03-02');
    expect(outcomeOf(approve())).toBe('ok');
    expect(measure(life, 'm-job')?.dueOn).toBe('2026-04-15');
    expect(refusalIn(sign('family'))).toEqual({ code: 'revision_over', rule: '256-17-3' });
  });

  it('P11, 256-16-3: lies inside the plan, whose year is not begun anew', () => {
    const life = delivered();
    const beyond = ask(life, AT, 'proposeRevision', { measureId: 'm-job', dueOn: '2026-07-01', reasonId: 'n' });
    expect(refusalIn(beyond)).toMatchObject({ code: 'measure_after_plan_end', rule: '256-16-3', params: { endsOn: '2026-06-30' } });
    const past = ask(life, AT, 'proposeRevision', { measureId: 'm-job', dueOn: '2026-02-09', reasonId: 'n' });
    expect(refusalIn(past)).toMatchObject({ code: 'measure_term_in_past', rule: '256-16-3' });
    const end = dueOf(life, '256-15-1:ipr-1');
    revise(life, 'm-job', '2026-06-30', AT);
    expect(dueOf(life, '256-15-1:ipr-1')).toBe(end);
  });

  it('P57: once proposed is brought to its approval within an internal term; another proposal takes its place', () => {
    const { life } = proposed();
    expect(dutyOf(life, '256-17-3:m-job')).toMatchObject({ force: 'internal', owner: 'case_manager' });
    expect(dueOf(life, '256-17-3:m-job')).toBe('2026-02-13 24:00');
    ask(life, local('2026-02-11'), 'proposeRevision', { measureId: 'm-job', dueOn: '2026-05-15', reasonId: 'n' });
    expect(life.caseState.revisions.map(({ dueOn }) => dueOn)).toEqual(['2026-05-15']);
    expect([standing(life, '256-17-3:m-job'), standing(life, '256-17-3:m-job:2')]).toEqual(['lapsed', 'open']);
    revise(life, 'm-job', '2026-05-20', local('2026-02-12'));
    expect(openKeys(life).filter((key) => key.startsWith('256-17-3'))).toEqual([]);
  });

  it('of two measures is two revisions', () => {
    const { life } = proposed();
    proposed(life, 'm-health');
    expect(life.caseState.revisions).toHaveLength(2);
    expect(keysOf(life, '256-17-3')).toEqual(['256-17-3:m-job', '256-17-3:m-health']);
  });

  it('192-11-2: a report that waits is marked or returned first, and a measure that is done is not revised', () => {
    const life = delivered();
    hear(life, AT, report('employment', 'm-job', {}, 0, 'd-1'));
    const answer = () => ask(life, local('2026-02-11'), 'proposeRevision', { measureId: 'm-job', dueOn: '2026-04-15', reasonId: 'n' });
    expect(refusalIn(answer())).toMatchObject({ code: 'report_not_marked', rule: '192-11-2' });
    ask(life, local('2026-02-11'), 'markStatus', { measureId: 'm-job', reportId: 'report-d-1', status: 'done' });
    expect(refusalIn(answer())).toMatchObject({ code: 'measure_already_done', rule: '256-17-3' });
  });
});

describe('its dates', () => {
  it('192-11-1: the agency owes its information by the new day', () => {
    const life = delivered();
    revise(life, 'm-job', '2026-04-15', AT);
    expect([standing(life, '192-11-1:m-job'), standing(life, '192-11-1:m-job:2')]).toEqual(['lapsed', 'open']);
    expect(dueOf(life, '192-11-1:m-job:2')).toBe('2026-04-15 24:00');
    expect(standing(life, '192-11-1:m-health')).toBe('open');
  });

  it('192-11-1, 256-16-3: a measure that was overdue stays counted', () => {
    const life = delivered();
    revise(life, 'm-job', '2026-04-15', local('2026-03-10'));
    revise(life, 'm-family', '2026-04-20', local('2026-03-10'));
    expect([standing(life, '192-11-1:m-job'), standing(life, '256-16-3:m-family')]).toEqual(['lapsed_late', 'lapsed_late']);
    expect(dueOf(life, '256-16-3:m-family:2')).toBe('2026-04-20 24:00');
  });
});

describe('its sending', () => {
  it('P12, 192-9: goes to the agency concerned and to no other, within two working days', () => {
    const life = delivered();
    const revisionId = revise(life, 'm-job', '2026-04-15', AT);
    expect([dueOf(life, '192-9:employment:2'), keysOf(life, '192-9')]).toEqual([
      '2026-02-12 24:00',
      ['192-9:employment', '192-9:health', '192-9:employment:2'],
    ]);
    ask(life, local('2026-02-11'), 'sendRevision', { revisionId });
    expect(referrals(life)).toEqual(['employment delivered m-job', 'health delivered m-health', 'employment pending m-job']);
    acknowledge(life, local('2026-02-11', 11), 'employment');
    expect(standing(life, '192-9:employment:2')).toBe('met');
  });

  it('192-9: an older referral that has not arrived is withdrawn, its term stands, and what it said of other measures is not lost', () => {
    const life = lifeAfter('sendIpr');
    const [employment] = life.caseState.dispatches;
    outcome(life, local('2026-01-27', 12), { key: employment?.key ?? '', series: 1, outcome: 'unreachable', reason: 'timeout' });
    const revisionId = revise(life, 'm-job', '2026-04-15', local('2026-01-28'));
    expect(referrals(life)).toEqual(['employment withdrawn m-job', 'health pending m-health']);
    expect(keysOf(life, '192-9')).toEqual(['192-9:employment', '192-9:health']);
    ask(life, local('2026-01-28', 15), 'sendRevision', { revisionId });
    expect(referrals(life)).toContain('employment pending m-job');
    const key = life.caseState.dispatches.at(-1)?.key ?? '';
    outcome(life, local('2026-01-28', 16), { key, series: 1, outcome: 'delivered' });
    expect(standing(life, '192-9:employment')).toBe('met');
  });

  it('P12: before the plan is sent nobody need be told apart: the plan says the new term', () => {
    const life = lifeAfter('approveIpr');
    const revisionId = revise(life, 'm-job', '2026-04-15', local('2026-01-26', 12));
    expect(lastOf(life, 'RevisionApproved').data.toSend).toBe(false);
    expect(refusalIn(ask(life, local('2026-01-26', 13), 'sendRevision', { revisionId }))).toEqual({ code: 'revision_already_sent', rule: '192-9' });
  });

  it('256-16-3: the family’s own measure is sent to nobody', () => {
    const life = delivered();
    const revisionId = revise(life, 'm-family', '2026-04-20', AT);
    expect(outcomeOf(ask(life, AT, 'sendRevision', { revisionId }))).toBe('revision_already_sent');
    expect(referrals(life)).toHaveLength(2);
  });
});
