/** Lives in worlds, until as many have been lived as were asked for. */
import { FAULT_KINDS, type FaultCounts } from './faults.js';
import { World, type Sabotage } from './world.js';
import type { Violation } from './witness.js';

export interface Simulated {
  lives: number;
  worlds: number;
  /** Things that happened, one after the other. */
  steps: number;
  entries: number;
  faults: FaultCounts;
  /** The first world in which something did not hold; the others were not lived. */
  broken: { world: number; violations: readonly Violation[]; story: readonly string[] } | undefined;
}

export const LIVES_PER_WORLD = 5;

export interface Simulation {
  lives: number;
  seed: number;
  /** The first world; default 0. */
  from?: number;
  sabotage?: Sabotage;
  onWorld?: (world: number) => void;
}

/** The same seed gives the same story; worlds are lived whole, so there may be some lives more than asked for. */
export async function simulate({ lives, seed, from = 0, sabotage = {}, onWorld = () => {} }: Simulation): Promise<Simulated> {
  const faults = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts;
  const sum: Simulated = { lives: 0, worlds: 0, steps: 0, entries: 0, faults, broken: undefined };
  for (let world = from; sum.lives < lives; world += 1) {
    const report = await new World(seed, world, LIVES_PER_WORLD, sabotage).live();
    sum.lives += report.lives;
    sum.worlds += 1;
    sum.steps += report.steps;
    sum.entries += report.entries;
    for (const kind of FAULT_KINDS) faults[kind] += report.faults[kind];
    if (report.violations.length > 0) return { ...sum, broken: { world, violations: report.violations, story: report.story } };
    onWorld(world);
  }
  return sum;
}
