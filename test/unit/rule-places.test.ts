/** Rows of the law without a clock of their own: what the core keeps and refuses because of them. */
import { withPapers } from '../../simulation/papers.js';
import { describe, expect, it } from 'vitest';
import type { EntryOf, FactType } from '../../domain/case/facts.js';
import type { TurnInput } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { isSwitchedOn, lawOf } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { Life, live } from '../lives/live.js';
import { command, HEAD, local, measures, opening, REGISTERED_AT, straightRoad } from '../lives/straight-road.js';

/** The straight road up to, and without, the first command of that kind. */
function untilCommand(kind: string): Life {
  const road = straightRoad();
  return live(
    road,
    road.findIndex((doing) => 'command' in doing && doing.command.kind === kind),
  );
}

function entryOf<T extends FactType>(life: Life, type: T): EntryOf<T> {
  const entry = life.entries.findLast((candidate) => candidate.type === type);
  if (entry === undefined) throw new Error(`nothing recorded ${type}`);
  return entry as EntryOf<T>;
}

function contact(situation: 'stable' | 'worsened'): TurnInput {
  return { kind: 'command', command: command('recordMonitoringContact', { situation, noteId: 'note-8' }) };
}

describe('intake', () => {
  it.each([
    ['256-12-1', 1],
    ['256-12-2', 2],
    ['256-12-3', 3],
    ['256-12-4', 4],
    ['256-12-5', 5],
  ] as const)('%s: the ledger keeps channel %d, which decides between the duties of п.13 and п.14', (_, channel) => {
    const life = new Life();
    life.turn(REGISTERED_AT, { kind: 'opening', opening: opening(REGISTERED_AT, { channel }) });
    expect(entryOf(life, 'AppealRegistered').data.channel).toBe(channel);
    const paragraph = channel === 1 ? '256-13-' : '256-14-';
    expect(life.caseState.duties.filter((duty) => !duty.rule.startsWith(paragraph))).toEqual([]);
    expect(life.caseState.duties.map((duty) => duty.rule)).toContain(`${paragraph}2`);
  });

  it('D-REG, P51: switching the row off changes nothing of the registration', () => {
    const law = lawOf({ calendar: CALENDAR_2026_11_21, policy: { ...DEFAULT_POLICY, disabled: ['D-REG'] } });
    expect(isSwitchedOn(law, 'D-REG')).toBe(false);
    const life = live([], 0, law);
    expect(entryOf(life, 'AppealRegistered').data.journalNumber).toBe(opening(REGISTERED_AT).journalNumber);
    expect(life.caseState.duties).toEqual(live([], 0).caseState.duties);
  });

  it('256-11: a family that refuses its consent is heard, assessed and not refused for it', () => {
    const life = live([], 0);
    const refusal = command('recordConsent', { given: false, personId: 'person-1' });
    const assessment = command('completeAssessment', { result: 'difficult_life_situation', grounds: ['G8'] });
    life.turn(local('2026-01-12', 12), { kind: 'command', command: refusal });
    const [answer] = life.turn(local('2026-01-13'), { kind: 'command', command: assessment });
    expect(answer).toMatchObject({ ok: true, stage: 'needs' });
  });
});

describe('the plan', () => {
  const draft = { iprId: 'ipr-2', endsOn: '2026-06-30', specialists: ['lawyer-almaty-auezov', 'psychologist-almaty-auezov'] };

  it('256-15-2: the draft keeps the specialists who took part', () => {
    const life = untilCommand('draftIpr');
    life.turn(local('2026-01-22'), withPapers(command('draftIpr', { ...draft, measures: measures('2026-03-02') })));
    expect(entryOf(life, 'IprDrafted').data.specialists).toEqual(['lawyer-almaty-auezov', 'psychologist-almaty-auezov']);
  });

  it('192-10: a measure keeps its code of the register of state services', () => {
    const life = untilCommand('draftIpr');
    const coded = measures('2026-03-02').map((measure) => (measure.measureId === 'm-job' ? { ...measure, serviceCode: '00401002' } : measure));
    life.turn(local('2026-01-22'), withPapers(command('draftIpr', { ...draft, measures: coded })));
    expect(entryOf(life, 'IprDrafted').data.measures.map((measure) => measure.serviceCode)).toEqual(['00401002', undefined, undefined]);
    expect(life.caseState.measures.map((measure) => measure.serviceCode)).toEqual(['00401002', undefined, undefined]);
  });

  it('192-7-3, P43: a referral names the measures of its own agency and no others', () => {
    const { dispatches } = entryOf(live(straightRoad()), 'IprSent').data;
    expect(dispatches.map(({ agency, measureIds }) => [agency, measureIds])).toEqual([
      ['employment', ['m-job']],
      ['health', ['m-health']],
    ]);
  });
});

describe('closing and after', () => {
  it('256-19-1: nobody closes a case as performed before the completion mark', () => {
    const life = untilCommand('markCompletion');
    const before = life.caseState;
    const [answer] = life.turn(local('2026-03-02'), { kind: 'command', command: command('closeCase', { monitoringMonths: 3 }, HEAD) });
    expect(answer).toMatchObject({ ok: false, refusal: { code: 'wrong_stage', params: { stage: 'execution', expected: 'completed' } } });
    expect(life.caseState.seq).toBe(life.entries.length);
    expect(life.caseState.closure).toBe(before.closure);
  });

  it('D-REOPEN: a contact that found worsening leaves a duty without a term, a stable one leaves none', () => {
    const life = untilCommand('recordMonitoringContact');
    const reopenings = () => life.caseState.duties.filter((duty) => duty.rule === 'D-REOPEN');
    life.turn(local('2026-04-02'), contact('stable'));
    expect(reopenings()).toEqual([]);
    life.turn(local('2026-05-04'), contact('worsened'));
    expect(reopenings()).toMatchObject([{ state: 'open', force: 'policy', owner: 'center_head', steps: [] }]);
    expect(reopenings()[0]?.dueAt).toBeUndefined();
  });
});
