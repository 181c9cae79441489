/** Who looked at a case (192-7-3): for the head and the auditor, who need not see the case itself. */
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { LookPage } from '../contracts/http/looks.js';
import type { Language } from '../contracts/messages/language.js';
import type { Relation } from '../domain/access/sight.js';
import { Rows } from './lists.js';
import { Frame, More, type Reader } from './page.js';
import { CONSOLE_WORDS } from './wording-files.js';
import { localTime } from './wording.js';

type Look = z.input<typeof LookPage>['items'][number];

/** Words of this page (T): working translations, to be read by a native speaker before release. */
export interface LookWords {
  title: string;
  hint: string;
  caseId: string;
  show: string;
  who: string;
  act: string;
  fields: string;
  right: string;
  outcomes: Readonly<Record<Look['outcome'], string>>;
  beyondWork: string;
  relations: Readonly<Record<Relation, string>>;
}

export const LOOK_WORDS: Readonly<Record<Language, LookWords>> = { kk: CONSOLE_WORDS.kk.looks, ru: CONSOLE_WORDS.ru.looks, en: CONSOLE_WORDS.en.looks };

/** The case is named by hand: an auditor sees no list of cases. */
export function LooksDoorPage({ reader }: { reader: Reader }): VNode {
  const words = LOOK_WORDS[reader.language];
  return (
    <Frame reader={reader} title={words.title}>
      <p class="soft">{words.hint}</p>
      <form method="get" action="/console/looks">
        <label>
          {words.caseId} <input name="caseId" required minlength={36} maxlength={36} size={40} />
        </label>{' '}
        <button>{words.show}</button>
      </form>
    </Frame>
  );
}

export function LooksPage({ reader, caseId, page }: { reader: Reader; caseId: string; page: z.input<typeof LookPage> }): VNode {
  const words = LOOK_WORDS[reader.language];
  const heads = ['', words.who, words.act, words.fields, words.right, ''];
  return (
    <Frame reader={reader} title={`${words.title} · ${caseId.slice(0, 8)}`}>
      <Rows reader={reader} heads={heads} rows={page.items.map((look) => <LookRow reader={reader} look={look} />)} />
      <More reader={reader} next={page.next} />
    </Frame>
  );
}

function LookRow({ reader: { language, text }, look }: { reader: Reader; look: Look }): VNode {
  const words = LOOK_WORDS[language];
  const { at, person, role, center, act, fields, relation, outcome, withinWork } = look;
  return (
    <tr>
      <td class="num">{localTime(at)}</td>
      <td>
        {person} <span class="soft">{`${text.roles[role]}, ${center}`}</span>
      </td>
      <td class="soft">{act}</td>
      <td>{fields.map((field) => CONSOLE_WORDS[language].fields[field]).join(', ')}</td>
      <td>{relation === undefined ? '' : words.relations[relation]}</td>
      <td class={outcome === 'refused' ? 'late' : ''}>
        {words.outcomes[outcome]}
        {withinWork || outcome === 'refused' ? null : <span class="soft">{` · ${words.beyondWork}`}</span>}
      </td>
    </tr>
  );
}
