/** The client of the engine: one for every process that is no worker. */
import { Client, Connection } from '@temporalio/client';
import type { TemporalTls } from '../process/temporal-tls.js';

export interface EnginePlace {
  temporalAddress: string;
  temporalNamespace: string;
  /** Absent: in the clear. */
  temporalTls?: TemporalTls;
  /** Sent with every call as `authorization: Bearer`. */
  temporalApiKey?: string;
}

/** Where the server is and how it knows us: the same for a client and for a worker. */
export interface EngineConnection {
  address: string;
  tls?: { serverRootCACertificate?: Buffer; serverNameOverride?: string; clientCertPair?: { crt: Buffer; key: Buffer } };
  apiKey?: string;
}

export function engineConnection({ temporalAddress, temporalTls: tls, temporalApiKey: apiKey }: EnginePlace): EngineConnection {
  if (apiKey !== undefined && tls === undefined) throw new Error('an API key of Temporal is sent by TLS alone');
  return {
    address: temporalAddress,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(tls.ca === undefined ? {} : { serverRootCACertificate: tls.ca }),
            ...(tls.serverName === undefined ? {} : { serverNameOverride: tls.serverName }),
            ...(tls.client === undefined ? {} : { clientCertPair: { crt: tls.client.certificate, key: tls.client.key } }),
          },
        }),
  };
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
export function engineClient(place: EnginePlace): { client: Client; close: () => Promise<void> } {
  const connection = Connection.lazy({ ...engineConnection(place), interceptors: [], channelArgs: RECONNECT });
  return { client: new Client({ connection, namespace: place.temporalNamespace }), close: () => connection.close() };
}
