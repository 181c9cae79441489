/** Dates, counts, sources and refusals in the words of a language. */
import { legalDayOf, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import type { Rule, Source } from '../../domain/law/rule.js';
import { dayEndingAt } from '../../domain/law/term.js';
import { RULES } from '../../domain/law/rules/table.js';
import type { Refusal } from '../../domain/case/refusal.js';
import { catalogueOf, type Catalogue } from './catalogue.js';
import { fill, type Params } from './fill.js';
import type { Language } from './language.js';

const ALMATY_OFFSET_MS = 5 * 3_600_000;

/** A legal day as it is written in a letter, for example «16 декабря 2026 года». */
export function dayInWords(day: LegalDay, language: Language): string {
  const { months, date } = catalogueOf(language);
  const month = months[Number(day.slice(5, 7)) - 1] ?? day.slice(5, 7);
  return fill(date, { day: Number(day.slice(8, 10)), month, year: day.slice(0, 4) }, language);
}

/** Day and local time (UTC+5) of an instant. */
export function instantInWords(instant: Instant, language: Language): string {
  const clock = new Date(instant + ALMATY_OFFSET_MS).toISOString().slice(11, 16);
  return `${dayInWords(legalDayOf(instant), language)}, ${clock}`;
}

/** The end of a term: 24:00 of its last day where it is that instant; a term in hours has its own minute. */
export function endInWords(dueAt: Instant, language: Language): string {
  const day = dayEndingAt(dueAt);
  return day === undefined ? instantInWords(dueAt, language) : `${dayInWords(day, language)}, 24:00`;
}

/** Whole minutes as hours and minutes: what is left of a term in hours, or by how much it was missed. */
export function minutesInWords(minutes: number, language: Language): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const parts = [
    ...(hours === 0 ? [] : [countInWords(hours, 'hours', language)]),
    ...(rest === 0 && hours > 0 ? [] : [countInWords(rest, 'minutes', language)]),
  ];
  return parts.join(' ');
}

/** A number with its noun in the right form. */
export function countInWords(count: number, unit: keyof Catalogue['units'], language: Language): string {
  return fill(catalogueOf(language).units[unit], { count }, language);
}

const TITLES: ReadonlyMap<string, Rule['title']> = new Map(RULES.map(({ id, title }) => [id, title]));

/** The title of a row of the law; its number where the table has the row no more, so that an old duty stays readable. */
export function ruleTitle(rule: string, language: Language): string {
  return TITLES.get(rule)?.[language] ?? rule;
}

/** Title and number of a row: «Первичная оценка (256-13-2)»; the number alone where the table has the row no more. */
export function ruleInWords(rule: string, language: Language): string {
  return TITLES.has(rule) ? `${ruleTitle(rule, language)} (${rule})` : rule;
}

/** Name of the act and the paragraph as a reader of that language writes it. */
export function sourceInWords(source: Source, language: Language): string {
  const { orders } = catalogueOf(language);
  const known: Readonly<Record<string, string>> = orders;
  const act = known[source.order] ?? source.order;
  if (source.order === 'D') return act;
  if (source.order === 'P') return `${act} ${source.paragraph}`;
  return `${act}, ${placeInWords(source.paragraph, language)}`;
}

/** Rows write a place once for all languages: «п.13 2)», «п.11, part 2», «п.11, 21», «п.4 + annex». */
function placeInWords(place: string, language: Language): string {
  return place
    .split(/\s*[,+]\s*/)
    .map((piece) => pieceInWords(piece, language))
    .join(', ');
}

function pieceInWords(piece: string, language: Language): string {
  const { citations } = catalogueOf(language);
  const paragraph = /^(?:п\.)?(\d+(?:-\d+)?)(?:\s+(\d+\)))?$/.exec(piece);
  if (paragraph !== null) {
    const [, number = '', item] = paragraph;
    return item === undefined ? fill(citations.paragraph, { number }, language) : fill(citations.item, { number, item }, language);
  }
  const part = /^part (\d+)$/.exec(piece)?.[1];
  if (part !== undefined) return fill(citations.part, { number: part }, language);
  if (piece === 'annex') return citations.annex;
  return piece === 'part on the procedure' ? citations.procedure : piece;
}

/** The sentence of a refusal with its values in words: stages, roles, agencies and days are codes in the refusal. */
export function refusalInWords(refusal: Refusal, language: Language): string {
  return fill(catalogueOf(language).refusals[refusal.code], paramsInWords(refusal.params ?? {}, language), language);
}

function paramsInWords(params: Params, language: Language): Params {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, valueInWords(name, value, language)]));
}

function valueInWords(name: string, value: string | number, language: Language): string | number {
  if (typeof value === 'number') return value;
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return dayInWords(value, language);
  const { stages, measureStates, roles, planCategories, documentTypes } = catalogueOf(language);
  switch (name) {
    case 'stage':
    case 'expected': {
      const names: Readonly<Record<string, string>> = { ...measureStates, ...stages };
      return value
        .split(', ')
        .map((code) => names[code] ?? code)
        .join(', ');
    }
    case 'role': {
      const names: Readonly<Record<string, string>> = roles;
      return names[value] ?? value;
    }
    case 'category': {
      const names: Readonly<Record<string, string>> = planCategories;
      return names[value] ?? value;
    }
    case 'documentType':
    case 'wanted': {
      const names: Readonly<Record<string, string>> = documentTypes;
      return names[value] ?? value;
    }
    default:
      return value;
  }
}
