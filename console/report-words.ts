/** Words of the page of reports (T): working translations, to be read by a native speaker before release. */
import type { Language } from '../contracts/messages/language.js';
import { CONSOLE_WORDS } from './wording-files.js';

export interface ReportWords {
  receivedAt: string;
  /** Head of the column that says what became of it. */
  fate: string;
  notRecorded: string;
  states: Readonly<Record<'recorded' | 'refused' | 'waiting', string>>;
  otherContent: string;
  otherContentMeans: string;
  retake: string;
}

export const REPORT_WORDS: Readonly<Record<Language, ReportWords>> = {
  kk: CONSOLE_WORDS.kk.reports,
  ru: CONSOLE_WORDS.ru.reports,
  en: CONSOLE_WORDS.en.reports,
};
