/** Who has come in, with which posts of today, and whether an act that asks for more may be done on this sign-in. */
import type { Proof } from '../adapters/identity/identity-provider.js';
import { postsAt } from '../contracts/staffing.js';
import type { Pool } from '../db/pool.js';
import { findActorByToken } from '../db/directory.js';
import { staffingsOf } from '../db/staffing.js';
import { may, type Act } from '../domain/access/rights.js';
import type { Actor } from '../domain/case/facts.js';
import type { Instant } from '../domain/law/calendar.js';
import { problem } from './problem.js';
import { actorBy } from './viewer.js';

export interface SignedIn {
  person: string;
  /** What the person may act as now: own posts, those of colleagues for whom the person stands in, the turn of duty. */
  posts: readonly [Actor, ...Actor[]];
  /** The one that was named; without it each act finds its own. */
  chosen?: Actor;
  /** The service that asks in the person's name, by its client id. */
  service?: string;
  /** Of the pages: the session, by the uuid that opens nothing. */
  session?: string;
  stepUp: StepUp;
}

export interface StepUp {
  /** Acts that ask for it are taken until then. */
  until: Instant;
  /** How recent a sign-in has to be, and how strong: one of these `acr`, where any is named. */
  minutes: number;
  acr: readonly string[];
}

export type StepUpRule = Omit<StepUp, 'until'>;

/** A role at a Center, as it is written in `Tirek-Post`. */
const POST = /^([a-z_]+)@([\x21-\x3f\x41-\x7e]+)$/;

export function postInWords({ role, center }: Actor): string {
  return `${role}@${center}`;
}

/** How far a sign-in reaches. One of unknown age, or weaker than asked, reaches nowhere. */
export function stepUpOf({ at, strength }: Proof, rule: StepUpRule): StepUp {
  const strong = rule.acr.length === 0 || (strength !== undefined && rule.acr.includes(strength));
  return { ...rule, until: at === undefined || !strong ? 0 : at + rule.minutes * 60_000 };
}

/**
 * A person by the staffing record of today.
 * @param named the post that the person wants to act in
 * @throws ProblemError `no_post_today`, `post_not_held`
 */
export async function personWithPosts(pool: Pool, person: string, { named, stepUp }: { named?: string | undefined; stepUp: StepUp }): Promise<SignedIn> {
  const { at, staffings } = await staffingsOf(pool, person);
  const [first, ...others] = staffings.flatMap(({ center, staffing }) =>
    postsAt(person, staffing, at).map((role) => actorBy({ id: person, role, center }, staffing, at)),
  );
  if (first === undefined) throw problem('no_post_today', { params: { person } });
  return withChosen({ person, posts: [first, ...others], stepUp }, named);
}

/** The switch of a development machine: a token that everybody knows counts as the strongest sign-in. */
export async function personOfDevelopmentToken(pool: Pool, token: string, named?: string): Promise<SignedIn | undefined> {
  const actor = await findActorByToken(pool, token);
  return actor === undefined ? undefined : withChosen(alone(actor), named);
}

/** Somebody of one post, from whom nothing more is asked. */
export function alone(actor: Actor): SignedIn {
  return { person: actor.id, posts: [actor], stepUp: { until: Number.POSITIVE_INFINITY, minutes: 0, acr: [] } };
}

function withChosen(signedIn: SignedIn, named: string | undefined): SignedIn {
  if (named === undefined) return signedIn;
  const [, role, center] = POST.exec(named) ?? [];
  const chosen = signedIn.posts.find((post) => post.role === role && post.center === center);
  if (chosen === undefined) throw problem('post_not_held', { params: { posts: signedIn.posts.map(postInWords).join(', ') } });
  return { ...signedIn, chosen };
}

/** As whom the person does an act: in the post that was chosen, else in the first that may, else in the first. */
export function actorFor({ posts, chosen }: SignedIn, act?: Act): Actor {
  return chosen ?? posts.find((post) => act !== undefined && may(act, post)) ?? posts[0];
}

/**
 * For acts that nobody may do on a sign-in of this morning.
 * @throws ProblemError `step_up_needed`, which tells a client what to ask of the provider (RFC 9470)
 */
export function requireStepUp({ stepUp: { until, minutes, acr } }: SignedIn, now: Instant = Date.now()): void {
  if (now < until) return;
  const strength = acr.length === 0 ? '' : `, acr_values="${acr.join(' ')}"`;
  const challenge = `Bearer error="insufficient_user_authentication", error_description="A more recent or stronger sign-in is needed", max_age="${minutes * 60}"${strength}`;
  throw problem('step_up_needed', { params: { minutes }, headers: { 'WWW-Authenticate': challenge } });
}
