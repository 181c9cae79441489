/** Words of the page of rules (T): working translations, to be read by a native speaker before release. */
import type { Language } from '../contracts/messages/language.js';
import type { Enforcement } from '../domain/law/rule.js';
import { ROADS } from '../domain/law/rules/roads.js';
import { CONSOLE_WORDS } from './wording-files.js';

export interface RuleWords {
  title: string;
  /** How many rows, and under which versions: `{rows}`, `{version}`, `{policy}`. */
  versions: string;
  enforced: Readonly<Record<Enforcement['as'], string>>;
  /** Parts of the product that rows wait for. */
  roads: Readonly<Record<keyof typeof ROADS, string>>;
  editions: string;
  ownDate: string;
  chosenMonths: string;
  switchedOff: string;
  /** `{count}` tests. */
  tests: string;
  untested: string;
  noWording: string;
}

export const RULE_WORDS: Readonly<Record<Language, RuleWords>> = { kk: CONSOLE_WORDS.kk.rules, ru: CONSOLE_WORDS.ru.rules, en: CONSOLE_WORDS.en.rules };

/** The road that a row waits for, in words; what is not a road stays as it is written. */
export function roadInWords(place: string, language: Language): string {
  const name = (Object.keys(ROADS) as (keyof typeof ROADS)[]).find((road) => ROADS[road] === place);
  return name === undefined ? place : RULE_WORDS[language].roads[name];
}
