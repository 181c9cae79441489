/** What one attempt sends, and to whom: read as things are when it goes. */
import type { AgencyAddress } from '../adapters/agency-http.js';
import { formOfCase } from '../db/effects.js';
import { addressForMessages } from '../db/organisation-keys.js';
import type { Pool } from '../db/pool.js';
import { KeyNotHeld } from '../vault/key-service.js';
import { composeMessage, readOrders, Unsayable, type Composed, type MessageOrder } from '../ledger/agency-messages.js';

export { Unsayable } from '../ledger/agency-messages.js';

export interface EffectOrder extends MessageOrder {
  /** A threat of its case waits for its answer. */
  urgent: boolean;
}

export interface Sayable extends Composed {
  agency: AgencyAddress;
}

/**
 * All that is read before anything is sent. How much of the case may leave is asked last, right before the words are read: signs
 * of violence may have been recorded since the message was ordered.
 * @throws Unsayable, and the errors of Postgres
 */
export async function composeFor(pool: Pool, order: EffectOrder): Promise<Sayable> {
  const agency = await readAgency(pool, order.agency);
  const ledger = await readOrders(pool, order.caseId);
  const form = await formOfCase(pool, order.caseId);
  try {
    return { agency, ...(await composeMessage(pool, order, ledger, form)) };
  } catch (error) {
    // A worker that was not given the key of such families can tell nobody for whom it is: people see that, and mend it.
    if (error instanceof KeyNotHeld) throw new Unsayable('not_ready', 'violence_keys_not_held');
    throw error;
  }
}

async function readAgency(pool: Pool, organisationId: string): Promise<AgencyAddress> {
  const address = await addressForMessages(pool, organisationId);
  if (address === undefined) throw new Unsayable('not_ready', 'agency_not_connected');
  if (address.endpointUrl === undefined) throw new Unsayable('on_paper', 'on_paper');
  return { code: address.code, endpointUrl: address.endpointUrl, secrets: address.secrets };
}
