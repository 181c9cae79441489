import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks `attempt` again and again until it gives a value other than `undefined`.
 * What `attempt` throws ends the wait at once: return `undefined` for "not yet".
 *
 * @param timeoutMs bound in milliseconds; `undefined` is returned when it has passed
 * @param everyMs pause between two attempts in milliseconds
 */
export async function until<T>(attempt: () => Promise<T | undefined> | T | undefined, timeoutMs: number, everyMs = 100): Promise<T | undefined> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await attempt();
    if (value !== undefined) return value;
    if (Date.now() >= end) return undefined;
    await pause(everyMs);
  }
}

/** Says `text` with the seconds passed every five seconds while `work` is under way. */
export async function withProgress<T>(report: (line: string) => void, text: string, work: Promise<T>): Promise<T> {
  const startedAt = Date.now();
  const ticker = setInterval(() => {
    report(`${text} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  }, 5000);
  try {
    return await work;
  } finally {
    clearInterval(ticker);
  }
}
