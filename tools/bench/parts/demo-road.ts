/** Part "demo": what the road of the demonstration costs as a whole. */
import { caseWorkflowId } from '../../../contracts/case-clock.js';
import { CURRENT_LAW } from '../../../cli/commands/current-law.js';
import { runDemo } from '../../demo/demo.js';
import { readRuns } from '../act-meter.js';
import type { BenchStack } from '../bench-stack.js';
import { eventCost, type EventTally } from '../history-tally.js';
import { spreadOf, type Spread } from '../statistics.js';

export interface DemoRoad {
  events: number[];
  transitions: number[];
  actions: number[];
  runs: number[];
  ledgerEntries: number[];
  wallSeconds: Spread | undefined;
  /** What the events of the last run are there for. */
  kinds: EventTally;
  /** Checks of the demonstration that failed. */
  failedChecks: string[];
}

export async function measureDemo(stack: BenchStack, runs: number, tell: (line: string) => void): Promise<DemoRoad> {
  const road: DemoRoad = { events: [], transitions: [], actions: [], runs: [], ledgerEntries: [], wallSeconds: undefined, kinds: {}, failedChecks: [] };
  const seconds: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    tell(`The demonstration's road, run ${run} of ${runs}`);
    seconds.push(await oneRoad(stack, road));
  }
  return { ...road, wallSeconds: spreadOf(seconds) };
}

async function oneRoad(stack: BenchStack, road: DemoRoad): Promise<number> {
  const { endpoints, namespace, client } = stack;
  const { api, temporal, postgresOwner, simulators } = endpoints;
  const { summary, checks } = await runDemo({ api, temporal, postgresOwner, simulators, namespace, calendar: CURRENT_LAW.calendar, tell: () => undefined });
  const runs = await readRuns(client, caseWorkflowId(summary.caseId));
  const costs = runs.map(({ events }) => eventCost(events));
  road.events.push(sum(costs.map(({ events }) => events)));
  road.actions.push(sum(costs.map(({ actions }) => actions)));
  road.transitions.push(sum(runs.map(({ transitions }) => transitions)));
  road.runs.push(runs.length);
  road.ledgerEntries.push((await stack.api.timeline(summary.caseId, 0)).length);
  road.kinds = eventCost(runs.flatMap(({ events }) => events)).kinds;
  road.failedChecks.push(...checks.filter(({ ok }) => !ok).map(({ what }) => what));
  return summary.wallSeconds;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
