/**
 * The roads of a case, in the order in which a case goes them: a new road is a folder and a line in each of the two tables
 * here. Commands, facts and refusals of the case, their types too, are put together from them.
 */
import type { RoadTables, RoadTypes } from './road.js';
import { CLOSING_ROAD, type ClosingRoad } from './roads/closing/road.js';
import { EMERGENCY_ACCESS_ROAD, type EmergencyAccessRoad } from './roads/emergency-access/road.js';
import { EXECUTION_ROAD, type ExecutionRoad } from './roads/execution/road.js';
import { FAMILY_VIEW_ROAD, type FamilyViewRoad } from './roads/family-view/road.js';
import { FAMILY_ROAD, type FamilyRoad } from './roads/family/road.js';
import { INTAKE_ROAD, type IntakeRoad } from './roads/intake/road.js';
import { MINORS_ROAD, type MinorsRoad } from './roads/minors/road.js';
import { PLAN_ROAD, type PlanRoad } from './roads/plan/road.js';
import { REOPENING_ROAD, type ReopeningRoad } from './roads/reopening/road.js';
import { REVISION_ROAD, type RevisionRoad } from './roads/revision/road.js';
import { STAY_ROAD, type StayRoad } from './roads/stay/road.js';
import { TEAM_ROAD, type TeamRoad } from './roads/team/road.js';
import { TERM_ROAD, type TermRoad } from './roads/terms/road.js';
import { THREAT_ROAD, type ThreatRoad } from './roads/threat/road.js';
import { TRANSFER_ROAD, type TransferRoad } from './roads/transfer/road.js';
import { VIOLENCE_ROAD, type ViolenceRoad } from './roads/violence/road.js';

export interface Roads {
  intake: IntakeRoad;
  family: FamilyRoad;
  threat: ThreatRoad;
  minors: MinorsRoad;
  plan: PlanRoad;
  execution: ExecutionRoad;
  revision: RevisionRoad;
  closing: ClosingRoad;
  reopening: ReopeningRoad;
  terms: TermRoad;
  team: TeamRoad;
  violence: ViolenceRoad;
  emergencyAccess: EmergencyAccessRoad;
  stay: StayRoad;
  transfer: TransferRoad;
  familyView: FamilyViewRoad;
}

export type Road = keyof Roads;

export const ROADS: { readonly [R in Road]: RoadTables<Roads[R]> } = {
  intake: INTAKE_ROAD,
  family: FAMILY_ROAD,
  threat: THREAT_ROAD,
  minors: MINORS_ROAD,
  plan: PLAN_ROAD,
  execution: EXECUTION_ROAD,
  revision: REVISION_ROAD,
  closing: CLOSING_ROAD,
  reopening: REOPENING_ROAD,
  terms: TERM_ROAD,
  team: TEAM_ROAD,
  violence: VIOLENCE_ROAD,
  emergencyAccess: EMERGENCY_ACCESS_ROAD,
  stay: STAY_ROAD,
  transfer: TRANSFER_ROAD,
  familyView: FAMILY_VIEW_ROAD,
};

/** The members of all roads as one type: no two roads have one of the same name. */
export type OfAllRoads<P extends Exclude<keyof RoadTypes, 'refusals'>> = Together<Roads[Road][P]>;

type Together<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer All) => void ? All : never;
