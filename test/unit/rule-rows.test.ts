/** The whole table of the law: complete, consistent, and each row held by something that can be named. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { shownReading } from '../../contracts/rule-row.js';
import { addDays } from '../../domain/law/calendar.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import { EXTRA_IDS, RULE_IDS } from '../../domain/law/rule-ids.js';
import { hasClock, latestReading, readingOn, type Force, type Reading, type Rule } from '../../domain/law/rule.js';
import { ROADS } from '../../domain/law/rules/roads.js';
import { RULES } from '../../domain/law/rules/table.js';
import { collectCoverage, uncovered } from '../../process/rule-coverage.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LAST_OF_2024 = '2026-03-09';
const FIRST_OF_2026 = '2026-03-10';

/** Paragraphs of 192 that the digest of the edition of 2026 does not show. */
const ASSUMED = [
  '192-1',
  '192-3-1',
  '192-3-2',
  '192-3-3',
  '192-3-5',
  '192-8',
  '192-9',
  '192-10',
  '192-11-1',
  '192-11-2',
  '192-11-3',
  '192-12',
  '192-13',
  '192-14-1',
  '192-14-2',
];

function ruleOf(id: string): Rule {
  const rule = RULES.find((candidate) => candidate.id === id);
  if (rule === undefined) throw new Error(`the table has no row ${id}`);
  return rule;
}

/** The order that the id of a row promises. */
function orderOf(id: string): string {
  const [prefix = ''] = /^(?:256|192|A26|D|J|P)/.exec(id) ?? [];
  return prefix === 'J' ? 'J472' : prefix;
}

function forceOf(id: string): Force {
  const byOrder: Readonly<Record<string, Force>> = { 256: 'law', 192: 'law', A26: 'law_digest', D: 'policy', J472: 'repealed_pattern', P: 'internal' };
  // P42 is the one decision of the project that a Center may switch off; the others are its internal terms.
  const force = ASSUMED.includes(id) ? 'law_assumed' : id === 'P42' ? 'policy' : byOrder[orderOf(id)];
  if (force === undefined) throw new Error(`no order for ${id}`);
  return force;
}

/** The places that a row names: `decideReport and isLastOpen in domain/case/roads/execution/commands.ts`. */
function placesOf({ enforced }: Rule): { names: string[]; path: string }[] {
  const places = enforced.at.matchAll(/((?:\w+(?:, | and ))*\w+) in ((?:[\w.-]+\/)+[\w.-]+\.(?:ts|sql))/g);
  return [...places].map(([, names = '', path = '']) => ({ names: names.split(/, | and /), path }));
}

function missingPlaces(rule: Rule): string[] {
  return placesOf(rule).flatMap(({ names, path }) => {
    if (!existsSync(join(ROOT, path))) return [`${rule.id}: ${path}`];
    const text = readFileSync(join(ROOT, path), 'utf8');
    return names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text)).map((name) => `${rule.id}: ${name} in ${path}`);
  });
}

function idsOf(isSuch: (rule: Rule) => boolean): string[] {
  return RULES.filter(isSuch).map((rule) => rule.id);
}

function isInternal(rule: Rule): boolean {
  const { force, duty } = latestReading(rule);
  return duty !== undefined && (duty.termForce ?? force) === 'internal';
}

function isRepealed({ readings }: Rule): boolean {
  return readings.some(({ force }) => force === 'repealed_pattern');
}

/** A number of the policy, or the date that the Center sets when it returns a report. */
function isSetByTheCenter(rule: Rule): boolean {
  const { duty } = latestReading(rule);
  if (duty === undefined) return false;
  const { term } = duty;
  if (term.unit === 'own_date') return term.field === 'newDueOn';
  return 'count' in term && typeof term.count === 'string' && (term.count in DEFAULT_POLICY.serviceLevels || term.count === 'threat_duty');
}

/** How the rows read on the last day of one edition of 192 and on the first of the next. */
function readingsAround(ids: readonly string[]): string[][] {
  return ids.map((id) => [id, readingText(id, LAST_OF_2024), readingText(id, FIRST_OF_2026)]);
}

function readingText(id: string, day: string): string {
  const reading = readingOn(ruleOf(id), day);
  return reading === undefined ? 'none' : `${reading.edition} ${reading.force}`;
}

/** True when some day from the row's first to its last has no reading, or two. */
function isBroken(rule: Rule): boolean {
  const shown = rule.readings.map((reading) => shownReading(rule, reading));
  const ends = shown.every(({ from, to }) => to === undefined || from <= to);
  return shown.length === 0 || !ends || shown.slice(1).some(({ from }, before) => shown[before]?.to !== addDays(from, -1));
}

function isFaulty(text: string | null): boolean {
  return text !== null && (text.trim() === '' || /[|*]|^–$|^\s|\s$/.test(text));
}

describe('the table and the list of rules', () => {
  it('the list has 124 rules, each once', () => {
    expect(new Set(RULE_IDS).size).toBe(RULE_IDS.length);
    const counts = new Map<string, number>();
    for (const id of RULE_IDS) counts.set(orderOf(id), (counts.get(orderOf(id)) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ 256: 63, 192: 30, A26: 6, D: 10, J472: 15 });
  });

  it('the table holds each rule of the list once, and beside them only the rows that are named with a reason', () => {
    expect(RULES.map((rule) => rule.id).toSorted()).toEqual([...RULE_IDS, ...EXTRA_IDS.map((extra) => extra.id)].toSorted());
    expect(EXTRA_IDS.filter(({ id, reason }) => RULE_IDS.includes(id) || reason.trim() === '')).toEqual([]);
  });
});

