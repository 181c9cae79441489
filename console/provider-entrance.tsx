/** The way in by the provider of OpenID Connect: code flow with PKCE, and a session that the server keeps. */
import type { Request, Response } from 'express';
import express from 'express';
import { beginPageSignIn, changePost, endPageSession, finishPageSignIn, personOfSession, type PageSignIn } from '../office/page-sign-in.js';
import { addressOf } from '../api/bounds.js';
import type { Bounds } from '../office/bounds.js';
import { isOf, ProblemError } from '../office/problem.js';
import { cookieLine, cookieOf } from './cookies.js';
import type { Entrance } from './entrance.js';
import { queryOfAddress, readerFor, show } from './request.js';
import { SignedOutPage } from './sign-in.js';

/** A sign-in that was begun is finished within ten minutes. */
const FLOW_SECONDS = 600;

/**
 * Lax, not Strict: the browser comes back from the provider's site, and must bring both. What changes anything is a POST from a
 * page of ours (`ownFormsOnly`).
 */
interface Cookies {
  session: string;
  flow: string;
  attributes: { path: '/'; sameSite: 'Lax'; secure: boolean };
}

/** `__Host-`: a browser takes it over TLS alone, from this very host, and no neighbour can set it. */
function cookiesFor(publicUrl: string): Cookies {
  const secure = publicUrl.startsWith('https:');
  const prefix = secure ? '__Host-' : '';
  return { session: `${prefix}tirek`, flow: `${prefix}tirek-flow`, attributes: { path: '/', sameSite: 'Lax', secure } };
}

export function providerEntrance(deps: PageSignIn, bounds: Bounds): Entrance {
  const cookies = cookiesFor(deps.publicUrl);
  const { session, flow, attributes } = cookies;
  const begin = beginner(deps, cookies);
  const form = express.urlencoded({ extended: false, limit: '4kb' });
  return {
    serve(router) {
      router.get('/sign-in', begin);
      router.get('/callback', async (request, response) => {
        const [kept, former] = [cookieOf(request, flow), cookieOf(request, session)];
        // Whatever comes of it, the same answer is not taken twice.
        response.append('Set-Cookie', cookieLine(flow, '', attributes));
        const address = addressOf(request);
        await bounds.beforeSignIn(address);
        const finished = await finishPageSignIn(deps, { query: queryOfAddress(request), kept, former }).catch(async (error: unknown) => {
          if (error instanceof ProblemError && !isOf(error, 'sign_in_away')) await bounds.afterFailedSignIn(address);
          throw error;
        });
        response.append('Set-Cookie', cookieLine(session, finished.session, attributes)).redirect(303, finished.next);
      });
      router.post('/sign-out', async (request, response) => {
        const away = await endPageSession(deps, cookieOf(request, session));
        response.append('Set-Cookie', cookieLine(session, '', attributes)).redirect(303, away);
      });
      router.get('/signed-out', (request, response) => show(response, <SignedOutPage reader={readerFor(request)} />));
      router.post('/post', form, async (request, response) => {
        const id = cookieOf(request, session);
        const signedIn = id === undefined ? undefined : await personOfSession(deps, id);
        if (id === undefined || signedIn === undefined) return response.redirect(303, '/console/sign-in');
        await changePost(deps, id, signedIn, ((request.body ?? {}) as { post?: unknown }).post);
        response.redirect(303, '/console/cases');
      });
    },
    async behind(request) {
      const id = cookieOf(request, session);
      return id === undefined ? undefined : personOfSession(deps, id);
    },
    doorFor: ({ method, originalUrl }) => (method === 'GET' ? `/console/sign-in?${new URLSearchParams({ next: originalUrl }).toString()}` : '/console/sign-in'),
    originOf: () => deps.publicUrl,
    formTargets: [deps.providerOrigin],
  };
}

/** `?fresh` asks for the sign-in anew, as an approval needs it. */
function beginner(deps: PageSignIn, { flow, attributes }: Cookies): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const elsewhere = otherNameOfThisMachine(request, deps.publicUrl);
    if (elsewhere !== undefined) return response.redirect(303, elsewhere);
    const { next, fresh } = request.query;
    const begun = await beginPageSignIn(deps, { next, fresh: fresh !== undefined });
    response.append('Set-Cookie', cookieLine(flow, begun.flow, { ...attributes, maxAge: FLOW_SECONDS })).redirect(303, begun.url);
  };
}

/** `localhost` for 127.0.0.1: the cookie would stay at the one name while the provider sends the browser back to the other. */
function otherNameOfThisMachine(request: Request, publicUrl: string): string | undefined {
  const { hostname, protocol } = new URL(publicUrl);
  const ours = protocol === 'http:' && request.hostname !== hostname && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(request.hostname);
  return ours ? publicUrl + request.originalUrl : undefined;
}
