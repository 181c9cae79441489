/** The languages of the product, and which of them a reader asked for. */
export const LANGUAGES = ['kk', 'ru', 'en'] as const;

export type Language = (typeof LANGUAGES)[number];

export const DEFAULT_LANGUAGE: Language = 'ru';

interface Wish {
  range: string;
  weight: number;
}

/**
 * Chooses by `Accept-Language` (RFC 9110 12.5.4): the heaviest wish that is spoken here, the first
 * of equals; Russian when none is. A header that cannot be read counts as absent.
 */
export function languageOf(header: string | undefined): Language {
  const wishes = (header ?? '').split(',').flatMap(wishOf);
  const refused = new Set(wishes.filter((wish) => wish.weight === 0).map((wish) => wish.range));
  for (const { range, weight } of wishes.toSorted((a, b) => b.weight - a.weight)) {
    if (weight === 0) continue;
    const spoken = range === '*' ? [DEFAULT_LANGUAGE, ...LANGUAGES].find((one) => !refused.has(one)) : spokenOf(range);
    if (spoken !== undefined) return spoken;
  }
  return DEFAULT_LANGUAGE;
}

function wishOf(part: string): Wish[] {
  const [range = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
  if (range === '') return [];
  const written = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const weight = written === undefined ? 1 : Number(written);
  return Number.isFinite(weight) && weight >= 0 && weight <= 1 ? [{ range, weight }] : [];
}

function spokenOf(range: string): Language | undefined {
  const primary = range.split('-')[0];
  return LANGUAGES.find((language) => language === primary);
}
