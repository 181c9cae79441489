/** Instants as they cross a door: ISO in UTC. */
import type { Instant } from '../domain/law/calendar.js';

export function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}
