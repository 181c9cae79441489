/** The name of the rule table: whoever changes a field from which a clock follows gives it another. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../contracts/ledger-digest.js';
import { hasClock, latestReading, type DutySpec, type Rule } from '../../domain/law/rule.js';
import { RULES, RULES_VERSION } from '../../domain/law/rules/table.js';

/** What each name has stood for. A line is added with each new name; one that was released is never edited. */
const CLOCKS_BY_NAME: Readonly<Record<string, string>> = {
  'rules-4': 'a98a706e5143796193ad0a03b2a5edfa5c9c0529452b36d3d09df610e5807c15',
  'rules-5': '6a4fed9554e9e7e7c48fb44bb82251125c5697835ef9c8b5a6f60648f2f84609',
  'rules-6': 'bf14b34603cabd4424bb61a133225c45a6c5434fa0d1e37fcfe3162a1a3aa7c6',
  'rules-7': 'f33cf6bbadd6d77c7a5116daec0f657ac2acf1e5a46fc0b5dbdea41772c645b9',
  'rules-8': 'fdffcfc12a07bf839883a9d7c2ff5300cc764bd7a5a5b6847889fb9f372478d0',
  'rules-9': 'e5b1261afea68866ab21d035d1014da06463a447a1b04a8f0bab0c06b392fd07',
  'rules-10': '42a87eb3794c31d1c9974d6c5b5e347391568bb0ee87511fc76b3a459d76b632',
  'rules-11': 'b707c49cbef95416939023b790dae2d307b5fb9a927ab248e28cdf642d24b7df',
  'rules-12': 'b08c2bc63c12491a4909737a8ee1aecd6ec5b657cb2b56e79ce0e72413faab0d',
};

/** Everything from which what is owed, by whom and until when follows: neither wordings nor citations nor places. */
function clocksOf(rules: readonly Rule[]): string {
  const clocks = rules.filter(hasClock).map(({ id, partOf, readings }) => ({
    id,
    partOf,
    readings: readings.map(({ edition, since, until, force, duty }) => ({ edition, since, until, force, duty: duty && { ...duty, termSource: undefined } })),
  }));
  return createHash('sha256').update(canonicalJson(clocks)).digest('hex');
}

/** The table with one row edited. */
function edited(id: string, edit: (rule: Rule) => Rule): Rule[] {
  return RULES.map((rule) => (rule.id === id ? edit(rule) : rule));
}

/** The table in which the row owes something else. */
function owing(id: string, changes: Partial<DutySpec>): Rule[] {
  return edited(id, (rule) => ({
    ...rule,
    readings: rule.readings.map((reading) => (reading.duty === undefined ? reading : { ...reading, duty: { ...reading.duty, ...changes } })),
  }));
}

describe('the order of the rows', () => {
  it('is that of their ids, numbers by their value', () => {
    const ids = RULES.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted(new Intl.Collator('en', { numeric: true }).compare));
    expect([ids[0], ids.at(-1)]).toEqual(['192-1', 'P61']);
  });
});

describe('the name of the rule table', () => {
  it('stands for its clocks: when this fails, give RULES_VERSION a new name and add its line here', () => {
    expect({ [RULES_VERSION]: clocksOf(RULES) }).toEqual({ [RULES_VERSION]: CLOCKS_BY_NAME[RULES_VERSION] });
    expect(new Set(Object.values(CLOCKS_BY_NAME)).size).toBe(Object.keys(CLOCKS_BY_NAME).length);
  });

  it.each<[string, Rule[]]>([
    ['a term', owing('256-13-2', { term: { unit: 'working_days', count: 4 } })],
    ['a start', owing('256-13-2', { starts: [] })],
    ['an end', owing('192-12', { lapsedBy: [] })],
    ['an owner', owing('192-9', { owner: 'unit_head' })],
    ['a ladder', owing('P4', { ladder: 'internal' })],
    ['a force', edited('D-MON', (rule) => ({ ...rule, readings: [{ ...latestReading(rule), force: 'law' }] }))],
    ['a day', edited('D-MON', (rule) => ({ ...rule, readings: [{ ...latestReading(rule), since: '2024-06-24' }] }))],
    ['a reading', edited('D-MON', (rule) => ({ ...rule, readings: [...rule.readings, { ...latestReading(rule), since: '2027-01-01' }] }))],
    ['a row less', RULES.filter(({ id }) => id !== 'P24')],
    ['another order of rows', RULES.toReversed()],
  ])('does not stand for %s changed', (_, rules) => {
    expect(clocksOf(rules)).not.toBe(clocksOf(RULES));
  });

  it('is kept when words change: a title, a wording, a place, a citation, a row without a clock', () => {
    const wording = { kk: null, ru: null, en: 'better words' };
    const title = { kk: 'Түзетілген атау', ru: 'Исправленное название', en: 'A mended title' };
    for (const { id } of RULES) {
      expect(clocksOf(edited(id, (rule) => ({ ...rule, title }))), id).toBe(clocksOf(RULES));
      expect(clocksOf(edited(id, (rule) => ({ ...rule, wording }))), id).toBe(clocksOf(RULES));
    }
    expect(clocksOf(edited('256-13-2', (rule) => ({ ...rule, enforced: { as: 'duty', at: 'elsewhere' } })))).toBe(clocksOf(RULES));
    expect(clocksOf(owing('256-13-3', { termSource: 'P99' }))).toBe(clocksOf(RULES));
    expect(clocksOf(edited('256-11', (rule) => ({ ...rule, owner: 'unit_head' })))).toBe(clocksOf(RULES));
  });
});
