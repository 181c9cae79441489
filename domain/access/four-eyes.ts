/** Whose act takes effect at once, and whose waits for a second person. */
import type { Actor } from '../case/facts.js';
import { reachOf, type Act } from './rights.js';

/**
 * What goes further than the own Center waits for a second administrator: nobody rules all Centers alone.
 * @param center to which that belongs which it is about; absent: to no Center, so to all of them
 */
export function needsSecondPerson(act: Act, actor: Actor, center?: string): boolean {
  return reachOf(act, actor) === 'all_centers' && center !== actor.center;
}
