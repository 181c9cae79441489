/** In what order a queue with a backlog is worked off: the server that we start is set up for it, its default is not. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { createNamespace } from '../stack/namespace.js';
import type { Asked } from './queue-order-workflows.js';

const BACKLOG = 60;
const LATE = 5;

let client: Client;
let native: NativeConnection;
let asking: Worker;
let run: Promise<void>;
let namespace: string;

beforeAll(async () => {
  const { temporalAddress: address } = injectedGround();
  namespace = await createNamespace(address);
  const workflowsPath = fileURLToPath(new URL('./queue-order-workflows.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  native = await NativeConnection.connect({ address });
  client = new Client({ connection: await Connection.connect({ address }), namespace });
  asking = await Worker.create({ connection: native, namespace, taskQueue: 'asking', workflowBundle });
  run = asking.run();
});

afterAll(async () => {
  asking.shutdown();
  await run;
  await native.close();
  await client.connection.close();
});

const numbered = (count: number, name: string, priority: Asked['priority']): Asked[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${name} ${index}`, priority }));

/** Names in the order in which one worker of one slot, that comes when all are asked for, is given them. */
async function order(...groups: readonly Asked[][]): Promise<string[]> {
  const taskQueue = `work-${randomUUID()}`;
  const handles = [];
  for (const group of groups) {
    const handle = await client.workflow.start('asks', { workflowId: randomUUID(), taskQueue: 'asking', args: [taskQueue, group] });
    await eventually(async () => ((await handle.describe()).raw.pendingActivities?.length === group.length ? true : undefined), 'all are asked for');
    handles.push(handle);
  }
  const noted: string[] = [];
  const note = async (name: string): Promise<void> => void noted.push(name);
  const options = { maxConcurrentActivityTaskExecutions: 1, maxConcurrentActivityTaskPolls: 1 };
  const worker = await Worker.create({ connection: native, namespace, taskQueue, activities: { note }, ...options });
  await worker.runUntil(Promise.all(handles.map((handle) => handle.result())));
  return noted;
}

describe('a queue with a backlog', () => {
  it('gives the urgent first, although they came last', async () => {
    const noted = await order(numbered(BACKLOG, 'usual', { priorityKey: 3 }), numbered(LATE, 'threat', { priorityKey: 1 }));
    expect(noted).toHaveLength(BACKLOG + LATE);
    // One may have been handed out before the rest was looked at.
    expect(noted.slice(0, LATE + 1).filter((name) => name.startsWith('threat'))).toHaveLength(LATE);
  });

  it('lets a few of one agency not wait for the many of another', async () => {
    const noted = await order(numbered(BACKLOG, 'many', { fairnessKey: 'housing' }), numbered(LATE, 'few', { fairnessKey: 'health' }));
    expect(noted.slice(0, 3 * LATE).filter((name) => name.startsWith('few'))).toHaveLength(LATE);
  });
});
