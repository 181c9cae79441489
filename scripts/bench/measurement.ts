/** The parts of the measurement, and running those that are wanted on one stack. */
import { reasonOf } from '../stack/failure.js';
import type { BenchStack } from './bench-stack.js';
import { load } from './environment.js';
import { measureActs, type ActCosts } from './parts/act-costs.js';
import { measureAdoption, type LawAdoptionFigures } from './parts/law-adoption.js';
import { measureDemo, type DemoRoad } from './parts/demo-road.js';
import { measureLives, type ParallelLives } from './parts/parallel-lives.js';
import { measureWebhooks, type WebhookLatency } from './parts/webhook-latency.js';

export const PART_NAMES = ['acts', 'demo', 'webhooks', 'lives', 'adoption'] as const;
export type PartName = (typeof PART_NAMES)[number];

export interface PartResults {
  acts: ActCosts;
  demo: DemoRoad;
  webhooks: WebhookLatency;
  lives: ParallelLives;
  adoption: LawAdoptionFigures;
}

/** How much is measured. */
export interface Effort {
  runs: number;
  /** Counts hardly differ from run to run. */
  countedRuns: number;
  livesAtOnce: number;
  cases: number;
  reports: number;
  secondsPerRun: number;
  /** Open cases over which a calendar is adopted. */
  adoptionCases: number;
}

export function effortOf(quick: boolean, runs: number | undefined): Effort {
  const wanted = runs ?? (quick ? 2 : 5);
  const size = quick
    ? { livesAtOnce: 10, cases: 5, reports: 400, secondsPerRun: 10, adoptionCases: 100 }
    : { livesAtOnce: 50, cases: 50, reports: 1_500, secondsPerRun: 20, adoptionCases: 1_000 };
  return { runs: wanted, countedRuns: Math.min(wanted, quick ? 1 : 3), ...size };
}

/** What came of a part, and how busy the machine was when it began and when it ended. */
export interface Part<T> {
  result?: T;
  /** Why there is no result. */
  failure?: string;
  /** Why it was not tried here. */
  leftOut?: string;
  loadBefore: number[];
  loadAfter: number[];
}

export type Parts = { [K in PartName]?: Part<PartResults[K]> };

const NEEDS_SKIPPING: ReadonlySet<PartName> = new Set<PartName>(['demo', 'lives']);

type Measure<K extends PartName> = (stack: BenchStack, effort: Effort, tell: (line: string) => void) => Promise<PartResults[K]>;

const MEASURES: { readonly [K in PartName]: Measure<K> } = {
  acts: (stack, { countedRuns }, tell) => measureActs(stack, countedRuns, tell),
  demo: (stack, { runs }, tell) => measureDemo(stack, runs, tell),
  webhooks: (stack, { runs, cases, reports, secondsPerRun }, tell) => measureWebhooks(stack, { runs, cases, reports, seconds: secondsPerRun }, tell),
  lives: (stack, { runs, livesAtOnce }, tell) => measureLives(stack, livesAtOnce, runs, tell),
  adoption: (stack, { countedRuns, adoptionCases }, tell) => measureAdoption(stack, adoptionCases, countedRuns, tell),
};

export const PART_TITLES: Readonly<Record<PartName, string>> = {
  acts: 'What one act costs the engine',
  demo: 'The road of the demonstration',
  webhooks: 'How soon a report is accepted',
  lives: 'Whole lives',
  adoption: 'A calendar adopted over open cases',
};

/** Runs one part; what goes wrong in it is told and does not keep the others from being measured. */
export async function measurePart<K extends PartName>(name: K, stack: BenchStack, effort: Effort, tell: (line: string) => void): Promise<Part<PartResults[K]>> {
  const loadBefore = load();
  if (!stack.skipsTime && NEEDS_SKIPPING.has(name)) {
    return { leftOut: `"${PART_TITLES[name]}" was left out: a life of months cannot be lived on a server that does not skip time.`, loadBefore, loadAfter: loadBefore };
  }
  try {
    await stack.simulators.reset();
    const result = await MEASURES[name](stack, effort, tell);
    return { result, loadBefore, loadAfter: load() };
  } catch (error) {
    return { failure: reasonOf(error), loadBefore, loadAfter: load() };
  }
}
