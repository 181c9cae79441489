/** The rounds of the relay that has the turn, each at its own pace: one that hangs holds up no other. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { reasonOf } from '../work-list.js';
import type { WatchTurn } from './turn.js';

export interface Round {
  name: string;
  everyMs: number;
  /** Longer than that it hangs: every call in it has a deadline. Milliseconds. */
  withinMs: number;
  /** @throws what went wrong: the next round tries again */
  go: () => Promise<void>;
}

export interface Rounds {
  /** Names of rounds that have been under way for longer than they may. */
  hanging(): string[];
  stop(): Promise<void>;
}

const STOP_WITHIN_MS = 10_000;
const WARN_EVERY_MS = 10_000;

export function startRounds(turn: WatchTurn, rounds: readonly Round[], log: Logger): Rounds {
  const stopping = new AbortController();
  const begun = new Map<string, number>();
  const ended = Promise.all(rounds.map((round) => keepGoing(turn, round, begun, log, stopping.signal)));
  return {
    hanging: () => rounds.filter(({ name, withinMs }) => performance.now() - (begun.get(name) ?? Infinity) > withinMs).map(({ name }) => name),
    async stop() {
      stopping.abort();
      await Promise.race([ended, delay(STOP_WITHIN_MS, undefined, { ref: false })]);
      // Whoever waits for the turn gets it at once; else when its lease is over.
      await turn.leave().catch(() => undefined);
    },
  };
}

async function keepGoing(turn: WatchTurn, { name, everyMs, go }: Round, begun: Map<string, number>, log: Logger, stopping: AbortSignal): Promise<void> {
  let warnedAt = -Infinity;
  while (!stopping.aborted) {
    begun.set(name, performance.now());
    try {
      if (await turn.hold()) await go();
    } catch (error) {
      if (performance.now() - warnedAt > WARN_EVERY_MS)
        log.warn({ round: name, reason: reasonOf(error) }, 'a round of the watch could not be made; the next one tries again');
      warnedAt = performance.now();
    }
    begun.delete(name);
    await delay(everyMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}
