/**
 * Temporal in small: durable signals, timers, workflow tasks that are tried over from what was committed,
 * activities at least once. It may be away for an hour, and it may come back empty.
 */
import type { ClockEvent, ClockCommand } from '../../workflows/clock/clock-machine.js';
import { ClockMachine } from '../../workflows/clock/clock-machine.js';
import type { EffectRequest, LookAnswer, LookRequest, ToldPlace } from '../../contracts/case-clock.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { Incarnation } from './process.js';
import type { Dice, Scheduler } from './scheduler.js';

/** The engine cannot be reached. */
export class EngineAway extends Error {
  override readonly name = 'EngineAway';
}

/** What a worker does for the engine. */
export interface WorkerHands {
  incarnation: Incarnation;
  look(request: LookRequest): Promise<LookAnswer>;
  sendEffect(request: EffectRequest): Promise<{ mustLook: boolean }>;
}

export interface Run {
  caseId: string;
  runId: string;
  startedAt: Instant;
  /** What the run was begun with. */
  began: ToldPlace | undefined;
  open: boolean;
  /** Events of tasks that were committed: from them the machine is made anew. */
  history: ClockEvent[];
  /** Events that no committed task has seen. */
  pending: ClockEvent[];
  machine: ClockMachine | undefined;
  /** `misreadMs`: by how much whoever armed it may have misread the time. */
  timer: { number: number; at: Instant; misreadMs: number } | undefined;
  /** Effects under way, by their keys: attempt of the engine, not of the ledger. */
  activities: Map<string, { series: number; attempt: number }>;
  /** The task that a worker has in hand. */
  task: object | undefined;
  told: ToldPlace | undefined;
}

/** Longer than all attempts of a look, which keep a task alive. */
const TASK_WITHIN_MS = 20_000;
const LOOK_WITHIN_MS = 5_000;
const LOOK_ATTEMPTS = 3;
const ACTIVITY_WITHIN_MS = 30_000;
const LONGEST_ACTIVITY_PAUSE_MS = 60_000;
const HEARS_MEANWHILE_SHARE = 0.5;
/** Small, so that runs make way for one another often here. */
const GROWN_OLD_EVENTS = 60;

type Applied = Exclude<ClockCommand, { kind: 'look' }>;

export class ModelEngine {
  /** Another one is an empty server. */
  namespaceId = 1;
  readonly runs = new Map<string, Run>();
  awayUntil: Instant = 0;
  /** Told of each look whose task was committed, and of what the run had been told before. */
  onLooked: (caseId: string, before: ToldPlace | undefined, answer: LookAnswer) => void = () => {};
  readonly #scheduler: Scheduler;
  readonly #dice: Dice;
  readonly #workers: () => readonly WorkerHands[];
  readonly #misread: () => number;
  #runs = 0;

  constructor(scheduler: Scheduler, dice: Dice, workers: () => readonly WorkerHands[], misread: () => number) {
    this.#scheduler = scheduler;
    this.#dice = dice;
    this.#workers = workers;
    this.#misread = misread;
  }

  get isAway(): boolean {
    return this.#scheduler.now < this.awayUntil;
  }

  /** Everything is gone: runs, timers, signals. */
  empty(): void {
    for (const run of this.runs.values()) this.#end(run);
    this.runs.clear();
    this.namespaceId += 1;
  }

