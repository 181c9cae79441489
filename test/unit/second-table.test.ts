/** The second version of the rule table beside the first: what it changes, and that cases on the first go on as they began. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CommandData } from '../../domain/case/commands.js';
import type { PlannedMeasure } from '../../domain/case/facts.js';
import type { Answer } from '../../domain/case/turn.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import { isValidated, lawOf, type Law } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import type { Rule } from '../../domain/law/rule.js';
import { BUILT_ROADS, ROADS } from '../../domain/law/rules/roads.js';
import { amended, revised } from '../../domain/law/rules/table-revision.js';
import { CURRENT_RULES, RULE_TABLES, type RuleTableVersion } from '../../domain/law/rules/tables.js';
import { appeal, ask, hear, lifeBefore, registered } from '../lives/acting.js';
import type { Life } from '../lives/live.js';
import { dutyOf, entriesOf, keysOf, lastOf, outcomeOf, standing, told } from '../lives/reading.js';
import { HEAD, local, measures, report } from '../lives/straight-road.js';

function lawOn(rules: RuleTableVersion, disabled: readonly string[] = []): Law {
  return lawOf({ rules, calendar: CALENDAR_2026_11_21, policy: { ...DEFAULT_POLICY, disabled } });
}

const FIRST = lawOn('rules-1');
const SECOND = lawOn('rules-2');
const IN_FORCE = local('2026-03-10');

/** A plan of two measures that serve no category. */
function unserved(serviceCode?: string): CommandData['draftIpr'] {
  const planned = measures('2026-05-29').map(({ categories: _none, ...measure }): PlannedMeasure => (serviceCode === undefined ? measure : { ...measure, serviceCode }));
  return { iprId: 'ipr-1', endsOn: '2026-06-30', specialists: [], measures: planned };
}

const draft = (law: Law): Answer => ask(lifeBefore('draftIpr', law), IN_FORCE, 'draftIpr', unserved());

/** A measure with the code of a state service is reported on. */
function reported(law: Law): Life {
  const life = lifeBefore('draftIpr', law);
  ask(life, local('2026-01-22'), 'draftIpr', unserved('00401002'));
  ask(life, local('2026-01-23'), 'signIpr', { party: 'employee', method: 'eds', documentId: 'doc-1' });
  ask(life, local('2026-01-23'), 'signIpr', { party: 'family', method: 'eds', documentId: 'doc-2' });
  ask(life, local('2026-01-26'), 'approveIpr', {}, HEAD);
  ask(life, local('2026-01-27'), 'sendIpr', {});
  hear(life, local('2026-02-16'), report('employment', 'm-job', {}, 0, 'd-1'));
  return life;
}

describe('the first table', () => {
  it('is frozen: recorded histories replay on every letter of it', () => {
    const digest = createHash('sha256').update(JSON.stringify(RULE_TABLES['rules-1'])).digest('hex');
    expect(digest).toBe('9f4b47b13b6486ea10b9c13b8fc94e2db5b52e31bb0252cb046a82d507c5414b');
  });

  it('names a road that was built since, which no row of the second waits for', () => {
    const waiting = (rules: readonly Rule[]) => new Set(rules.filter(({ enforced }) => enforced.as === 'not_built').map(({ enforced }) => enforced.at));
    const built = Object.values(BUILT_ROADS);
    expect(built.filter((road) => !waiting(RULE_TABLES['rules-1']).has(road))).toEqual([]);
    expect(built.filter((road) => waiting(RULE_TABLES['rules-2']).has(road))).toEqual([]);
    expect(new Set([...Object.values(ROADS), ...built]).size).toBe(Object.keys(ROADS).length + built.length);
  });
});

describe('the second table', () => {
  it('is what new runs start with; its rows stand in the order of the first, and P4 at the end', () => {
    expect(CURRENT_RULES).toBe('rules-2');
    const ids = (rules: readonly Rule[]) => rules.map(({ id }) => id);
    expect(ids(RULE_TABLES['rules-2'])).toEqual([...ids(RULE_TABLES['rules-1']), 'P4']);
  });

  it('differs in the rows that it names, and shares the others', () => {
    const first = new Set<Rule>(RULE_TABLES['rules-1']);
    const own = RULE_TABLES['rules-2'].filter((row) => !first.has(row)).map(({ id }) => id);
    expect(own).toEqual(['256-13-2', '256-14-2', '256-13-2T', '256-14-2T', 'A26-IPR', '192-11-2', '192-11-3', 'D-MON', 'P4']);
  });

  it('a row that is not there cannot be replaced or amended, and one that is there not added', () => {
    const [row] = RULE_TABLES['rules-1'] as readonly [Rule, ...Rule[]];
    expect(() => revised([row], { replaced: [{ ...row, id: '256-99' }], added: [] })).toThrow('no row 256-99 to replace');
    expect(() => revised([row], { replaced: [], added: [row] })).toThrow(`a row ${row.id} already`);
    expect(() => amended([row], '256-99', row.enforced)).toThrow('no row 256-99 to amend');
    expect(() => amended([row], row.id, row.enforced, { ladder: 'none' })).toThrow('no duty to amend');
    expect(revised([row], { replaced: [{ ...row, force: 'policy' }], added: [] })).toEqual([{ ...row, force: 'policy' }]);
  });
});

