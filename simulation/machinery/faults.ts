/** What may go wrong, how often, and what has gone wrong in a world. */
import type { Instant } from '../../domain/law/calendar.js';
import type { Dice, Scheduler } from './scheduler.js';

export const FAULT_KINDS = [
  'answer_lost',
  'request_lost',
  'process_killed',
  'process_paused',
  'link_cut',
  'bell_lost',
  'clock_stepped',
  'backup_restored',
  'engine_emptied',
  'engine_away',
  'agency_down',
  'agency_slow',
  'agency_answer_lost',
  'client_answer_lost',
  'asked_twice',
  'report_put_off',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type FaultCounts = Record<FaultKind, number>;

/** Of so many calls; the great ones are drawn at calls, too, so that they come while something is under way. */
export const SHARES: Readonly<Record<FaultKind, number>> = {
  answer_lost: 0.012,
  request_lost: 0.01,
  process_killed: 0.005,
  process_paused: 0.002,
  link_cut: 0.002,
  bell_lost: 0.1,
  clock_stepped: 0.001,
  backup_restored: 0.0004,
  engine_emptied: 0.0005,
  engine_away: 0.0005,
  agency_down: 0.1,
  agency_slow: 0.08,
  agency_answer_lost: 0.1,
  client_answer_lost: 0.05,
  asked_twice: 0.06,
  report_put_off: 0.2,
};

const OF_OTHERS: readonly FaultKind[] = ['engine_emptied', 'engine_away', 'agency_down', 'agency_slow', 'agency_answer_lost'];

export class Faults {
  readonly counts: FaultCounts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts;
  /** The last instant at which something was wrong, as far as is known: an outage counts until its end. */
  disturbedUntil: Instant;
  /** The same, without what ails the engine and the agencies alone. */
  ledgerDisturbedUntil: Instant;
  enabled = true;
  readonly #dice: Dice;
  readonly #scheduler: Scheduler;
  readonly #onDisturbed: () => void;

  constructor(scheduler: Scheduler, dice: Dice, onDisturbed: () => void) {
    this.#scheduler = scheduler;
    this.#dice = dice;
    this.#onDisturbed = onDisturbed;
    this.disturbedUntil = scheduler.now;
    this.ledgerDisturbedUntil = scheduler.now;
  }

  /** Whether it strikes now. @param lastsMs until it is over; what lasts no time is over at once */
  strikes(kind: FaultKind, lastsMs = 0): boolean {
    if (!this.enabled || !this.#dice.happens(SHARES[kind])) return false;
    this.counts[kind] += 1;
    this.disturb(lastsMs, !OF_OTHERS.includes(kind));
    return true;
  }

  disturb(lastsMs: number, ofTheLedger = true): void {
    this.disturbedUntil = Math.max(this.disturbedUntil, this.#scheduler.now + lastsMs);
    if (ofTheLedger) this.ledgerDisturbedUntil = Math.max(this.ledgerDisturbedUntil, this.#scheduler.now + lastsMs);
    this.#onDisturbed();
  }
}
