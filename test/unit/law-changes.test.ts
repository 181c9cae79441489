/**
 * The one rule table changes under running cases. A change of the law is another reading of a row, for cycles
 * begun from its day and for plans drawn up from it (P38); a correction of ours is an edit of a reading, at once
 * for facts that are still to come. What is recorded stays as it was recorded.
 */
import { describe, expect, it } from 'vitest';
import { ruleRow } from '../../contracts/rule-row.js';
import type { CommandData } from '../../domain/case/commands.js';
import { rebuild } from '../../domain/case/evolve.js';
import type { Answer } from '../../domain/case/turn.js';
import type { LegalDay } from '../../domain/law/calendar.js';
import type { Law } from '../../domain/law/law.js';
import { latestReading, type DutySpec, type Reading, type Rule, type RuleTerm } from '../../domain/law/rule.js';
import { dutyOfRule } from '../../cli/commands/duty-of-rule.js';
import { appeal, ask, hear, lifeBefore, registered } from '../lives/acting.js';
import { CASE_ID, LAW, type Life } from '../lives/live.js';
import { climbed, dueOf, dutyOf, entriesOf, keysOf, openKeys, outcomeOf, refusalIn, standing } from '../lives/reading.js';
import { HEAD, local, measures } from '../lives/straight-road.js';

/** The law with one row of the table edited. */
function edited(id: string, edit: (rule: Rule) => Rule): Law {
  if (!LAW.rules.some((rule) => rule.id === id)) throw new Error(`the table has no row ${id}`);
  return { ...LAW, rules: LAW.rules.map((rule) => (rule.id === id ? edit(rule) : rule)) };
}

/** A change of the law: the row reads otherwise from that day on. */
function changed(id: string, since: LegalDay, changes: Partial<Reading>): Law {
  return edited(id, (rule) => ({ ...rule, readings: [...rule.readings, { ...latestReading(rule), edition: 'the next one', since, ...changes }] }));
}

/** A correction of ours: all that the row says, or said, it now says otherwise. */
function corrected(id: string, changes: Partial<Reading> | ((reading: Reading) => Partial<Reading>)): Law {
  return edited(id, (rule) => ({
    ...rule,
    readings: rule.readings.map((reading) => ({ ...reading, ...(typeof changes === 'function' ? changes(reading) : changes) })),
  }));
}

function dutyIn(id: string): DutySpec {
  const rule = LAW.rules.find((candidate) => candidate.id === id);
  const duty = rule === undefined ? undefined : latestReading(rule).duty;
  if (duty === undefined) throw new Error(`row ${id} owes nothing`);
  return duty;
}

const workingDays = (count: number): RuleTerm => ({ unit: 'working_days', count });
const REDIRECT = '256-13-1';
const twoDays: Partial<Reading> = { duty: { ...dutyIn(REDIRECT), term: workingDays(2) } };

/** Another appeal, with a clock of its own under 256-13-1. */
function attach(life: Life, day: LegalDay, appealId: string): string {
  hear(life, local(day), appeal({ appealId }));
  return `${REDIRECT}:${appealId}`;
}

/** A plan of two measures that serve no category of A26-IPR. */
function draft(life: Life, at: number): Answer {
  const data: CommandData['draftIpr'] = {
    iprId: 'ipr-1',
    endsOn: '2026-06-30',
    specialists: [],
    measures: measures('2026-05-29').map(({ categories: _none, ...measure }) => measure),
  };
  return ask(life, at, 'draftIpr', data);
}

