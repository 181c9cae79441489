/** A namespace of its own for each test file: task queues have the same names in all of them. */
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { ensureNamespace } from '../../process/temporal-namespace.js';

/** Makes a namespace and waits until cases may be started in it. */
export async function createNamespace(address: string): Promise<string> {
  const namespace = `t-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  try {
    await ensureNamespace(connection, namespace);
  } finally {
    await connection.close();
  }
  return namespace;
}
