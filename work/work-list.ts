/** What a list of work is: rows with a state, taken by lane under leases. One table of them is all that a relay does. */
import type { Leased } from './lease.js';

export const LIST_NAMES = ['wakes', 'inbox', 'alerts', 'digests', 'alarms', 'resends', 'untaken'] as const;

export type ListName = (typeof LIST_NAMES)[number];

/** 1 threats and minors, 2 the rest, 3 mass work. Each has places of its own: none waits for another. */
export type Lane = 1 | 2 | 3;

export interface LaneOptions {
  lane: Lane;
  /** Pieces under way at once. */
  places: number;
  /** The list is looked at so often without a bell, in milliseconds. */
  everyMs: number;
}

/** Rows that are due and in nobody's hand. */
export interface DueWork {
  list: ListName;
  lane: Lane;
  rows: number;
  /** How long the oldest of them could have been taken, in milliseconds by the clock of Postgres. */
  oldestMs: number;
}

export interface WorkList<P extends Leased> {
  readonly name: ListName;
  readonly lanes: readonly LaneOptions[];
  readonly leaseMs: number;
  /** A piece that takes longer is given up and tried again, in milliseconds: a place must not be held for ever. */
  readonly withinMs: number;
  /** Takes at most so many pieces, and counts an attempt of each. @throws the error of Postgres; what was taken all the same is anybody's when its lease is over */
  take(lane: Lane, most: number): Promise<readonly P[]>;
  /** @returns false when somebody else may have it by now */
  renew(piece: P): Promise<boolean>;
  /**
   * Does it and writes how it ended.
   * @param given up: aborted when the lease is lost or the time is up
   * @throws when it is to be tried again
   */
  do(piece: P, given: AbortSignal): Promise<void>;
  /** Writes that the attempt failed and why; the plan of attempts was moved on when it was taken. */
  failed(piece: P, error: unknown): Promise<void>;
}

/** Told of what happens at the lists. */
export interface WorkObserver {
  taken(list: ListName, lane: Lane, pieces: number): void;
  ended(list: ListName, lane: Lane, how: 'done' | 'failed' | 'lost'): void;
}

/** Cause and message, without a stack. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.name}: ${error.message}${cause}`;
}
