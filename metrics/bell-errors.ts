/** Bells that a process could not ring for the relays. */
import { Counter, type Registry } from 'prom-client';
import type { Bell } from '../work/bell.js';

export function bellErrors(registry: Registry, bell: Bell): void {
  const counter: Counter<'code'> = new Counter({
    name: 'tirek_bell_errors_total',
    help: 'Bells for the relays that could not be rung, by SQLSTATE or code of the system; patrols find the work',
    labelNames: ['code'],
    registers: [registry],
    collect() {
      counter.reset();
      counter.inc({ code: 'unknown' }, 0);
      for (const [code, times] of bell.errors) counter.inc({ code }, times);
    },
  });
}
