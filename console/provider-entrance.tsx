/** The way in by the provider of OpenID Connect: code flow with PKCE, and a session that the server keeps. */
import type { Request, Response, Router } from 'express';
import express from 'express';
import { z } from 'zod';
import { Id } from '../contracts/http/primitives.js';
import { fieldIssues } from '../office/field-faults.js';
import { endOwnSessions, listOwnSessions } from '../office/sessions.js';
import { actorFor, type SignedIn } from '../office/signed-in.js';
import {
  beginPageSignIn,
  changePost,
  endByWordOfProvider,
  endPageSession,
  finishPageSignIn,
  personOfSession,
  type PageSignIn,
} from '../office/page-sign-in.js';
import { addressOf } from '../api/bounds.js';
import type { Bounds } from '../office/bounds.js';
import { isOf, problem, ProblemError } from '../office/problem.js';
import { cookieLine, cookieOf, ofThisHost } from './cookies.js';
import type { Entrance } from './entrance.js';
import { queryOfAddress, readerFor, show } from './request.js';
import { SessionsPage } from './sessions-page.js';
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

function cookiesFor(publicUrl: string): Cookies {
  const secure = publicUrl.startsWith('https:');
  const { name: session, attributes } = ofThisHost('tirek', secure);
  return { session, flow: ofThisHost('tirek-flow', secure).name, attributes: { ...attributes, sameSite: 'Lax' } };
}

export function providerEntrance(deps: PageSignIn, bounds: Bounds): Entrance {
  const cookies = cookiesFor(deps.publicUrl);
  const { session, flow, attributes } = cookies;
  const begin = beginner(deps, cookies);
  const behind = async (request: Request): Promise<SignedIn | undefined> => {
    const id = cookieOf(request, session);
    return id === undefined ? undefined : personOfSession(deps, id);
  };
  return {
    serveMachines: (router) => serveProvider(router, deps),
    serve(router) {
      router.get('/sign-in', begin);
      router.get('/callback', async (request, response) => {
        const [kept, former] = [cookieOf(request, flow), cookieOf(request, session)];
        // Whatever comes of it, the same answer is not taken twice.
        response.append('Set-Cookie', cookieLine(flow, '', attributes));
        const address = addressOf(request);
        await bounds.beforeSignIn(address);
        const finished = await finishPageSignIn(deps, { query: queryOfAddress(request), kept, former }).catch(async (error: unknown) => {
          if (error instanceof ProblemError) deps.log.warn({ event: 'sign_in_failed', reason: error.message }, 'a sign-in to the pages came to nothing');
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
      serveSessions(router, deps, behind);
      router.post('/post', FORM, async (request, response) => {
        const id = cookieOf(request, session);
        const signedIn = id === undefined ? undefined : await personOfSession(deps, id);
        if (id === undefined || signedIn === undefined) return response.redirect(303, '/console/sign-in');
        await changePost(deps, id, signedIn, ((request.body ?? {}) as { post?: unknown }).post);
        response.redirect(303, '/console/cases');
      });
    },
    behind,
    doorFor: ({ method, originalUrl }) => (method === 'GET' ? `/console/sign-in?${new URLSearchParams({ next: originalUrl }).toString()}` : '/console/sign-in'),
    originOf: () => deps.publicUrl,
    formTargets: [deps.providerOrigin],
  };
}

/** Own sessions: to see them, and to end one or all others. */
function serveSessions(router: Router, deps: PageSignIn, behind: Entrance['behind']): void {
  router.get('/sessions', async (request, response) => {
    const signedIn = await behind(request);
    if (signedIn === undefined) return response.redirect(303, '/console/sign-in?next=/console/sessions');
    const actor = actorFor(signedIn, 'keepOwnSessions');
    show(response, <SessionsPage reader={readerFor(request, actor, signedIn)} sessions={await listOwnSessions(deps, actor)} />);
  });
  router.post('/sessions/end', FORM, async (request, response) => {
    const signedIn = await behind(request);
    if (signedIn === undefined) return response.redirect(303, '/console/sign-in');
    const asked = EndForm.safeParse(request.body);
    if (!asked.success) throw problem('request_invalid', { issues: fieldIssues(asked.error.issues, request.body) });
    const { session: which } = asked.data;
    const { session: own = '' } = signedIn;
    await endOwnSessions(deps, actorFor(signedIn, 'keepOwnSessions'), which === 'others' ? { but: own } : { only: which });
    response.redirect(303, '/console/sessions');
  });
}

const FORM = express.urlencoded({ extended: false, limit: '4kb' });
const EndForm = z.strictObject({ session: z.union([z.literal('others'), Id]) });
/** A signed word with a session and a person in it. */
const WORD = express.urlencoded({ extended: false, limit: '16kb' });

/** Where the provider tells of ends behind the browser's back; whether it is the provider, its signature tells. */
function serveProvider(router: Router, deps: PageSignIn): void {
  router.post('/backchannel-logout', WORD, async (request, response) => {
    const { logout_token: token } = (request.body ?? {}) as { logout_token?: unknown };
    const isHeard = typeof token === 'string' && (await endByWordOfProvider(deps, token));
    // The answers are the standard's (2.8), for a machine.
    if (isHeard) response.status(200).end();
    else response.status(400).json({ error: 'invalid_request' });
  });
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
