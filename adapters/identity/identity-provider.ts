/**
 * The seam to the provider of OpenID Connect: whom a token speaks for, and the way of a browser to it and back. Who that person
 * is to us, and with which posts, it does not say: the staffing record does.
 */
import type { Instant } from '../../domain/law/calendar.js';

/** Neither yes nor no: whoever could tell does not answer. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
}

/** The browser came back with something that is no answer to what was asked. */
export class SignInBroken extends Error {
  override readonly name = 'SignInBroken';
}

/** How and when a person has shown who they are. */
export interface Proof {
  /** `auth_time` */
  at?: Instant;
  /** `acr` */
  strength?: string;
}

/** A person; or a service by itself; or why the token is neither's. */
export type CheckedToken = { person: string; proof: Proof } | { service: string } | { refused: string };

/** What the provider tells of an end: of a session of its own (`sid`), of a person (`sub`), or of both; or why it is no such word. */
export type CheckedLogout = { jti: string; person?: string; sid?: string; until: Instant } | { refused: string };

/** Who has come back. */
export interface ProvedPerson {
  person: string;
  proof: Proof;
  /** The provider's name of its own session, where it has one: when that ends, ours does. */
  sid?: string;
}

/** What must be there again when the browser comes back. */
export interface SignInFlow {
  state: string;
  nonce: string;
  verifier: string;
}

export interface SignInAsked {
  redirectUri: string;
  /** The longest time since the person last showed who they are. */
  maxAgeSeconds: number;
  /** The person shows it now, as strongly as an approval asks. */
  fresh: boolean;
}

export interface IdentityProvider {
  /** @throws ProviderAway */
  check(token: string): Promise<CheckedToken>;
  /** A word of the provider that somebody has left there (OpenID Connect Back-Channel Logout 1.0, 2.4). @throws ProviderAway */
  checkLogout(token: string): Promise<CheckedLogout>;
  /** The address to which the browser is sent. @throws ProviderAway */
  begin(asked: SignInAsked): Promise<{ url: URL; flow: SignInFlow }>;
  /** @param back where the browser came back to, with what the provider has added @throws ProviderAway, SignInBroken */
  finish(back: URL, flow: SignInFlow, maxAgeSeconds: number): Promise<ProvedPerson>;
  /** Where the browser ends its session at the provider; undefined when that has no such place. @throws ProviderAway */
  endSession(backTo: string): Promise<URL | undefined>;
}