  goAway(ms: number): void {
    this.awayUntil = Math.max(this.awayUntil, this.#scheduler.now + ms);
    this.#scheduler.at(this.awayUntil, () => this.pump());
  }

  /** Signal-with-start, durable when it returns. @throws EngineAway */
  wake(caseId: string, rebuild: boolean): void {
    if (this.isAway) throw new EngineAway('the engine is away');
    const running = this.runs.get(caseId);
    if (running?.open === true && !rebuild) this.#happens(running, { kind: 'woken' });
    else this.#happens(this.#begin(caseId, undefined, running), { kind: 'woken' });
  }

  /** Ends a run that nothing stands behind. @throws EngineAway */
  terminate(caseId: string): void {
    if (this.isAway) throw new EngineAway('the engine is away');
    const run = this.runs.get(caseId);
    if (run !== undefined) this.#end(run);
  }

  /** Hands out the work that waits: a worker came back, or the engine. */
  pump(): void {
    for (const run of this.runs.values()) this.#offer(run);
  }

  #begin(caseId: string, told: ToldPlace | undefined, before: Run | undefined): Run {
    if (before !== undefined) this.#end(before);
    this.#runs += 1;
    // Ids of runs are in the order of their beginnings.
    const runId = `run-${String(this.#runs).padStart(8, '0')}`;
    const run: Run = {
      caseId,
      runId,
      startedAt: this.#scheduler.now,
      began: told,
      open: true,
      history: [],
      pending: [{ kind: 'begun' }],
      machine: undefined,
      timer: undefined,
      activities: new Map(),
      task: undefined,
      told,
    };
    this.runs.set(caseId, run);
    return run;
  }

