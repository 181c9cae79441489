/** Temporary stay at the Center, beside whatever runs: 256 п.25. */
import type { RoadTables } from '../../road.js';
import { STAY_COMMANDS, type StayCommands } from './commands.js';
import { STAY_FACTS, type StayFacts } from './facts.js';
import { STAY_REFUSALS } from './refusals.js';
import type { Stay } from './stay.js';

export interface StayRoad {
  commands: StayCommands;
  facts: StayFacts;
  refusals: keyof typeof STAY_REFUSALS;
  state: { stays: readonly Stay[] };
}

export const STAY_ROAD: RoadTables<StayRoad> = {
  stages: [],
  commands: STAY_COMMANDS,
  facts: STAY_FACTS,
  refusals: STAY_REFUSALS,
  begins: { stays: [] },
};
