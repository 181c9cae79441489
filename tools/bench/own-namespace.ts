/** A namespace of the bench's own on a server that others use: their workers must never see its cases, nor ours theirs. */
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import Long from 'long';
import { StartFailure, reasonOf } from '../../process/failure.js';

const RETENTION_SECONDS = 24 * 60 * 60;

export interface OwnNamespace {
  name: string;
  /** Asks the server to delete it with all that is in it; a sentence when the server would not. */
  remove(): Promise<string | undefined>;
}

/** @throws StartFailure when the server does not answer or lets nobody make namespaces */
export async function makeNamespace(address: string): Promise<OwnNamespace> {
  const name = `tirek-bench-${randomUUID()}`;
  await onServer(address, (connection) =>
    connection.workflowService.registerNamespace({ namespace: name, workflowExecutionRetentionPeriod: { seconds: Long.fromNumber(RETENTION_SECONDS) } }),
  ).catch((error: unknown) => {
    throw new StartFailure(
      `The Temporal server at ${address} (TEMPORAL_ADDRESS) gave no namespace for the measurement (${reasonOf(error)}): correct the address, or let this client make namespaces.`,
    );
  });
  return {
    name,
    remove: () =>
      onServer(address, (connection) => connection.operatorService.deleteNamespace({ namespace: name })).then(
        () => undefined,
        (error: unknown) => `The namespace ${name} stays on ${address} (${reasonOf(error)}): delete it there.`,
      ),
  };
}

async function onServer<T>(address: string, ask: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: '10s' });
  try {
    return await ask(connection);
  } finally {
    await connection.close();
  }
}
