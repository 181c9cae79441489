/**
 * A small country: some families, one Center, two processes of each kind, the engine, the agencies; driven by one
 * seed through whatever may go wrong, and then left in peace to see whether everything comes to rest.
 */
import { createClockActivities } from '../../activities/clock.js';
import { CALENDAR_2026_11_21 } from '../../domain/law/calendar-data.js';
import type { Instant } from '../../domain/law/calendar.js';
import { lawOf, type Law, type LawRef } from '../../domain/law/law.js';
import { DEFAULT_POLICY } from '../../domain/law/policy.js';
import type { LedgerStore } from '../../ledger/store.js';
import type { takeTurn } from '../../domain/case/turn.js';
import { CENTER } from '../people.js';
import { STAFF_RECORD, TERMS } from '../staff-record.js';
import { Agencies } from './agencies.js';
import { deskOf, type HouseRules, type SimDesk } from './desk.js';
import { sendEffect } from './effect-attempt.js';
import { Families } from './families.js';
import { HouseClock, Mishaps } from './mishaps.js';
import { Faults, type FaultCounts } from './faults.js';
import { ModelEngine, type WorkerHands } from './model-engine.js';
import { ModelHouse } from './model-house.js';
import { sightsOf } from './model-sights.js';
import type { Outside } from './outside.js';
import { Process, type Incarnation, type Surroundings } from './process.js';
import { hasDueWork, nextDueWork, Relay, type RelayWorld } from './relay.js';
import { Dice, Scheduler } from './scheduler.js';
import { GRACE_MS, hasUnsent, UNSENT_MS, Watch } from './watch.js';
import { BOUND_MS, Witness, type Violation } from './witness.js';

/** What tests sabotage, to see that it is found. */
export interface Sabotage {
  storeOf?: (store: LedgerStore) => LedgerStore;
  turn?: typeof takeTurn;
  /** Of the engine's side: what workers do. */
  handsOf?: (hands: WorkerHands) => WorkerHands;
  house?: (house: ModelHouse) => void;
}

export interface WorldReport {
  lives: number;
  steps: number;
  entries: number;
  faults: FaultCounts;
  violations: readonly Violation[];
  /** The last things that happened, with their instants. */
  story: readonly string[];
}

const BEGINS = Date.UTC(2025, 0, 13, 4);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Nobody lives longer here: the calendar ends some day. */
const LONGEST_MS = 300 * DAY_MS;
const SETTLING_MS = 4 * HOUR_MS;
/** After a fault things may need so long to come to rest before the bound counts. */
const CALM_MS = 6 * 60_000;
const PATROL_MS = 2_000;
const WATCH_MS = 10_000;
const STORY_LINES = 60;
const BOTH_SHARE = 0.2;

/** Law books, one for each set of versions: the table's memories hang on the object. */
const LAWS = new Map<string, Law>();

interface Watcher {
  relay: Relay;
  watch: Watch;
  working: boolean;
  watching: boolean;
}

export class World {
  readonly #lives: number;
  readonly #dice: Dice;
  readonly #scheduler = new Scheduler(BEGINS);
  readonly #faults: Faults;
  readonly #house: ModelHouse;
  readonly #engine: ModelEngine;
  readonly #witness: Witness;
  readonly #rules: HouseRules;
  readonly #surroundings: Surroundings;
  readonly #processes: Process[] = [];
  readonly #apis = new Map<Incarnation, SimDesk>();
  readonly #workers = new Map<Incarnation, WorkerHands>();
  readonly #relays = new Map<Incarnation, Watcher>();
  readonly #agencies: Agencies;
  readonly #families: Families;
  readonly #sabotage: Sabotage;
  readonly #story: string[] = [];
  readonly #clock = new HouseClock(this.#scheduler);
  readonly #mishaps: Mishaps;
  #ids = 0;
  #checkPlanned = false;
  #patrolAt = Infinity;
  #watchAt = Infinity;

