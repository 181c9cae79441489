/**
 * The clock of one case as a pure machine: what it knows, and what follows from each thing that happens. It reads
 * no clock and calls nobody: whoever drives it (the workflow, or the simulation of the machinery) carries out its
 * commands in their order and tells it what came of them.
 *
 * It holds nothing that the ledger does not have: any run may be thrown away and begun anew at any moment.
 */
import type { ClockBoard, LookAnswer, Seen, ToldPlace, WantedEffect } from '../../contracts/case-clock.js';

/** `grownOld`: the run has so much history, or is so old, that it should make way for the next one. */
export type ClockEvent =
  | { kind: 'begun' }
  /** A signal, whatever its name. */
  | { kind: 'woken' }
  /** The timer that was armed under that number; one that was replaced may ring before it is cancelled. */
  | { kind: 'rang'; timer: number }
  | { kind: 'effectEnded'; key: string; mustLook: boolean }
  | { kind: 'looked'; answer: Exclude<LookAnswer, { kind: 'version_unknown' }>; grownOld: boolean }
  | { kind: 'lookFailed'; grownOld: boolean }
  /** A pause is at its end. */
  | { kind: 'rested'; why: Pause };

/** After a failed look nothing is looked at for a while; before an effect is tried over, only that effect waits. */
export type Pause = 'look_failed' | 'effect_wanted_again';

/** What a look is asked with, apart from what only the driver knows. */
export interface LookOrder {
  isFirst: boolean;
  told: ToldPlace | undefined;
  underWay: readonly string[];
  armedAt: number | null;
  shown: string | undefined;
}

export type ClockCommand =
  | { kind: 'look'; order: LookOrder }
  /** Replaces the timer that runs, if one does. `at`: case time, for people. */
  | { kind: 'arm'; timer: number; sleepMs: number; at: number | null; waitsFor: string }
  | { kind: 'start'; effect: WantedEffect }
  | { kind: 'show'; board: ClockBoard }
  | { kind: 'pause'; ms: number; why: Pause }
  | { kind: 'continueAsNew'; told: ToldPlace | undefined }
  | { kind: 'finish'; seq: number };

/** After a ring for nothing: two clocks that disagree would else ring each other some eight times a second. */
export const LEAST_SLEEP_AFTER_NOTHING_MS = 1_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A case unknown to the ledger: the reconciler ends such runs, and until then they are next to no load. */
export const GHOST_LOOKS_AGAIN_MS = 10 * 60_000;

interface Armed {
  timer: number;
  /** Case time; null for a look that is due whatever the case says. */
  at: number | null;
}

export class ClockMachine {
  #told: ToldPlace | undefined;
  #shown: string | undefined;
  #isFirst = true;
  /** Something happened that no look has seen. */
  #woken = false;
  #looking = false;
  readonly #pauses = new Set<Pause>();
  #ended = false;
  #armed: Armed | undefined;
  #timers = 0;
  /** The timer rang and no look has come of it yet. */
  #rang = false;
  /** The last look said that nothing can happen by itself, but for what is under way. */
  #over = false;
  readonly #underWay = new Map<string, WantedEffect>();
  /** Last attempt of each effect that ended in this run, and how often: wanted again, it is tried over, but not at once. */
  readonly #tried = new Map<string, { series: number; times: number }>();
  #mayTryOver = false;
  /** Looks in a row that failed. */
  #failures = 0;

  constructor(told?: ToldPlace) {
    this.#told = told;
  }

  /** What must be done now, in this order. After `finish` and `continueAsNew` nothing more comes of anything. */
  step(event: ClockEvent): ClockCommand[] {
    if (this.#ended) return [];
    switch (event.kind) {
      case 'begun':
      case 'woken':
        return this.#wake();
      case 'rang':
        return this.#ring(event.timer);
      case 'effectEnded':
        return this.#endEffect(event.key, event.mustLook);
      case 'looked':
        return this.#see(event.answer, event.grownOld);
      case 'lookFailed':
        return this.#fail(event.grownOld);
      case 'rested':
        return this.#rest(event.why);
    }
  }

  #wake(): ClockCommand[] {
    this.#woken = true;
    return this.#lookIfFree();
  }

