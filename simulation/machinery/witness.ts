/** What must always hold (docs/architecture.md), watched at every commit and whenever it has been quiet for long enough. */
import { canonicalJson, chainDigest, EMPTY_LEDGER } from '../../contracts/ledger-digest.js';
import { clockRow, projectionOf } from '../../db/projection.js';
import { kindByEntry, momentOf, type AnyEntry, type AnyState } from '../../domain/subject/subjects.js';
import { coreOf } from '../../ledger/version.js';
import type { LedgerPlace, LookAnswer } from '../../contracts/case-clock.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { CaseWriting, LedgerRow } from '../../ledger/writing.js';
import type { ModelEngine, Run } from './model-engine.js';
import type { ModelHouse } from './model-house.js';
import type { Tables } from './tables.js';

export interface Violation {
  invariant: number | 'progress';
  what: string;
}

/** So long something accepted may wait while all parts are up. */
export const BOUND_MS = 3 * 60_000;
/** A timer of the engine counts from the end of a task, and its own clock: so much later it may ring. */
const TIMER_SLACK_MS = 30_000;
/** What is received and rung so close together may meet in either order. */
const AT_ONE_INSTANT_MS = 10_000;
/** A process decides nothing by a clock that differs more from its own. */
const CLOCKS_DIFFER_MS = 31_000;

interface Accepted {
  kind: 'command' | 'appeal' | 'report';
  caseId: string;
  /** Under which the ledger knows it. */
  cause: string;
  at: Instant;
}

export class Witness {
  readonly violations: Violation[] = [];
  /** The ledger was put back and nobody knows yet: what it says of timers may be of another life. Its moments are the watchman's. */
  mayBeMisled = false;
  readonly #house: ModelHouse;
  readonly #engine: ModelEngine;
  readonly #accepted = new Map<string, Accepted>();
  /** What was refused, and must never be found in a ledger. */
  readonly #refused = new Map<string, string>();
  /** Turn in which a cause was recorded, by `case cause`. */
  #causes = new Map<string, string>();
  #fired = new Set<string>();
  /** When a duty fell overdue, by `case duty`. */
  #overdue = new Map<string, Instant>();
  /** When each parked effect is to be tried again. */
  readonly #retryAt = new Map<string, Instant>();
  /** Whether the clock of Postgres was wrong lately. */
  readonly #wasMisread: () => boolean;
  readonly #wall: () => Instant;

  constructor(house: ModelHouse, engine: ModelEngine, wasMisread: () => boolean, wall: () => Instant) {
    this.#wall = wall;
    this.#wasMisread = wasMisread;
    this.#house = house;
    this.#engine = engine;
  }

  /** Somebody was told that it is accepted. */
  accepted(given: Accepted): void {
    this.#accepted.set(given.cause, given);
  }

