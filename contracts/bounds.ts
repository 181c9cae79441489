/** How much one caller may ask for: the bounds of the doors, with the owners' defaults. */

export interface BoundSettings {
  /** Requests of one person, a minute. */
  requestsPerActor: number;
  /** Signed calls of one organisation, a minute. */
  reportsPerOrganisation: number;
  /** Calls from one address for which nobody vouches, a minute. */
  callsPerAddress: number;
  /** Families looked for by an ИИН, of one person, an hour. */
  iinLookups: number;
  /** Failed tries to sign in from one address, in fifteen minutes. */
  signInTries: number;
}

export const DEFAULT_BOUNDS: BoundSettings = {
  requestsPerActor: 600,
  reportsPerOrganisation: 6_000,
  callsPerAddress: 600,
  iinLookups: 20,
  signInTries: 10,
};

export const BOUND_KINDS = ['actor', 'organisation', 'address', 'iin_lookup', 'sign_in'] as const;

export type BoundKind = (typeof BOUND_KINDS)[number];

/** Counted in Postgres, so that neither a restart nor a second process gives anybody a fresh bound. */
export type CountedKind = Extract<BoundKind, 'iin_lookup' | 'sign_in'>;

/** Over what time each is counted, in seconds. */
export const BOUND_SECONDS: Readonly<Record<BoundKind, number>> = { actor: 60, organisation: 60, address: 60, iin_lookup: 60 * 60, sign_in: 15 * 60 };

/** The setting that bounds what is counted in Postgres. */
export const COUNTED_SETTING = { iin_lookup: 'iinLookups', sign_in: 'signInTries' } as const satisfies Record<CountedKind, keyof BoundSettings>;
