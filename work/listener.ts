/** Hears the bells, on one connection that does nothing else. Deaf, a relay is slower by its patrols and no more. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { CHANNEL, listNamed } from './bell.js';
import { reasonOf, type ListName } from './work-list.js';

const AGAIN_MS = 500;
const LONGEST_PAUSE_MS = 5_000;
/** A link that swallows everything looks like silence: so often it is asked whether it is there. */
const ASK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 2_000;

export function startListener(url: string, heard: (list: ListName) => void, log: Logger): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const ended = listen(url, heard, log, stopping.signal);
  return {
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function listen(url: string, heard: (list: ListName) => void, log: Logger, stopping: AbortSignal): Promise<void> {
  let pauseMs = AGAIN_MS;
  while (!stopping.aborted) {
    const beganAt = performance.now();
    try {
      await hear(url, heard, stopping);
    } catch (error) {
      pauseMs = performance.now() - beganAt > ASK_EVERY_MS ? AGAIN_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      log.warn({ reason: reasonOf(error), pauseMs }, 'bells are not heard; patrols find the work meanwhile');
    }
    await delay(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}

/** Listens until the connection ends. */
async function hear(url: string, heard: (list: ListName) => void, stopping: AbortSignal): Promise<void> {
  const client = new Client({
    connectionString: url,
    application_name: 'tirek relay',
    connectionTimeoutMillis: ANSWER_WITHIN_MS,
    query_timeout: ANSWER_WITHIN_MS,
    keepAlive: true,
  });
  const broken = new AbortController();
  client.on('error', (error) => broken.abort(error));
  client.on('end', () => broken.abort(new Error('the connection ended')));
  client.on('notification', ({ payload }) => {
    const list = listNamed(payload);
    if (list !== undefined) heard(list);
  });
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    while (!stopping.aborted) {
      await delay(ASK_EVERY_MS, undefined, { signal: AbortSignal.any([stopping, broken.signal]) }).catch(() => undefined);
      if (broken.signal.aborted) throw broken.signal.reason;
      if (!stopping.aborted) await client.query('select 1');
    }
  } finally {
    // On a dead link the farewell is never answered.
    void client.end().catch(() => undefined);
  }
}
