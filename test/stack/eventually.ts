/** Waits for a condition instead of sleeping: as short as the machine allows, bounded all the same. */
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks until `attempt` gives a value.
 * @throws Error naming `what` when it did not come true within `withinMs`
 */
export async function eventually<T>(attempt: () => Promise<T | undefined>, what: string, withinMs = 20_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await attempt();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`still not so after ${withinMs} ms: ${what}`);
    await pause(20);
  }
}
