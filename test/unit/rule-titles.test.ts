/** The titles of the rows: what a list says first, in three languages. */
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../../contracts/messages/language.js';
import { ruleTitle } from '../../contracts/messages/wording.js';
import { hasClock, type Rule } from '../../domain/law/rule.js';
import { RULES } from '../../domain/law/rules/table.js';

const LONGEST = 60;

/** Rows that are one duty under two paragraphs of 256: channel 1 goes by п.13, the others by п.14. */
const TWINS: Readonly<Record<string, string>> = { '256-14-1': '256-13-1', '256-14-2': '256-13-2', '256-14-2T': '256-13-2T', '256-14-3': '256-13-3' };

/** Ids of the rows whose title in some language is such. */
function idsOf(isSuch: (title: string, language: Language) => boolean): string[] {
  return RULES.filter(({ title }) => LANGUAGES.some((language) => isSuch(title[language], language))).map(({ id }) => id);
}

/** The paragraph without its item: «п.13 2)» is п.13. */
function paragraphOf({ source: { order, paragraph } }: Rule): string {
  return `${order} ${/^\S+/.exec(paragraph)?.[0] ?? paragraph}`;
}

describe('the title of a row', () => {
  it('is there in three languages, one line of at most 60 characters, without a dot behind it', () => {
    expect(idsOf((title) => title.trim() === '' || title !== title.trim() || title.length > LONGEST || /[.;,]$|\n|\|/.test(title))).toEqual([]);
  });

  it('begins as a heading does', () => {
    expect(idsOf((title) => !/^[«\d]*\p{Lu}|^«\d/u.test(title))).toEqual([]);
  });

  it('has no number of a rule, a paragraph or an order inside: that stands beside it', () => {
    const numbers = RULES.map(({ id }) => id);
    expect(idsOf((title) => /№|п\.\s*\d|\d-\d/.test(title) || numbers.some((id) => title.includes(id)))).toEqual([]);
  });

  it('is Kazakh in Kazakh and Russian in Russian', () => {
    expect(idsOf((title, language) => language !== 'en' && /\p{Script=Latin}/u.test(title))).toEqual([]);
    expect(idsOf((title, language) => language === 'kk' && !/[әғқңөұүһі]/iu.test(title))).toEqual([]);
    expect(idsOf((title, language) => language === 'ru' && /[әғқңөұүһі]/iu.test(title))).toEqual([]);
    expect(idsOf((title, language) => language === 'en' && /\p{Script=Cyrillic}/u.test(title))).toEqual([]);
  });

  it('the plan is never a bare ИПР or ЖЖЖ', () => {
    expect(idsOf((title) => (title.includes('ИПР') && !/план/i.test(title)) || (title.includes('ЖЖЖ') && !/жоспар/i.test(title)))).toEqual([]);
  });

  it.each(LANGUAGES)('tells the clocks of one paragraph apart, in %s', (language) => {
    const seen = RULES.filter(hasClock).map((rule) => `${paragraphOf(rule)}: ${rule.title[language]}`);
    expect(seen.filter((title, place) => seen.indexOf(title) !== place)).toEqual([]);
  });

  it.each(LANGUAGES)('is shared only by the same duty under п.13 and п.14 of 256, in %s', (language) => {
    const first = new Map<string, string>();
    const shared: Record<string, string> = {};
    for (const { id, title } of RULES) {
      const before = first.get(title[language]);
      if (before === undefined) first.set(title[language], id);
      else shared[id] = before;
    }
    expect(shared).toEqual(TWINS);
  });

  it('256-13-2 is «Бастапқы бағалау», «Первичная оценка», "Primary assessment"', () => {
    expect(LANGUAGES.map((language) => ruleTitle('256-13-2', language))).toEqual(['Бастапқы бағалау', 'Первичная оценка', 'Primary assessment']);
  });

  it('a row that the table has no more is called by its number', () => {
    expect(ruleTitle('256-99', 'kk')).toBe('256-99');
  });
});
