/** The relay's work lists in small: wakes, waiting reports and alerts under leases. What is SQL in work/ is code here. */
import type { Instant } from '../../domain/law/calendar.js';
import type { SimDesk } from './desk.js';
import { EngineAway, type ModelEngine } from './model-engine.js';
import type { ModelHouse } from './model-house.js';
import type { Incarnation } from './process.js';
import type { InboxKept, Lease, Tables, WakeKept } from './tables.js';

export const LEASE_MS = 10_000;
/** As in work/wakes.ts, work/inbox.ts. */
const RESIGNAL_MS = [10_000, 60_000, 600_000] as const;
export const HOURLY_MS = 3_600_000;

/** Until the next signal, after so many. */
export function resignalAfter(signals: number): number {
  return RESIGNAL_MS[signals - 1] ?? HOURLY_MS;
}

const INBOX_PAUSE_MS = 4_000;
const LONGEST_INBOX_PAUSE_MS = 30_000;
const ALERT_PAUSE_MS = 15_000;
/** The engine is away: it is asked again so soon. */
const GATE_MS = 20_000;
const MOST_AT_ONCE = 10;

export interface RelayWorld {
  house: ModelHouse;
  engine: ModelEngine;
  newId: () => string;
}

/** A lease that lies further ahead than one can was written before the clock stepped back. */
function isFree(lease: Lease | undefined, now: Instant): boolean {
  return lease === undefined || lease.until < now || lease.until > now + LEASE_MS;
}

function isDueAlert(row: { state: string; due_at: Instant; lease: Lease | undefined }, now: Instant): boolean {
  return row.state === 'waiting' && isFree(row.lease, now) && (row.due_at <= now || row.due_at > now + ALERT_PAUSE_MS);
}

function isDueReport({ state, due_at }: InboxKept, now: Instant): boolean {
  return state === 'waiting' && (due_at <= now || due_at > now + LONGEST_INBOX_PAUSE_MS + 1_000);
}

const DUE = {
  wakes: ({ wake }: Tables, now: Instant) => [...wake.values()].some((row) => row.due_at <= now && isFree(row.lease, now)),
  inbox: ({ inbox, inboxLease }: Tables, now: Instant) =>
    [...inbox.values()].some((row) => isDueReport(row, now) && isFree(inboxLease.get(row.subject_id), now)),
  alerts: ({ alertDelivery }: Tables, now: Instant) => [...alertDelivery.values()].some((row) => isDueAlert(row, now)),
} as const;

/** Whether a relay would find anything to take now. */
export function hasDueWork(tables: Tables, now: Instant): boolean {
  return DUE.wakes(tables, now) || DUE.inbox(tables, now) || DUE.alerts(tables, now);
}

/** When a patrol will find something next, by the clock of the house; undefined: nothing waits. */
export function nextDueWork(tables: Tables, now: Instant): Instant | undefined {
  let next = Infinity;
  const waits = (dueAt: Instant, lease: Lease | undefined): void => {
    next = Math.min(next, isFree(lease, now) ? dueAt : Math.max(dueAt, (lease?.until ?? 0) + 1));
  };
  for (const row of tables.wake.values()) waits(row.due_at, row.lease);
  // What lies further ahead than a pause can is due at once: it was put off before the clock stepped back.
  for (const row of tables.inbox.values()) if (row.state === 'waiting') waits(isDueReport(row, now) ? now : row.due_at, tables.inboxLease.get(row.subject_id));
  for (const row of tables.alertDelivery.values()) waits(isDueAlert(row, now) ? now : row.due_at, row.lease);
  return next === Infinity ? undefined : next;
}

export class Relay {
  readonly #world: RelayWorld;
  readonly #incarnation: Incarnation;
  readonly #desk: SimDesk;

  constructor(world: RelayWorld, incarnation: Incarnation, desk: SimDesk) {
    this.#world = world;
    this.#incarnation = incarnation;
    this.#desk = desk;
  }

  /** All that is due, list by list; what fails in one list holds up no other. Asking in vain is not done here. */
  async round(): Promise<void> {
    const { tables, clock } = this.#world.house;
    const now = clock();
    await Promise.allSettled([
      DUE.wakes(tables, now) ? this.#wakes() : undefined,
      DUE.inbox(tables, now) ? this.#inbox() : undefined,
      DUE.alerts(tables, now) ? this.#alerts() : undefined,
    ]);
  }

