/** The words of the pages alone, out of their files: `wording/<language>/console.json`. */
import en from '../wording/en/console.json' with { type: 'json' };
import kk from '../wording/kk/console.json' with { type: 'json' };
import ru from '../wording/ru/console.json' with { type: 'json' };
import { exactly } from '../contracts/messages/exactly.js';
import type { Language } from '../contracts/messages/language.js';
import type { CenterWords } from './center-words.js';
import type { LookWords } from './looks-page.js';
import type { ProposalWords } from './proposals-page.js';
import type { LawWords } from './law-words.js';
import type { ReportWords } from './report-words.js';
import type { RuleWords } from './rule-words.js';
import type { FieldWords, PageWords } from './words.js';

interface ConsoleWords {
  /** Of every page. */
  shared: PageWords;
  center: CenterWords;
  law: LawWords;
  rules: RuleWords;
  reports: ReportWords;
  proposals: ProposalWords;
  looks: LookWords;
  fields: FieldWords;
}

const words = exactly<ConsoleWords>();

export const CONSOLE_WORDS: Readonly<Record<Language, ConsoleWords>> = { kk: words(kk), ru: words(ru), en: words(en) };