describe('a case on the first table decides as it decided', () => {
  it('A26-IPR, P38: takes a plan that addresses no category; a case on the second refuses it', () => {
    expect([FIRST, SECOND].map((law) => isValidated(law, 'A26-IPR', '2026-03-10'))).toEqual([false, true]);
    expect([FIRST, SECOND].map((law) => outcomeOf(draft(law)))).toEqual(['ok', 'category_not_addressed']);
  });

  it('P30: records a threat that another appeal tells of with the appeal alone; on the second it is a fact of its own', () => {
    const attached = (law: Law) => {
      const life = registered(local('2026-01-12'), {}, law);
      hear(life, local('2026-01-13'), appeal({ threat: true }));
      return [told(life.entries).slice(1), keysOf(life)];
    };
    const owed = ['256-13-INT:case', '256-13-1:appeal-1', '256-13-2:case'];
    expect(attached(FIRST)).toMatchObject([['AppealAttached'], [...owed, expect.stringMatching(/^256-13-1:/)]]);
    expect(attached(SECOND)).toMatchObject([['AppealAttached', 'ThreatFound'], [...owed, expect.stringMatching(/^256-13-1:/), '256-13-2T:case', 'P4:case']]);
  });

  it('P4: a threat recorded by a person is kept, but nothing is owed for it until the case takes up the second', () => {
    const life = registered(local('2026-01-12'), {}, FIRST);
    expect(outcomeOf(ask(life, local('2026-01-12', 12), 'recordThreat', { direct: true, noteId: 'n' }))).toBe('ok');
    expect(keysOf(life)).toEqual(['256-13-INT:case', '256-13-1:appeal-1', '256-13-2:case']);
    expect(life.caseState.threat).toEqual({ foundAt: local('2026-01-12', 12), direct: true });
  });

  it('P46: reports carry no code of a service, and every mark is owed by law; on the second the code is recorded', () => {
    const marks = [FIRST, SECOND].map((law) => {
      const life = reported(law);
      return [lastOf(life, 'ReportReceived').data.serviceCode, dutyOf(life, '192-11-2:report-d-1').force];
    });
    expect(marks).toEqual([[undefined, 'law_assumed'], ['00401002', 'law_assumed']]);
  });

  it('P17: a second return of a measure has the ladder of the first', () => {
    const secondReturn = (law: Law) => {
      const life = reported(law);
      ask(life, local('2026-02-17'), 'returnReport', { reportId: 'report-d-1', norm: 'art. 4', reasonId: 'n' });
      hear(life, local('2026-02-18'), report('employment', 'm-job', {}, 0, 'd-2'));
      ask(life, local('2026-02-19'), 'returnReport', { reportId: 'report-d-2', norm: 'art. 4', reasonId: 'n' });
      return dutyOf(life, '192-11-3:m-job:2').ladder;
    };
    expect([FIRST, SECOND].map(secondReturn)).toEqual(['internal', 'rework_again']);
  });

  it('D-MON: holds a monitoring to its months with the row switched off; on the second it ends at once', () => {
    const endedEarly = (rules: RuleTableVersion) => {
      const life = lifeBefore('recordMonitoringContact', lawOn(rules));
      life.law = lawOn(rules, ['D-MON']);
      return outcomeOf(ask(life, local('2026-03-05'), 'endMonitoring', { noteId: 'n' }));
    };
    expect([endedEarly('rules-1'), endedEarly('rules-2')]).toEqual(['monitoring_too_short', 'ok']);
  });
});

describe('a case that takes up the second table', () => {
  /** As a new run does after continue-as-new. */
  function takeUp(life: Life, at: number): void {
    life.law = SECOND;
    life.turn(at, { kind: 'law', law: SECOND.ref });
  }

  it('keeps what runs, and a threat found afterwards shortens it (P5)', () => {
    const life = registered(local('2026-01-12'), {}, FIRST);
    takeUp(life, local('2026-01-12', 11));
    expect(lastOf(life, 'LawAdopted').duties).toEqual([]);
    ask(life, local('2026-01-13'), 'recordThreat', { direct: true, noteId: 'n' });
    expect([standing(life, '256-13-2:case'), standing(life, '256-13-2T:case'), standing(life, 'P4:case')]).toEqual(['lapsed', 'open', 'open']);
  });

  it('A26-IPR, P38: is asked for the categories from then on, and not for a plan drawn up before', () => {
    const drawnUp = lifeBefore('draftIpr', FIRST);
    ask(drawnUp, IN_FORCE, 'draftIpr', unserved());
    takeUp(drawnUp, local('2026-03-10', 11));
    for (const party of ['employee', 'family'] as const) ask(drawnUp, local('2026-03-11'), 'signIpr', { party, method: 'eds', documentId: 'd' });
    expect(outcomeOf(ask(drawnUp, local('2026-03-12'), 'approveIpr', {}, HEAD))).toBe('ok');
    const later = lifeBefore('draftIpr', FIRST);
    takeUp(later, IN_FORCE);
    expect(outcomeOf(ask(later, local('2026-03-10', 11), 'draftIpr', unserved()))).toBe('category_not_addressed');
    expect(entriesOf(later, 'IprDrafted')).toEqual([]);
  });
});
