/** Adoptions that nobody carries on: their starter died, or their engine was restored. */
import type { Logger } from 'pino';
import { sleepingAdoptions } from '../../db/law-adoptions.js';
import type { Pool } from '../../db/pool.js';

/** Starts or wakes the sweep of an adoption. */
export type WakeAdoption = (adoptionId: string) => Promise<void>;

export async function watchAdoptions(pool: Pool, wake: WakeAdoption, log: Logger): Promise<void> {
  for (const adoptionId of await sleepingAdoptions(pool)) {
    log.warn({ adoptionId }, 'an adoption shows no sign of life and is woken');
    await wake(adoptionId);
  }
}
