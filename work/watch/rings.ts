/**
 * Moments that are rung without their clocks. The *herd*: many moments at one instant are rung by the ledger in
 * order of urgency, because the engine serves thousands of timers in no order and takes a minute for them; each
 * case's own timer then finds nothing to do. The *watchman*: a moment that passed by more than a grace is rung
 * whoever was down; its clock is asked to look, and what it had armed is not believed any more.
 */
import type { Logger } from 'pino';
import { areMoreDueThan, dueMoments, wakeAfterRinging, type DueMoment, type RungWithoutClock } from '../../db/clocks.js';
import type { Pool } from '../../db/pool.js';
import type { TakeOutcome } from '../../ledger/take.js';
import { reasonOf } from '../work-list.js';

export type Ringer = 'herd' | 'watchman';

export interface RingDependencies {
  pool: Pool;
  /** Takes all moments of a case that have come, as its clock does: nobody is woken by it. */
  ring: (caseId: string) => Promise<TakeOutcome>;
  /** Renews the turn between two batches. @returns false when it is another relay's */
  hold: () => Promise<boolean>;
  /** More at once than that are a herd. */
  herd: number;
  /** So long a clock may be late before the watchman rings for it, in milliseconds. */
  graceMs: number;
  /** Most moments that the watchman rings in one round: workers that are merely late are not loaded twice. */
  perRound: number;
  onRung?: (by: Ringer, cases: number) => void;
  log: Logger;
}

const BATCH = 200;
const AT_ONCE = 4;
/** Then the round ends and the next one goes on: who watches the rounds must see them end. */
const ROUND_MS = 10_000;
/** After the herd the cases' own timers look by themselves; whose timer is dead, is asked after that. */
const OWN_TIMER_MS = 30_000;
/** A case that was rung in vain is left alone for so long, and is no reason to wait for the others. */
const IN_VAIN_MS = 30_000;

export class Ringing {
  readonly #dependencies: RingDependencies;
  readonly #inVain = new Map<string, number>();

  constructor(dependencies: RingDependencies) {
    this.#dependencies = dependencies;
  }

  /** Rings what must be rung now, and returns when that is done. */
  async round(): Promise<void> {
    const { pool, herd, graceMs, perRound, hold } = this.#dependencies;
    this.#forgive();
    if (!(await areMoreDueThan(pool, herd))) {
      await this.#ring('watchman', await dueMoments(pool, graceMs, perRound, [...this.#inVain.keys()]));
      return;
    }
    for (const end = performance.now() + ROUND_MS; performance.now() < end; ) {
      const batch = await dueMoments(pool, 0, BATCH, [...this.#inVain.keys()]);
      await this.#ring('herd', batch);
      if (batch.length < BATCH || !(await hold())) return;
    }
  }

  async #ring(by: Ringer, moments: readonly DueMoment[]): Promise<void> {
    if (moments.length === 0) return;
    const { pool, onRung = () => {}, log } = this.#dependencies;
    const left = [...moments];
    const rung: RungWithoutClock[] = [];
    const ringOn = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const told = await this.#ringOne(next.caseId);
        if (told !== undefined) rung.push(told);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ringOn));
    await wakeAfterRinging(pool, rung, by === 'herd' ? OWN_TIMER_MS : 0, by === 'watchman');
    onRung(by, rung.length);
    if (by === 'watchman' && rung.length > 0) log.warn({ cases: rung.length }, 'moments had passed unrung; the watchman rang them');
  }

  async #ringOne(caseId: string): Promise<RungWithoutClock | undefined> {
    try {
      const { entries, state } = await this.#dependencies.ring(caseId);
      const [first] = entries;
      if (first === undefined || state === undefined) {
        // Its own clock was quicker; or the row promises a moment that the case does not have.
        this.#inVain.set(caseId, performance.now());
        return undefined;
      }
      return { caseId, name: first.type, seq: state.seq };
    } catch (error) {
      this.#inVain.set(caseId, performance.now());
      this.#dependencies.log.warn({ caseId, reason: reasonOf(error) }, 'a moment could not be rung; it is tried again');
      return undefined;
    }
  }

  #forgive(): void {
    const since = performance.now() - IN_VAIN_MS;
    for (const [caseId, at] of this.#inVain) if (at < since) this.#inVain.delete(caseId);
  }
}
