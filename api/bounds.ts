/** The bounds as the API holds them: by address before anybody is known, by actor behind it. */
import ipaddr from 'ipaddr.js';
import type { Request, RequestHandler } from 'express';
import type { Bounds } from '../office/bounds.js';
import { signedInOf, type Authenticate, type Guards } from './authenticate.js';

const vouched = new WeakSet<Request>();

/** Says that somebody known stands behind a request: an actor, or the signature of an organisation. */
export function vouchFor(request: Request): void {
  vouched.add(request);
}

/**
 * Whose address it is: of IPv6 the /64, of which a household has all. Behind a proxy it is the caller's own where the
 * proxy is named (`TIREK_TRUSTED_PROXIES`).
 */
export function addressOf(request: Request): string {
  const given = request.ip ?? '';
  if (!ipaddr.isValid(given)) return 'unknown';
  const address = ipaddr.process(given);
  return address.kind() === 'ipv4' ? address.toString() : `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/64`).toString()}/64`;
}

/**
 * Counts what nobody vouches for: open pages, unknown addresses, bad signatures and tokens. From an address that has spent
 * its bound only a request with a token is looked at (its tries have a bound of their own): colleagues behind one
 * address are not shut out by a flood from it. That a process lives is answered to everybody.
 */
export function boundByAddress(bounds: Bounds, livenessPath: string): RequestHandler {
  return async (request, response, next) => {
    if (request.path === livenessPath) return next();
    const address = addressOf(request);
    if (request.get('authorization') === undefined) await bounds.beforeCall(address);
    response.once('finish', () => {
      if (!vouched.has(request)) void bounds.afterUnvouchedCall(address);
    });
    next();
  };
}

/** Somebody is known: the request counts as theirs. @throws ProblemError `too_many_requests` */
export function countFor(bounds: Bounds, request: Request, person: string): Promise<void> {
  vouchFor(request);
  return bounds.request(person);
}

/** Behind the guards, which let a request on only with a person or a service: each request of a person counts as theirs. */
export function doorsWithin(bounds: Bounds, { person, service }: Guards): Guards {
  const counted: RequestHandler = async (request, _response, next) => {
    await countFor(bounds, request, signedInOf(request).person);
    next();
  };
  return { person: [...person, counted], service: [...service, known] };
}

const known: RequestHandler = (request, _response, next) => {
  vouchFor(request);
  next();
};

/** Tokens are tried no oftener than a person may try to sign in. */
export function boundTries(authenticate: Authenticate, bounds: Bounds): Authenticate {
  return async (request) => {
    const tried = request.get('authorization');
    if (tried === undefined) return authenticate(request);
    const address = addressOf(request);
    await bounds.beforeSignIn(address);
    const actor = await authenticate(request);
    if (actor === undefined) await bounds.afterFailedSignIn(address, tried);
    return actor;
  };
}
