/** The Temporal UI of a server of ours, through the door: everything is seen, nothing can be done. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { obtainTemporalServer, type RunningTemporal } from '../../tools/stack/temporal-server.js';
import { openUiDoor, type UiDoor } from '../../tools/stack/ui-door.js';
import { eventually } from '../stack/eventually.js';

let dir: string;
let temporal: RunningTemporal;
let door: UiDoor;
let native: NativeConnection;
let client: Client;
let worker: Worker;
let run: Promise<void>;
let handle: WorkflowHandle;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tirek-door-'));
  const { TEMPORAL_ADDRESS: _address, TEMPORAL_NAMESPACE: _namespace, ...env } = process.env;
  temporal = await obtainTemporalServer({ dataDir: dir, env, report: () => {}, searchAttributes: [] });
  door = await openUiDoor({ ui: temporal.uiUrl ?? '', page: { path: '/tirek', html: '<p>cases</p>' } });
  const workflowsPath = fileURLToPath(new URL('./runaway-workflows.ts', import.meta.url));
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  native = await NativeConnection.connect({ address: temporal.address });
  worker = await Worker.create({ connection: native, taskQueue: 'door', workflowBundle });
  run = worker.run();
  client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
  handle = await client.workflow.start('waits', { workflowId: 'case-1', taskQueue: 'door' });
});

afterAll(async () => {
  await door.stop();
  worker.shutdown();
  await run;
  await native.close();
  await client.connection.close();
  await temporal.stop();
  await rm(dir, { recursive: true, force: true });
});

const CASE = '/api/v1/namespaces/default/workflows/case-1';

/** A POST as the UI makes it: with the token of the cookie that it was given. */
async function post(base: string, path: string, body: object, headers: Record<string, string> = {}): Promise<{ status: number; json: unknown }> {
  const first = await fetch(`${base}/`);
  await first.text();
  const [cookie = ''] = first.headers.getSetCookie().map((each) => each.split(';')[0] ?? '');
  const response = await fetch(base + path, {
    method: 'POST',
    headers: { cookie, 'x-csrf-token': cookie.split('=')[1] ?? '', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: await response.json() };
}

async function read(path: string): Promise<unknown> {
  const response = await fetch(door.url + path);
  expect(response.status).toBe(200);
  return response.json();
}

const execution = { workflowId: 'case-1' };

describe('through the door', () => {
  it('cases are listed, one is read, and the page of the UI comes as it is', async () => {
    await eventually(async () => {
      const { executions = [] } = (await read('/api/v1/namespaces/default/workflows')) as { executions?: { execution: { workflowId: string } }[] };
      return executions.some(({ execution }) => execution.workflowId === 'case-1') ? true : undefined;
    }, 'the case is listed');
    expect(await read(CASE)).toMatchObject({ workflowExecutionInfo: { execution: { workflowId: 'case-1' } } });
    expect(await (await fetch(`${door.url}/namespaces/default/workflows`)).text()).toBe(
      await (await fetch(`${temporal.uiUrl}/namespaces/default/workflows`)).text(),
    );
    expect(await (await fetch(`${door.url}/tirek`)).text()).toBe('<p>cases</p>');
  });

  it('current details are read, which takes a query', async () => {
    const query = { queryType: '__temporal_workflow_metadata' };
    const { status, json } = await post(door.url, `${CASE}/query/__temporal_workflow_metadata`, { execution, query });
    expect({ status, json }).toMatchObject({ status: 200, json: { queryResult: { payloads: [{}] } } });
  });

  it('the UI is told that it has no acts, and keeps its other settings', async () => {
    const own = (await (await fetch(`${temporal.uiUrl}/api/v1/settings`)).json()) as Record<string, unknown>;
    const told = (await read('/api/v1/settings')) as Record<string, unknown>;
    expect(own.DisableWriteActions).toBe(false);
    expect(told).toMatchObject({ DisableWriteActions: true, WorkflowTerminateDisabled: true, WorkflowSignalDisabled: true, Version: own.Version });
    expect(Object.keys(told).toSorted()).toEqual(Object.keys(own).toSorted());
  });

  it.each([
    ['signal', `${CASE}/signal/go`, { workflowExecution: execution }],
    ['terminate', `${CASE}/terminate`, { reason: 'by hand' }],
    ['cancel', `${CASE}/cancel`, {}],
    ['reset', `${CASE}/reset`, { workflowTaskFinishEventId: '4' }],
  ])('%s is refused, and the case does not hear of it', async (_act, path, body) => {
    const { status, json } = await post(door.url, path, body);
    expect({ status, json }).toMatchObject({ status: 403, json: { message: expect.stringContaining('only shows') } });
    const disguised = await post(door.url, path, body, { 'x-http-method-override': 'GET' });
    expect(disguised.status).toBe(403);
    const { events } = await handle.fetchHistory();
    const heard = events?.filter((event) => event.workflowExecutionSignaledEventAttributes ?? event.workflowExecutionCancelRequestedEventAttributes) ?? [];
    expect(heard).toEqual([]);
    expect((await handle.describe()).status.name).toBe('RUNNING');
  });

  it('a UI that is away is told as such', async () => {
    const nobody = await openUiDoor({ ui: 'http://127.0.0.1:9', page: { path: '/tirek', html: '' } });
    const response = await fetch(`${nobody.url}/namespaces`);
    expect({ status: response.status, text: await response.text() }).toMatchObject({ status: 502, text: expect.stringContaining('does not answer') });
    await nobody.stop();
  });
});

describe('without the door', () => {
  it('the same signal would have been heard', async () => {
    const { status } = await post(temporal.uiUrl ?? '', `${CASE}/signal/go`, { workflowExecution: execution });
    expect(status).toBe(200);
    expect(await handle.result()).toBe('went on');
  });
});
