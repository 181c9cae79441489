/** A new calendar or policy while a case runs: what moves, what stays, what is not said twice. */
import { describe, expect, it } from 'vitest';
import { rebuild } from '../../domain/case/evolve.js';
import type { Entry } from '../../domain/case/facts.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import type { CaseState } from '../../domain/case/state.js';
import type { TurnInput } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21, CALENDAR_BEFORE_2024_06_07, CALENDAR_BEFORE_2026_03_18, amendCalendar } from '../../domain/law/calendar-data.js';
import type { Calendar } from '../../domain/law/calendar.js';
import { lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY, type Policy } from '../../domain/law/policy.js';
import { dueAt } from '../../domain/law/term.js';
import { decideAgain } from '../../ledger/decide-again.js';
import { ask, lifeAfter, lifeBefore } from '../lives/acting.js';
import { CASE_ID, LAW, Life } from '../lives/live.js';
import { almaty, climbed, dueOf, dutyOf, entriesOf, keysOf, lastOf, outcomeOf, refusalIn, standing } from '../lives/reading.js';
import { HEAD, local, measures, opening, report } from '../lives/straight-road.js';

const ASSESSMENT = '256-14-2:case';

function lawWith(calendar: Calendar, policy: Policy = DEFAULT_POLICY): Law {
  return lawOf({ calendar, policy });
}

let adoptions = 0;

function adopting(what: Pick<LawAdoption, 'calendar' | 'policy'>, recompute: LawAdoption['recompute'] = 'own', id?: string): TurnInput {
  adoptions += 1;
  return { kind: 'adoption', adoption: { id: id ?? `adoption-${adoptions}`, act: 'an act of the Ministry', recompute, ...what } };
}

/** A case of channel 4, so that its assessment runs under 256-14-2. */
function registeredUnder(law: Law, day: string, hour = 10): Life {
  const life = new Life(law);
  const at = local(day, hour);
  life.turn(at, { kind: 'opening', opening: opening(at, { channel: 4 }) });
  return life;
}

const WITH_A_DAY_OFF = amendCalendar(CALENDAR_2026_11_21, {
  version: 'test-day-off',
  act: 'an announcement of tests',
  changes: [{ day: '2026-01-14', becomes: 'off' }],
});

describe('the two corrections that really happened', () => {
  it('256-14-2: Monday 17 June 2024 was a day off until it was corrected on 7 June: a term counted by the old table ends a day earlier', () => {
    // The orders are of 14 June 2024: the first appeal under them, at a Center that has not heard of the correction.
    const life = registeredUnder(lawWith(CALENDAR_BEFORE_2024_06_07), '2024-06-14');
    expect(dueOf(life, ASSESSMENT)).toBe('2024-06-20 24:00');
    life.turn(local('2024-06-14', 12), adopting({ calendar: CALENDAR_2026_11_21 }));
    expect(dueOf(life, ASSESSMENT)).toBe('2024-06-19 24:00');
    life.sleepUntil(local('2024-06-25'));
    expect(climbed(life, ASSESSMENT)).toEqual([
      'reminder 2024-06-18 09:00',
      'overdue 2024-06-19 24:00',
      'head 2024-06-20 24:00',
      'coordinator 2024-06-24 24:00',
    ]);
  });

  it('P1: ten days ahead, on 7 June 2024, every term over that Monday ends a working day earlier', () => {
    const days = (calendar: Calendar): string => almaty(dueAt(calendar, local('2024-06-05'), { unit: 'working_days', count: 8 }));
    expect([days(CALENDAR_BEFORE_2024_06_07), days(CALENDAR_2026_11_21)]).toEqual(['2024-06-18 24:00', '2024-06-17 24:00']);
  });

  it('256-14-2: 31 August 2026 was a day off until it was cancelled on 18 March 2026', () => {
    const life = registeredUnder(lawWith(CALENDAR_BEFORE_2026_03_18), '2026-08-27', 15);
    expect(dueOf(life, ASSESSMENT)).toBe('2026-09-02 24:00');
    life.turn(local('2026-08-28'), adopting({ calendar: CALENDAR_2026_11_21 }));
    expect(dueOf(life, ASSESSMENT)).toBe('2026-09-01 24:00');
    const entry = lastOf(life, 'LawAdopted');
    expect(entry.data).toMatchObject({ law: { calendar: '2026-11-21' }, adoption: { act: 'an act of the Ministry', previous: { calendar: '2025-12-10' } } });
    expect(entry.duties).toContainEqual({ op: 'moved', key: ASSESSMENT, from: local('2026-09-03', 0), to: local('2026-09-02', 0) });
  });
});