  constructor(seed: number, number: number, lives: number, sabotage: Sabotage = {}) {
    this.#lives = lives;
    this.#sabotage = sabotage;
    this.#dice = new Dice(seed, number);
    const scheduler = this.#scheduler;
    this.#faults = new Faults(scheduler, this.#dice, () => this.#planCheck());
    this.#house = new ModelHouse(() => this.#clock.read());
    this.#engine = new ModelEngine(
      scheduler,
      this.#dice,
      () => [...this.#workers.values()],
      () => this.#clock.misread(),
    );
    this.#witness = new Witness(
      this.#house,
      this.#engine,
      () => this.#clock.wasOffToday(),
      () => scheduler.now,
    );
    this.#rules = {
      house: this.#house,
      lawOf: (ref) => this.#lawOf(ref),
      adoptionOf: ({ version, adoption }) => adoption && { ...adoption, policy: { ...DEFAULT_POLICY, version } },
      newId: () => this.#newId(),
      wall: () => scheduler.now,
      ...(sabotage.storeOf === undefined ? {} : { storeOf: sabotage.storeOf }),
      ...(sabotage.turn === undefined ? {} : { turn: sabotage.turn }),
    };
    this.#surroundings = {
      scheduler,
      dice: this.#dice,
      faults: this.#faults,
      onCall: () => this.#mishaps.draw(),
      restores: () => this.#mishaps.restores,
      note: (line) => this.#note(line),
    };
    this.#agencies = new Agencies({ ...this.#outside(), house: this.#house });
    this.#families = new Families({ ...this.#outside(), house: this.#house, witness: this.#witness, newId: () => this.#newId() });
    this.#mishaps = new Mishaps({
      scheduler,
      dice: this.#dice,
      faults: this.#faults,
      house: this.#house,
      clock: this.#clock,
      engine: this.#engine,
      witness: this.#witness,
      agencies: () => this.#agencies,
      newId: () => this.#newId(),
      hurry: () => this.#planWatch(WATCH_MS),
      note: (line) => this.#note(line),
    });
  }

  async live(): Promise<WorldReport> {
    this.#furnish();
    this.#families.begin(this.#lives);
    await this.#scheduler.run(BEGINS + LONGEST_MS, () => this.#families.areDone() || this.#witness.violations.length > 0);
    await this.#comeToRest();
    const entries = [...this.#house.tables.ledger.values()].reduce((sum, rows) => sum + rows.length, 0);
    return { lives: this.#lives, steps: this.#scheduler.steps, entries, faults: this.#faults.counts, violations: this.#witness.violations, story: this.#story };
  }

  /** No more faults: everything must come to rest, and what is there must be what the ledger makes. */
  async #comeToRest(): Promise<void> {
    const { violations } = this.#witness;
    if (violations.length > 0) return;
    this.#note('faults stop');
    this.#faults.enabled = false;
    await this.#scheduler.run(this.#scheduler.now + SETTLING_MS, () => violations.length > 0);
    if (violations.length > 0) return;
    this.#witness.checkAccepted();
    this.#witness.checkQuiet(this.#house.clock());
    this.#witness.checkRebuild();
  }

  #furnish(): void {
    const { tables } = this.#house;
    tables.staffing.set(CENTER, STAFF_RECORD);
    for (const [key, term] of TERMS) tables.term.set(key, term);
    tables.law.set('calendar', { kind: 'calendar', version: CALENDAR_2026_11_21.version });
    tables.law.set('policy', { kind: 'policy', version: DEFAULT_POLICY.version });
    this.#house.onCommit = () => this.#committed();
    this.#engine.onLooked = (caseId, before, answer) => this.#witness.looked(caseId, before, answer);
    this.#house.onTaken = (writing) => this.#witness.took(writing);
    this.#sabotage.house?.(this.#house);
    for (const number of [1, 2]) {
      this.#processes.push(new Process(`api ${number}`, this.#surroundings, (life) => this.#startApi(life)));
      this.#processes.push(new Process(`worker ${number}`, this.#surroundings, (life) => this.#startWorker(life)));
      this.#processes.push(new Process(`relay ${number}`, this.#surroundings, (life) => this.#startRelay(life)));
    }
    for (const process of this.#processes) process.start();
    this.#mishaps.planBackups();
  }

  #startApi(life: Incarnation): void {
    this.#forget(this.#apis);
    this.#apis.set(life, deskOf(this.#rules, life));
  }

  #startWorker(life: Incarnation): void {
    this.#forget(this.#workers);
    const desk = deskOf(this.#rules, life);
    const clock = createClockActivities({ desk, sights: sightsOf(this.#house, life), askerOf: ({ runId }) => ({ kind: 'case', runId }) });
    const hands: WorkerHands = {
      incarnation: life,
      look: (request) => clock.look(request),
      sendEffect: (request) => sendEffect(this.#house, this.#agencies, desk, life, request),
    };
    this.#workers.set(life, this.#sabotage.handsOf?.(hands) ?? hands);
    this.#engine.pump();
  }

  #startRelay(life: Incarnation): void {
    this.#forget(this.#relays);
    const desk = deskOf(this.#rules, life);
    const world: RelayWorld = { house: this.#house, engine: this.#engine, newId: () => this.#newId() };
    this.#relays.set(life, { relay: new Relay(world, life, desk), watch: new Watch(world, life, desk), working: false, watching: false });
    this.#planPatrol();
    this.#planWatch(WATCH_MS);
  }

  #forget(lives: Map<Incarnation, unknown>): void {
    for (const life of lives.keys()) if (!life.alive) lives.delete(life);
  }

  #outside(): Outside {
    return {
      scheduler: this.#scheduler,
      dice: this.#dice,
      faults: this.#faults,
      rules: this.#rules,
      witness: this.#witness,
      door: () => this.#door(),
      restores: () => this.#mishaps.restores,
      note: (line) => this.#note(line),
    };
  }

  /** A living process of the API; undefined: all are down. */
  #door(): [Incarnation, SimDesk] | undefined {
    const living = [...this.#apis].filter(([life]) => life.alive);
    return living.length === 0 ? undefined : this.#dice.of(living);
  }

  #committed(): void {
    this.#planCheck();
    this.#planWatch(WATCH_MS);
    if (this.#house.tables.effectsHold.size > 0) this.#mishaps.planRelease();
    if (!hasDueWork(this.#house.tables, this.#house.clock())) return this.#planPatrol();
    // The bell rings after the commit, and may be lost.
    if (this.#faults.strikes('bell_lost')) return this.#planPatrol();
    return this.#scheduler.after(this.#dice.whole(2, 10), () => this.#work());
  }

  #planPatrol(): void {
    const due = nextDueWork(this.#house.tables, this.#house.clock());
    if (due === undefined) return;
    const at = Math.max(this.#scheduler.now, due - this.#clock.offMs) + this.#dice.whole(1, PATROL_MS);
    if (this.#patrolAt > this.#scheduler.now && this.#patrolAt <= at) return;
    this.#patrolAt = at;
    this.#scheduler.at(at, () => {
      if (this.#patrolAt === at) this.#patrolAt = Infinity;
      this.#work();
      this.#planPatrol();
    });
  }

  #work(): void {
    for (const watcher of this.#someRelays('working')) {
      watcher.working = true;
      void watcher.relay.round().finally(() => {
        watcher.working = false;
        this.#planPatrol();
      });
    }
  }

  /** One of the living ones that are free; now and then all of them, at once. */
  #someRelays(busy: 'working' | 'watching'): Watcher[] {
    const free = [...this.#relays].flatMap(([life, watcher]) => (life.alive && !watcher[busy] ? [watcher] : []));
    return free.length <= 1 || this.#dice.happens(BOTH_SHARE) ? free : [this.#dice.of(free)];
  }

  #planWatch(ms: number): void {
    const at = this.#scheduler.now + ms;
    if (this.#watchAt > this.#scheduler.now && this.#watchAt <= at) return;
    this.#watchAt = at;
    this.#scheduler.at(at, () => {
      if (this.#watchAt === at) this.#watchAt = Infinity;
      this.#watch();
    });
  }

  #watch(): void {
    const some = this.#someRelays('watching');
    // All are at it, or none lives: what there is now to be seen is seen by the next round.
    if (some.length === 0) return this.#planWatch(WATCH_MS);
    for (const watcher of some) {
      watcher.watching = true;
      void watcher.watch.round().then(
        (again) => this.#watched(watcher, again),
        () => this.#watched(watcher, true),
      );
    }
    return undefined;
  }

  #watched(watcher: Watcher, again: boolean): void {
    watcher.watching = false;
    const next = this.#nextWatch();
    if (again) this.#planWatch(WATCH_MS);
    else if (next !== undefined) this.#planWatch(Math.max(WATCH_MS, next - this.#scheduler.now));
  }

  /** When a moment that is not rung in time would be found. */
  #nextWatch(): Instant | undefined {
    const { tables } = this.#house;
    const instants = [...tables.subjectClock].flatMap(([caseId, { running, rings_at, wakes_at, looked_at }]) => {
      if (!running) return [];
      const moments = [rings_at, wakes_at].flatMap((at) => (at === null ? [] : [Date.parse(at) + GRACE_MS]));
      return looked_at !== null && hasUnsent(tables, caseId) ? [...moments, looked_at + UNSENT_MS] : moments;
    });
    return instants.length === 0 ? undefined : Math.min(...instants) - this.#clock.offMs;
  }

  /** Whether nothing has been wrong for long enough is asked after each bound in which something happened. */
  #planCheck(): void {
    if (this.#checkPlanned) return;
    this.#checkPlanned = true;
    const faults = this.#faults;
    const scheduler = this.#scheduler;
    scheduler.at(Math.max(calmAfter(faults.ledgerDisturbedUntil), scheduler.now + BOUND_MS), () => {
      this.#checkPlanned = false;
      if (scheduler.now < calmAfter(faults.ledgerDisturbedUntil)) return this.#planCheck();
      this.#witness.checkAccepted();
      const now = this.#house.clock();
      if (scheduler.now >= calmAfter(faults.disturbedUntil)) return this.#witness.checkQuiet(now);
      this.#witness.checkLedgerSide(now);
      return this.#planCheck();
    });
  }

  #lawOf({ calendar, policy }: LawRef): Law {
    const key = `${calendar} ${policy}`;
    const known = LAWS.get(key) ?? lawOf({ calendar: CALENDAR_2026_11_21, policy: { ...DEFAULT_POLICY, version: policy } });
    LAWS.set(key, known);
    return known;
  }

  #newId(): string {
    this.#ids += 1;
    return `id-${String(this.#ids).padStart(6, '0')}`;
  }

  #note(line: string): void {
    this.#story.push(`${new Date(this.#scheduler.now).toISOString()} ${line}`);
    if (this.#story.length > STORY_LINES) this.#story.shift();
  }
}

/** From then on nothing has an excuse. */
function calmAfter(until: Instant): Instant {
  return until + CALM_MS + BOUND_MS;
}
