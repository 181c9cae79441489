/** `/family`: the one page that somebody reads without a sign-in, by the code on their paper. */
import express, { Router, type Request, type Response } from 'express';
import helmet from 'helmet';
import { addressOf, countFor } from '../api/bounds.js';
import type { ConsoleParts } from '../api/server.js';
import { DEFAULT_BOUNDS } from '../contracts/bounds.js';
import type { FamilyCodeHolder } from '../db/family-codes.js';
import { createBounds } from '../office/bounds.js';
import { closeFamilyPage, familyBehind, familyByCode, FAMILY_SESSION_MS, openFamilyPage, tellFamily } from '../office/family-view.js';
import { ProblemError, problemInWords } from '../office/problem.js';
import { cookieLine, cookieOf } from './cookies.js';
import { ownFormsOnly } from './entrance.js';
import { ownAddress } from './development-entrance.js';
import { FamilyDoorPage, FamilyPage } from './family-page.js';
import { readerFor, show } from './request.js';

/** The router to be mounted at `/family`. */
export function createFamilyPages({
  pool,
  signIn,
  bounds = createBounds(pool, DEFAULT_BOUNDS),
}: Pick<ConsoleParts, 'pool' | 'desk' | 'bounds' | 'signIn'>): Router {
  const publicUrl = signIn === 'development_tokens' ? undefined : signIn.publicUrl;
  const cookie = cookieFor(publicUrl);
  const router = Router();
  router.use(pageSecurity, ownFormsOnly({ originOf: (request) => publicUrl ?? ownAddress(request) }));
  router.get('/', async (request, response) => {
    const id = cookieOf(request, cookie.name);
    const family = id === undefined ? undefined : await familyBehind(pool, id);
    if (family === undefined) return show(response, <FamilyDoorPage reader={readerFor(request)} />);
    await countFor(bounds, request, `family:${family.codeId}`);
    const reader = readerFor(request);
    show(response, <FamilyPage reader={reader} view={await tellFamily(pool, family, reader.language)} />);
  });
  router.post('/', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    const { code } = (request.body ?? {}) as { code?: unknown };
    const tried = familyByCode(pool, bounds, addressOf(request), typeof code === 'string' ? code : '');
    const family = await tried.catch((error: unknown) => refused(request, response, error));
    if (family === undefined) return;
    const line = cookieLine(cookie.name, await openFamilyPage(pool, family), { ...cookie.attributes, maxAge: FAMILY_SESSION_MS / 1_000 });
    response.append('Set-Cookie', line).redirect(303, here(request));
  });
  router.post('/leave', async (request, response) => {
    const id = cookieOf(request, cookie.name);
    if (id !== undefined) await closeFamilyPage(pool, id);
    response.append('Set-Cookie', cookieLine(cookie.name, '', cookie.attributes)).redirect(303, here(request));
  });
  return router;
}

/** As the other pages: no script, nothing from elsewhere, no frame, and forms only to ourselves. */
const pageSecurity = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], styleSrc: ["'self'"], formAction: ["'self'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
  },
  referrerPolicy: { policy: 'same-origin' },
  xFrameOptions: { action: 'deny' },
});

interface FamilyCookie {
  name: string;
  attributes: { path: '/'; secure: boolean };
}

/** As that of the staff: `__Host-` over TLS. Strict: nobody comes here from another site. */
function cookieFor(publicUrl: string | undefined): FamilyCookie {
  const secure = publicUrl?.startsWith('https:') ?? false;
  return { name: `${secure ? '__Host-' : ''}tirek-family`, attributes: { path: '/', secure } };
}

/** In the language in which the form was. */
function here(request: Request): string {
  return `/family?lang=${readerFor(request).language}`;
}

/** The door again, with what is to be done. */
function refused(request: Request, response: Response, error: unknown): FamilyCodeHolder | undefined {
  if (!(error instanceof ProblemError)) throw error;
  const reader = readerFor(request);
  const { status, detail } = problemInWords(error, reader.language);
  if ('headers' in error.problem) response.set(error.problem.headers ?? {});
  show(response, <FamilyDoorPage reader={reader} refused={detail} />, status);
  return undefined;
}
