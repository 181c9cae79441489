/** The parts of the measurement, and running those that are wanted on one stack. */
import { reasonOf } from '../../process/failure.js';
import type { BenchPostgres, BenchStack } from './bench-stack.js';
import { load } from './environment.js';
import type { Figure, FigureEffort } from './figures/figure.js';
import { figureEffortOf, FIGURE_PARTS, MEASURE_FIGURES, type FigurePart } from './figures/parts.js';
import { measureActs, type ActCosts } from './parts/act-costs.js';
import { measureAdoption, type LawAdoptionFigures } from './parts/law-adoption.js';
import { measureFullHouse, type FullHouse } from './parts/full-house.js';
import { measureDemo, type DemoRoad } from './parts/demo-road.js';
import { measurePeople, type PeopleFigures } from './parts/people.js';
import { measureHerd, type HerdFigures } from './parts/herd.js';

export const PART_NAMES = ['acts', 'demo', ...FIGURE_PARTS, 'herd', 'adoption', 'lists', 'people'] as const;
export type PartName = (typeof PART_NAMES)[number];

export interface PartResults extends Record<FigurePart, Figure[]> {
  acts: ActCosts;
  demo: DemoRoad;
  herd: HerdFigures;
  adoption: LawAdoptionFigures;
  lists: FullHouse;
  people: PeopleFigures;
}

/** How much is measured. */
export interface Effort {
  runs: number;
  /** Counts hardly differ from run to run. */
  countedRuns: number;
  figures: FigureEffort;
  /** Clocks that ring at one instant. */
  herd: number;
  /** Open cases over which a calendar is adopted. */
  adoptionCases: number;
  /** Cases of a generated house, open ones of a house that is previewed, and times that each of its lists is read. */
  houseCases: number;
  previewedCases: number;
  timesRead: number;
}

export function effortOf(quick: boolean, runs: number | undefined): Effort {
  const wanted = runs ?? (quick ? 2 : 5);
  const size = quick
    ? { herd: 200, adoptionCases: 200, houseCases: 20_000, previewedCases: 1_000, timesRead: 50 }
    : { herd: 2_000, adoptionCases: 10_000, houseCases: 250_000, previewedCases: 10_000, timesRead: 200 };
  return { runs: wanted, countedRuns: Math.min(wanted, quick ? 1 : 3), figures: figureEffortOf(quick, wanted), ...size };
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

const NEEDS_SKIPPING: ReadonlySet<PartName> = new Set<PartName>(['demo', 'apart']);

/** Parts that need no engine and no process of ours. */
type OnPostgresAlone = 'lists' | 'people';
const POSTGRES_IS_ENOUGH: ReadonlySet<PartName> = new Set<OnPostgresAlone>(['lists', 'people']);

/** True when Postgres alone is enough to measure them. */
export function needPostgresAlone(names: readonly PartName[]): names is readonly OnPostgresAlone[] {
  return names.every((name) => POSTGRES_IS_ENOUGH.has(name));
}

type StackOf<K extends PartName> = K extends OnPostgresAlone ? BenchPostgres : BenchStack;

type Measure<K extends PartName> = (stack: StackOf<K>, effort: Effort, tell: (line: string) => void) => Promise<PartResults[K]>;

const MEASURES: { readonly [K in PartName]: Measure<K> } = {
  acts: (stack, { countedRuns }, tell) => measureActs(stack, countedRuns, tell),
  demo: (stack, { runs }, tell) => measureDemo(stack, runs, tell),
  lives: (stack, { figures }, tell) => MEASURE_FIGURES.lives(stack, figures, tell),
  apart: (stack, { figures }, tell) => MEASURE_FIGURES.apart(stack, figures, tell),
  commands: (stack, { figures }, tell) => MEASURE_FIGURES.commands(stack, figures, tell),
  reports: (stack, { figures }, tell) => MEASURE_FIGURES.reports(stack, figures, tell),
  cold: (stack, { figures }, tell) => MEASURE_FIGURES.cold(stack, figures, tell),
  herd: (stack, { countedRuns, herd }, tell) => measureHerd(stack, herd, countedRuns, tell),
  adoption: (stack, { countedRuns, adoptionCases }, tell) => measureAdoption(stack, adoptionCases, countedRuns, tell),
  lists: (postgres, { houseCases, previewedCases, timesRead }, tell) =>
    measureFullHouse(postgres, { cases: houseCases, previewed: previewedCases, times: timesRead }, tell),
  people: (postgres, { houseCases, timesRead }, tell) => measurePeople(postgres, { people: houseCases, times: timesRead }, tell),
};

export const PART_TITLES: Readonly<Record<PartName, string>> = {
  acts: 'What one act costs the engine',
  demo: 'The road of the demonstration',
  lives: 'Whole lives',
  apart: 'Lives whose acts are apart',
  commands: 'Commands on an idle house',
  reports: 'How soon a report is accepted and recorded',
  cold: 'Cases that nobody has at hand',
  herd: 'Many clocks at one instant',
  adoption: 'A calendar adopted over open cases',
  lists: 'Lists of a house full of cases',
  people: 'Finding people without reading anybody',
};

/** Runs one part; what goes wrong in it is told and does not keep the others from being measured. */
export async function measurePart<K extends PartName>(name: K, stack: StackOf<K>, effort: Effort, tell: (line: string) => void): Promise<Part<PartResults[K]>> {
  const loadBefore = load();
  if ('skipsTime' in stack && !stack.skipsTime && NEEDS_SKIPPING.has(name)) {
    return {
      leftOut: `"${PART_TITLES[name]}" was left out: a life of months cannot be lived on a server that does not skip time.`,
      loadBefore,
      loadAfter: loadBefore,
    };
  }
  try {
    if ('simulators' in stack) await stack.simulators.reset();
    const result = await MEASURES[name](stack, effort, tell);
    return { result, loadBefore, loadAfter: load() };
  } catch (error) {
    return { failure: reasonOf(error), loadBefore, loadAfter: load() };
  }
}
