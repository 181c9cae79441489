/** Who works on a case (192-7-3): its team. Whoever is on it reads all of the case; `domain/access` asks it. */
import type { RoadTables } from '../../road.js';
import { TEAM_COMMANDS, type TeamCommands } from './commands.js';
import { TEAM_FACTS, type TeamFacts } from './facts.js';
import type { TeamMember } from './members.js';

const TEAM_REFUSALS = {
  already_on_team: 'conflict',
  not_on_team: 'unknown',
  team_only: 'forbidden',
} as const;

export interface TeamRoad {
  commands: TeamCommands;
  facts: TeamFacts;
  refusals: keyof typeof TEAM_REFUSALS;
  state: { team: readonly TeamMember[] };
}

export const TEAM_ROAD: RoadTables<TeamRoad> = { stages: [], commands: TEAM_COMMANDS, facts: TEAM_FACTS, refusals: TEAM_REFUSALS, begins: { team: [] } };
