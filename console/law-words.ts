/** Words of the page of the law's versions (T): working translations, to be read by a native speaker before release. */
import type { LawKind, LawVersions, PreviewEffect } from '../contracts/http/law.js';
import type { Language } from '../contracts/messages/language.js';
import type { z } from 'zod';
import { CONSOLE_WORDS } from './wording-files.js';

type VersionState = z.input<typeof LawVersions>['items'][number]['state'];

export interface LawWords {
  title: string;
  versions: string;
  adoptions: string;
  preview: string;
  version: string;
  state: string;
  inForceSince: string;
  act: string;
  openCases: string;
  cases: string;
  done: string;
  left: string;
  failed: string;
  moved: string;
  kept: string;
  began: string;
  ended: string;
  seconds: string;
  obligations: string;
  stepsReplanned: string;
  notComputable: string;
  nothing: string;
  kinds: Readonly<Record<LawKind, string>>;
  states: Readonly<Record<VersionState, string>>;
  sweep: Readonly<Record<'running' | 'paused' | 'done' | 'given_up', string>>;
  effects: Readonly<Record<PreviewEffect, string>>;
}

export const LAW_WORDS: Readonly<Record<Language, LawWords>> = { kk: CONSOLE_WORDS.kk.law, ru: CONSOLE_WORDS.ru.law, en: CONSOLE_WORDS.en.law };