describe('a calendar', () => {
  it('256-14-2: moves a running term, and what is planned ahead moves with it', () => {
    const life = registeredUnder(LAW, '2026-01-12');
    expect(dueOf(life, ASSESSMENT)).toBe('2026-01-15 24:00');
    life.turn(local('2026-01-13'), adopting({ calendar: WITH_A_DAY_OFF }));
    expect(dueOf(life, ASSESSMENT)).toBe('2026-01-16 24:00');
    life.sleepUntil(local('2026-01-19'));
    expect(climbed(life, ASSESSMENT)).toEqual(['reminder 2026-01-15 09:00', 'overdue 2026-01-16 24:00']);
  });

  it('P52: a reminder that was given is not given again', () => {
    const life = registeredUnder(LAW, '2026-01-09');
    life.turn(local('2026-01-13', 12), adopting({ calendar: WITH_A_DAY_OFF }));
    life.sleepUntil(local('2026-01-20'));
    expect(climbed(life, ASSESSMENT).filter((step) => step.startsWith('reminder'))).toEqual(['reminder 2026-01-13 09:00']);
    expect(dueOf(life, ASSESSMENT)).toBe('2026-01-15 24:00');
  });

  it('P52: a reminder that comes to fall on the moment of another is not given a second time', () => {
    const life = lifeBefore('draftIpr');
    ask(life, local('2026-01-22'), 'draftIpr', { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: [], measures: measures('2026-02-05') });
    ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1', signatureId: 'sig-1' });
    ask(life, local('2026-01-23'), 'signIpr', { party: 'family', method: 'eds', documentId: 'doc-2', signatureId: 'sig-2' });
    ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD);
    const transferred = amendCalendar(CALENDAR_2026_11_21, {
      version: 'test-transfer',
      act: 'an announcement of tests',
      changes: [
        { day: '2026-01-31', becomes: 'working' },
        { day: '2026-02-03', becomes: 'off' },
      ],
    });
    life.turn(local('2026-02-02', 12), adopting({ calendar: transferred }));
    life.sleepUntil(local('2026-02-05'));
    expect(climbed(life, '192-11-1:m-job')).toEqual(['reminder 2026-02-02 09:00']);
  });

  it('calendar.md part 4: a term that was missed is not rewritten; the ledger has both readings, the ladder goes on', () => {
    const life = registeredUnder(LAW, '2026-01-08');
    life.turn(local('2026-01-14', 12), adopting({ calendar: WITH_A_DAY_OFF }));
    expect(dueOf(life, ASSESSMENT)).toBe('2026-01-13 24:00');
    expect(standing(life, ASSESSMENT)).toBe('overdue');
    const before = registeredUnder(LAW, '2026-01-09');
    before.turn(
      local('2026-01-15', 9),
      adopting({ calendar: amendCalendar(CALENDAR_2026_11_21, { version: 'x', act: 'x', changes: [{ day: '2026-01-13', becomes: 'off' }] }) }),
    );
    expect(dueOf(before, ASSESSMENT)).toBe('2026-01-14 24:00');
    expect(lastOf(before, 'LawAdopted').duties).toContainEqual({ op: 'kept', key: ASSESSMENT, dueAt: local('2026-01-15', 0), wouldBe: local('2026-01-16', 0) });
    before.sleepUntil(local('2026-01-22'));
    expect(climbed(before, ASSESSMENT)).toEqual([
      'reminder 2026-01-13 09:00',
      'overdue 2026-01-14 24:00',
      'head 2026-01-15 24:00',
      'coordinator 2026-01-19 24:00',
    ]);
  });

  it('P1: at the instant at which the term ends it is missed: an adoption of that instant comes too late for it', () => {
    const at = (instant: number): Life => {
      const life = registeredUnder(LAW, '2026-01-09');
      life.turn(
        instant,
        adopting({ calendar: amendCalendar(CALENDAR_2026_11_21, { version: 'x', act: 'x', changes: [{ day: '2026-01-13', becomes: 'off' }] }) }),
      );
      return life;
    };
    expect(dueOf(at(local('2026-01-15', 0)), ASSESSMENT)).toBe('2026-01-14 24:00');
    expect(dueOf(at(local('2026-01-15', 0) - 1), ASSESSMENT)).toBe('2026-01-15 24:00');
  });

  it('256-14-2: a term that the new table ended yesterday is overdue at once, by its legal instant', () => {
    const life = registeredUnder(lawWith(CALENDAR_BEFORE_2026_03_18), '2026-08-27');
    life.turn(local('2026-09-02', 12), adopting({ calendar: CALENDAR_2026_11_21 }));
    expect(climbed(life, ASSESSMENT)).toEqual(['reminder 2026-09-01 09:00', 'overdue 2026-09-01 24:00']);
    expect(standing(life, ASSESSMENT)).toBe('overdue');
  });

  it('adopted twice, or under another id, changes nothing the second time', () => {
    const life = registeredUnder(LAW, '2026-01-12');
    const once = adopting({ calendar: WITH_A_DAY_OFF }, 'own', 'the-same');
    const [first] = life.turn(local('2026-01-13'), once);
    const written = life.entries.length;
    expect(life.turn(local('2026-01-13', 11), once)).toEqual([first]);
    expect(life.turn(local('2026-01-13', 12), adopting({ calendar: WITH_A_DAY_OFF })).map(outcomeOf)).toEqual(['ok']);
    expect(life.entries).toHaveLength(written);
  });

  it('P1: holds for what comes behind it in the same turn', () => {
    const life = registeredUnder(LAW, '2026-01-12');
    const attached: TurnInput = {
      kind: 'delivery',
      delivery: {
        kind: 'appeal',
        deliveryId: 'd-2',
        actor: { id: 'journal', role: 'system', center: '' },
        ageMs: 0,
        data: { appealId: 'appeal-2', journalNumber: 'n-2', channel: 4, threat: false },
      },
    };
    life.turn(local('2026-01-13'), adopting({ calendar: WITH_A_DAY_OFF }), attached);
    expect(dueOf(life, '256-14-1:appeal-2')).toBe('2026-01-15 24:00');
  });

  describe('with a report behind it in the same turn that was received within its term', () => {
    const WITHIN = 4 * 86_400_000;
    const turned = (measureId: string): { life: Life; entries: Entry[]; before: CaseState } => {
      const life = lifeBefore('markStatus');
      const before = life.caseState;
      life.turnLate(local('2026-03-05'), adopting({ calendar: WITH_A_DAY_OFF }), { kind: 'delivery', delivery: report('health', measureId, {}, WITHIN) });
      return { life, before, entries: life.entries.filter(({ seq }) => seq > before.seq) };
    };

    it('192-11-1: the report meets its duty in time, for no end of a term behind its receipt comes before it', () => {
      const { life } = turned('m-health');
      expect(standing(life, '192-11-1:m-health')).toBe('met');
      expect(climbed(life, '192-11-1:m-health').some((step) => step.startsWith('overdue'))).toBe(false);
    });

    it('one that is refused leaves no entry, and the turn is decided again alike', () => {
      const { entries, before } = turned('m-of-nobody');
      const adopted = entries.findIndex(({ type }) => type === 'LawAdopted');
      const [steps, behind] = [entries.slice(0, adopted), entries.slice(adopted + 1)];
      expect([...steps, ...behind].filter(({ type }) => type !== 'DeadlineStepReached')).toEqual([]);
      expect(Math.max(...steps.map(({ occurredAt }) => occurredAt))).toBeLessThanOrEqual(local('2026-03-05') - WITHIN);
      expect(Math.min(...behind.map(({ occurredAt }) => occurredAt))).toBeGreaterThan(local('2026-03-05') - WITHIN);
      const calendars = new Map([LAW.calendar, WITH_A_DAY_OFF].map((calendar) => [calendar.version, calendar]));
      const kept = { commands: new Map(), reports: new Map(), calendars, policies: new Map([[LAW.policy.version, LAW.policy]]) };
      expect(decideAgain(before, entries, kept, before.caseId)).toBe('same');
    });
  });

  it('that lacks a year which a term needs is refused, and the case stays as it was', () => {
    const life = registeredUnder(LAW, '2026-01-12');
    const state = life.caseState;
    const { '2026': gone, ...years } = CALENDAR_2026_11_21.years;
    expect(gone).toBeDefined();
    const [answer] = life.turn(local('2026-01-12', 11), adopting({ calendar: { version: 'holed', act: 'x', years } }));
    expect(answer && refusalIn(answer)).toEqual({ code: 'calendar_year_missing', params: { year: 2026 } });
    expect(life.caseState).toBe(state);
    expect(life.law).toBe(LAW);
  });

  it('P53: steps that a missing year had left out are planned when its table comes', () => {
    const { '2027': gone, ...years } = CALENDAR_2026_11_21.years;
    expect(gone).toBeDefined();
    const life = registeredUnder(lawWith({ version: 'without-2027', act: 'x', years }), '2026-12-28');
    expect(dutyOf(life, ASSESSMENT).steps.map(({ step }) => step)).toEqual(['reminder', 'overdue']);
    life.turn(local('2026-12-29'), adopting({ calendar: CALENDAR_2026_11_21 }));
    expect(dutyOf(life, ASSESSMENT).steps.map(({ step }) => step)).toEqual(['reminder', 'overdue', 'head', 'coordinator', 'quarter_end']);
    expect(dueOf(life, ASSESSMENT)).toBe('2026-12-31 24:00');
  });

  it('the ledger alone rebuilds the case after it', () => {
    const life = registeredUnder(LAW, '2026-01-12');
    life.turn(local('2026-01-13'), adopting({ calendar: WITH_A_DAY_OFF }));
    expect(rebuild(life.entries, CASE_ID)).toEqual(life.caseState);
  });
});

