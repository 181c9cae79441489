/**
 * The bounds of the doors. Floods of requests are counted in the memory of each process: a bound of N lets N pass
 * through each of them, and a restart begins anew, which is enough against a flood. Look-ups by ИИН and tries to sign in
 * are counted in Postgres.
 */
import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import { BOUND_KINDS, BOUND_SECONDS, type BoundKind, type BoundSettings, type CountedKind } from '../contracts/bounds.js';
import { BOUND_TABLE, boundPrefix } from '../db/bound-counts.js';
import type { Pool } from '../db/pool.js';
import type { Actor } from '../domain/case/facts.js';
import { problem } from './problem.js';

/** Every one refuses with `too_many_requests`, with the seconds after which the caller may try again. */
export interface Bounds {
  /** Counts a request of a person. @throws ProblemError */
  request(person: string): Promise<void>;
  /** Counts a signed call of an organisation. @throws ProblemError */
  report(organisation: string): Promise<void>;
  /** Refuses an address that nobody vouches for too often. @throws ProblemError */
  beforeCall(address: string): Promise<void>;
  /** Counts a call for which nobody vouched. */
  afterUnvouchedCall(address: string): Promise<void>;
  /** Refuses an address from which too many tries have failed. Call it before a key, a token or a code is looked at. @throws ProblemError */
  beforeSignIn(address: string): Promise<void>;
  /**
   * Counts a try that failed.
   * @param tried what was tried: the same again guesses nothing new, and is counted once (a machine that repeats an old token
   *   must not shut out everybody behind its address)
   */
  afterFailedSignIn(address: string, tried?: string): Promise<void>;
  /** Counts a look for a family by an ИИН. @throws ProblemError */
  lookUpByIin(actor: Actor): Promise<void>;
  /** Takes the last look back: nothing was looked for, it was the repeat of a request. */
  forgiveLookUp(actor: Actor): Promise<void>;
  /** How many were refused since the start of the process. */
  readonly refusals: ReadonlyMap<BoundKind, number>;
}

/** So long an address without failed tries is not asked about again: a guesser gains no try by it, its failures are counted here. */
const CLEAN_FOR_MS = 2_000;
const MOST_CLEAN = 10_000;

/** The setting of each bound that is counted. */
interface Limiters extends Record<BoundKind, RateLimiterAbstract> {
  /** Tries that were counted already. */
  tried: RateLimiterAbstract;
}

function inMemory(kind: BoundKind, points: number): RateLimiterAbstract {
  return new RateLimiterMemory({ keyPrefix: kind, points, duration: BOUND_SECONDS[kind] });
}

function limitersOf(pool: Pool, settings: BoundSettings): Limiters {
  const counted = (kind: CountedKind, points: number): RateLimiterAbstract =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: BOUND_TABLE,
      // By the migration: the role of the processes owns no table. What has expired the relay removes.
      tableCreated: true,
      clearExpiredByTimeout: false,
      // The library puts a colon behind it.
      keyPrefix: boundPrefix(kind).slice(0, -1),
      points,
      duration: BOUND_SECONDS[kind],
    });
  return {
    actor: inMemory('actor', settings.requestsPerActor),
    organisation: inMemory('organisation', settings.reportsPerOrganisation),
    address: inMemory('address', settings.callsPerAddress),
    iin_lookup: counted('iin_lookup', settings.iinLookups),
    sign_in: counted('sign_in', settings.signInTries),
    tried: new RateLimiterMemory({ keyPrefix: 'tried', points: 1, duration: BOUND_SECONDS.sign_in }),
  };
}

export function createBounds(pool: Pool, settings: BoundSettings): Bounds {
  const limiters = limitersOf(pool, settings);
  const refusals = new Map<BoundKind, number>(BOUND_KINDS.map((kind) => [kind, 0]));
  const refuse = (kind: BoundKind, msBeforeNext: number): never => {
    refusals.set(kind, (refusals.get(kind) ?? 0) + 1);
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
    throw problem('too_many_requests', { params: { bound: kind, minutes: Math.ceil(seconds / 60) }, headers: { 'Retry-After': String(seconds) } });
  };
  const count = async (kind: BoundKind, who: string): Promise<void> => {
    const left = await consumed(limiters[kind], who);
    if (left !== undefined) refuse(kind, left);
  };
  return {
    request: (person) => count('actor', person),
    report: (organisation) => count('organisation', organisation),
    beforeCall: async (address) => {
      const spent = await limiters.address.get(address);
      if (spent !== null && spent.consumedPoints >= limiters.address.points) refuse('address', spent.msBeforeNext);
    },
    afterUnvouchedCall: async (address) => void (await consumed(limiters.address, address)),
    ...signInBounds(limiters, refuse),
    lookUpByIin: ({ id }) => count('iin_lookup', id),
    forgiveLookUp: async ({ id }) => void (await limiters.iin_lookup.reward(id)),
    refusals,
  };
}

function signInBounds(
  { sign_in: limiter, tried }: Limiters,
  refuse: (kind: BoundKind, msBeforeNext: number) => never,
): Pick<Bounds, 'beforeSignIn' | 'afterFailedSignIn'> {
  const cleanUntil = new Map<string, number>();
  return {
    beforeSignIn: async (address) => {
      if ((cleanUntil.get(address) ?? 0) > Date.now()) return;
      const spent = await limiter.get(address);
      if (spent !== null && spent.consumedPoints >= limiter.points) return refuse('sign_in', spent.msBeforeNext);
      if (cleanUntil.size >= MOST_CLEAN) cleanUntil.clear();
      cleanUntil.set(address, Date.now() + CLEAN_FOR_MS);
    },
    afterFailedSignIn: async (address, what) => {
      if (what !== undefined && (await consumed(tried, digestOf(address, what))) !== undefined) return;
      cleanUntil.delete(address);
      await consumed(limiter, address);
    },
  };
}

/** Counts one; the milliseconds until there is room again where there is none, else undefined. @throws what the store throws */
async function consumed(limiter: RateLimiterAbstract, who: string): Promise<number | undefined> {
  try {
    await limiter.consume(who);
    return undefined;
  } catch (error) {
    if (error instanceof RateLimiterRes) return error.msBeforeNext;
    throw error;
  }
}

/** A key that was tried is kept nowhere, not in memory either. */
function digestOf(address: string, what: string): string {
  return createHash('sha256').update(`${address}\n${what}`, 'utf8').digest('hex');
}
