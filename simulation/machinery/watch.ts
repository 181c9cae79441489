/**
 * The watch in small (work/watch/): moments that passed unrung are rung whoever was down; clocks that are missing are
 * asked for; another server gets every clock anew; runs that nothing stands behind end; cases are brought to the law.
 */
import { wakeOf } from './wake-row.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { SimDesk } from './desk.js';
import { EngineAway } from './model-engine.js';
import { isBehind } from './model-sights.js';
import type { Incarnation } from './process.js';
import { HOURLY_MS, resignalAfter, type RelayWorld } from './relay.js';
import type { Tables, WakeKept } from './tables.js';

/** A moment that passed so long ago has no clock. */
export const GRACE_MS = 60_000;
/** What is to be sent is looked after so often, for the ledger may have been put back to before it was sent. */
export const UNSENT_MS = 5 * 60_000;
const SETTLED_FOR_MS = 60_000;
const STEPPED_MS = 1_000;
/** After so many signals in eleven minutes a run is replaced. */
const DEAF_AFTER = 4;

export class Watch {
  readonly #world: RelayWorld;
  readonly #incarnation: Incarnation;
  readonly #desk: SimDesk;
  /** Seen missing once: between a look and what it armed lies a moment. */
  #suspects: ReadonlySet<string> = new Set();

  constructor(world: RelayWorld, incarnation: Incarnation, desk: SimDesk) {
    this.#world = world;
    this.#incarnation = incarnation;
    this.#desk = desk;
  }

  /** @returns whether another round should follow soon */
  async round(): Promise<boolean> {
    if ((await this.#read(stepped)).length > 0) await this.#write(mend);
    const rung = await this.#ring();
    const suspected = await this.#missing();
    const adopted = await this.#adopt();
    await this.#compareServer();
    return (await this.#ghosts()) || suspected || rung || adopted;
  }

  /** Asking in vain changes nothing, and is not done here: it would be most of what happens. */
  async #read<T>(statement: (tables: Tables, now: Instant) => readonly T[]): Promise<readonly T[]> {
    const { house } = this.#world;
    if (statement(house.tables, house.clock()).length === 0) return [];
    await this.#incarnation.to();
    const result = statement(house.tables, house.clock());
    await this.#incarnation.back();
    return result;
  }

  async #write(statement: (tables: Tables, now: Instant) => void): Promise<void> {
    const { house } = this.#world;
    await this.#incarnation.to();
    statement(house.tables, house.clock());
    house.onCommit();
    await this.#incarnation.back();
  }

  async #ring(): Promise<boolean> {
    const due = await this.#read((tables, now) =>
      [...tables.subjectClock].filter(([, row]) => row.running && row.rings_at !== null && Date.parse(row.rings_at) <= now - GRACE_MS),
    );
    for (const [caseId] of due) {
      const { entries } = await this.#desk.take(caseId, [], { clockLooks: true });
      const last = entries.at(-1);
      if (last === undefined) continue;
      await this.#write((tables, now) => {
        const clock = tables.subjectClock.get(caseId);
        if (clock === undefined) return;
        tables.subjectClock.set(caseId, { ...clock, armed_at: null });
        if (clock.seen_seq < last.seq) tables.wake.set(caseId, wakeOf(tables, caseId, now, { seq: last.seq }));
      });
    }
    return due.length > 0;
  }

  /** Running cases with a moment for which nothing is armed in time, or without a run, whose clock nobody has asked to look. */
  async #missing(): Promise<boolean> {
    const { engine } = this.#world;
    const missing = await this.#read((tables, now) =>
      [...tables.subjectClock].flatMap(([caseId, { running, wakes_at, armed_at, looked_at }]) => {
        if (!running || isAsked(tables.wake.get(caseId), now)) return [];
        if (!engine.isAway && engine.runs.get(caseId)?.open !== true) return [caseId];
        if (looked_at !== null && looked_at < now - UNSENT_MS && hasUnsent(tables, caseId)) return [caseId];
        if (wakes_at === null) return [];
        const at = Date.parse(wakes_at);
        // Who has looked since knows of it: what is to be sent again may be held, or under way.
        const hasLooked = looked_at !== null && looked_at >= at;
        return (armed_at === null || armed_at > at || at < now - GRACE_MS) && !hasLooked ? [caseId] : [];
      }),
    );
    const certain = missing.filter((caseId) => this.#suspects.has(caseId));
    this.#suspects = new Set(missing);
    if (certain.length > 0) {
      await this.#write((tables, now) => {
        for (const caseId of certain) if (!isAsked(tables.wake.get(caseId), now)) tables.wake.set(caseId, wakeOf(tables, caseId, now));
      });
    }
    return missing.length > 0;
  }

  /** The sweep of an adoption: one case after the other; who cannot be told now is told by a later round. */
  async #adopt(): Promise<boolean> {
    const { tables } = this.#world.house;
    const behind = await this.#read(() => [...tables.subjectClock].flatMap(([caseId, { running }]) => (running && isBehind(tables, caseId) ? [caseId] : [])));
    for (const caseId of behind) await this.#desk.take(caseId, []);
    return behind.length > 0;
  }

  /** Another id under the old name is an empty server. */
  async #compareServer(): Promise<void> {
    const { engine } = this.#world;
    if (engine.isAway) return;
    const { namespaceId } = engine;
    if (this.#world.house.tables.engineSeen.get('only') === namespaceId) return;
    await this.#write((tables, now) => {
      if (tables.engineSeen.has('only')) wakeEveryClock(tables, now, { rebuild: true, forget: true });
      tables.engineSeen.set('only', namespaceId);
    });
  }

  async #ghosts(): Promise<boolean> {
    const { engine, house } = this.#world;
    if (engine.isAway) return false;
    const old = [...engine.runs.values()].filter(
      ({ open, startedAt }) => open && startedAt < this.#incarnation.process.surroundings.scheduler.now - SETTLED_FOR_MS,
    );
    const ghosts = await this.#read((tables) => old.filter(({ caseId }) => tables.subjectClock.get(caseId)?.running !== true));
    for (const { caseId } of ghosts) {
      // A case that has just ended ends its run itself.
      if (house.tables.subjectClock.has(caseId)) continue;
      if (!endRun(engine, caseId)) return true;
    }
    return false;
  }
}

