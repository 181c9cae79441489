/** What a page reads of its request, and how it is answered. */
import type { VNode } from 'preact';
import type { Request, Response } from 'express';
import { LANGUAGES, languageOf, type Language } from '../contracts/messages/language.js';
import type { SignedIn } from '../office/signed-in.js';
import type { Actor } from '../domain/case/facts.js';
import { cookieLine, cookieOf, ofThisHost } from './cookies.js';
import { document, readerOf, type Reader } from './page.js';

/** Requests to pages that browsers reach over TLS: of these alone a cookie is taken that no neighbour can set. */
const overTls = new WeakSet<Request>();

const languageCookie = (request: Request): ReturnType<typeof ofThisHost> => ofThisHost('tirek_lang', overTls.has(request));

/** @param actor as whom the reader acts on this page */
export function readerFor(request: Request, actor?: Actor, signedIn?: SignedIn): Reader {
  const reader = readerOf(languageFor(request), request.originalUrl, actor);
  if (signedIn === undefined) return reader;
  const { posts, session } = signedIn;
  return { ...reader, posts, ...(session === undefined ? {} : { session }) };
}

function languageFor(request: Request): Language {
  return asLanguage(request.query['lang']) ?? asLanguage(cookieOf(request, languageCookie(request).name)) ?? languageOf(request.get('accept-language'));
}

function asLanguage(given: unknown): Language | undefined {
  return LANGUAGES.find((language) => language === given);
}

/** @param origin under which browsers reach the pages */
export function rememberLanguage(request: Request, response: Response, origin: string | undefined): void {
  if (origin?.startsWith('https:')) overTls.add(request);
  const wanted = asLanguage(request.query['lang']);
  const { name, attributes } = languageCookie(request);
  if (wanted !== undefined) response.append('Set-Cookie', cookieLine(name, wanted, attributes));
}

/** The query as it came, with its question mark; empty without one. */
export function queryOfAddress({ originalUrl }: Request): string {
  const begins = originalUrl.indexOf('?');
  return begins === -1 ? '' : originalUrl.slice(begins);
}

export function show(response: Response, page: VNode, status = 200): void {
  response.status(status).type('html').send(document(page));
}
