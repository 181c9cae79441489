/** Workflow code that never gives its thread back: the sandbox has no watchdog around each call, so another bound must hold. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, bundleWorkflowCode, type Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkflowWorker } from '../../process/workflow-sandbox.js';
import { eventually } from '../stack/eventually.js';
import { injectedGround } from '../stack/ground.js';
import { createNamespace } from '../stack/namespace.js';

const TASK_QUEUE = 'sandbox';

let client: Client;
let native: NativeConnection;
let worker: Worker;
let run: Promise<void>;
const started: WorkflowHandle[] = [];

beforeAll(async () => {
  const { temporalAddress: address } = injectedGround();
  const namespace = await createNamespace(address);
  const workflowsPath = fileURLToPath(new URL('./runaway-workflows.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  [native, client] = await Promise.all([
    NativeConnection.connect({ address }),
    Connection.connect({ address }).then((connection) => new Client({ connection, namespace })),
  ]);
  worker = await createWorkflowWorker(
    { connection: native, namespace, taskQueue: TASK_QUEUE, workflowBundle },
    { silenceMs: 3_000, loadMs: 60_000, watchdogMs: 500 },
  );
  run = worker.run();
});

afterAll(async () => {
  for (const handle of started) await handle.terminate('end of the test').catch(() => {}); // closed already
  worker.shutdown();
  await run;
  await native.close();
  await client.connection.close();
});

async function start(type: string): Promise<WorkflowHandle> {
  const handle = await client.workflow.start(type, { workflowId: `${type}-${randomUUID()}`, taskQueue: TASK_QUEUE });
  started.push(handle);
  return handle;
}

/** What the server noted of the first workflow task that failed. */
function failedTask(handle: WorkflowHandle): Promise<string> {
  return eventually(async () => {
    const { events } = await handle.fetchHistory();
    return events?.find((event) => event.workflowTaskFailedEventAttributes)?.workflowTaskFailedEventAttributes?.failure?.message ?? undefined;
  }, 'a workflow task fails');
}

function hasBegun(handle: WorkflowHandle): Promise<true> {
  return eventually(async () => {
    const { events } = await handle.fetchHistory();
    return events?.some((event) => event.workflowTaskCompletedEventAttributes) ? true : undefined;
  }, 'the workflow waits');
}

describe('a workflow that runs away', () => {
  it('costs the thread and not the process: an open case goes on, and the next runaway fails its own task alone', async () => {
    const open = await start('waits');
    await hasBegun(open);

    const first = await start('runsAway');
    expect(await failedTask(first)).toContain('The workflow thread was ended because workflow code ran away');
    await open.signal('go');
    expect(await open.result()).toBe('went on');

    const second = await start('runsAway');
    expect(await failedTask(second)).toContain('Script execution timed out after 500ms');
    expect(worker.getState()).toBe('RUNNING');
  });
});

describe('a sandbox without the hook on promises', () => {
  it('says that it has no stacks of promises when it is asked for them', async () => {
    const open = await start('waits');
    await expect(open.query('__stack_trace')).rejects.toThrow('Workflow stack traces are not enabled on this worker');
  });

  it('still lays a forgotten rejection at the door of its own workflow', async () => {
    const [open, careless] = await Promise.all([start('waits'), start('forgetsAPromise')]);
    expect(await failedTask(careless)).toContain('nobody waited for this');
    await open.signal('go');
    expect(await open.result()).toBe('went on');
  });
});
