/** What a relay tells of its own work to whoever counts it. */
import type { StepObserver } from '../ledger/recorded-steps.js';
import type { WokenWhy } from './watch/engine-watch.js';
import type { Ringer } from './watch/rings.js';
import type { WorkObserver } from './work-list.js';

export interface RelayObserver extends WorkObserver {
  /** A step of a ladder that this process recorded: reports bring them along, the herd and the watchman ring them. */
  step: StepObserver;
  /** Moments that were rung without their clocks. */
  rung(by: Ringer, cases: number): void;
  /** Clocks that the reconciler asked to look. */
  woken(why: WokenWhy, clocks: number): void;
  ghostsEnded(runs: number): void;
  /** Undefined while nobody has asked. */
  engine(reachable: boolean | undefined): void;
}

/** Of a relay that nobody asks. */
export const UNWATCHED: RelayObserver = {
  taken() {},
  ended() {},
  step() {},
  rung() {},
  woken() {},
  ghostsEnded() {},
  engine() {},
};
