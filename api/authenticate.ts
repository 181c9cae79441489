/**
 * Who asks. This is the one seam: development tokens today, OpenID Connect in its place later; no
 * other file knows how an actor is found.
 */
import type { Request, RequestHandler } from 'express';
import type { Actor } from '../domain/case/facts.js';
import { findActorByToken } from '../db/directory.js';
import type { Pool } from '../db/pool.js';
import { answerInTime, KNOWN_WITHIN_MS } from './answer-in-time.js';
import { problem } from '../office/problem.js';

/** Tells the actor of a request, or undefined when nobody vouches for it. */
export type Authenticate = (request: Request) => Promise<Actor | undefined>;

/** A digest is looked up, never the token; longer than any token is no token. */
const LONGEST_TOKEN = 512;

/** `Authorization: Bearer <token>` against the table of tokens, in which only digests are kept. */
export function authenticateByToken(pool: Pool): Authenticate {
  return async (request) => {
    const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.get('authorization') ?? '')?.[1];
    if (token === undefined || token.length > LONGEST_TOKEN) return undefined;
    return findActorByToken(pool, token);
  };
}

const actors = new WeakMap<Request, Actor>();

/** Lets a request on only with an actor. */
export function requireActor(authenticate: Authenticate): RequestHandler {
  return async (request, _response, next) => {
    const actor = await answerInTime(authenticate(request), KNOWN_WITHIN_MS);
    if (actor === undefined) throw problem('unauthenticated');
    actors.set(request, actor);
    next();
  };
}

/** The actor whom `requireActor` let in. */
export function actorOf(request: Request): Actor {
  const actor = actors.get(request);
  if (actor === undefined) throw new Error(`${request.method} ${request.path} is served without an actor`);
  return actor;
}
