/** Completion, closing, monitoring. */
import type { KeepsNothing, RoadTables } from '../../road.js';
import { CLOSING_COMMANDS, type ClosingCommands } from './commands.js';
import { CLOSING_FACTS, type ClosingFacts } from './facts.js';
import { CLOSING_REFUSALS } from './refusals.js';

export interface ClosingRoad {
  commands: ClosingCommands;
  facts: ClosingFacts;
  refusals: keyof typeof CLOSING_REFUSALS;
  state: KeepsNothing;
}

export const CLOSING_ROAD: RoadTables<ClosingRoad> = {
  stages: ['completed', 'monitoring'],
  commands: CLOSING_COMMANDS,
  facts: CLOSING_FACTS,
  refusals: CLOSING_REFUSALS,
  begins: {},
};
