/** Whoever asks the Center from outside: through one of its doors, again and again until there is an answer. */
import type { HouseRules, SimDesk } from './desk.js';
import type { Faults } from './faults.js';
import type { Incarnation } from './process.js';
import type { Dice, Scheduler } from './scheduler.js';
import type { Witness } from './witness.js';

export interface Outside {
  scheduler: Scheduler;
  dice: Dice;
  faults: Faults;
  rules: HouseRules;
  witness: Witness;
  /** A living process of the API. */
  door: () => [Incarnation, SimDesk] | undefined;
  restores: () => number;
  note: (line: string) => void;
}

/** So long a client waits for an answer before it asks again. */
const ANSWER_WITHIN_MS = 10_000;
const LONGEST_PAUSE_MS = 60_000;
/** With all parts up somebody answers by then. */
const ANSWERED_WITHIN_MS = 10 * 60_000;

/**
 * Asks until an answer has come; an answer that is lost, late or a 503 is asked for again, by the same key.
 * @param ask what the door does; it may fail, and it may never end
 */
export async function insist<T>(outside: Outside, ask: (life: Incarnation, desk: SimDesk) => Promise<T>): Promise<T> {
  const begun = outside.scheduler.now;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(outside, ask);
    if (answer !== undefined) return answer.given;
    const { scheduler, dice, faults, witness } = outside;
    if (scheduler.now - Math.max(begun, faults.disturbedUntil) > ANSWERED_WITHIN_MS)
      witness.isUnanswered(`asked ${attempt} times since ${new Date(begun).toISOString()}`);
    await scheduler.pause(Math.min(500 * 2 ** attempt, LONGEST_PAUSE_MS) + dice.whole(0, 500));
  }
}

async function once<T>(
  { scheduler, dice, faults, door, restores }: Outside,
  ask: (life: Incarnation, desk: SimDesk) => Promise<T>,
): Promise<{ given: T } | undefined> {
  await scheduler.pause(dice.whole(1, 5));
  const opened = door();
  if (opened === undefined) return undefined;
  const before = restores();
  const answer = await new Promise<{ given: T } | undefined>((resolve) => {
    scheduler.after(ANSWER_WITHIN_MS, () => resolve(undefined));
    ask(...opened).then(
      (given) => resolve({ given }),
      () => resolve(undefined),
    );
  });
  if (faults.strikes('client_answer_lost')) return undefined;
  // What was answered before a restore may be gone: who has not heard it yet asks again.
  return restores() === before ? answer : undefined;
}