describe('a policy', () => {
  const longer: Policy = {
    ...DEFAULT_POLICY,
    version: 'policy-test',
    serviceLevels: { ...DEFAULT_POLICY.serviceLevels, needs_determination: 7, ipr_drafting: 7 },
  };
  const NEEDS = '256-13-3:case';

  it('P9: its numbers are those of new duties only, unless the administrator asks for the running ones', () => {
    const life = lifeAfter('completeAssessment');
    const due = dueOf(life, NEEDS);
    life.turn(local('2026-01-16'), adopting({ policy: longer }));
    expect(dueOf(life, NEEDS)).toBe(due);
    ask(life, local('2026-01-19'), 'determineNeeds', { needs: ['health'] });
    expect(dutyOf(life, '192-8:case').term).toEqual({ unit: 'working_days', count: 7 });
  });

  it('P9: a running internal term takes the new number when it is asked for', () => {
    const life = lifeAfter('completeAssessment');
    life.turn(local('2026-01-16'), adopting({ policy: longer }, 'adopted'));
    expect(dutyOf(life, NEEDS).term).toEqual({ unit: 'working_days', count: 7 });
    const [moved] = lastOf(life, 'LawAdopted').duties;
    expect(moved).toMatchObject({ op: 'moved', key: NEEDS, term: { unit: 'working_days', count: 7 } });
  });

  it('D-CL: a row switched off ends what it owes, and opens nothing more', () => {
    const life = lifeAfter('closeCase');
    expect(keysOf(life, 'D-CL')).toHaveLength(1);
    const at = local('2026-06-01');
    life.sleepUntil(at);
    const closed = life.caseState.duties.find(({ rule, state }) => rule === 'D-MON' && state === 'open');
    expect(closed).toBeDefined();
    life.turn(at, adopting({ policy: { ...DEFAULT_POLICY, version: 'policy-without', disabled: ['D-CL', 'D-MON'] } }));
    expect(life.caseState.duties.filter(({ rule, state }) => (rule === 'D-CL' || rule === 'D-MON') && state === 'open')).toEqual([]);
  });

  it('P53: a ladder of its own holds for what begins under it; running ladders change when asked', () => {
    const calm: Policy = {
      ...DEFAULT_POLICY,
      version: 'policy-calm',
      ladders: { standard: [{ step: 'overdue', when: 'due', to: ['center_head'] }] },
    };
    const life = registeredUnder(LAW, '2026-01-12');
    life.turn(local('2026-01-12', 11), adopting({ policy: calm }));
    expect(dutyOf(life, ASSESSMENT).steps.length).toBeGreaterThan(1);
    life.turn(local('2026-01-12', 12), adopting({ policy: { ...calm, version: 'policy-calmer' } }, 'adopted'));
    expect(dutyOf(life, ASSESSMENT).steps.map(({ step }) => step)).toEqual(['overdue']);
    life.sleepUntil(local('2026-01-16'));
    expect(
      entriesOf(life, 'DeadlineStepReached')
        .filter(({ data }) => data.dutyKey === ASSESSMENT)
        .map(({ data }) => data.recipients),
    ).toEqual([['center_head']]);
    life.turn(local('2026-01-16', 11), adopting({ policy: DEFAULT_POLICY }, 'adopted'));
    expect(dutyOf(life, ASSESSMENT).rungs).toBeUndefined();
    expect(dutyOf(life, ASSESSMENT).steps.map(({ step }) => step)).toContain('coordinator');
  });
});
