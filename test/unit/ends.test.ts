/** With what each duty ends: closing on any ground, at any stage, leaves nobody owing what nobody can perform. */
import { describe, expect, it } from 'vitest';
import { record } from '../../domain/case/record.js';
import { ENGINE, type FactData } from '../../domain/case/facts.js';
import type { CommandData } from '../../domain/case/commands.js';
import { takeTurn } from '../../domain/case/turn.js';
import { isOver, type CaseState, type Stage } from '../../domain/case/state.js';
import { latestReading } from '../../domain/law/rule.js';
import { standingOf } from '../../domain/law/duty.js';
import { RULES } from '../../domain/law/rules/table.js';
import { ask, asking, hear, lifeAfter, lifeBefore, registered } from '../lives/acting.js';
import { CASE_ID, LAW, type Life } from '../lives/live.js';
import { standing } from '../lives/reading.js';
import { HEAD, local, report } from '../lives/straight-road.js';

/** The result, the mark for a report that came before the end, the monitoring with its contacts, and what strands owe that end by themselves. */
const AFTER_THE_END = ['D-CL', '192-11-2', 'D-MON', 'P24', '256-13-1', '256-14-1', '256-26', 'P4', 'P59'];

const AT_EACH_STAGE: readonly [Stage, () => Life][] = [
  ['intake', () => registered(local('2026-01-12'), { threat: true })],
  ['needs', () => lifeAfter('completeAssessment')],
  ['planning', () => lifeBefore('draftIpr')],
  ['planning', () => lifeAfter('draftIpr')],
  ['planning', () => lifeBefore('approveIpr')],
  ['execution', () => lifeAfter('approveIpr')],
  ['execution', () => reported()],
  ['execution', () => returned()],
  ['execution', () => lifeBefore('markCompletion')],
  ['completed', () => lifeAfter('markCompletion')],
];

function reported(): Life {
  const life = lifeAfter('sendIpr');
  hear(life, local('2026-02-02'), report('employment', 'm-job', {}, 0, 'd-1'));
  return life;
}

function returned(): Life {
  const life = reported();
  ask(life, local('2026-02-03'), 'returnReport', { reportId: 'report-d-1', norm: 'art. 4', reasonId: 'note-1' });
  return life;
}

/** The end itself, whatever command or ground will lead there one day. */
function closed({ caseState }: Life, monitoringMonths: number, at = local('2026-06-20')): CaseState {
  const data: FactData['CaseClosed'] = { ground: monitoringMonths === 0 ? 'not_confirmed' : 'completed', monitoringMonths };
  return record(caseState, [{ type: 'CaseClosed', data }], { subjectId: CASE_ID, law: LAW, now: at, actor: ENGINE, cause: 'end' }).state;
}

const running = ({ duties }: CaseState): string[] => duties.filter(({ state }) => state === 'open').map(({ rule }) => rule);

describe('the end of the accompaniment', () => {
  it.each(AT_EACH_STAGE)('at the stage "%s" leaves no running duty but those that the law puts after it', (stage, live) => {
    const life = live();
    expect(life.caseState.stage).toBe(stage);
    expect(running(life.caseState).length > 0).toBe(stage !== 'completed');
    for (const months of [0, 3]) expect(running(closed(life, months)).filter((rule) => !AFTER_THE_END.includes(rule))).toEqual([]);
    expect(running(closed(life, 0))).not.toContain('D-MON');
  });

  it('192-11-2: the mark for a report that came before the end is owed after it, and can be made', () => {
    const life = reported();
    const after = closed(life, 3);
    expect(running(after)).toContain('192-11-2');
    const at = local('2026-06-22');
    const mark = (data: CommandData['markStatus']) =>
      takeTurn(after, [asking('markStatus', data)], { subjectId: CASE_ID, law: LAW, now: at, newId: () => 'id' });
    expect(mark({ measureId: 'm-family', status: 'done' }).answers).toMatchObject([{ ok: false, refusal: { code: 'wrong_stage' } }]);
    const { state, answers } = mark({ measureId: 'm-job', reportId: 'report-d-1', status: 'done' });
    expect(answers).toMatchObject([{ ok: true, stage: 'monitoring' }]);
    expect(running(state as CaseState)).not.toContain('192-11-2');
  });

  it('256-26: closing the case ends no notice about children: its duty runs on, and it is still sent', () => {
    const life = registered(local('2026-01-12'), { stay: { children: ['child-1'], bodies: { internal_affairs: 'auezov-internal-affairs' } } });
    const after = closed(life, 0, local('2026-01-12', 15));
    expect(running(after)).toEqual(expect.arrayContaining(['256-26', '256-26']));
    expect(after.dispatches.map(({ state }) => state)).toEqual(['pending', 'given_up']);
    expect(isOver(after)).toBe(false);
  });

  it('a term that was missed stays missed when the end takes the duty away', () => {
    const life = lifeBefore('draftIpr');
    const early = closed(life, 0, local('2026-01-20'));
    const late = closed(life, 0, local('2026-06-20'));
    const of = (state: CaseState) => state.duties.filter(({ rule }) => rule === '192-8').map(standingOf);
    expect([of(early), of(late)]).toEqual([['lapsed'], ['lapsed_late']]);
  });
});

describe('the end of the case', () => {
  it('D-MON, P24, D-REOPEN: the monitoring’s own duties end with it', () => {
    const life = lifeAfter('closeCase');
    ask(life, local('2026-04-03'), 'recordMonitoringContact', { situation: 'worsened', noteId: 'n' });
    expect(standing(life, 'D-REOPEN:case')).toBe('open');
    ask(life, local('2026-06-04'), 'endMonitoring', { noteId: 'n' }, HEAD);
    expect(life.caseState.stage).toBe('closed');
    expect(running(life.caseState).filter((rule) => rule !== 'D-CL')).toEqual([]);
  });
});

describe('the rows', () => {
  it('each with a clock says with what it ends', () => {
    const silent = RULES.filter((rule) => latestReading(rule).duty !== undefined && latestReading(rule).duty?.endsWith === undefined);
    expect(silent).toEqual([]);
  });
});
