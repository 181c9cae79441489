/**
 * The data keys of a process: made here, wrapped by the key service, and kept unwrapped for a while, so that a list of
 * people asks the key service once and not for every row.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { KEY_BYTES, type DataKey } from './cipher.js';
import { FIRST_VERSION, fingerprintsOf, type Fingerprints } from './fingerprints.js';
import { KEY_RINGS, KeyNotHeld, type KeyRing, type KeyService } from './key-service.js';

/** A data key as it is stored. */
export interface WrappedKey {
  id: string;
  wrapped: string;
  ring: KeyRing;
}

export type FreshKey = DataKey & WrappedKey;

export interface VaultOptions {
  /** Keeper of the keys of families with signs of violence; absent: this process reads and writes nothing of them. */
  violence?: KeyService;
  /** Unwrapped keys that are kept at most; default 10 000. */
  most?: number;
  /** How long one is kept, in milliseconds; default five minutes. A destroyed key is forgotten everywhere after that. */
  ageMs?: number;
  clock?: () => number;
}

interface Kept {
  key: Buffer;
  until: number;
}

export class Vault {
  /** Keeper of the ordinary ring, and of the digests. */
  readonly service: KeyService;
  private readonly violence: KeyService | undefined;
  private readonly most: number;
  private readonly ageMs: number;
  private readonly clock: () => number;
  /** In the order of their last use. */
  private readonly kept = new Map<string, Kept>();
  private readonly prints = new Map<number, Promise<Fingerprints>>();

  constructor(service: KeyService, { violence, most = 10_000, ageMs = 5 * 60_000, clock = Date.now }: VaultOptions = {}) {
    this.service = service;
    this.violence = violence;
    this.most = most;
    this.ageMs = ageMs;
    this.clock = clock;
  }

  holds(ring: KeyRing): boolean {
    return ring === 'ordinary' || this.violence !== undefined;
  }

  /** @throws KeyNotHeld */
  keeperOf(ring: KeyRing): KeyService {
    const keeper = ring === 'ordinary' ? this.service : this.violence;
    if (keeper === undefined) throw new KeyNotHeld(ring);
    return keeper;
  }

  /** A new data key; nothing is stored of it yet. @throws KeysAway */
  async fresh(ring: KeyRing = 'ordinary'): Promise<FreshKey> {
    const key = randomBytes(KEY_BYTES);
    const [wrapped] = await this.keeperOf(ring).wrap([key]);
    if (wrapped === undefined) throw new Error('the key service wrapped nothing');
    const id = randomUUID();
    this.keep(id, key);
    return { id, key, wrapped, ring };
  }

  /** The key if it is at hand. */
  atHand(id: string): Buffer | undefined {
    const found = this.kept.get(id);
    if (found === undefined) return undefined;
    this.kept.delete(id);
    if (found.until <= this.clock()) return undefined;
    this.kept.set(id, found);
    return found.key;
  }

  /** Unwraps keys, in one call for all of a ring that are not at hand. @throws KeysAway */
  async unwrap(keys: readonly WrappedKey[]): Promise<ReadonlyMap<string, Buffer>> {
    const found = new Map<string, Buffer>();
    const missing: WrappedKey[] = [];
    for (const each of keys) {
      const key = this.atHand(each.id);
      if (key === undefined) missing.push(each);
      else found.set(each.id, key);
    }
    for (const ring of KEY_RINGS) {
      const opened = await this.unwrapOf(
        ring,
        missing.filter((each) => each.ring === ring),
      );
      for (const [id, key] of opened) found.set(id, key);
    }
    return found;
  }

  private async unwrapOf(ring: KeyRing, missing: readonly WrappedKey[]): Promise<ReadonlyMap<string, Buffer>> {
    const found = new Map<string, Buffer>();
    if (missing.length === 0) return found;
    const unwrapped = await this.keeperOf(ring).unwrap(missing.map(({ wrapped }) => wrapped));
    for (const [place, { id }] of missing.entries()) {
      const key = unwrapped[place];
      if (key?.length !== KEY_BYTES) throw new Error('the key service unwrapped something else than a data key');
      this.keep(id, key);
      found.set(id, key);
    }
    return found;
  }

  /** Of a key that is destroyed: nothing opens with it in this process any more. */
  forget(id: string): void {
    this.kept.delete(id);
  }

  /** By a version of the key for digests; asked of the key service once for each. @throws KeysAway */
  fingerprints(version: number = FIRST_VERSION): Promise<Fingerprints> {
    const known = this.prints.get(version);
    if (known !== undefined) return known;
    const asked = fingerprintsOf(this.service, version).catch((error: unknown) => {
      // The next who asks tries again.
      this.prints.delete(version);
      throw error;
    });
    this.prints.set(version, asked);
    return asked;
  }

  private keep(id: string, key: Buffer): void {
    this.kept.delete(id);
    this.kept.set(id, { key, until: this.clock() + this.ageMs });
    const [oldest] = this.kept.keys();
    if (this.kept.size > this.most && oldest !== undefined) this.kept.delete(oldest);
  }
}
