/** Coming in to the pages and leaving them: by the provider, with a session that the server keeps. */
import type { Logger } from 'pino';
import { z } from 'zod';
import { SignInBroken, type IdentityProvider, type Proof } from '../adapters/identity/identity-provider.js';
import type { Pool } from '../db/pool.js';
import { beginSession, choosePost, endByProvider, endSession, visitSession, type Session } from '../db/sessions.js';
import { whenAway } from './identity.js';
import { problem } from './problem.js';
import { personWithPosts, postInWords, stepUpOf, type SignedIn, type StepUpRule } from './signed-in.js';

export interface PageSignIn {
  pool: Pool;
  log: Logger;
  provider: IdentityProvider;
  stepUp: StepUpRule;
  /** Origin at which browsers reach the pages, and the provider's. */
  publicUrl: string;
  providerOrigin: string;
  idleMs: number;
  lastsMs: number;
}

/** Where the provider sends the browser back to. */
export const CALLBACK_PATH = '/console/callback';
/** What a browser on its way to the provider keeps, and nobody else has: the answer counts for it alone. */
const Flow = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string(), maxAge: z.number(), next: z.string() });

/** A page of ours, as a link that somebody else made could not name another one. */
const OWN_PAGE = /^\/console(?:\/[\w\-.~%:/]*)?(?:\?[\w\-.~%:/=&+]*)?$/;
const FIRST_PAGE = '/console/cases';

/** @param next the page that the person wanted to see */
export async function beginPageSignIn(deps: PageSignIn, { next, fresh }: { next: unknown; fresh: boolean }): Promise<{ url: string; flow: string }> {
  const maxAge = Math.floor(fresh ? deps.stepUp.minutes * 60 : deps.lastsMs / 1_000);
  const asked = { redirectUri: deps.publicUrl + CALLBACK_PATH, maxAgeSeconds: maxAge, fresh };
  const { url, flow } = await whenAway(deps.provider.begin(asked));
  const page = typeof next === 'string' && OWN_PAGE.test(next) ? next : FIRST_PAGE;
  const kept: z.infer<typeof Flow> = { ...flow, maxAge, next: page };
  return { url: url.href, flow: Buffer.from(JSON.stringify(kept)).toString('base64url') };
}

/**
 * The end of the way: a new session, whatever the browser had before.
 * @param query what the provider has added to the address
 * @param kept what the browser has kept of its beginning
 * @throws ProblemError `sign_in_failed`, `no_post_today`, `sign_in_away`
 */
export async function finishPageSignIn(
  deps: PageSignIn,
  { query, kept, former }: { query: string; kept: string | undefined; former: string | undefined },
): Promise<{ session: string; next: string }> {
  const flow = flowIn(kept);
  if (flow === undefined) throw problem('sign_in_failed');
  const back = new URL(`${deps.publicUrl}${CALLBACK_PATH}${query}`);
  const { person, proof, sid } = await whenAway(deps.provider.finish(back, flow, flow.maxAge)).catch((error: unknown) => {
    throw error instanceof SignInBroken ? problem('sign_in_failed') : error;
  });
  await personWithPosts(deps.pool, person, { stepUp: stepUpOf(proof, deps.stepUp) });
  if (former !== undefined) await endSession(deps.pool, former);
  const { idleMs, lastsMs } = deps;
  const { secret, id } = await beginSession(deps.pool, {
    person,
    idleMs,
    lastsMs,
    ...(proof.at === undefined ? {} : { provedAt: new Date(proof.at) }),
    ...(proof.strength === undefined ? {} : { strength: proof.strength }),
    ...(sid === undefined ? {} : { providerSid: sid }),
  });
  deps.log.info({ event: 'signed_in', session: id, strong: stepUpOf(proof, deps.stepUp).until > 0 }, 'somebody has signed in to the pages');
  return { session: secret, next: flow.next };
}

function flowIn(kept: string | undefined): z.infer<typeof Flow> | undefined {
  try {
    const parsed = Flow.safeParse(JSON.parse(Buffer.from(kept ?? '', 'base64url').toString('utf8')));
    return parsed.success && OWN_PAGE.test(parsed.data.next) ? parsed.data : undefined;
  } catch {
    // Somebody wrote it by hand: no sign-in was begun with that.
    return undefined;
  }
}

/** Who is behind a session, by the posts of now; undefined when it is over. @throws ProblemError `no_post_today` */
export async function personOfSession({ pool, idleMs, stepUp }: PageSignIn, id: string): Promise<SignedIn | undefined> {
  const session = await visitSession(pool, id, idleMs);
  if (session === undefined) return undefined;
  const signedIn = await personWithPosts(pool, session.person, { stepUp: stepUpOf(proofOf(session), stepUp) });
  // A post that was chosen and has ended is no longer chosen.
  const chosen = signedIn.posts.find((post) => postInWords(post) === session.post);
  return { ...signedIn, session: session.id, ...(chosen === undefined ? {} : { chosen }) };
}

function proofOf({ provedAt, strength }: Session): Proof {
  return { ...(provedAt === undefined ? {} : { at: provedAt.getTime() }), ...(strength === undefined ? {} : { strength }) };
}

/** @throws ProblemError `post_not_held` */
export async function changePost(deps: PageSignIn, id: string, { posts }: SignedIn, wanted: unknown): Promise<void> {
  if (!posts.some((post) => postInWords(post) === wanted)) throw problem('post_not_held', { params: { posts: posts.map(postInWords).join(', ') } });
  await choosePost(deps.pool, id, String(wanted));
}

/** Ends the session here; the address at which the browser ends that of the provider, too, where there is one. */
export async function endPageSession({ pool, provider, publicUrl, log }: PageSignIn, id: string | undefined): Promise<string> {
  const session = id === undefined ? undefined : await endSession(pool, id);
  if (session !== undefined) log.info({ event: 'signed_out', session }, 'somebody has signed out of the pages');
  const backTo = `${publicUrl}${SIGNED_OUT_PATH}`;
  // Whoever wants to leave has left, whether the provider answers or not.
  const there = await provider.endSession(backTo).catch(() => undefined);
  return there?.href ?? backTo;
}

/**
 * Ends here what was ended at the provider, by its signed word.
 * @returns false for what is no such word, or was heard before: nothing ended
 * @throws ProblemError `sign_in_away` when nobody can tell whether it is the provider's
 */
export async function endByWordOfProvider({ pool, provider, log }: PageSignIn, token: string): Promise<boolean> {
  const told = await whenAway(provider.checkLogout(token));
  if ('refused' in told) {
    log.warn({ event: 'sessions_not_ended', by: 'provider', reason: told.refused }, 'a word of an end at the provider was refused');
    return false;
  }
  const ended = await endByProvider(pool, told);
  if (ended === undefined) log.warn({ event: 'sessions_not_ended', by: 'provider', reason: 'logout_repeated' }, 'a word of an end at the provider came again');
  else log.info({ event: 'sessions_ended', by: 'provider', sessions: ended }, 'sessions ended that were ended at the provider');
  return ended !== undefined;
}

export const SIGNED_OUT_PATH = '/console/signed-out';
