/** Turns: what waits is taken in order, once, by whoever may ask, and refused input changes nothing. */
import { describe, expect, it } from 'vitest';
import { COMMAND_KINDS, COMMAND_ROLES, type Command, type CommandData } from '../../domain/case/commands.js';
import type { Actor } from '../../domain/case/facts.js';
import { catchUp, refusalOf, takeTurn, type TurnInput } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import type { Role } from '../../domain/law/rule.js';
import { CURRENT_RULES } from '../../domain/law/rules/tables.js';
import { ask, asking, hear, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import { CASE_ID, LAW, Life } from '../lives/live.js';
import { dueOf, entriesOf, keysOf, lastOf, outcomeOf, refusalIn, standing, told } from '../lives/reading.js';
import { CENTER, HEAD, local, MANAGER, opening, report } from '../lives/straight-road.js';

const ROLES: readonly Role[] = [
  'social_work_specialist', 'case_manager', 'unit_head', 'center_head', 'duty_officer', 'coordinator', 'administrator', 'agency',
  'agency_head', 'family', 'system',
];

const CLOSE: TurnInput[] = [
  asking('closeCase', { monitoringMonths: 3 }, HEAD),
  asking('closeCase', { monitoringMonths: 6 }, HEAD),
];

function turnOf(life: Life, now: number, ...inputs: TurnInput[]) {
  return takeTurn({ state: life.state, remembered: life.remembered }, inputs, { caseId: CASE_ID, law: LAW, now });
}

function manager(n: number): TurnInput {
  const command: Command = { kind: 'assignCaseManager', id: `assign-${n}`, actor: HEAD, data: { caseManager: `manager-${n}` } };
  return { kind: 'command', command };
}

describe('repeats', () => {
  it('a command that comes twice is done once and answered twice with the same answer', () => {
    const life = lifeBefore('recordConsent');
    const consent = asking('recordConsent', { given: true, personId: 'person-1' });
    const [first] = life.turn(local('2026-01-12', 11), consent);
    ask(life, local('2026-01-12', 12), 'recordInterview', { noteId: 'note-1' });
    const [second] = life.turn(local('2026-01-13'), consent);
    expect(second).toEqual(first);
    expect(entriesOf(life, 'ConsentRecorded')).toHaveLength(1);
  });

  it('192-11-1: a delivery that comes twice is one report, with one mark owed', () => {
    const life = lifeAfter('sendIpr');
    const delivery = report('employment', 'm-job', {}, 0, 'd-1');
    const first = hear(life, local('2026-02-16'), delivery);
    expect(hear(life, local('2026-02-17'), { ...delivery, ageMs: 86_400_000 })).toEqual(first);
    expect(life.caseState.reports).toHaveLength(1);
    expect(keysOf(life, '192-11-2')).toEqual(['192-11-2:report-d-1']);
  });

  it('twice in one turn is once, too', () => {
    const life = lifeAfter('sendIpr');
    const delivery: TurnInput = { kind: 'delivery', delivery: report('employment', 'm-job') };
    const answers = life.turn(local('2026-02-16'), delivery, delivery);
    expect(answers[1]).toEqual(answers[0]);
    expect(entriesOf(life, 'ReportReceived')).toHaveLength(1);
  });

  it('a repeat of what was refused in a turn gets that refusal, even when it would be accepted now', () => {
    const life = lifeBefore('recordConsent');
    const needs = asking('determineNeeds', { needs: ['health'] });
    expect(life.turn(local('2026-01-12', 11), needs).map(outcomeOf)).toEqual(['wrong_stage']);
    ask(life, local('2026-01-12', 12), 'recordConsent', { given: true, personId: 'person-1' });
    ask(life, local('2026-01-13'), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    expect(life.turn(local('2026-01-14'), needs).map(outcomeOf)).toEqual(['wrong_stage']);
    expect(ask(life, local('2026-01-14'), 'determineNeeds', { needs: ['health'] }).ok).toBe(true);
  });

  it('remembers the two hundred latest answers and no more', () => {
    const life = registered(local('2026-01-12'));
    for (let n = 0; n <= 200; n += 1) life.turn(local('2026-01-12', 11), manager(n));
    expect(life.remembered).toHaveLength(200);
    expect(life.remembered[0]?.[0]).toBe('assign-1');
    life.turn(local('2026-01-12', 12), manager(1));
    expect(entriesOf(life, 'CaseManagerAssigned')).toHaveLength(201);
    life.turn(local('2026-01-12', 12), manager(0));
    expect(entriesOf(life, 'CaseManagerAssigned')).toHaveLength(202);
  });
});

describe('two askers in one turn', () => {
  it('256-19-1: both pass the dry run, the first is taken, the second is refused late and writes nothing', () => {
    const life = lifeBefore('closeCase');
    const memory = { state: life.state, remembered: life.remembered };
    const given = { caseId: CASE_ID, law: LAW, now: local('2026-03-03') };
    expect(CLOSE.map((input) => refusalOf(memory, input, given))).toEqual([undefined, undefined]);
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
  it('the turn of a refusal is a turn without it, but for the memory of the answer', () => {
    const life = lifeBefore('sendIpr');
    const refused = asking('markCompletion', {});
    const without = turnOf(life, local('2026-02-01'));
    const turn = turnOf(life, local('2026-02-01'), refused);
    expect(turn.state).toEqual(without.state);
    expect(turn.entries).toEqual(without.entries);
    expect(turn.answers.map(outcomeOf)).toEqual(['measures_not_done']);
    expect(turn.remembered).toHaveLength(without.remembered.length + 1);
  });

  it('the dry run says what the turn will say, and remembers nothing', () => {
    const life = lifeBefore('sendIpr');
    const memory = { state: life.state, remembered: life.remembered };
    const refusal = refusalOf(memory, asking('markCompletion', {}), { caseId: CASE_ID, law: LAW, now: local('2026-02-01') });
    expect(refusal).toEqual({ code: 'measures_not_done', rule: '192-12', params: { open: 3 } });
    expect(memory.remembered).toBe(life.remembered);
  });

  it('256-13-3: a term that reaches into a year without a table is refused, and nothing of its fact is kept', () => {
    const { '2027': _, ...years } = CALENDAR_2026_11_21.years;
    const law = lawOf({ rules: CURRENT_RULES, calendar: { ...CALENDAR_2026_11_21, version: 'until-2026', years }, policy: DEFAULT_POLICY });
    const life = registered(local('2026-12-28'), {}, law);
    const before = life.caseState;
    const answer = ask(life, local('2026-12-28', 12), 'completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    expect(refusalIn(answer)).toEqual({ code: 'calendar_year_missing', params: { year: 2027 } });
    expect(life.caseState).toEqual(before);
    expect(told(life.entries)).toEqual(['AppealRegistered']);
  });

  it('192-11-3: a date that cannot be computed while deciding is refused the same way', () => {
    const { '2027': _, ...years } = CALENDAR_2026_11_21.years;
    const law = lawOf({ rules: CURRENT_RULES, calendar: { ...CALENDAR_2026_11_21, version: 'until-2026', years }, policy: DEFAULT_POLICY });
    const sent = lifeAfter('sendIpr');
    hear(sent, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-1'));
    const input = asking('returnReport', { reportId: 'report-d-1', norm: 'art. 4', reasonId: 'n' });
    const turn = takeTurn({ state: sent.state, remembered: [] }, [input], { caseId: CASE_ID, law, now: local('2026-12-31') });
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

describe('a turn whose end was lost', () => {
  const life = lifeBefore('recordConsent');
  const consent = asking('recordConsent', { given: true, personId: 'person-1' });
  const interview = asking('recordInterview', { noteId: 'note-1' });
  const refused = asking('sendIpr', {});
  const written = turnOf(life, local('2026-01-12', 11), consent, refused, interview);
  const caught = catchUp({ state: life.state, remembered: life.remembered }, written.entries, CASE_ID);

  it('is taken up from the ledger: the state is the same, and its causes are known', () => {
    expect(caught.state).toEqual(written.state);
    const again = takeTurn(caught, [consent, interview], { caseId: CASE_ID, law: LAW, now: local('2026-01-12', 12) });
    expect(again.answers).toEqual([written.answers[0], written.answers[2]]);
    expect(again.entries).toEqual([]);
  });

  it('what it had refused left nothing, and is decided again', () => {
    const again = takeTurn(caught, [refused], { caseId: CASE_ID, law: LAW, now: local('2026-01-12', 12) });
    expect(again.answers).toEqual([written.answers[1]]);
  });

  it('a ledger that does not continue the memory is not taken up', () => {
    expect(() => catchUp(caught, written.entries, CASE_ID)).toThrow('entry 3 where 5 was expected');
  });

  it('192-9: an outcome of a dispatch that was taken up does not pass for its last one', () => {
    const sent = lifeAfter('sendIpr');
    const key = sent.caseState.dispatches[0]?.key ?? '';
    const parked = turnOf(sent, local('2026-01-27', 11), { kind: 'dispatch', outcome: { key, outcome: 'unreachable', reason: 'timeout' } });
    const memory = catchUp({ state: sent.state, remembered: sent.remembered }, parked.entries, CASE_ID);
    const delivered: TurnInput = { kind: 'dispatch', outcome: { key, outcome: 'delivered', receiptId: 'r-1' } };
    const after = takeTurn(memory, [delivered], { caseId: CASE_ID, law: LAW, now: local('2026-01-27', 12) });
    expect(after.state?.dispatches[0]?.state).toBe('delivered');
  });

  it('P10: a command of two facts is answered with the last of them', () => {
    const closing = asking('completeAssessment', { result: 'not_confirmed', grounds: [] });
    const opened = registered(local('2026-01-12'));
    const turn = turnOf(opened, local('2026-01-12', 11), closing);
    const taken = catchUp({ state: opened.state, remembered: opened.remembered }, turn.entries, CASE_ID);
    expect(turn.entries).toHaveLength(2);
    expect(taken.remembered).toEqual(turn.remembered);
  });
});

describe('who may ask', () => {
  const ALLOWED: Readonly<Record<keyof CommandData, string>> = {
    assignCaseManager: 'unit_head center_head',
    recordThreat: 'social_work_specialist case_manager unit_head center_head',
    assignImmediateMeasures: 'social_work_specialist case_manager unit_head center_head',
    recordConsent: 'social_work_specialist case_manager unit_head center_head',
    recordInterview: 'social_work_specialist case_manager unit_head center_head',
    recordTriage: 'social_work_specialist case_manager unit_head center_head',
    completeAssessment: 'social_work_specialist case_manager unit_head center_head',
    determineNeeds: 'case_manager unit_head center_head',
    draftIpr: 'case_manager unit_head center_head',
    signIpr: 'case_manager unit_head center_head',
    approveIpr: 'unit_head center_head',
    sendIpr: 'case_manager unit_head center_head',
    markStatus: 'case_manager unit_head center_head',
    returnReport: 'case_manager unit_head center_head',
    markCompletion: 'case_manager unit_head center_head',
    closeCase: 'center_head',
    notifyResult: 'case_manager unit_head center_head',
    recordMonitoringContact: 'social_work_specialist case_manager unit_head center_head',
    endMonitoring: 'case_manager unit_head center_head',
    explainDelay: 'case_manager unit_head center_head',
  };

  const over = lifeAfter('endMonitoring');

  it.each(COMMAND_KINDS)('P50: %s is taken from its roles and from nobody else', (kind) => {
    // Only the actor matters here: a case that is over refuses every command, but a wrong role first.
    const codeFor = (role: Role) => {
      const actor: Actor = { id: 'somebody', role, center: CENTER };
      const command = { kind, id: `${kind}-${role}`, actor, data: {} } as Command;
      return turnOf(over, local('2026-06-04'), { kind: 'command', command }).answers.map(outcomeOf).join(' ');
    };
    const letThrough = ROLES.filter((role) => codeFor(role) !== 'role_not_allowed');
    expect(letThrough.join(' ')).toBe(ALLOWED[kind]);
    expect([...COMMAND_ROLES[kind]].toSorted()).toEqual(letThrough.toSorted());
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
    const law = { rules: CURRENT_RULES, calendar: '2026-12-01', policy: 'policy-2' };
    expect(life.turn(local('2026-01-12', 11), { kind: 'law', law }).map(outcomeOf)).toEqual(['ok']);
    expect(life.caseState.law).toEqual(law);
    expect(lastOf(life, 'LawAdopted')).toMatchObject({ actor: { role: 'system' }, cause: 'law' });
    expect(dueOf(life, '256-13-2:case')).toBe('2026-01-15 24:00');
  });
});
