/** What a page reads of its request, and how it is answered. */
import type { VNode } from 'preact';
import type { Request, Response } from 'express';
import { LANGUAGES, languageOf, type Language } from '../contracts/messages/language.js';
import type { SignedIn } from '../office/signed-in.js';
import type { Actor } from '../domain/case/facts.js';
import { cookieLine, cookieOf } from './cookies.js';
import { document, readerOf, type Reader } from './page.js';

const LANGUAGE_COOKIE = 'tirek_lang';

/** @param actor as whom the reader acts on this page */
export function readerFor(request: Request, actor?: Actor, signedIn?: SignedIn): Reader {
  const reader = readerOf(languageFor(request), request.originalUrl, actor);
  return signedIn === undefined ? reader : { ...reader, posts: signedIn.posts };
}

function languageFor(request: Request): Language {
  return asLanguage(request.query['lang']) ?? asLanguage(cookieOf(request, LANGUAGE_COOKIE)) ?? languageOf(request.get('accept-language'));
}

function asLanguage(given: unknown): Language | undefined {
  return LANGUAGES.find((language) => language === given);
}

export function rememberLanguage(request: Request, response: Response): void {
  const wanted = asLanguage(request.query['lang']);
  if (wanted !== undefined) response.append('Set-Cookie', cookieLine(LANGUAGE_COOKIE, wanted, { path: '/console' }));
}

/** The query as it came, with its question mark; empty without one. */
export function queryOfAddress({ originalUrl }: Request): string {
  const begins = originalUrl.indexOf('?');
  return begins === -1 ? '' : originalUrl.slice(begins);
}

export function show(response: Response, page: VNode, status = 200): void {
  response.status(status).type('html').send(document(page));
}
