/** Instants at the edge: ISO in UTC. */
import type { Instant } from '../domain/law/calendar.js';

export function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** The same, where there may be none. */
export function isoIf(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : iso(instant);
}