describe('what each row says', () => {
  it('the order and the force that its id promises, and a paragraph', () => {
    expect(RULES.map((rule) => [rule.id, rule.source.order, latestReading(rule).force])).toEqual(RULES.map(({ id }) => [id, orderOf(id), forceOf(id)]));
    expect(idsOf(({ source }) => source.paragraph.trim() === '')).toEqual([]);
  });

  it('a wording is quoted or absent, never empty or torn from its table, and English stands beside it', () => {
    expect(idsOf(({ wording }) => [wording.kk, wording.ru, wording.en].some(isFaulty))).toEqual([]);
  });

  it('a row with a duty names its owner there and nowhere else', () => {
    expect(idsOf((rule) => rule.owner !== undefined && hasClock(rule))).toEqual([]);
  });

  it('P9, P17: a number of the policy is an internal term, and a term of the law is a number of the row', () => {
    expect(idsOf((rule) => isInternal(rule) !== isSetByTheCenter(rule))).toEqual([]);
    expect(idsOf(({ readings }) => readings.some(({ duty }) => (duty?.termSource === undefined) !== (duty?.termForce === undefined)))).toEqual([]);
  });
});

describe('editions', () => {
  it('rows of 192 stand in both editions; the others in one', () => {
    const editions: Readonly<Record<string, string[]>> = { 192: ['192-2024', '192-2026'], A26: ['192-2026'], P: ['tirek'] };
    expect(RULES.map(({ id, readings }) => [id, ...readings.map(({ edition }) => edition)])).toEqual(
      RULES.map(({ id, source }) => [id, ...(editions[source.order] ?? [source.order])]),
    );
  });

  it('the readings of a row follow one another without a gap and without an overlap', () => {
    expect(idsOf(isBroken)).toEqual([]);
  });

  it.each<[string, Pick<Reading, 'since' | 'until'>[]]>([
    ['no reading', []],
    ['a day without a reading', [{ since: '2024-06-14', until: '2026-03-08' }, { since: '2026-03-10' }]],
    ['a day with two', [{ since: '2024-06-14', until: '2026-03-10' }, { since: '2026-03-10' }]],
    ['two that begin on one day', [{ since: '2026-03-10' }, { since: '2026-03-10' }]],
    ['the later before the earlier', [{ since: '2026-03-10' }, { since: '2024-06-14' }]],
    ['an end before its beginning', [{ since: '2026-03-10', until: '2026-03-09' }]],
    ['a gap behind the first of three', [{ since: '2024-06-14', until: '2025-01-01' }, { since: '2026-03-10' }, { since: '2026-09-01' }]],
  ])('%s would be noticed', (_, days) => {
    const rule = ruleOf('192-9');
    expect(isBroken({ ...rule, readings: days.map((span) => ({ edition: '192-2024', force: 'law', ...span })) })).toBe(true);
  });

  it('P38: text known of 2024 only is law until 09.03.2026 and assumed from 10.03.2026 on', () => {
    expect(readingsAround(ASSUMED)).toEqual(ASSUMED.map((id) => [id, '192-2024 law', '192-2026 law_assumed']));
  });

  it('P38: what the digest repeats is law in both editions', () => {
    const repeated = RULE_IDS.filter((id) => orderOf(id) === '192' && !ASSUMED.includes(id));
    expect(repeated).toHaveLength(15);
    expect(readingsAround(repeated)).toEqual(repeated.map((id) => [id, '192-2024 law', '192-2026 law']));
  });

  it('P38: what was new on 10.03.2026 was not in force before', () => {
    const added = RULE_IDS.filter((id) => orderOf(id) === 'A26');
    expect(readingsAround(added)).toEqual(added.map((id) => [id, 'none', '192-2026 law_digest']));
  });

  it('P34: the repealed journal is in force on no day of a case', () => {
    const pattern = RULES.filter(isRepealed);
    expect(pattern.filter((rule) => readingOn(rule, '2023-06-30') !== undefined)).toEqual(pattern);
    expect(pattern.filter((rule) => readingOn(rule, '2023-07-01') !== undefined)).toEqual([]);
  });
});

describe('where each row is enforced', () => {
  it('as a duty exactly where there is a duty', () => {
    expect(idsOf((rule) => (rule.enforced.as === 'duty') !== hasClock(rule))).toEqual([]);
  });

  it('a row that is not built names the road that it waits for, and every road has a row', () => {
    const waiting = RULES.filter(({ enforced }) => enforced.as === 'not_built').map(({ enforced }) => enforced.at);
    expect([...new Set(waiting)].toSorted()).toEqual(Object.values(ROADS).toSorted());
  });

  it('every other row names a place', () => {
    expect(idsOf((rule) => !['duty', 'not_built'].includes(rule.enforced.as) && placesOf(rule).length === 0)).toEqual([]);
  });

  it('the places exist', () => {
    expect(RULES.flatMap(missingPlaces)).toEqual([]);
  });

  it('nothing repealed has a clock', () => {
    expect(idsOf((rule) => hasClock(rule) && isRepealed(rule))).toEqual([]);
  });

  it('every row is named by a test, or is shown at a place, or says what it waits for', async () => {
    expect(uncovered(RULES, await collectCoverage(ROOT))).toEqual([]);
  });
});
