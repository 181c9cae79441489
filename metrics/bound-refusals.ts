/** What was refused because a bound was reached, by the bound alone. */
import { Counter, type Registry } from 'prom-client';
import type { BoundKind } from '../contracts/bounds.js';

export function boundRefusals(registry: Registry, refusals: ReadonlyMap<BoundKind, number>): void {
  const counter: Counter<'bound'> = new Counter({
    name: 'tirek_bound_refusals_total',
    help: 'Calls refused with 429, by the bound that was reached',
    labelNames: ['bound'],
    registers: [registry],
    collect() {
      counter.reset();
      for (const [bound, times] of refusals) counter.inc({ bound }, times);
    },
  });
}
