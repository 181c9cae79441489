/** A transaction around work that makes transactions of its own: they become savepoints of it. */
import { transaction, withKeysOf, type Pool, type PoolClient } from './pool.js';

/** All of the work in one transaction, however many it makes; `client` writes beside it. */
export function oneTransaction<T>(pool: Pool, work: (within: Pool, client: PoolClient) => Promise<T>): Promise<T> {
  return transaction(pool, (client) => work(poolWithin(client), client));
}

/** Does the work and undoes it: its answer, or what it throws, is what the work would have come to. */
export async function undone<T>(pool: Pool, work: (within: Pool) => Promise<T>): Promise<T> {
  const answer: { is?: T } = {};
  const undo = new Error('undone on purpose');
  await transaction(pool, async (client) => {
    answer.is = await work(poolWithin(client));
    throw undo;
  }).catch((error: unknown) => {
    if (error !== undo) throw error;
  });
  return answer.is as T;
}

/**
 * One connection in the place of a pool. What is asked of it at once is asked one after the other, as the connection can.
 */
function poolWithin(client: PoolClient): Pool {
  let last: Promise<unknown> = Promise.resolve();
  let savepoints = 0;
  const query = (...asked: unknown[]): Promise<unknown> => {
    const ask = (): Promise<unknown> => (client.query as (...args: unknown[]) => Promise<unknown>)(...asked);
    const answer = last.then(ask, ask);
    last = answer.catch(() => undefined);
    return answer;
  };
  const connect = (): Promise<unknown> => {
    savepoints += 1;
    const name = `within_${savepoints}`;
    const nested = (text: unknown, ...more: unknown[]): Promise<unknown> => query(typeof text === 'string' ? savepointOf(text, name) : text, ...more);
    return Promise.resolve(withKeysOf(client, { query: nested, release: () => undefined }));
  };
  // What use cases ask of a pool; anything else of it would be a fault of ours, and fails as one.
  return withKeysOf(client, { query, connect }) as unknown as Pool;
}

function savepointOf(text: string, name: string): string {
  if (/^begin\b/i.test(text)) return `savepoint ${name}`;
  if (/^commit\b/i.test(text)) return `release savepoint ${name}`;
  return /^rollback\b/i.test(text) ? `rollback to savepoint ${name}` : text;
}
