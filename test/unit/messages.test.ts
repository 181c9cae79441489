import { describe, expect, it } from 'vitest';
import { languageOf, type Language } from '../../contracts/messages/language.js';
import { countInWords, dayInWords, instantInWords, refusalInWords, sourceInWords } from '../../contracts/messages/wording.js';
import { RULES } from '../../domain/law/rules/table.js';

describe('words of values', () => {
  it('writes a day as it stands in a letter', () => {
    expect(dayInWords('2026-12-16', 'ru')).toBe('16 декабря 2026 года');
    expect(dayInWords('2026-12-16', 'kk')).toBe('2026 жылғы 16 желтоқсан');
    expect(dayInWords('2026-12-06', 'en')).toBe('6 December 2026');
  });

  it('writes an instant in the time of Kazakhstan (UTC+5)', () => {
    expect(instantInWords(Date.parse('2026-12-15T20:30:00Z'), 'ru')).toBe('16 декабря 2026 года, 01:30');
  });

  it.each([
    [1, '1 рабочий день'],
    [2, '2 рабочих дня'],
    [5, '5 рабочих дней'],
    [11, '11 рабочих дней'],
    [21, '21 рабочий день'],
    [0, '0 рабочих дней'],
  ])('counts %i in Russian as %s', (count, words) => {
    expect(countInWords(count, 'working_days', 'ru')).toBe(words);
  });

  it('Kazakh needs no plural after a number', () => {
    expect(countInWords(3, 'working_days', 'kk')).toBe('3 жұмыс күні');
  });

  it('cites act, paragraph and item in the order of each language', () => {
    const source = { order: '256', paragraph: 'п.13 2)' };
    expect(sourceInWords(source, 'ru')).toBe('приказ от 14.06.2024 № 256-НҚ, п. 13 пп. 2)');
    expect(sourceInWords(source, 'kk')).toBe('14.06.2024 № 256-НҚ бұйрық, 13-тармақ 2) тармақша');
    expect(sourceInWords({ order: '192', paragraph: 'п.11, part 2' }, 'ru')).toBe('приказ от 14.06.2024 № 192, п. 11, часть 2');
  });

  it.each(['kk', 'ru'] as const)('no source of the table shows an English word in %s', (language) => {
    const shown = RULES.map(({ source }) => sourceInWords(source, language));
    // Numbers of orders and decisions (D, P24) keep their Latin letters; words do not.
    expect(shown.filter((text) => /[A-Za-z]{2}/.test(text))).toEqual([]);
  });
});

describe('refusals in words', () => {
  it('puts stages, roles, agencies and days into the language of the reader', () => {
    const outside = { code: 'wrong_stage', params: { stage: 'intake', expected: 'monitoring, closed' } } as const;
    expect(refusalInWords(outside, 'ru')).toBe(
      'Дело на этапе «Прием и первичная оценка», а действие относится к этапу: Мониторинг после завершения сопровождения, Закрыто.',
    );
    expect(refusalInWords({ code: 'role_not_allowed', params: { role: 'case_manager' } }, 'en')).toContain('case manager');
    expect(refusalInWords({ code: 'plan_too_long', params: { endsOn: '2028-01-01', latest: '2027-11-21' } }, 'kk')).toContain('2027 жылғы 21 қараша');
  });

  it('shows an unknown code as it is rather than nothing', () => {
    expect(refusalInWords({ code: 'wrong_stage', params: { stage: 'space', expected: 'intake' } }, 'ru')).toContain('space');
  });
});

describe('Accept-Language', () => {
  it.each([
    [undefined, 'ru'],
    ['', 'ru'],
    ['kk', 'kk'],
    ['kk-KZ,ru;q=0.8', 'kk'],
    ['de, en;q=0.5, kk;q=0.7', 'kk'],
    ['en-GB', 'en'],
    ['de', 'ru'],
    ['*', 'ru'],
    ['ru;q=0, *', 'kk'],
    ['kk;q=0, en;q=0.1', 'en'],
    ['en;q=nonsense', 'ru'],
    ['EN', 'en'],
  ] satisfies [string | undefined, Language][])('%j is answered in %s', (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});
