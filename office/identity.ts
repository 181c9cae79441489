/** Who speaks through the API: a person, a service in a person's name, or a service by itself. */
import type { Logger } from 'pino';
import { ProviderAway, type IdentityProvider } from '../adapters/identity/identity-provider.js';
import type { Pool } from '../db/pool.js';
import { problem } from './problem.js';
import { personWithPosts, stepUpOf, type SignedIn, type StepUpRule } from './signed-in.js';

/** A service that nobody stands behind: it acts for nobody. */
export interface ServiceAlone {
  service: string;
}

/** What a request brings. */
export interface Brought {
  /** `Authorization: Bearer` */
  token: string;
  /** `Tirek-On-Behalf-Of`: the token of the person in whose name a service asks. */
  onBehalf?: string | undefined;
  /** `Tirek-Post`: <role>@<center> */
  post?: string | undefined;
}

export interface Identities {
  pool: Pool;
  provider: IdentityProvider;
  stepUp: StepUpRule;
  log: Logger;
}

/** @throws ProblemError `sign_in_away` when the provider does not answer, and what the work throws */
export async function whenAway<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof ProviderAway ? problem('sign_in_away') : error;
  });
}

/**
 * Undefined when nobody vouches for the token.
 * @throws ProblemError `no_post_today`, `post_not_held`, `on_behalf_refused`, `sign_in_away`
 */
export async function whoSpeaks(deps: Identities, { token, onBehalf, post }: Brought): Promise<SignedIn | ServiceAlone | undefined> {
  const speaker = await checked(deps, token);
  if (speaker === undefined) return undefined;
  // A person speaks in the own name; with a second token it would be doubtful in whose.
  if ('person' in speaker) return onBehalf === undefined ? asPerson(deps, speaker, post) : refuseOnBehalf();
  if (onBehalf === undefined) return speaker;
  const person = await checked(deps, onBehalf);
  if (person === undefined) return undefined;
  if (!('person' in person)) return refuseOnBehalf();
  return { ...(await asPerson(deps, person, post)), service: speaker.service };
}

type Known = Exclude<Awaited<ReturnType<IdentityProvider['check']>>, { refused: string }>;

async function checked({ provider, log }: Identities, token: string): Promise<Known | undefined> {
  const found = await whenAway(provider.check(token));
  if (!('refused' in found)) return found;
  log.info({ reason: found.refused }, 'a token was refused');
  return undefined;
}

function asPerson({ pool, stepUp }: Identities, { person, proof }: Extract<Known, { person: string }>, named: string | undefined): Promise<SignedIn> {
  return personWithPosts(pool, person, { named, stepUp: stepUpOf(proof, stepUp) });
}

function refuseOnBehalf(): never {
  throw problem('on_behalf_refused');
}
