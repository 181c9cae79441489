/** How late the steps of the ladders are against their moments. */
import { Histogram, type Registry } from 'prom-client';
import type { StepObserver } from '../ledger/recorded-steps.js';

/** Seconds: a healthy engine stays in the first buckets, an outage shows how long it was. */
const BUCKETS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900, 3_600, 21_600, 86_400];

/**
 * The histogram as what a take tells of each recorded step. Both ends are case time: of a case
 * that lives by the wall clock it is the lateness that people see, of a fast-forwarded one the
 * lateness by that case's own clock, in which the days skipped took no time.
 */
export function stepLateness(registry: Registry): StepObserver {
  const histogram = new Histogram({
    name: 'tirek_step_lateness_seconds',
    help: 'Recorded time of a ladder step less its legal moment, in case time',
    labelNames: ['step', 'force'] as const,
    buckets: BUCKETS,
    registers: [registry],
  });
  return ({ step, force, latenessMs }) => histogram.observe({ step, force }, latenessMs / 1_000);
}
