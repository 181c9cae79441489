/** Words of the pages alone (T): working translations, to be read by a native speaker before release. */
import type { Field } from '../domain/access/sight.js';
import type { Language } from '../contracts/messages/language.js';
import { CONSOLE_WORDS } from './wording-files.js';

export interface PageWords {
  product: string;
  signIn: string;
  signInHint: string;
  accessKey: string;
  accessKeyWrong: string;
  signOut: string;
  sessions: string;
  sessionsHint: string;
  sessionBegan: string;
  sessionSeen: string;
  sessionThis: string;
  sessionEnd: string;
  sessionEndOthers: string;
  signedOut: string;
  signedOutHint: string;
  /** Before the post in which the reader acts. */
  actingAs: string;
  change: string;
  allStages: string;
  stillOwed: string;
  /** `{date}` is filled in: the languages place it differently. */
  until: string;
  internalTerm: string;
  notOfficial: string;
  /** The same in one or two words, beside a date in a list. */
  notOfficialMark: string;
  alarmOver: string;
  lawWording: string;
  asRead: string;
  ladder: string;
  reached: string;
  ahead: string;
  recordedAt: string;
  readings: string;
  /** A date under another calendar or policy. */
  moved: string;
  kept: string;
  replanned: string;
  /** Whom an alert was told to, and how. */
  told: string;
  mine: string;
  everybodys: string;
  inList: string;
  byMail: string;
  toBackend: string;
  waiting: string;
  delivered: string;
  failed: string;
  lapsed: string;
  seen: string;
  /** `{person}` is away. */
  insteadOf: string;
  /** "I have it", of an alarm that is answered round the clock. */
  takeIt: string;
  /** `{person}` has it since `{at}`. */
  takenBy: string;
  /** The page behind the link of a mail: its title, what the button does, and what became of it at `{at}`. */
  takeTitle: string;
  takeNow: string;
  youHaveIt: string;
  somebodyHasIt: string;
  back: string;
  notFound: string;
  /** `{fields}` of a case are hidden from the reader. */
  hidden: string;
}

/** What of a case may be hidden from a reader. */
export type FieldWords = Readonly<Record<Field, string>>;

export const PAGE_WORDS: Readonly<Record<Language, PageWords>> = { kk: CONSOLE_WORDS.kk.shared, ru: CONSOLE_WORDS.ru.shared, en: CONSOLE_WORDS.en.shared };