  refused(cause: string, code: string): void {
    this.#refused.set(cause, code);
    if ([...this.#causes.keys()].some((known) => known.endsWith(` ${cause}`))) this.#violate(8, `${cause} was refused (${code}) and is in the ledger`);
  }

  /** The same key had two answers. */
  differs(what: string): void {
    this.#violate(1, what);
  }

  isUnanswered(what: string): void {
    this.#violate(7, `nobody answers: ${what}`);
  }

  /** At each commit of a take. */
  took({ caseId, change, commands, settled }: CaseWriting): void {
    for (const row of change?.entries ?? []) this.#recorded(caseId, row);
    this.#inOrder(caseId, change?.entries ?? []);
    const tables = this.#house.tables;
    for (const { id, answer } of commands) if (!(answer as { ok: boolean }).ok) this.#refused.set(id, 'refused');
    for (const { id, state } of settled) {
      const isRecorded = this.#causes.has(`${caseId} ${id}`);
      if ((tables.inbox.get(id)?.state === 'delivered') !== isRecorded || (state === 'rejected' && isRecorded))
        this.#violate(1, `report ${id} is ${state} and recorded: ${isRecorded}`);
    }
    if (change !== undefined) this.#oneOpenCase(tables, change.file.household_id);
  }

  /** The clock of a case never goes back. */
  #inOrder(caseId: string, entries: readonly LedgerRow[]): void {
    const rows = this.#house.tables.ledger.get(caseId) ?? [];
    const last = rows.slice(-entries.length - 1);
    const latest = entries.at(-1);
    const at = Date.parse(latest?.at ?? '');
    if (latest !== undefined && (at > this.#wall() + CLOCKS_DIFFER_MS || (at > this.#house.clock() && !this.#wasMisread())))
      this.#violate(2, `entry ${latest.seq} of ${caseId} was recorded before its time`);
    last.forEach(({ at, seq }, place) => {
      if (at < (last[place - 1]?.at ?? '')) this.#violate(2, `entry ${seq} of ${caseId} was recorded before the one before it`);
    });
  }

  /** A report that was received in time must not find its term missed, however long it had waited at the inbox. */
  #inTime(caseId: string, measureId: string, receivedAt: Instant): void {
    if (this.#wasMisread()) return;
    const due = this.#overdue.get(`${caseId} 192-11-1:${measureId}`);
    if (due !== undefined && receivedAt + AT_ONE_INSTANT_MS < due)
      this.#violate(2, `${measureId} of ${caseId} was reported at ${iso(receivedAt)} and is overdue since ${iso(due)}`);
  }

  /** The outcome of one attempt counts once: the next attempt is not before its time. */
  #parked({ key, retryAt }: { key: string; retryAt: Instant }, at: Instant): void {
    if (at < (this.#retryAt.get(key) ?? 0) && !this.#wasMisread()) this.#violate(1, `an outcome of ${key} was taken twice`);
    this.#retryAt.set(key, retryAt);
  }

  #recorded(caseId: string, { entry, turn }: LedgerRow): void {
    if (entry.type === 'DispatchParked') this.#parked(entry.data, entry.at);
    if (entry.type === 'ReportReceived') this.#inTime(caseId, entry.data.measureId, this.#house.tables.inbox.get(entry.cause)?.received_at ?? Infinity);
    if (entry.type === 'DeadlineStepReached') this.#stepped(caseId, entry.data, entry.at);
    if (!isInput(entry)) return;
    const key = `${caseId} ${entry.cause}`;
    const before = this.#causes.get(key);
    if (before !== undefined && before !== turn) this.#violate(1, `${entry.type} of ${entry.cause} is in the ledger of ${caseId} twice`);
    if (this.#refused.has(entry.cause)) this.#violate(8, `${entry.cause} was refused and is in the ledger of ${caseId}`);
    this.#causes.set(key, turn);
  }

  #stepped(caseId: string, { dutyKey, step, moment }: { dutyKey: string; step: string; moment: Instant }, at: Instant): void {
    const key = `${caseId} ${dutyKey} ${step} ${moment}`;
    if (this.#fired.has(key)) this.#violate(2, `${key} fired twice`);
    if (moment > at) this.#violate(2, `${key} fired before its moment`);
    this.#fired.add(key);
    if (step === 'overdue') this.#overdue.set(`${caseId} ${dutyKey}`, moment);
  }

  #oneOpenCase({ subjectFile }: Tables, householdId: string | null): void {
    if (householdId === null) return;
    const open = [...subjectFile.values()].filter((file) => file.household_id === householdId && file.stage !== 'closed');
    if (open.length > 1) this.#violate(3, `${householdId} has ${open.length} open cases`);
  }

  /** Tables are as they were then: what came after is gone, and whoever had been told of it must hear that. */
  restored(since: Instant): void {
    const { ledger } = this.#house.tables;
    this.#causes = new Map();
    this.#retryAt.clear();
    this.#fired = new Set();
    this.#overdue = new Map();
    for (const [caseId, rows] of ledger) {
      for (const { entry, turn } of rows) {
        if (isInput(entry)) this.#causes.set(`${caseId} ${entry.cause}`, turn);
        if (entry.type === 'DeadlineStepReached') this.#stepped(caseId, entry.data, entry.at);
      }
    }
    for (const [cause, { at, kind, caseId }] of this.#accepted) {
      const isThere = kind === 'report' ? this.#house.tables.inbox.has(cause) : this.#causes.has(`${caseId} ${cause}`);
      if (at >= since && !isThere) this.#accepted.delete(cause);
    }
    this.#refused.clear();
  }

  /** A clock that had been told of what is gone must say so at its next look. */
  looked(caseId: string, before: LedgerPlace | undefined, answer: LookAnswer): void {
    if (before === undefined || answer.kind !== 'seen' || answer.restored === true) return;
    const rows = this.#house.tables.ledger.get(caseId);
    // What the look itself saw may be gone by now, with another restore.
    if (rows?.[answer.seq - 1]?.digest !== answer.head || rows[before.seq - 1]?.digest === before.head) return;
    this.#violate(1, `a restore threw away entry ${before.seq} of ${caseId}, and its clock looked and said nothing`);
  }

  /** Nothing accepted is forgotten: at any moment it stands in the ledger, or waits in the inbox. */
  checkAccepted(): void {
    const { inbox } = this.#house.tables;
    for (const { kind, cause, caseId } of this.#accepted.values()) {
      const isRecorded = this.#causes.has(`${caseId} ${cause}`);
      if (kind !== 'report') {
        if (!isRecorded) this.#violate(1, `${kind} ${cause} was accepted and is not in the ledger of ${caseId}`);
        continue;
      }
      const state = inbox.get(cause)?.state;
      if (state === undefined) this.#violate(1, `report ${cause} was accepted and is not in the inbox`);
      else if ((state === 'delivered') !== isRecorded) this.#violate(1, `report ${cause} is ${state} and recorded: ${isRecorded}`);
    }
  }

  /** After a bound without a fault: nothing waits that could go on. `now`: of the house. */
  checkQuiet(now: Instant): void {
    this.checkLedgerSide(now);
    const { tables } = this.#house;
    const since = now - BOUND_MS;
    for (const [caseId, wake] of tables.wake)
      if (wake.due_at < since) this.#violate(7, `the wake of ${caseId} (${wake.name}) is due since ${iso(wake.due_at)}`);
    for (const caseId of tables.subjectFile.keys()) this.#checkClock(caseId, now);
    if (tables.effectsHold.size === 0) this.#checkEffects(now);
  }

  /** What needs no engine goes on without it: reports are taken, alerts told, moments rung. */
  checkLedgerSide(now: Instant): void {
    const { tables } = this.#house;
    const since = now - BOUND_MS;
    for (const [caseId, { running, rings_at, rings_for }] of tables.subjectClock) {
      if (running && rings_at !== null && Date.parse(rings_at) < since) this.#violate(2, `${caseId}: ${rings_for} of ${rings_at} was missed`);
    }
    for (const { id, state, received_at } of tables.inbox.values())
      if (state === 'waiting' && received_at < since) this.#violate(7, `report ${id} waits since ${iso(received_at)}`);
    for (const [id, { state, due_at }] of tables.alertDelivery)
      if (state === 'waiting' && due_at < since) this.#violate(7, `alert ${id} waits since ${iso(due_at)}`);
    for (const { kind, cause } of this.#accepted.values())
      if (kind === 'report' && tables.inbox.get(cause) === undefined) this.#violate(1, `report ${cause} is gone`);
  }

  #checkClock(caseId: string, now: Instant): void {
    const { tables } = this.#house;
    const state = tables.current.get(caseId);
    const clock = tables.subjectClock.get(caseId);
    if (state === undefined || clock === undefined) return;
    const run = this.#engine.runs.get(caseId);
    const next = momentOf(state)?.at;
    if (tables.wake.has(caseId) && (tables.wake.get(caseId)?.due_at ?? 0) <= now) return;
    if (clock.running && run?.open !== true) this.#violate(2, `${caseId} runs and has no clock`);
    else if (
      clock.running &&
      !this.mayBeMisled &&
      next !== undefined &&
      next > now &&
      !isArmedFor(run, next, now, tables.effectsHold.size > 0 ? Date.parse(clock.rings_at ?? '') : next)
    ) {
      this.#violate(2, `${caseId}: nothing rings for ${iso(next)}; the timer is set for ${iso(run?.timer?.at ?? 0)}`);
    }
    if (this.mayBeMisled) return;
    const heardAt = tables.wake.get(caseId)?.due_at ?? Infinity;
    if (!clock.running && run?.open === true && heardAt > now) this.#violate('progress', `${caseId} is over and its clock runs`);
  }

  /** What is to be sent now is under way. */
  #checkEffects(now: Instant): void {
    for (const { key, subject_id, state, retry_at } of this.#house.tables.effect.values()) {
      const isDue = state === 'pending' || (state === 'parked' && retry_at !== null && Date.parse(retry_at) < now - BOUND_MS);
      if (!isDue) continue;
      const run = this.#engine.runs.get(subject_id);
      if (run?.activities.has(key) !== true) this.#violate(7, `${key} of ${subject_id} is to be sent (${state}) and nobody sends it`);
    }
  }

  /** The ledger alone makes state and rows again, and its chain holds. */
  checkRebuild(): void {
    for (const [caseId, rows] of this.#house.tables.ledger) this.#checkCase(caseId, rows);
  }

  #checkCase(caseId: string, rows: readonly LedgerRow[]): void {
    const { tables } = this.#house;
    const entries = rows.map(({ entry }) => entry);
    const [first] = entries;
    const core = coreOf(first === undefined ? 'case' : kindByEntry(first));
    const state = entries.reduce<AnyState | undefined>((current, entry) => core.evolve(current, entry, caseId), undefined);
    const filed = tables.subjectFile.get(caseId);
    if (state === undefined || filed === undefined) return this.#violate(4, `${caseId} has no state`);
    if (entries.reduce(chainDigest, EMPTY_LEDGER) !== filed.head) this.#violate(4, `${caseId}: the chain does not end at its head`);
    const { file, duties, effects } = projectionOf(state);
    const same = (what: string, a: unknown, b: unknown): void => {
      if (canonicalJson(a) !== canonicalJson(b)) this.#violate(4, `${caseId}: ${what} differs from what the ledger makes`);
    };
    same('the state', state, tables.current.get(caseId));
    same('the file', file, Object.fromEntries(Object.keys(file).map((column) => [column, filed[column as keyof typeof filed]])));
    for (const duty of duties) same(`duty ${duty.key}`, duty, tables.duty.get(`${caseId} ${duty.key}`));
    for (const effect of effects) same(`effect ${effect.key}`, effect, tables.effect.get(effect.key));
    const { armed_at: _a, run_id: _r, seen_seq: _s, looked_at: _l, ...clock } = tables.subjectClock.get(caseId) ?? {};
    same('the clock', clockRow(state, filed.skew_ms), clock);
    return undefined;
  }

  #violate(invariant: Violation['invariant'], what: string): void {
    this.violations.push({ invariant, what });
  }
}

/** Commands, appeals and reports; what the engine itself records has no one who waits for an answer. */
function isInput({ type, actor }: AnyEntry): boolean {
  return actor.role !== 'system' && type !== 'DeadlineStepReached';
}

function isArmedFor(run: Run | undefined, next: Instant, now: Instant, latest: Instant): boolean {
  if (run === undefined) return false;
  // A retry of what is under way is told by the activity's end.
  if (run.activities.size > 0 || Number.isNaN(latest)) return true;
  return run.timer !== undefined && run.timer.at - Math.max(next, latest, now) <= TIMER_SLACK_MS + run.timer.misreadMs;
}

function iso(at: Instant): string {
  return new Date(at).toISOString();
}
