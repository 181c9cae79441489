/** The way in by a token that everybody knows: on a development machine, with the switch. */
import type { Request } from 'express';
import express from 'express';
import type { Pool } from '../db/pool.js';
import { addressOf } from '../api/bounds.js';
import type { Bounds } from '../office/bounds.js';
import { personOfDevelopmentToken } from '../office/signed-in.js';
import { cookieOf, cookieLine } from './cookies.js';
import type { Entrance } from './entrance.js';
import { readerFor, show } from './request.js';
import { SignInPage } from './sign-in.js';

const KEY_COOKIE = 'tirek_key';
const HERE = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/;

export function developmentEntrance(pool: Pool, bounds: Bounds): Entrance {
  return {
    serve(router) {
      router.get('/sign-in', (request, response) => show(response, <SignInPage reader={readerFor(request)} wrong={false} />));
      router.post('/sign-in', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
        // A form of another kind leaves no body at all.
        const { key } = (request.body ?? {}) as { key?: unknown };
        const address = addressOf(request);
        await bounds.beforeSignIn(address);
        const found = typeof key === 'string' && key !== '' ? await personOfDevelopmentToken(pool, key) : undefined;
        if (found === undefined) await bounds.afterFailedSignIn(address);
        if (found === undefined) return show(response, <SignInPage reader={readerFor(request)} wrong />, 401);
        response.append('Set-Cookie', cookieLine(KEY_COOKIE, String(key), { path: '/console' })).redirect(303, '/console/cases');
      });
      router.post('/sign-out', (_request, response) => {
        response.append('Set-Cookie', cookieLine(KEY_COOKIE, '', { path: '/console' })).redirect(303, '/console/sign-in');
      });
    },
    async behind(request) {
      const key = cookieOf(request, KEY_COOKIE);
      return key === undefined ? undefined : personOfDevelopmentToken(pool, key);
    },
    doorFor: () => '/console/sign-in',
    originOf: ownAddress,
    formTargets: [],
  };
}

/** A name that somebody points at this machine is not its own. */
export function ownAddress(request: Request): string | undefined {
  const host = request.get('host') ?? '';
  return HERE.test(host) ? `http://${host}` : undefined;
}
