/** The API's connection to Temporal. */
import { Client, Connection } from '@temporalio/client';

export interface TemporalPlace {
  temporalAddress: string;
  temporalNamespace: string;
}

/**
 * A client that connects when first used, so that the API starts without Temporal.
 *
 * The SDK's own retries are switched off: they know neither the time that a person waits nor the end
 * of the process, and one that wakes up after the connection was closed throws out of a timer and
 * ends it. Whoever calls repeats by itself, where that is safe.
 */
export function temporalClient({ temporalAddress, temporalNamespace }: TemporalPlace): { client: Client; close: () => Promise<void> } {
  const connection = Connection.lazy({ address: temporalAddress, interceptors: [] });
  return { client: new Client({ connection, namespace: temporalNamespace }), close: () => connection.close() };
}
