/** A Temporal server that knows nothing of us: whoever needs the namespace makes it, several at once, and says readably what is in the way. */
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import Long from 'long';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.js';
import { ensureNamespace, type TemporalConnection } from '../../process/temporal-namespace.js';
import { injectedGround } from '../stack/ground.js';

const DAY_SECONDS = 86_400;

let connection: Connection;
let native: NativeConnection;

beforeAll(async () => {
  const { temporalAddress: address } = injectedGround();
  [connection, native] = await Promise.all([Connection.connect({ address }), NativeConnection.connect({ address })]);
});

afterAll(async () => {
  await native.close();
  await connection.close();
});

async function retentionDays(namespace: string): Promise<number> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  return Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_SECONDS;
}

async function attributesOf(namespace: string): Promise<string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.keys(customAttributes ?? {}).toSorted();
}

/** A namespace that somebody made by hand. */
async function madeByHand(days: number): Promise<string> {
  const namespace = `t-${randomUUID()}`;
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: Long.fromNumber(days * DAY_SECONDS) } });
  return namespace;
}

describe('a namespace', () => {
  it('is made with thirty days of retention and all search attributes, by four processes at once', async () => {
    const namespace = `t-${randomUUID()}`;
    await Promise.all([connection, native, connection, native].map((each) => ensureNamespace(each, namespace)));
    expect(await retentionDays(namespace)).toBe(30);
    expect(await attributesOf(namespace)).toEqual(SEARCH_ATTRIBUTES.map(({ name }) => name).toSorted());
    await ensureNamespace(connection, namespace);
    expect(await retentionDays(namespace)).toBe(30);
  });

  it('gets what it lacks when it is there: a day of retention is raised, a year is left', async () => {
    const [day, year] = await Promise.all([madeByHand(1), madeByHand(365)]);
    await Promise.all([ensureNamespace(native, day), ensureNamespace(connection, year)]);
    expect(await retentionDays(day)).toBe(30);
    expect(await retentionDays(year)).toBe(365);
    expect(await attributesOf(day)).toEqual(await attributesOf(year));
  });
});

describe('what is in the way is told with what to do', () => {
  it('an attribute of another type', async () => {
    const namespace = `t-${randomUUID()}`;
    await ensureNamespace(connection, namespace, { searchAttributes: [{ name: 'TirekStage', type: 'Int' }] });
    await expect(ensureNamespace(connection, namespace)).rejects.toThrow(
      `The search attribute TirekStage exists in namespace ${namespace} with another type than Keyword: remove it there`,
    );
  });

  it('a server that lets us make nothing', async () => {
    const denied = (): Promise<never> => Promise.reject(Object.assign(new Error('not for you'), { code: 7 }));
    const unknown = (): Promise<never> => Promise.reject(Object.assign(new Error('no such namespace'), { code: 5 }));
    const workflowService = { describeNamespace: unknown, registerNamespace: denied };
    const guarded = { withDeadline: (_end: number, work: () => Promise<void>) => work(), workflowService } as unknown as TemporalConnection;
    await expect(ensureNamespace(guarded, 'tirek')).rejects.toThrow(
      'Temporal does not let this process make the namespace "tirek" or set its retention (not for you)',
    );
  });

  it('a server that takes connections and says nothing, within the bound', async () => {
    const silent = await listen();
    const lazy = Connection.lazy({ address: `127.0.0.1:${silent.port}` });
    await expect(ensureNamespace(lazy, 'tirek', { withinMs: 300 })).rejects.toThrow('The Temporal namespace "tirek" could not be made ready within 0.3 s');
    await lazy.close();
    silent.close();
  });
});

async function listen(): Promise<{ port: number; close(): void }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket.on('error', () => {})));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}
