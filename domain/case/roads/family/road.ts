/** The family: its members and what is known of them. */
import type { KeepsNothing, RoadTables } from '../../road.js';
import { FAMILY_COMMANDS, type FamilyCommands } from './commands.js';
import { FAMILY_FACTS, type FamilyFacts } from './facts.js';
import { FAMILY_REFUSALS } from './refusals.js';

export interface FamilyRoad {
  commands: FamilyCommands;
  facts: FamilyFacts;
  refusals: keyof typeof FAMILY_REFUSALS;
  state: KeepsNothing;
}

export const FAMILY_ROAD: RoadTables<FamilyRoad> = { stages: [], commands: FAMILY_COMMANDS, facts: FAMILY_FACTS, refusals: FAMILY_REFUSALS, begins: {} };
