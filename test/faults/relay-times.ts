/** Times of a relay for tests: everything that it does by the clock happens within seconds. */
import type { RelayTimes } from '../../work/relay.js';

export const QUICK: Partial<RelayTimes> = {
  leaseMs: 2_000,
  ringEveryMs: 100,
  graceMs: 2_000,
  reconcileEveryMs: 300,
  alarmsEveryMs: 300,
  adoptionsEveryMs: 300,
  // A run whose task died with its worker gets the next one after ten seconds: only what has nothing behind it for longer is a ghost.
  engine: { graceMs: 3_000, awayMs: 1_000, countEveryMs: 2_000, ghostsEveryMs: 1_000, ensureEveryMs: 5_000, settledForMs: 15_000 },
};
