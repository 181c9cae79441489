import { setTimeout as pause } from 'node:timers/promises';

/** More ends than this within a minute mean that starting again does not help. */
const MOST_ENDS_PER_MINUTE = 5;

/**
 * Decides whether a part of the stack that ended unasked is started again, and how soon: at once
 * the first time, then with growing pauses, and not any more after five ends within a minute.
 */
export class Persistence {
  #ends: number[] = [];

  /** @returns pause in milliseconds before the next start, or `undefined` to give up */
  afterEnd(now: number): number | undefined {
    this.#ends = [...this.#ends.filter((at) => now - at < 60_000), now];
    if (this.#ends.length > MOST_ENDS_PER_MINUTE) return undefined;
    return this.#ends.length === 1 ? 0 : 500 * 2 ** (this.#ends.length - 2);
  }
}

export interface KeepRunningOptions {
  name: string;
  report: (line: string) => void;
  /** Starts the part again; a failure counts as another end. */
  startAgain: () => Promise<void>;
  /** Whether the stack is on its way down, so that nothing is started any more. */
  stopping: () => boolean;
  /** Called with one sentence when starting again does not help. */
  giveUp: (sentence: string) => void;
}

/** Gives the function to call with how the part ended, each time it ended unasked. */
export function keepRunning(options: KeepRunningOptions): (how: string) => void {
  const persistence = new Persistence();
  const again = async (how: string): Promise<void> => {
    if (options.stopping()) return;
    const wait = persistence.afterEnd(Date.now());
    if (wait === undefined) {
      options.giveUp(`${options.name} ended again and again (${how}), so everything is stopped.`);
      return;
    }
    options.report(`${options.name} ended unasked (${how}) and is started again`);
    await pause(wait);
    if (options.stopping()) return;
    try {
      await options.startAgain();
    } catch (error) {
      await again(error instanceof Error ? error.message : String(error));
    }
  };
  return (how) => void again(how);
}
