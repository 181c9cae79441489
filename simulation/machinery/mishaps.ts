/** What happens to the surroundings of all processes: the clock of Postgres, its backups, the engine; and a law is adopted. */
import type { Instant } from '../../domain/law/calendar.js';
import type { Agencies } from './agencies.js';
import type { Faults } from './faults.js';
import type { ModelEngine } from './model-engine.js';
import type { ModelHouse } from './model-house.js';
import type { Dice, Scheduler } from './scheduler.js';
import { backupOf, type Tables } from './tables.js';
import { releaseEffects, wakeEveryClock } from './watch.js';
import type { Witness } from './witness.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** At most; what a restore throws away is that much. */
const BACKUP_EVERY_MS = 3 * DAY_MS;
/** Of so many calls. */
const ADOPTED_SHARE = 0.0003;
/** Adopted in turn. */
const POLICIES = 3;
/** A look that began so long ago may have read a clock that was wrong. */
const LOOK_LASTS_MS = 60_000;

/** The clock of the machine under Postgres; it may be wrong for some minutes. */
export class HouseClock {
  readonly #scheduler: Scheduler;
  readonly #wasOff: { byMs: number; until: Instant }[] = [];
  offMs = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  read(): Instant {
    return this.#scheduler.now + this.offMs;
  }

  step(offMs: number): void {
    this.right();
    this.offMs = offMs;
    this.#wasOff.push({ byMs: Math.abs(offMs), until: Infinity });
  }

  right(): void {
    this.offMs = 0;
    const last = this.#wasOff.at(-1);
    if (last !== undefined) last.until = Math.min(last.until, this.#scheduler.now);
  }

  /** By how much a look that ends now may have misread the time. */
  misread(): number {
    return Math.max(0, ...this.#since(LOOK_LASTS_MS).map(({ byMs }) => byMs));
  }

  wasOffToday(): boolean {
    return this.#since(DAY_MS).length > 0;
  }

  #since(ms: number): { byMs: number }[] {
    return this.#wasOff.filter(({ until }) => until > this.#scheduler.now - ms);
  }
}

export interface MishapWorld {
  scheduler: Scheduler;
  dice: Dice;
  faults: Faults;
  house: ModelHouse;
  clock: HouseClock;
  engine: ModelEngine;
  witness: Witness;
  agencies: () => Agencies;
  newId: () => string;
  /** The watch looks soon. */
  hurry: () => void;
  note: (line: string) => void;
}

export class Mishaps {
  restores = 0;
  readonly #world: MishapWorld;
  #backup: { tables: Tables; at: Instant };
  /** The earliest place that was restored to since people asked the agencies. */
  #restoredTo: Instant = Infinity;
  #releasePlanned = false;
  #adopted = 0;

  constructor(world: MishapWorld) {
    this.#world = world;
    this.#backup = { tables: backupOf(world.house.tables), at: world.scheduler.now };
  }

  /** Drawn at calls: then something is under way. */
  draw(): void {
    const { faults, dice } = this.#world;
    if (faults.strikes('clock_stepped', 5 * 60_000)) this.#stepClock();
    if (faults.strikes('engine_emptied', 60_000)) this.#emptyEngine();
    if (faults.strikes('engine_away', HOUR_MS)) this.#engineGoesAway();
    if (faults.strikes('backup_restored', 60_000)) this.#restore();
    if (faults.enabled && dice.happens(ADOPTED_SHARE)) this.#adopt();
  }

  planBackups(): void {
    const { scheduler, dice, house } = this.#world;
    this.#backup = { tables: backupOf(house.tables), at: scheduler.now };
    scheduler.after(dice.whole(HOUR_MS, BACKUP_EVERY_MS), () => this.planBackups());
  }

  #stepClock(): void {
    const { scheduler, dice, clock, house, note } = this.#world;
    const off = dice.of([-2 * HOUR_MS, -90_000, -20_000, -5_000, 5_000, 20_000, 90_000, 2 * HOUR_MS]);
    note(`the clock of Postgres steps by ${off / 1_000} s`);
    clock.step(off);
    scheduler.after(dice.whole(30_000, 240_000), () => {
      note('the clock of Postgres is right again');
      clock.right();
      house.onCommit();
    });
  }

  #emptyEngine(): void {
    const { engine, note, hurry } = this.#world;
    note('the engine comes back empty');
    engine.empty();
    hurry();
  }

  #engineGoesAway(): void {
    const { scheduler, engine, note, hurry } = this.#world;
    note('the engine is away for an hour');
    engine.goAway(HOUR_MS);
    scheduler.after(HOUR_MS, hurry);
  }

  /** By people, who know what they do, or by a replica that was behind, which nobody knows until a clock finds out. */
  #restore(): void {
    const { dice, house, witness, note } = this.#world;
    const { tables, at } = this.#backup;
    const isKnown = dice.happens(0.5);
    note(`Postgres is as it was at ${new Date(at).toISOString()}; people ${isKnown ? 'restored it' : 'do not know'}`);
    this.restores += 1;
    this.#restoredTo = Math.min(this.#restoredTo, at);
    house.restore(backupOf(tables));
    witness.restored(at);
    witness.mayBeMisled = true;
    if (isKnown) this.planRelease();
    house.onCommit();
  }

  /** Who finds effects held sees what happened, rebuilds the clocks, asks the agencies again and releases what is held. */
  planRelease(): void {
    if (this.#releasePlanned) return;
    this.#releasePlanned = true;
    const { scheduler, dice, house, clock, witness, agencies, faults, note } = this.#world;
    scheduler.after(dice.whole(10 * 60_000, 30 * 60_000), () => {
      note('people rebuild the clocks and release what is held');
      this.#releasePlanned = false;
      witness.mayBeMisled = false;
      wakeEveryClock(house.tables, clock.read(), { rebuild: true, forget: false });
      releaseEffects(house.tables, clock.read());
      agencies().sendAgainSince(this.#restoredTo);
      this.#restoredTo = Infinity;
      faults.disturb(60_000);
      house.onCommit();
    });
  }

  #adopt(): void {
    const { house, newId, note } = this.#world;
    this.#adopted = (this.#adopted + 1) % POLICIES;
    const version = `policy-${this.#adopted}`;
    note(`${version} is adopted`);
    house.tables.law.set('policy', { kind: 'policy', version, adoption: { id: newId(), act: 'an order', recompute: 'adopted' } });
    house.onCommit();
  }
}
