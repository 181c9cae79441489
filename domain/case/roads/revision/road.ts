/** A measure gets another term. */
import type { RoadTables } from '../../road.js';
import type { Revision } from '../../state.js';
import { REVISION_COMMANDS, type RevisionCommands } from './commands.js';
import { REVISION_FACTS, type RevisionFacts } from './facts.js';
import { REVISION_REFUSALS } from './refusals.js';

export interface RevisionRoad {
  commands: RevisionCommands;
  facts: RevisionFacts;
  refusals: keyof typeof REVISION_REFUSALS;
  state: { revisions: readonly Revision[] };
}

export const REVISION_ROAD: RoadTables<RevisionRoad> = {
  stages: [],
  commands: REVISION_COMMANDS,
  facts: REVISION_FACTS,
  refusals: REVISION_REFUSALS,
  begins: { revisions: [] },
};
