/** Who keeps the keys that wrap data keys, outside of Postgres: the seam, and what every keeper has in common. */

/** Wraps and unwraps data keys, and makes keyed digests; each answer names the version of the key that it was made with. */
export interface KeyService {
  /** Wraps keys with the current version, in their order. @throws KeysAway */
  wrap(keys: readonly Buffer[]): Promise<readonly string[]>;
  /** @throws KeysAway, also for a version that the keeper does not have (any more) */
  unwrap(wrapped: readonly string[]): Promise<readonly Buffer[]>;
  /** The same data keys, wrapped with the current version. @throws KeysAway */
  rewrap(wrapped: readonly string[]): Promise<readonly string[]>;
  /**
   * HMAC-SHA256 of a text under a version of the key for digests, which does not change when the wrapping key does.
   * @throws KeysAway, also for a version that the keeper does not have
   */
  mac(text: string, version: number): Promise<Buffer>;
  /** The newest version of the key for digests. @throws KeysAway */
  digestVersion(): Promise<number>;
  /** A new version of the key for digests; what was indexed with the older ones is found by them. @throws KeysAway */
  rotateDigests(): Promise<number>;
  /** The version with which it wraps. @throws KeysAway */
  version(): Promise<number>;
  /** A new version of the wrapping key, with which it wraps from now on; the older ones unwrap. @throws KeysAway */
  rotate(): Promise<number>;
}

/**
 * Under which key data keys are wrapped. Those of families with signs of violence have one of their own, with a keeper, a file or
 * a name of its own: whoever holds the ordinary one reads nothing of them (P43).
 */
export const KEY_RINGS = ['ordinary', 'violence'] as const;
export type KeyRing = (typeof KEY_RINGS)[number];

/** The keeper of the keys does not answer, or not with what was asked. Nothing was sealed or opened, and a repeat is safe. */
export class KeysAway extends Error {
  override readonly name = 'KeysAway';
}

/** This process was not given the key of that ring: it must not read what is sealed under it, and a repeat changes nothing. */
export class KeyNotHeld extends KeysAway {
  readonly ring: KeyRing;
  constructor(ring: KeyRing) {
    super(`this process does not hold the key of the ring "${ring}"`);
    this.ring = ring;
  }
}

const WRAPPED = /^[a-z]+:v([1-9][0-9]{0,8}):/;

/** The version of the wrapping key, as it stands in a wrapped one. @throws Error for a text that is none */
export function versionOf(wrapped: string): number {
  const [, version] = WRAPPED.exec(wrapped) ?? [];
  if (version === undefined) throw new Error('a wrapped key names no version');
  return Number(version);
}
