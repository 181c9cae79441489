/** The way in to the pages: whichever there is, nothing else knows who is behind a request. */
import type { Request, RequestHandler, Router } from 'express';
import { problem } from '../office/problem.js';
import type { SignedIn } from '../office/signed-in.js';

export interface Entrance {
  /** Puts the pages of the way in, and out, on their addresses. */
  serve(router: Router): void;
  /** The same of what no browser sends: each proves by itself whose word it is. */
  serveMachines?(router: Router): void;
  /** Undefined when nobody is signed in. @throws ProblemError `no_post_today` */
  behind(request: Request): Promise<SignedIn | undefined>;
  /** Where somebody is sent who wanted to see that page and is not signed in. */
  doorFor(request: Request): string;
  /** The origin under which a browser shows our pages. */
  originOf(request: Request): string | undefined;
  /** Origins beside our own to which a form may lead. */
  formTargets: readonly string[];
}

/**
 * A form counts only from a page of ours: another site can have a browser send it, with the cookie. Browsers name the page's
 * origin with every POST; where they also say how that stands to ours, it must say the same.
 */
export function ownFormsOnly(entrance: Pick<Entrance, 'originOf'>): RequestHandler {
  return (request, _response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    const site = request.get('sec-fetch-site');
    const own = entrance.originOf(request);
    if (own === undefined || request.get('origin') !== own || (site !== undefined && site !== 'same-origin')) throw problem('form_from_elsewhere');
    next();
  };
}