describe('a change of the law', () => {
  const law = changed(REDIRECT, '2026-01-13', twoDays);

  it('256-13-1, P38: a case that began before goes on by the old term for what it still comes to owe, one that begins on the day by the new', () => {
    const [before, since] = [registered(local('2026-01-12'), {}, law), registered(local('2026-01-13', 0), {}, law)];
    expect([before, since].map((life) => dueOf(life, `${REDIRECT}:appeal-1`))).toEqual(['2026-01-13 24:00', '2026-01-15 24:00']);
    expect([before, since].map((life) => dueOf(life, attach(life, '2026-01-19', 'late')))).toEqual(['2026-01-20 24:00', '2026-01-21 24:00']);
  });

  it('256-13-1: both are ended by the same act, under either reading', () => {
    for (const day of ['2026-01-12', '2026-01-13']) {
      const life = registered(local(day), {}, law);
      ask(life, local('2026-01-13', 12), 'recordTriage', { appealId: 'appeal-1', route: 'assessment', reasonId: 'n' });
      expect(standing(life, `${REDIRECT}:appeal-1`)).toBe('met');
    }
  });

  it('P38: a clock that the law brings, or takes away, is there for the cycles of its days alone', () => {
    const brought = edited('256-13-PRO', (rule) => ({
      ...rule,
      readings: [
        ...rule.readings,
        { ...latestReading(rule), edition: 'the next one', since: '2026-01-13', duty: { ...dutyIn('256-13-3'), starts: [{ on: 'ConsentRecorded' }] } },
      ],
    }));
    const takenAway = corrected('256-13-INT', { until: '2026-01-12' });
    const owed = (of: Law, id: string) =>
      ['2026-01-12', '2026-01-13'].map((day) => {
        const life = registered(local(day), {}, of);
        ask(life, local('2026-01-14'), 'recordConsent', { personId: 'person-1', given: true });
        return keysOf(life, id).length;
      });
    expect([owed(brought, '256-13-PRO'), owed(takenAway, '256-13-INT')]).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  it('192-9, P38: a duty has the force of the reading: law in a cycle that began before 10.03.2026, assumed in one begun since', () => {
    const earlier = corrected('192-9', ({ edition }) => (edition === '192-2026' ? { since: '2026-01-01' } : {}));
    expect([LAW, earlier].map((each) => dutyOf(lifeBefore('sendIpr', each), '192-9:health').force)).toEqual(['law', 'law_assumed']);
  });

  it('256-13-1: is shown with the term that stands on the day, and the one to come among the readings', () => {
    const next = changed(REDIRECT, '2027-03-01', twoDays);
    const rule = next.rules.find(({ id }) => id === REDIRECT) as Rule;
    const [now, then] = ['2027-02-28', '2027-03-01'].map((day) => ruleRow(next, rule, day));
    expect([now?.term?.count, then?.term?.count]).toEqual([1, 2]);
    expect(now?.readings.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['256', '2024-06-14', '2027-02-28'],
      ['the next one', '2027-03-01', undefined],
    ]);
    expect(['2027-02-26', '2027-03-01'].map((day) => dutyOfRule(next, REDIRECT, local(day), {}).duty.term)).toMatchObject([{ count: 1 }, { count: 2 }]);
  });

  it('A26-IPR, P38: a new validation holds for plans drawn up or revised from its day, in a cycle that began before it, too', () => {
    const demanding = edited('A26-IPR', (rule) => ({ ...rule, readings: [{ ...latestReading(rule), since: '2026-01-23' }] }));
    const life = lifeBefore('draftIpr', demanding);
    expect(outcomeOf(draft(life, local('2026-01-22', 23)))).toBe('ok');
    expect(refusalIn(draft(life, local('2026-01-23', 0)))).toMatchObject({ code: 'category_not_addressed', rule: 'A26-IPR' });
    expect(entriesOf(life, 'IprDrafted')).toHaveLength(1);
    for (const party of ['employee', 'family'] as const)
      ask(life, local('2026-01-23'), 'signIpr', { party, method: 'eds', documentId: 'd', signatureId: 'sig-1' });
    expect(outcomeOf(ask(life, local('2026-01-23', 12), 'approveIpr', {}, HEAD))).toBe('ok');
  });
});

describe('a correction of ours', () => {
  const law = corrected(REDIRECT, twoDays);

  /** A case that was begun under the table before, and goes on under the corrected one. */
  function running(next: Law): { life: Life; before: string } {
    const life = registered(local('2026-01-12'));
    const before = JSON.stringify([life.entries, life.caseState.duties]);
    life.law = next;
    return { life, before };
  }

  it('256-13-1: holds at once for new facts of a running case, and leaves what is recorded as it stands', () => {
    const { life, before } = running(law);
    const recorded = life.entries.length;
    const key = attach(life, '2026-01-12', 'second');
    expect([dueOf(life, `${REDIRECT}:appeal-1`), dueOf(life, key)]).toEqual(['2026-01-13 24:00', '2026-01-14 24:00']);
    const untouched = life.caseState.duties.filter(({ subject }) => subject !== 'second');
    expect(JSON.stringify([life.entries.slice(0, recorded), untouched])).toBe(before);
  });

  it('256-13-1: the moments planned before come as they were planned, and the ledger alone gives the state', () => {
    const { life } = running(law);
    life.sleepUntil(local('2026-01-15'));
    expect(climbed(life, `${REDIRECT}:appeal-1`)).toContain('overdue 2026-01-13 24:00');
    expect(rebuild(life.entries, CASE_ID)).toEqual(life.caseState);
  });

  it('256-13-1: an end that was corrected ends what runs', () => {
    const { life } = running(corrected(REDIRECT, { duty: { ...dutyIn(REDIRECT), metBy: [{ on: 'InterviewHeld', every: true }] } }));
    ask(life, local('2026-01-13'), 'recordInterview', { noteId: 'n' });
    expect(standing(life, `${REDIRECT}:appeal-1`)).toBe('met');
  });

  it('256-13-2: another calendar or policy adopted after it moves no date by the corrected row, whatever numbers running terms take', () => {
    for (const recompute of ['own', 'adopted'] as const) {
      const { life } = running(corrected('256-13-2', { duty: { ...dutyIn('256-13-2'), term: workingDays(5) } }));
      const policy = { ...LAW.policy, version: 'policy-2' };
      life.turn(local('2026-01-12', 12), { kind: 'adoption', adoption: { id: 'a', act: 'an order of the head', policy, recompute } });
      expect([recompute, dueOf(life, '256-13-2:case')]).toEqual([recompute, '2026-01-15 24:00']);
      expect(life.law.rules).not.toBe(LAW.rules);
    }
  });

  it('A26-IPR: a check that was corrected holds for the next plan of a running case', () => {
    const life = lifeBefore('draftIpr');
    expect(outcomeOf(draft(life, local('2026-01-22')))).toBe('ok');
    life.law = corrected('A26-IPR', { since: '2026-01-01' });
    expect(outcomeOf(draft(life, local('2026-01-22', 12)))).toBe('category_not_addressed');
  });

  it('a row that is gone leaves what it opened owed, and its moments come', () => {
    const { life } = running({ ...LAW, rules: LAW.rules.filter(({ id }) => id !== REDIRECT) });
    attach(life, '2026-01-12', 'second');
    expect(openKeys(life)).toEqual([`${REDIRECT}:appeal-1`, '256-13-2:case', '256-13-INT:case']);
    life.sleepUntil(local('2026-01-15'));
    expect(standing(life, `${REDIRECT}:appeal-1`)).toBe('overdue');
  });
});
