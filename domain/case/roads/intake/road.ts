/** Intake and primary assessment. */
import type { KeepsNothing, RoadTables } from '../../road.js';
import { INTAKE_COMMANDS, type IntakeCommands } from './commands.js';
import { INTAKE_FACTS, type IntakeFacts, type OpeningFacts } from './facts.js';
import { INTAKE_REFUSALS } from './refusals.js';

export interface IntakeRoad {
  commands: IntakeCommands;
  facts: OpeningFacts & IntakeFacts;
  refusals: keyof typeof INTAKE_REFUSALS;
  state: KeepsNothing;
}

export const INTAKE_ROAD: RoadTables<IntakeRoad> = {
  stages: ['intake'],
  commands: INTAKE_COMMANDS,
  facts: INTAKE_FACTS,
  refusals: INTAKE_REFUSALS,
  begins: {},
};
