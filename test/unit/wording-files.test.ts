/** The words of the product as files: what a translator may change, and what the code needs of each of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exactly } from '../../contracts/messages/exactly.js';
import { fill, placesOf } from '../../contracts/messages/fill.js';
import { kk } from '../../contracts/messages/kk.js';
import { ROAD_WORDS } from '../../contracts/messages/road-words.js';
import { LANGUAGES, type Language } from '../../contracts/messages/language.js';

const ROOT = fileURLToPath(new URL('../../wording', import.meta.url));
const PARTS = [...Object.keys(ROAD_WORDS.kk), ...Object.keys(kk), 'console'];

function fileOf(language: Language, part: string): string {
  return readFileSync(join(ROOT, language, `${part}.json`), 'utf8');
}

/** Every text below a node by its path. */
function texts(node: unknown, path: string): [path: string, text: string][] {
  if (typeof node === 'string') return [[path, node]];
  if (typeof node !== 'object' || node === null) throw new Error(`${path}: neither a text nor a table of texts`);
  return Object.entries(node).flatMap(([key, value]) => texts(value, `${path}/${key}`));
}

function readAll(language: Language): Map<string, string> {
  return new Map(PARTS.flatMap((part) => texts(JSON.parse(fileOf(language, part)), part)));
}

const TEXTS: Readonly<Record<Language, ReadonlyMap<string, string>>> = { kk: readAll('kk'), ru: readAll('ru'), en: readAll('en') };

/** Paths whose text in that language is such. */
function pathsOf(language: Language, isSuch: (text: string, path: string) => boolean): string[] {
  return [...TEXTS[language]].filter(([path, text]) => isSuch(text, path)).map(([path]) => path);
}

/** The forms that each plural of a message has: `one few many other`. */
function pluralsIn(text: string): string[] {
  return [...text.matchAll(/\{\w+, plural, ((?:\w+ \{[^{}]*\} ?)+)\}/g)].map(([, forms = '']) =>
    [...forms.matchAll(/(\w+) \{/g)].map(([, form]) => form).join(' '),
  );
}

describe('the files of the words', () => {
  it.each(LANGUAGES)('%s has each part, and no file that nobody reads', (language) => {
    expect(readdirSync(join(ROOT, language)).toSorted()).toEqual(PARTS.map((part) => `${part}.json`).toSorted());
  });

  it.each(LANGUAGES)('%s is written with two spaces, and no key stands in it twice', (language) => {
    expect(PARTS.filter((part) => fileOf(language, part) !== `${JSON.stringify(JSON.parse(fileOf(language, part)), null, 2)}\n`)).toEqual([]);
  });

  it.each(LANGUAGES)('%s says something under every key, and the same keys as the others', (language) => {
    expect([...TEXTS[language].keys()].toSorted()).toEqual([...TEXTS.ru.keys()].toSorted());
    expect(pathsOf(language, (text) => text.trim() === '' || text !== text.trim())).toEqual([]);
  });

  it('a key that is missing does not compile, nor does one that nobody asks for', () => {
    const words = exactly<{ stages: Readonly<Record<'intake' | 'closed', string>>; channels: Readonly<Record<1 | 2, string>> }>();
    const channels = { '1': 'own appeal', '2': 'contact centre' };
    // @ts-expect-error: a stage is missing
    words({ channels, stages: { intake: 'Intake' } });
    // @ts-expect-error: no such stage
    words({ channels, stages: { intake: 'Intake', closed: 'Closed', open: 'Open' } });
    // @ts-expect-error: no such table
    words({ channels, stages: { intake: 'Intake', closed: 'Closed' }, steps: {} });
    // @ts-expect-error: no such channel
    words({ channels: { ...channels, '3': 'mail' }, stages: { intake: 'Intake', closed: 'Closed' } });
    expect(words({ channels, stages: { intake: 'Intake', closed: 'Closed' } }).channels[2]).toBe('contact centre');
  });
});

describe('each message', () => {
  it.each(LANGUAGES)('of %s is one of ICU, with the same places as in the other languages', (language) => {
    expect(pathsOf(language, (text, path) => placesOf(text, language).join() !== placesOf(TEXTS.ru.get(path) ?? '', 'ru').join())).toEqual([]);
  });

  it.each(LANGUAGES)('of %s with a plural has all forms of the language, or one for all', (language) => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    const all = pluralCategories.toSorted().join(' ');
    const counted = [...TEXTS[language]].flatMap(([path, text]) => pluralsIn(text).map((forms) => [path, forms] as const));
    expect(counted.length).toBeGreaterThan(0);
    expect(counted.filter(([, forms]) => forms !== 'other' && forms.split(' ').toSorted().join(' ') !== all)).toEqual([]);
    // A plural that was written in another way than this test reads it would go by it unseen.
    expect(pathsOf(language, (text) => text.includes('plural') && pluralsIn(text).length === 0)).toEqual([]);
  });

  it.each(['kk', 'ru'] as const)('of %s is written in Cyrillic, save for codes and names of headers', (language) => {
    expect(pathsOf(language, (text, path) => !/\p{Script=Cyrillic}/u.test(text) && !['time/date', 'why/skippedDay'].includes(path))).toEqual([]);
  });

  it('calls the plan never a bare ИПР or ЖЖЖ: the abbreviation has another meaning for disability', () => {
    expect(pathsOf('ru', (text) => text.includes('ИПР') && !/план/i.test(text))).toEqual([]);
    expect(pathsOf('kk', (text) => text.includes('ЖЖЖ') && !/жоспар|ЖЖЖЖ-АА-КК/i.test(text))).toEqual([]);
  });

  it('lists seven days and twelve months', () => {
    for (const language of LANGUAGES) {
      expect([...TEXTS[language].keys()].filter((path) => path.startsWith('time/weekdays/'))).toHaveLength(7);
      expect([...TEXTS[language].keys()].filter((path) => path.startsWith('time/months/'))).toHaveLength(12);
    }
  });
});

describe('filling a message', () => {
  it('takes numbers as they are and values as text, whatever they hold', () => {
    expect(fill('{year} · {name}', { year: 2026, name: "{year} <b>d'or</b>" }, 'ru')).toBe("2026 · {year} <b>d'or</b>");
    expect(placesOf('{count, plural, one {# дело у {who}} few {# дела} many {# дел} other {# дела}}', 'ru')).toEqual(['count', 'who']);
  });

  it('counts by the rules of the language', () => {
    const cases = '{count, plural, one {# дело} few {# дела} many {# дел} other {# дела}}';
    expect([1, 3, 11, 21].map((count) => fill(cases, { count }, 'ru'))).toEqual(['1 дело', '3 дела', '11 дел', '21 дело']);
  });

  it('leaves a place without a value visible', () => {
    expect(fill('until {day}', {}, 'en')).toBe('until {day}');
  });

  it('a message that ICU cannot read is an error, not a sentence', () => {
    expect(() => fill('until {day', { day: 1 }, 'en')).toThrow(SyntaxError);
  });
});