  /** One statement that commits by itself; one that took nothing changed nothing. */
  async #once<T>(statement: (tables: Tables, now: Instant) => T): Promise<T> {
    const { house } = this.#world;
    await this.#incarnation.to();
    const result = statement(house.tables, house.clock());
    if (!Array.isArray(result) || result.length > 0) house.onCommit();
    await this.#incarnation.back();
    return result;
  }

  #newLease(now: Instant): Lease {
    return { token: this.#world.newId(), until: now + LEASE_MS };
  }

  async #wakes(): Promise<void> {
    const taken = await this.#once((tables, now) => {
      const due = [...tables.wake]
        .filter(([, row]) => row.due_at <= now && isFree(row.lease, now))
        .toSorted(([, a], [, b]) => a.lane - b.lane || a.due_at - b.due_at);
      return due.slice(0, MOST_AT_ONCE).map(([caseId, row]) => {
        const leased = { ...row, lease: this.#newLease(now), attempts: row.attempts + 1 };
        tables.wake.set(caseId, leased);
        return { caseId, leased };
      });
    });
    await Promise.allSettled(taken.map(({ caseId, leased }) => this.#wake(caseId, leased)));
  }

  async #wake(caseId: string, { lease, rebuild, seq }: WakeKept): Promise<void> {
    await this.#incarnation.pause(2);
    const isSent = this.#isSent(caseId, rebuild);
    await this.#once((tables, now) => {
      const row = tables.wake.get(caseId);
      if (row === undefined || row.lease?.token !== lease?.token) return;
      const attempts = isSent ? row.attempts : Math.max(0, row.attempts - 1);
      // Put off by a signal that was sent, and by nothing else: of whoever dies on the way the lease runs out.
      const next = now + (isSent ? resignalAfter(attempts) : GATE_MS);
      // What came since then, or was asked anew, has not been told.
      const dueAt = isSent && (row.seq > seq || row.attempts === 0) ? now : next;
      tables.wake.set(caseId, { ...row, lease: undefined, attempts, rebuild: row.rebuild && !(isSent && rebuild), due_at: dueAt });
    });
  }

  #isSent(caseId: string, rebuild: boolean): boolean {
    try {
      this.#world.engine.wake(caseId, rebuild);
      return true;
    } catch (error) {
      if (error instanceof EngineAway) return false;
      throw error;
    }
  }

  async #inbox(): Promise<void> {
    const taken = await this.#once((tables, now) => {
      const due = [...tables.inbox.values()].filter((row) => isDueReport(row, now) && isFree(tables.inboxLease.get(row.subject_id), now));
      const cases = [...new Set(due.map((row) => row.subject_id))].slice(0, MOST_AT_ONCE);
      for (const row of due) if (cases.includes(row.subject_id)) tables.inbox.set(row.id, { ...row, due_at: now + INBOX_PAUSE_MS });
      return cases.map((caseId) => {
        const lease = this.#newLease(now);
        tables.inboxLease.set(caseId, lease);
        return { caseId, lease };
      });
    });
    await Promise.allSettled(taken.map(({ caseId, lease }) => this.#takeWaiting(caseId, lease)));
  }

  async #takeWaiting(caseId: string, lease: Lease): Promise<void> {
    const { known } = await this.#desk.take(caseId, []);
    await this.#once((tables) => {
      if (tables.inboxLease.get(caseId)?.token !== lease.token) return;
      tables.inboxLease.delete(caseId);
      if (!known && !tables.subjectFile.has(caseId)) orphan(tables, caseId);
    });
  }

  async #alerts(): Promise<void> {
    const taken = await this.#once((tables, now) => {
      const due = [...tables.alertDelivery].filter(([, row]) => isDueAlert(row, now)).toSorted(([, a], [, b]) => a.lane - b.lane);
      return due.map(([id, row]) => {
        const lease = this.#newLease(now);
        tables.alertDelivery.set(id, { ...row, lease, attempts: row.attempts + 1, due_at: now + Math.min(500 * 2 ** row.attempts, ALERT_PAUSE_MS) });
        return { id, lease };
      });
    });
    if (taken.length === 0) return;
    // Those of one round are told together.
    await this.#incarnation.pause(5);
    await this.#once((tables) => {
      for (const { id, lease } of taken) {
        const row = tables.alertDelivery.get(id);
        if (row?.lease?.token !== lease.token) continue;
        tables.alertDelivery.delete(id);
        tables.alertDelivered.set(id, { ...row, lease: undefined, state: 'delivered' });
      }
    });
  }
}

/** Nobody could take them: people see them in the inbox. */
function orphan(tables: Tables, caseId: string): void {
  for (const row of tables.inbox.values()) {
    if (row.subject_id === caseId && row.state === 'waiting') tables.inbox.set(row.id, { ...row, state: 'orphan' });
  }
}
