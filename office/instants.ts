/** Instants in answers. */
import { iso } from '../contracts/iso.js';
import type { Instant } from '../domain/law/calendar.js';

export { iso };

/** The same, where there may be none. */
export function isoIf(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : iso(instant);
}
