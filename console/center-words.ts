/** Words of the page of a Center (T): working translations, to be read by a native speaker before release. */
import type { Language } from '../contracts/messages/language.js';
import { CONSOLE_WORDS } from './wording-files.js';

export interface CenterWords {
  registered: string;
  mobileGroup: string;
  order: string;
  issuedOn: string;
  validUntil: string;
  /** `{number}`, `{issuedOn}`, `{year}`. */
  orderInForce: string;
  noOrder: string;
}

export const CENTER_WORDS: Readonly<Record<Language, CenterWords>> = {
  kk: CONSOLE_WORDS.kk.center,
  ru: CONSOLE_WORDS.ru.center,
  en: CONSOLE_WORDS.en.center,
};
