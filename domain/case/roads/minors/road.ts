/** 256-26: the written notices about minor children to the law-enforcement and the guardianship bodies, within twenty-four hours. */
import type { RoadTables } from '../../road.js';
import { MINORS_COMMANDS, type MinorsCommands } from './commands.js';
import { MINORS_FACTS, type MinorsFacts, type MinorsOccasion } from './facts.js';

const MINORS_REFUSALS = {
  delivery_not_told: 'invalid',
  delivery_time_impossible: 'invalid',
  member_is_no_child: 'invalid',
  minors_notices_ordered: 'conflict',
  notice_on_paper_alone: 'conflict',
} as const;

export interface MinorsRoad {
  commands: MinorsCommands;
  facts: MinorsFacts;
  refusals: keyof typeof MINORS_REFUSALS;
  state: { minors: readonly MinorsOccasion[] };
}

export const MINORS_ROAD: RoadTables<MinorsRoad> = {
  stages: [],
  commands: MINORS_COMMANDS,
  facts: MINORS_FACTS,
  refusals: MINORS_REFUSALS,
  begins: { minors: [] },
};
