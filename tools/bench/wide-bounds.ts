/** A measurement is one person who does the work of a thousand, from one address: it raises the bounds of the doors, and says so here. */
import type { BoundSettings } from '../../contracts/bounds.js';

const WIDE = 100_000_000;

export const WIDE_BOUNDS: BoundSettings = { requestsPerActor: WIDE, reportsPerOrganisation: WIDE, callsPerAddress: WIDE, iinLookups: WIDE, signInTries: WIDE };

/** The same for processes. */
export const WIDE_BOUNDS_ENV: NodeJS.ProcessEnv = {
  TIREK_REQUESTS_PER_MINUTE: String(WIDE),
  TIREK_REPORTS_PER_MINUTE: String(WIDE),
  TIREK_UNKNOWN_CALLS_PER_MINUTE: String(WIDE),
  TIREK_IIN_LOOKUPS_PER_HOUR: String(WIDE),
  TIREK_SIGN_IN_TRIES: String(WIDE),
};
