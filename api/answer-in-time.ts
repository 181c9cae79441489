/** A client hears within a bound, whatever the storage does: a link that swallows everything must not look like a slow one. */
import { setTimeout as pause } from 'node:timers/promises';
import { problem } from '../office/problem.js';

/** Who asks is one look-up by a key. */
export const KNOWN_WITHIN_MS = 3_000;
/** Both together are shorter than clients wait. */
export const ANSWER_WITHIN_MS = 7_000;

/**
 * The answer, or a 503 when it does not come in time. What is under way then may still be done: the repeat with the
 * same key has its answer.
 * @throws ProblemError `storage_unavailable`, and what the work throws in time
 */
export async function answerInTime<T>(work: Promise<T>, withinMs: number): Promise<T> {
  const timer = new AbortController();
  const late = pause(withinMs, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw problem('storage_unavailable');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
    late.catch(() => {}); // ended by us
  }
}