function endRun(engine: RelayWorld['engine'], caseId: string): boolean {
  try {
    engine.terminate(caseId);
    return true;
  } catch (error) {
    if (error instanceof EngineAway) return false;
    throw error;
  }
}

/** What its clock is only to be told within the hour asks nobody. */
function isAsked(wake: WakeKept | undefined, now: Instant): boolean {
  return wake !== undefined && (wake.attempts > 0 || wake.due_at <= now);
}

/** No wake is put off for longer than its plan: this one was written while the clock was ahead. */
function isOfAnotherTime({ since, due_at, attempts }: WakeKept, now: Instant): boolean {
  return since > now + STEPPED_MS || due_at > now + (attempts === 0 ? HOURLY_MS : resignalAfter(attempts)) + STEPPED_MS;
}

function stepped(tables: Tables, now: Instant): readonly WakeKept[] {
  return [...tables.wake.values()].filter((row) => isOfAnotherTime(row, now) || (row.attempts === DEAF_AFTER && !row.rebuild));
}

/** What was to be done at once lies in the future when the clock of the house has stepped back; deaf runs are replaced. */
function mend(tables: Tables, now: Instant): void {
  for (const [caseId, row] of tables.wake) {
    if (isOfAnotherTime(row, now)) tables.wake.set(caseId, { ...row, since: Math.min(row.since, now), due_at: now });
    else if (row.attempts === DEAF_AFTER && !row.rebuild) tables.wake.set(caseId, { ...row, rebuild: true, due_at: now });
  }
}

/** Something is to be sent now: its clock has it sent, or must look. */
export function hasUnsent({ effect, effectsHold }: Tables, caseId: string): boolean {
  return effectsHold.size === 0 && [...effect.values()].some(({ subject_id, state }) => subject_id === caseId && state === 'pending');
}

export interface WakeAll {
  /** Replace the runs that are there. */
  rebuild: boolean;
  /** Nothing that was armed is armed any more. */
  forget: boolean;
}

/** `tirek clock rebuild`, and what an empty server asks for. */
export function wakeEveryClock(tables: Tables, now: Instant, { rebuild, forget }: WakeAll): void {
  for (const [caseId, clock] of tables.subjectClock) {
    if (!clock.running) continue;
    tables.wake.set(caseId, wakeOf(tables, caseId, now, { rebuild }));
    if (forget) tables.subjectClock.set(caseId, { ...clock, armed_at: null, run_id: null });
  }
}

/** `tirek clock release`: what was held after a restore is sent. */
export function releaseEffects(tables: Tables, now: Instant): void {
  tables.effectsHold.clear();
  for (const { subject_id, state } of tables.effect.values())
    if (state === 'pending' || state === 'parked') tables.wake.set(subject_id, wakeOf(tables, subject_id, now));
}
