/** The plan is carried out: referrals, reports, marks. */
import type { KeepsNothing, RoadTables } from '../../road.js';
import { EXECUTION_COMMANDS, type ExecutionCommands } from './commands.js';
import { EXECUTION_FACTS, type ExecutionFacts } from './facts.js';
import { EXECUTION_REFUSALS } from './refusals.js';

export interface ExecutionRoad {
  commands: ExecutionCommands;
  facts: ExecutionFacts;
  refusals: keyof typeof EXECUTION_REFUSALS;
  state: KeepsNothing;
}

export const EXECUTION_ROAD: RoadTables<ExecutionRoad> = {
  stages: ['execution'],
  commands: EXECUTION_COMMANDS,
  facts: EXECUTION_FACTS,
  refusals: EXECUTION_REFUSALS,
  begins: {},
};
