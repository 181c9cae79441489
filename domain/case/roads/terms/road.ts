/** What happens to terms on every road. */
import type { KeepsNothing, RoadTables } from '../../road.js';
import { TERM_COMMANDS, type TermCommands } from './commands.js';
import { TERM_FACTS, type TermFacts } from './facts.js';
import { TERM_REFUSALS } from './refusals.js';

export interface TermRoad {
  commands: TermCommands;
  facts: TermFacts;
  refusals: keyof typeof TERM_REFUSALS;
  state: KeepsNothing;
}

export const TERM_ROAD: RoadTables<TermRoad> = { stages: [], commands: TERM_COMMANDS, facts: TERM_FACTS, refusals: TERM_REFUSALS, begins: {} };
