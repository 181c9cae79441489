/** The clock of a Center: it rings for what the Center itself owes, and never ends. */
import type { ClockInput, ClockOutcome } from '../../contracts/case-clock.js';
import { runClock } from '../clock/run-clock.js';

export function centerWorkflow(input: ClockInput): Promise<ClockOutcome> {
  return runClock(input);
}