  #rest(why: Pause): ClockCommand[] {
    this.#pauses.delete(why);
    if (why === 'effect_wanted_again') this.#mayTryOver = true;
    return this.#wake();
  }

  /** One look at a time; what happens during it, or while looks fail, is seen by the next one. */
  #lookIfFree(): ClockCommand[] {
    if (!this.#woken || this.#looking || this.#pauses.has('look_failed')) return [];
    this.#woken = false;
    this.#looking = true;
    const order: LookOrder = {
      isFirst: this.#isFirst,
      told: this.#told,
      underWay: [...this.#underWay.keys()],
      armedAt: this.#armed?.at ?? null,
      shown: this.#shown,
    };
    return [{ kind: 'look', order }];
  }

  #ring(timer: number): ClockCommand[] {
    if (this.#armed?.timer !== timer) return [];
    this.#armed = undefined;
    this.#rang = true;
    return this.#wake();
  }

  /** Its key leaves what is under way first: only then does a look see what it had to leave out. */
  #endEffect(key: string, mustLook: boolean): ClockCommand[] {
    const effect = this.#underWay.get(key);
    if (effect === undefined) return [];
    this.#underWay.delete(key);
    const before = this.#tried.get(key);
    this.#tried.set(key, { series: effect.series, times: before?.series === effect.series ? before.times + 1 : 1 });
    const mayBeOver = this.#over && this.#underWay.size === 0;
    return mustLook || mayBeOver ? this.#wake() : [];
  }

  #fail(grownOld: boolean): ClockCommand[] {
    this.#looking = false;
    if (grownOld && this.#failures > 0 && this.#isQuiet()) return this.#continueAsNew();
    this.#failures += 1;
    // What the failed look was to see is still unseen.
    return [this.#pause('look_failed', this.#failures)];
  }

  #see(answer: Exclude<LookAnswer, { kind: 'version_unknown' }>, grownOld: boolean): ClockCommand[] {
    this.#looking = false;
    this.#failures = 0;
    // A run that has only just begun makes way for nobody, however small the bounds are: runs would follow each other without end.
    const mayMakeWay = grownOld && !this.#isFirst;
    this.#isFirst = false;
    const commands = answer.kind === 'ghost' ? this.#seeGhost() : this.#seeCase(answer);
    const ending = this.#endingAfter(answer, mayMakeWay);
    return ending.length > 0 ? [...commands.filter(({ kind }) => kind === 'show'), ...ending] : [...commands, ...this.#lookIfFree()];
  }

  #seeGhost(): ClockCommand[] {
    return this.#armed === undefined ? [this.#arm(GHOST_LOOKS_AGAIN_MS, null, 'a case that the ledger does not know')] : [];
  }

  #seeCase(seen: Seen): ClockCommand[] {
    const { seq, head, seal, board, over, effects } = seen;
    this.#told = { seq, head, seal };
    this.#over = over;
    const commands: ClockCommand[] = [];
    if (board !== undefined) {
      this.#shown = board.digest;
      commands.push({ kind: 'show', board });
    }
    const started = this.#start(effects);
    commands.push(...started);
    // Another look follows at once, and it arms.
    if (!this.#woken) commands.push(...this.#armFor(seen, started.length > 0));
    return commands;
  }

  /** An attempt that ended and is wanted again is a fault of ours: it is tried over after a pause that grows. */
  #start(effects: readonly WantedEffect[]): ClockCommand[] {
    const wanted = effects.filter(({ key }) => !this.#underWay.has(key));
    const again = wanted.filter(({ key, series }) => this.#tried.get(key)?.series === series);
    const now = this.#mayTryOver ? wanted : wanted.filter((effect) => !again.includes(effect));
    this.#mayTryOver = false;
    for (const effect of now) this.#underWay.set(effect.key, effect);
    const commands: ClockCommand[] = now.map((effect) => ({ kind: 'start', effect }));
    if (now.length < wanted.length && !this.#pauses.has('effect_wanted_again')) {
      commands.push(this.#pause('effect_wanted_again', Math.max(...again.map(({ key }) => this.#tried.get(key)?.times ?? 1))));
    }
    return commands;
  }

  /** One timer, set anew only for another moment than it has. */
  #armFor({ armedAt, sleepMs, waitsFor, rang }: Seen, started: boolean): ClockCommand[] {
    const forNothing = this.#rang && rang.length === 0 && !started;
    this.#rang = false;
    if (armedAt === null || this.#armed?.at === armedAt) return [];
    return [this.#arm(Math.max(forNothing ? LEAST_SLEEP_AFTER_NOTHING_MS : 1, Math.ceil(sleepMs)), armedAt, waitsFor)];
  }

  #arm(sleepMs: number, at: number | null, waitsFor: string): ClockCommand {
    this.#timers += 1;
    this.#armed = { timer: this.#timers, at };
    return { kind: 'arm', timer: this.#timers, sleepMs, at, waitsFor };
  }

  #pause(why: Pause, inARow: number): ClockCommand {
    this.#pauses.add(why);
    return { kind: 'pause', ms: Math.min(FIRST_PAUSE_MS * 2 ** (inARow - 1), LONGEST_PAUSE_MS), why };
  }

  /** Nothing is under way, and nothing happened that no look has seen. */
  #isQuiet(): boolean {
    return this.#underWay.size === 0 && !this.#woken;
  }

  #endingAfter(answer: LookAnswer, mayMakeWay: boolean): ClockCommand[] {
    if (!this.#isQuiet() || this.#pauses.size > 0) return [];
    if (answer.kind === 'seen' && answer.over) {
      this.#ended = true;
      return [{ kind: 'finish', seq: answer.seq }];
    }
    return mayMakeWay ? this.#continueAsNew() : [];
  }

  #continueAsNew(): ClockCommand[] {
    this.#ended = true;
    return [{ kind: 'continueAsNew', told: this.#told }];
  }
}
