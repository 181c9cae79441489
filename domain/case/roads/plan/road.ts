/** Needs and the individual plan. */
import type { KeepsNothing, RoadTables } from '../../road.js';
import { PLAN_COMMANDS, type PlanCommands } from './commands.js';
import { PLAN_FACTS, type PlanFacts } from './facts.js';
import { PLAN_REFUSALS } from './refusals.js';

export interface PlanRoad {
  commands: PlanCommands;
  facts: PlanFacts;
  refusals: keyof typeof PLAN_REFUSALS;
  state: KeepsNothing;
}

export const PLAN_ROAD: RoadTables<PlanRoad> = {
  stages: ['needs', 'planning'],
  commands: PLAN_COMMANDS,
  facts: PLAN_FACTS,
  refusals: PLAN_REFUSALS,
  begins: {},
};
