/** The metrics of one process. */
import { Registry } from 'prom-client';

export type MeteredProcess = 'worker' | 'relay' | 'api';

/** A registry whose every series says which process it is of. */
export function createRegistry(process: MeteredProcess): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  return registry;
}
