/** What a relay counts of its own work. Series exist from zero: what never happened is told as well as what did. */
import { Counter, Gauge, type Registry } from 'prom-client';
import type { RelayObserver } from '../work/relay-observer.js';
import type { WokenWhy } from '../work/watch/engine-watch.js';
import { LIST_NAMES } from '../work/work-list.js';
import { stepLateness } from './step-lateness.js';

export function relayMetrics(registry: Registry): RelayObserver {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> =>
    new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
  const taken = counter('tirek_work_taken_total', 'Pieces of work taken from a list', ['list', 'lane']);
  const ended = counter('tirek_work_ended_total', 'How they ended; lost: the lease ran out under way', ['list', 'how']);
  const rung = counter('tirek_moments_rung_total', 'Cases whose moments the ledger rang without their clocks', ['by']);
  const woken = counter('tirek_clocks_woken_total', 'Clocks that the reconciler asked to look, and why', ['why']);
  const ghosts = counter('tirek_ghosts_ended_total', 'Clocks ended because no running case stands behind them', []);
  const engine = new Gauge({
    name: 'tirek_engine_reachable',
    help: '1 when Temporal answered the last question of the watch, 0 when not; of no value where another relay watches',
    registers: [registry],
  });
  for (const list of LIST_NAMES) {
    for (const lane of ['1', '2', '3']) taken.inc({ list, lane }, 0);
    for (const how of ['done', 'failed', 'lost']) ended.inc({ list, how }, 0);
  }
  for (const by of ['herd', 'watchman']) rung.inc({ by }, 0);
  for (const why of ['missing', 'rebuilt', 'fewer', 'version'] satisfies WokenWhy[]) woken.inc({ why }, 0);
  return {
    taken: (list, lane, pieces) => taken.inc({ list, lane: String(lane) }, pieces),
    ended: (list, _lane, how) => ended.inc({ list, how }),
    step: stepLateness(registry),
    rung: (by, cases) => rung.inc({ by }, cases),
    woken: (why, clocks) => woken.inc({ why }, clocks),
    ghostsEnded: (runs) => ghosts.inc(runs),
    engine: (reachable) => engine.set(reachable === undefined ? Number.NaN : Number(reachable)),
  };
}
