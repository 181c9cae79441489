/** The client of the engine: one for every process that is no worker. */
import { Client, Connection } from '@temporalio/client';

export interface EnginePlace {
  temporalAddress: string;
  temporalNamespace: string;
}

/** A server that comes back is found within two seconds; by default gRPC waits up to two minutes before it looks again. */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 250, 'grpc.max_reconnect_backoff_ms': 2_000 };

/**
 * A client that connects when first used, so that a process starts without Temporal.
 *
 * The SDK's own retries are switched off: they know neither the time that a person waits nor the end
 * of the process, and one that wakes up after the connection was closed throws out of a timer and
 * ends it. Whoever calls repeats by itself, where that is safe.
 */
export function engineClient({ temporalAddress, temporalNamespace }: EnginePlace): { client: Client; close: () => Promise<void> } {
  const connection = Connection.lazy({ address: temporalAddress, interceptors: [], channelArgs: RECONNECT });
  return { client: new Client({ connection, namespace: temporalNamespace }), close: () => connection.close() };
}
