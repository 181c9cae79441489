/**
 * Who asks. This is the one seam: a token of OpenID Connect, or on a development machine with the switch one that
 * everybody knows; no other file knows how an actor is found.
 */
import type { Request, RequestHandler } from 'express';
import type { Act } from '../domain/access/rights.js';
import type { Actor } from '../domain/case/facts.js';
import type { Pool } from '../db/pool.js';
import { whoSpeaks, type Identities, type ServiceAlone } from '../office/identity.js';
import { problem } from '../office/problem.js';
import { actorFor, personOfDevelopmentToken, type SignedIn } from '../office/signed-in.js';
import { answerInTime, KNOWN_WITHIN_MS } from './answer-in-time.js';

/** Tells who is behind a request, or undefined when nobody vouches for it. */
export type Authenticate = (request: Request) => Promise<SignedIn | ServiceAlone | undefined>;

/** Longer than any token that a provider makes. */
const LONGEST_JWT = 8_192;
/** A digest is looked up, never the token; longer than any token of development is none. */
const LONGEST_TOKEN = 512;

const POST = 'tirek-post';
const ON_BEHALF_OF = 'tirek-on-behalf-of';

/** `Authorization: Bearer <JWT>`, with `Tirek-Post` and, from a service, `Tirek-On-Behalf-Of`. */
export function authenticateByProvider(identities: Identities): Authenticate {
  return async (request) => {
    const token = bearerIn(request.get('authorization'), LONGEST_JWT);
    if (token === undefined) return undefined;
    const given = request.get(ON_BEHALF_OF);
    const onBehalf = given === undefined ? undefined : (bearerIn(given, LONGEST_JWT) ?? '');
    return whoSpeaks(identities, { token, onBehalf, post: request.get(POST) });
  };
}

/** `Authorization: Bearer <token>` against the table of tokens, in which only digests are kept. */
export function authenticateByToken(pool: Pool): Authenticate {
  return async (request) => {
    const token = bearerIn(request.get('authorization'), LONGEST_TOKEN);
    return token === undefined ? undefined : personOfDevelopmentToken(pool, token, request.get(POST));
  };
}

/** The first who knows the token; a provider that is away must not shut out what needs none. */
export function authenticateByEither(first: Authenticate, second: Authenticate): Authenticate {
  return async (request) => (await first(request)) ?? second(request);
}

function bearerIn(header: string | undefined, longest: number): string | undefined {
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(header ?? '')?.[1];
  return token === undefined || token.length > longest ? undefined : token;
}

const people = new WeakMap<Request, SignedIn>();
const services = new WeakMap<Request, string>();

/** The two doors for those who bring a token. */
export interface Guards {
  person: readonly RequestHandler[];
  service: readonly RequestHandler[];
}

/** Let a request on only with a person, or only with a service by itself. */
export function guardsOf(authenticate: Authenticate): Guards {
  return {
    person: [
      async (request, _response, next) => {
        const found = await whoAsks(authenticate, request);
        if (!('person' in found)) throw problem('service_alone');
        people.set(request, found);
        next();
      },
    ],
    service: [
      async (request, _response, next) => {
        const found = await whoAsks(authenticate, request);
        if ('person' in found) throw problem('service_only');
        next();
      },
    ],
  };
}

async function whoAsks(authenticate: Authenticate, request: Request): Promise<SignedIn | ServiceAlone> {
  const found = await answerInTime(authenticate(request), KNOWN_WITHIN_MS);
  if (found === undefined) throw problem('unauthenticated');
  if (found.service !== undefined) services.set(request, found.service);
  return found;
}

/** The service that speaks, alone or in a person's name; undefined when a person speaks without one. */
export function serviceBehind(request: Request): string | undefined {
  return services.get(request);
}

/** The person whom the guard let in. */
export function signedInOf(request: Request): SignedIn {
  const signedIn = people.get(request);
  if (signedIn === undefined) throw new Error(`${request.method} ${request.path} is served without a person`);
  return signedIn;
}

/** As whom that person does the act. */
export function actorOf(request: Request, act: Act): Actor {
  return actorFor(signedInOf(request), act);
}
