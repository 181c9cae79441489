/** Threats to life or health, each its own response. */
import type { KeepsNothing, RoadTables } from '../../road.js';
import { THREAT_COMMANDS, type ThreatCommands } from './commands.js';
import { THREAT_FACTS, type ThreatFacts } from './facts.js';
import { THREAT_REFUSALS } from './refusals.js';

export interface ThreatRoad {
  commands: ThreatCommands;
  facts: ThreatFacts;
  refusals: keyof typeof THREAT_REFUSALS;
  state: KeepsNothing;
}

export const THREAT_ROAD: RoadTables<ThreatRoad> = { stages: [], commands: THREAT_COMMANDS, facts: THREAT_FACTS, refusals: THREAT_REFUSALS, begins: {} };
