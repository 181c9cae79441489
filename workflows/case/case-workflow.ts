/** The clock of a family's case. */
import type { ClockInput, ClockOutcome } from '../../contracts/case-clock.js';
import { runClock } from '../clock/run-clock.js';

export function caseWorkflow(input: ClockInput): Promise<ClockOutcome> {
  return runClock(input);
}
