/** What the roads take and show over HTTP: a new road brings its file, a line for its routes, and one for what it keeps of a case. */
import type { z } from 'zod';
import type { OfAllRoads } from '../../domain/case/roads.js';
import type { DoorCommandKind } from '../../domain/case/commands.js';
import type { CommandRoute } from './command-route.js';
import { CLOSING_ROUTES } from './roads/closing.js';
import { EMERGENCIES_SHOWN, EMERGENCY_ACCESS_ROUTES } from './roads/emergency-access.js';
import { EXECUTION_ROUTES } from './roads/execution.js';
import { FAMILY_CODE_SHOWN, FAMILY_VIEW_ROUTES } from './roads/family-view.js';
import { FAMILY_ROUTES } from './roads/family.js';
import { INTAKE_ROUTES } from './roads/intake.js';
import { MINORS_ROUTES, MINORS_SHOWN } from './roads/minors.js';
import { PLAN_ROUTES } from './roads/plan.js';
import { EARLIER_CYCLES_SHOWN, REOPENING_ROUTES, UNCONFIRMED_CYCLE_SHOWN } from './roads/reopening.js';
import { REVISION_ROUTES, REVISIONS_SHOWN } from './roads/revision.js';
import { STAY_ROUTES, STAYS_SHOWN } from './roads/stay.js';
import { TEAM_ROUTES, TEAM_SHOWN } from './roads/team.js';
import { TERM_ROUTES } from './roads/terms.js';
import { THREAT_ROUTES } from './roads/threat.js';
import { VIOLENCE_RECORD_SHOWN, VIOLENCE_ROUTES, VIOLENCE_SHOWN } from './roads/violence.js';
import { TRANSFER_ROUTES, TRANSFERS_SHOWN } from './roads/transfer.js';
import type { StrandShown } from './strand.js';

/**
 * The commands over HTTP: `POST /v1/cases/{caseId}/<path>`. Types and lengths are checked here; whether the law allows
 * it is the core's to say, with its rule.
 */
export const COMMAND_ROUTES: { readonly [K in DoorCommandKind]: CommandRoute<K> } = {
  ...INTAKE_ROUTES,
  ...FAMILY_ROUTES,
  ...THREAT_ROUTES,
  ...MINORS_ROUTES,
  ...PLAN_ROUTES,
  ...EXECUTION_ROUTES,
  ...REVISION_ROUTES,
  ...CLOSING_ROUTES,
  ...REOPENING_ROUTES,
  ...TERM_ROUTES,
  ...TEAM_ROUTES,
  ...VIOLENCE_ROUTES,
  ...EMERGENCY_ACCESS_ROUTES,
  ...STAY_ROUTES,
  ...TRANSFER_ROUTES,
  ...FAMILY_VIEW_ROUTES,
};

/** Each member of the state that is a road's own: one that nobody shows does not compile. */
export const STRANDS = {
  earlierCycles: EARLIER_CYCLES_SHOWN,
  unconfirmedCycle: UNCONFIRMED_CYCLE_SHOWN,
  revisions: REVISIONS_SHOWN,
  team: TEAM_SHOWN,
  violenceSince: VIOLENCE_SHOWN,
  violence: VIOLENCE_RECORD_SHOWN,
  emergencies: EMERGENCIES_SHOWN,
  stays: STAYS_SHOWN,
  transfers: TRANSFERS_SHOWN,
  familyCode: FAMILY_CODE_SHOWN,
  minors: MINORS_SHOWN,
} satisfies { [K in keyof OfAllRoads<'state'>]: StrandShown<K> };

type Strands = typeof STRANDS;

type Schemas = { [K in keyof Strands]: Strands[K]['schema'] };

export const STRAND_SCHEMAS = Object.fromEntries(Object.entries(STRANDS).map(([member, { schema }]) => [member, schema])) as Schemas;

/** The bodies of all of them. */
export function strandBodies(state: OfAllRoads<'state'>): { [K in keyof Strands]: z.input<Strands[K]['schema']> } {
  const members = Object.entries(STRANDS).map(([member, { shown }]) => [member, (shown as (kept: unknown) => unknown)(state[member as keyof Strands])]);
  // Each is shown by its own row, which the compiler cannot follow through the entries.
  return Object.fromEntries(members) as ReturnType<typeof strandBodies>;
}
