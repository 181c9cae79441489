/** A namespace of its own for each test file: task queues have the same names in all of them. */
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import Long from 'long';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { registerSearchAttributes } from '../../scripts/stack/temporal-namespace.js';

/** Registers a namespace and waits until cases may be started in it. */
export async function createNamespace(address: string): Promise<string> {
  const namespace = `t-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: Long.fromNumber(86_400) },
    });
    await registerSearchAttributes(connection, namespace, SEARCH_ATTRIBUTES);
  } finally {
    await connection.close();
  }
  return namespace;
}
