/** Turns: what waits is taken in order, from whoever may ask, and refused input changes nothing. */
import { may } from '../../domain/access/rights.js';
import { describe, expect, it } from 'vitest';
import { COMMAND_KINDS, COMMANDS, type Command } from '../../domain/case/commands.js';
import type { Actor } from '../../domain/case/facts.js';
import { takeTurn, type TurnInput } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import type { Role } from '../../domain/law/rule.js';
import { ask, asking, hear, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import { countedIds } from '../lives/counted-ids.js';
import { CASE_ID, LAW, Life } from '../lives/live.js';
import { dueOf, entriesOf, lastOf, outcomeOf, refusalIn, standing, told } from '../lives/reading.js';
import { CENTER, HEAD, local, MANAGER, opening, report } from '../lives/straight-road.js';

const ROLES: readonly Role[] = [
  'social_work_specialist',
  'social_worker',
  'psychologist',
  'lawyer',
  'prevention_specialist',
  'analyst',
  'case_manager',
  'unit_head',
  'center_head',
  'duty_officer',
  'coordinator',
  'administrator',
  'auditor',
  'agency',
  'agency_head',
  'family',
  'system',
];

const CLOSE: TurnInput[] = [asking('closeCase', { monitoringMonths: 3 }, HEAD), asking('closeCase', { monitoringMonths: 6 }, HEAD)];

function turnOf(life: Life, now: number, ...inputs: TurnInput[]) {
  return takeTurn(life.state, inputs, { subjectId: CASE_ID, law: LAW, now, newId: countedIds() });
}

describe('two askers in one turn', () => {
  it('256-19-1: either alone would be taken; of both the first is, the second is refused and writes nothing', () => {
    const life = lifeBefore('closeCase');
    expect(CLOSE.flatMap((input) => turnOf(life, local('2026-03-03'), input).answers).map(outcomeOf)).toEqual(['ok', 'ok']);
    const answers = life.turn(local('2026-03-03'), ...CLOSE);
    expect(answers.map(outcomeOf)).toEqual(['ok', 'wrong_stage']);
    expect(lastOf(life, 'CaseClosed').data.monitoringMonths).toBe(3);
    expect(entriesOf(life, 'CaseClosed')).toHaveLength(1);
  });

  it('the order of the inputs is the order of the answers', () => {
    const life = lifeBefore('recordConsent');
    const answers = life.turn(
      local('2026-01-12', 11),
      asking('recordConsent', { given: true, personId: 'person-1' }),
      asking('draftIpr', { iprId: 'i', endsOn: '2026-06-30', specialists: [], measures: [] }),
      asking('recordInterview', { noteId: 'note-1' }),
    );
    expect(answers).toEqual([
      { ok: true, seq: 3, stage: 'intake' },
      { ok: false, refusal: { code: 'wrong_stage', params: { stage: 'intake', expected: 'planning' } } },
      { ok: true, seq: 4, stage: 'intake' },
    ]);
  });

  it('P10: a command of two facts is answered with the last of them', () => {
    const life = registered(local('2026-01-12'));
    const turn = turnOf(life, local('2026-01-12', 11), asking('completeAssessment', { result: 'not_confirmed', grounds: [] }));
    expect(turn.entries).toHaveLength(2);
    expect(turn.answers).toEqual([{ ok: true, seq: turn.entries[1]?.seq, stage: 'closed' }]);
  });

  it('256-13-2: what is due is written before what is asked', () => {
    const life = registered(local('2026-01-12'));
    life.turnLate(local('2026-01-19'), asking('completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] }));
    const types = life.entries.map(({ type }) => type);
    expect(types.lastIndexOf('DeadlineStepReached')).toBe(types.indexOf('AssessmentCompleted') - 1);
  });

  it('192-11-2: a mark in the turn of a report that is handed over late does not hide that it is late', () => {
    const life = lifeAfter('sendIpr');
    const old: TurnInput = { kind: 'delivery', delivery: report('employment', 'm-job', {}, 4 * 86_400_000, 'd-1') };
    life.turn(local('2026-02-20'), old, asking('markStatus', { measureId: 'm-job', reportId: 'report-d-1', status: 'done' }));
    expect(life.entries.slice(-5).map((entry) => (entry.type === 'DeadlineStepReached' ? entry.data.step : entry.type))).toEqual([
      'ReportReceived',
      'reminder',
      'overdue',
      'head',
      'StatusMarked',
    ]);
    expect(standing(life, '192-11-2:report-d-1')).toBe('met_late');
  });
});

describe('refused input changes nothing', () => {
  it('192-12: the turn of a refusal is a turn without it', () => {
    const life = lifeBefore('sendIpr');
    const refused = asking('markCompletion', {});
    const without = turnOf(life, local('2026-02-01'));
    const turn = turnOf(life, local('2026-02-01'), refused);
    expect(turn.state).toEqual(without.state);
    expect(turn.entries).toEqual(without.entries);
    expect(turn.answers.map(refusalIn)).toEqual([{ code: 'measures_not_done', rule: '192-12', params: { open: 3 } }]);
  });

  it('256-13-3: a term that reaches into a year without a table is refused, and nothing of its fact is kept', () => {
    const { '2027': _, ...years } = CALENDAR_2026_11_21.years;
    const law = lawOf({ calendar: { ...CALENDAR_2026_11_21, version: 'until-2026', years }, policy: DEFAULT_POLICY });
    const life = registered(local('2026-12-28'), {}, law);
    const before = life.caseState;
    const answer = ask(life, local('2026-12-28', 12), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    expect(refusalIn(answer)).toEqual({ code: 'calendar_year_missing', params: { year: 2027 } });
    expect(life.caseState).toEqual(before);
    expect(told(life.entries)).toEqual(['AppealRegistered']);
  });

  it('192-11-3: a date that cannot be computed while deciding is refused the same way', () => {
    const { '2027': _, ...years } = CALENDAR_2026_11_21.years;
    const law = lawOf({ calendar: { ...CALENDAR_2026_11_21, version: 'until-2026', years }, policy: DEFAULT_POLICY });
    const sent = lifeAfter('sendIpr');
    hear(sent, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-1'));
    const input = asking('returnReport', { reportId: 'report-d-1', norm: 'art. 4', reasonId: 'n' });
    const turn = takeTurn(sent.state, [input], { subjectId: CASE_ID, law, now: local('2026-12-31'), newId: countedIds() });
    expect(turn.answers.map(outcomeOf)).toEqual(['calendar_year_missing']);
  });

  it('before the opening there is no case: commands and messages find none', () => {
    const life = new Life();
    const answers = life.turn(local('2026-01-12'), asking('recordInterview', { noteId: 'n' }), { kind: 'delivery', delivery: report('health', 'm') });
    expect(answers.map(outcomeOf)).toEqual(['case_not_open', 'case_not_open']);
    expect(life.state).toBeUndefined();
    expect(life.entries).toEqual([]);
  });

  it('P51: the opening and what is asked in its own turn are taken together', () => {
    const life = new Life();
    const answers = life.turn(local('2026-01-12'), { kind: 'opening', opening: opening(local('2026-01-12')) }, asking('recordInterview', { noteId: 'n' }));
    expect(answers.map(outcomeOf)).toEqual(['ok', 'ok']);
    expect(told(life.entries)).toEqual(['AppealRegistered', 'InterviewHeld']);
  });
});

describe('who may ask', () => {
  it('256-12: an appeal is registered by those who work with families, and by nobody else', () => {
    const allowed = ROLES.filter((role) => may('registerAppeal', { id: 'somebody', role, center: CENTER }));
    expect(allowed.join(' ')).toBe('social_work_specialist social_worker psychologist lawyer prevention_specialist case_manager unit_head center_head');
  });

  const over = lifeAfter('endMonitoring');

  it.each(COMMAND_KINDS)('P50: %s is taken from its roles and from nobody else', (kind) => {
    // Only the actor matters here: a case that is over refuses every command, but a wrong role first.
    const codeFor = (role: Role) => {
      const actor: Actor = { id: 'somebody', role, center: CENTER };
      const command = { kind, id: `${kind}-${role}`, actor, data: {} } as Command;
      return turnOf(over, local('2026-06-04'), { kind: 'command', command }).answers.map(outcomeOf).join(' ');
    };
    const letThrough = ROLES.filter((role) => codeFor(role) !== 'role_not_allowed');
    expect([...COMMANDS[kind].roles].toSorted()).toEqual(letThrough.toSorted());
  });

  it('256-11: a case is led by its own Center only', () => {
    const stranger: Actor = { ...MANAGER, center: 'astana-yesil' };
    const life = registered(local('2026-01-12'));
    expect(refusalIn(ask(life, local('2026-01-12', 11), 'recordInterview', { noteId: 'n' }, stranger))).toEqual({ code: 'actor_of_other_center' });
  });
});

describe('a law that is adopted', () => {
  it('P38: is recorded by the engine and named in the state; running terms stay as they are', () => {
    const life = registered(local('2026-01-12'));
    const policy = { ...DEFAULT_POLICY, version: 'policy-2' };
    const adoption = { id: 'adoption-1', act: 'an order of the Center', policy, recompute: 'own' } as const;
    expect(life.turn(local('2026-01-12', 11), { kind: 'adoption', adoption }).map(outcomeOf)).toEqual(['ok']);
    expect(life.caseState.law).toEqual({ ...LAW.ref, policy: 'policy-2' });
    expect(lastOf(life, 'LawAdopted')).toMatchObject({ actor: { role: 'system' }, cause: 'adoption-1' });
    expect(dueOf(life, '256-13-2:case')).toBe('2026-01-15 24:00');
  });
});