  #end(run: Run): void {
    run.open = false;
    run.timer = undefined;
    run.activities.clear();
  }

  #happens(run: Run, event: ClockEvent): void {
    if (!run.open) return;
    run.pending.push(event);
    this.#offer(run);
  }

  /** One workflow task of a run at a time; who has it in hand too long has lost it. */
  #offer(run: Run): void {
    if (!run.open || run.task !== undefined || run.pending.length === 0 || this.isAway) return;
    const workers = this.#workers();
    if (workers.length === 0) return;
    const worker = this.#dice.of(workers);
    const task = {};
    run.task = task;
    this.#scheduler.after(TASK_WITHIN_MS, () => this.#giveUp(run, task));
    this.#scheduler.after(this.#dice.whole(1, 5), () => void this.#work(run, task, worker));
  }

  #giveUp(run: Run, task: object): void {
    if (run.task !== task) return;
    run.task = undefined;
    run.machine = undefined;
    this.#offer(run);
  }

  /** The task of a worker: what waits goes through the machine, its looks are local activities of the task. */
  async #work(run: Run, task: object, worker: WorkerHands): Promise<void> {
    if (!worker.incarnation.alive || run.task !== task) return;
    const machine = run.machine ?? machineOf(run);
    run.machine = undefined;
    const events: ClockEvent[] = [];
    const commands: Applied[] = [];
    let taken = run.pending.length;
    const ahead = [...run.pending];
    for (let event = ahead.shift(); event !== undefined; event = ahead.shift()) {
      events.push(event);
      for (const command of machine.step(event)) {
        if (command.kind !== 'look') {
          commands.push(command);
          continue;
        }
        const looked = await this.#look(run, command, worker);
        // A task that lasts hears of what comes meanwhile, if it is kept alive by then.
        if (this.#dice.happens(HEARS_MEANWHILE_SHARE)) {
          ahead.push(...run.pending.slice(taken));
          taken = run.pending.length;
        }
        ahead.push(looked);
      }
    }
    if (!worker.incarnation.alive || run.task !== task || !run.open) return;
    this.#commit(run, machine, taken, events, commands);
  }

  async #look(run: Run, { order }: Extract<ClockCommand, { kind: 'look' }>, worker: WorkerHands): Promise<ClockEvent> {
    const { told, shown, ...rest } = order;
    const request = {
      subjectId: run.caseId,
      runId: run.runId,
      ...rest,
      engineNow: this.#scheduler.now,
      ...(told && { told }),
      ...(shown === undefined ? {} : { shown }),
    };
    for (let attempt = 1; attempt <= LOOK_ATTEMPTS; attempt += 1) {
      const answer = await this.#within(LOOK_WITHIN_MS, worker.look(request));
      const grownOld = run.history.length >= GROWN_OLD_EVENTS;
      if (answer !== undefined && answer.kind !== 'version_unknown') return { kind: 'looked', answer, grownOld };
      await worker.incarnation.pause(100 * 2 ** attempt);
    }
    return { kind: 'lookFailed', grownOld: run.history.length >= GROWN_OLD_EVENTS };
  }

  /** Undefined when it failed, or did not end in time: what it does by then is done all the same. */
  #within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve) => {
      this.#scheduler.after(ms, () => resolve(undefined));
      work.then(resolve, () => resolve(undefined));
    });
  }

  #commit(run: Run, machine: ClockMachine, taken: number, events: readonly ClockEvent[], commands: readonly Applied[]): void {
    run.task = undefined;
    const ends = commands.some(({ kind }) => kind === 'finish' || kind === 'continueAsNew');
    // A run does not end past a signal that it has not seen: its task is made anew, with the signal.
    if (this.isAway || (ends && run.pending.length > taken)) {
      this.#offer(run);
      return;
    }
    run.pending = run.pending.slice(taken);
    run.history.push(...events);
    run.machine = machine;
    for (const event of events) if (event.kind === 'looked') this.#looked(run, event.answer);
    for (const command of commands) this.#apply(run, command);
    this.#offer(run);
  }

  #looked(run: Run, answer: LookAnswer): void {
    this.onLooked(run.caseId, run.told, answer);
    if (answer.kind === 'seen') run.told = { seq: answer.seq, head: answer.head, seal: answer.seal };
  }

  #apply(run: Run, command: Applied): void {
    switch (command.kind) {
      case 'arm':
        return this.#arm(run, command.timer, command.sleepMs);
      case 'pause':
        return this.#scheduler.after(command.ms, () => this.#whenBack(() => this.#happens(run, { kind: 'rested', why: command.why })));
      case 'start':
        run.activities.set(command.effect.key, { series: command.effect.series, attempt: 1 });
        return this.#attempt(run, command.effect.key);
      case 'show':
        return undefined;
      case 'finish':
        return this.#end(run);
      case 'continueAsNew':
        return this.#offer(this.#begin(run.caseId, command.told, run));
    }
  }

  #arm(run: Run, number: number, sleepMs: number): void {
    const at = this.#scheduler.now + sleepMs;
    run.timer = { number, at, misreadMs: this.#misread() };
    this.#scheduler.at(at, () =>
      this.#whenBack(() => {
        if (run.timer?.number !== number) return;
        run.timer = undefined;
        this.#happens(run, { kind: 'rang', timer: number });
      }),
    );
  }

  /** Timers of a server that is away ring when it is back. */
  #whenBack(happen: () => void): void {
    if (this.isAway) this.#scheduler.at(this.awayUntil, () => this.#whenBack(happen));
    else happen();
  }

  /** One attempt of an activity: by a worker that lives, and again when nothing is heard of it. */
  #attempt(run: Run, key: string): void {
    const activity = run.activities.get(key);
    if (!run.open || activity === undefined) return;
    const { series, attempt } = activity;
    const workers = this.#workers();
    if (this.isAway || workers.length === 0) return this.#scheduler.after(1_000, () => this.#attempt(run, key));
    const again = (): void => {
      if (run.activities.get(key)?.attempt !== attempt) return;
      run.activities.set(key, { series, attempt: attempt + 1 });
      this.#scheduler.after(Math.min(1_000 * 2 ** attempt, LONGEST_ACTIVITY_PAUSE_MS), () => this.#attempt(run, key));
    };
    const ended = (end: { mustLook: boolean }): void => {
      // A completion that the engine does not hear is as if nothing had been heard.
      if (this.isAway || !run.open || run.activities.get(key)?.attempt !== attempt) return;
      run.activities.delete(key);
      this.#happens(run, { kind: 'effectEnded', key, mustLook: end.mustLook });
    };
    this.#scheduler.after(ACTIVITY_WITHIN_MS, again);
    const worker = this.#dice.of(workers);
    worker.sendEffect({ caseId: run.caseId, key, series }).then(
      (end) => worker.incarnation.alive && ended(end),
      () => worker.incarnation.alive && again(),
    );
  }
}

/** A worker that has no run in hand makes it anew from its history, as replay does. */
function machineOf({ began, history }: Run): ClockMachine {
  const machine = new ClockMachine(began);
  for (const event of history) machine.step(event);
  return machine;
}
