/** The frame of every page: language, navigation, who is signed in. */
import type { OrganisationNames } from '../db/organisations.js';
import type { ComponentChildren, VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { may } from '../domain/access/rights.js';
import { catalogueOf, type Catalogue } from '../contracts/messages/catalogue.js';
import { LANGUAGES, type Language } from '../contracts/messages/language.js';
import type { Actor } from '../domain/case/facts.js';
import { LAW_WORDS } from './law-words.js';
import { RULE_WORDS } from './rule-words.js';
import { CONSOLE_WORDS } from './wording-files.js';
import { PAGE_WORDS, type PageWords } from './words.js';

/** What every page needs to speak to its reader. */
export interface Reader {
  language: Language;
  text: Catalogue;
  words: PageWords;
  actor?: Actor;
  /** What the reader may act as; a switch stands in the frame where that is more than one. */
  posts?: readonly Actor[];
  /** The reader came in by a session, which can be seen and ended. */
  session?: string;
  /** Address of this page, for the language links. */
  here: string;
  /** Names of organisations; none on a page that names no organisation. */
  organisations: OrganisationNames;
}

const NO_NAMES: OrganisationNames = new Map();

export function readerOf(language: Language, here: string, actor?: Actor): Reader {
  const reader = { language, text: catalogueOf(language), words: PAGE_WORDS[language], here, organisations: NO_NAMES };
  return actor === undefined ? reader : { ...reader, actor };
}

interface FrameProps {
  reader: Reader;
  title: string;
  children: ComponentChildren;
}

export function Frame({ reader, title, children }: FrameProps): VNode {
  const { language, text, words, actor } = reader;
  return (
    <html lang={language}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · ${words.product}`}</title>
        <link rel="stylesheet" href="/console/style.css" />
      </head>
      <body>
        <header>
          <strong>{words.product}</strong>
          {actor === undefined ? null : <Navigation reader={reader} />}
          <span class="end">
            {LANGUAGES.map((other) => (
              <>
                <a href={withLanguage(reader.here, other)} lang={other} aria-current={other === language ? 'true' : undefined}>
                  {other}
                </a>{' '}
              </>
            ))}
          </span>
          <PostSwitch reader={reader} />
          {actor === undefined ? null : (
            <form method="post" action="/console/sign-out">
              <span class="soft">{`${text.roles[actor.role]}, ${actor.center}`}</span>{' '}
              {reader.session === undefined ? null : <a href="/console/sessions">{words.sessions}</a>} <button class="link">{words.signOut}</button>
            </form>
          )}
        </header>
        <main>
          <h1>{title}</h1>
          {children}
        </main>
      </body>
    </html>
  );
}

const valueOf = ({ role, center }: Actor): string => `${role}@${center}`;

/** In which of several posts the reader acts, from the next page on. */
function PostSwitch({ reader: { posts = [], actor, text, words } }: { reader: Reader }): VNode | null {
  if (posts.length < 2) return null;
  return (
    <form method="post" action="/console/post">
      <label>
        <span class="soft">{words.actingAs}</span>{' '}
        <select name="post">
          {posts.map((post) => (
            <option value={valueOf(post)} selected={actor !== undefined && valueOf(post) === valueOf(actor)}>
              {`${text.roles[post.role]}, ${post.center}`}
            </option>
          ))}
        </select>
      </label>{' '}
      <button class="link">{words.change}</button>
    </form>
  );
}

function Navigation({ reader: { text, language, actor } }: { reader: Reader }): VNode {
  return (
    <nav>
      <a href="/console/cases">{text.words.cases}</a> <a href="/console/duties">{text.words.whatIsDue}</a> <a href="/console/alerts">{text.words.alerts}</a>{' '}
      {actor === undefined ? null : <a href={`/console/centers/${encodeURIComponent(actor.center)}`}>{text.words.center}</a>}{' '}
      <a href="/console/reports">{text.words.reports}</a> <a href="/console/rules">{RULE_WORDS[language].title}</a>{' '}
      {actor !== undefined && may('readAlarms', actor) ? <a href="/console/alarms">{text.words.alarms}</a> : null}{' '}
      {actor !== undefined && may('keepLaw', actor) ? <a href="/console/law">{LAW_WORDS[language].title}</a> : null}{' '}
      {actor !== undefined && may('decideProposals', actor) ? <a href="/console/proposals">{CONSOLE_WORDS[language].proposals.title}</a> : null}{' '}
      {actor !== undefined && may('readLooks', actor) ? <a href="/console/looks">{CONSOLE_WORDS[language].looks.title}</a> : null}
    </nav>
  );
}

function withLanguage(here: string, language: Language): string {
  const url = new URL(here, 'http://console');
  url.searchParams.set('lang', language);
  return url.pathname + url.search;
}

/** The whole document. Everything that is shown is escaped by the renderer. */
export function document(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`;
}

/** A row of the law: its title for everybody, its number beside it for jurists. */
export function RuleName({ rule, title, href }: { rule: string; title: string; href?: string }): VNode {
  return (
    <>
      {href === undefined ? title : <a href={href}>{title}</a>}
      {title === rule ? null : <span class="soft">{` ${rule}`}</span>}
    </>
  );
}

/** The link to the next page of a list, with the filters that are set. */
export function More({ reader, next }: { reader: Reader; next: string | undefined }): VNode | null {
  if (next === undefined) return null;
  const url = new URL(reader.here, 'http://console');
  url.searchParams.set('after', next);
  return (
    <p>
      <a href={url.pathname + url.search}>{`${reader.text.words.more} →`}</a>
    </p>
  );
}
