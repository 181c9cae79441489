/** The clock's loop without an engine: rules of the clock one by one, and whole lives of random happenings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Seen, ToldPlace, WantedEffect } from '../../contracts/case-clock.js';
import {
  ClockMachine,
  GHOST_LOOKS_AGAIN_MS,
  LEAST_SLEEP_AFTER_NOTHING_MS,
  type ClockCommand,
  type ClockEvent,
  type LookOrder,
} from '../../workflows/clock/clock-machine.js';

const effect = (key: string, series = 1): WantedEffect => ({ key, series, kind: 'referral', agency: 'health', center: 'center', lane: 2, summary: key });
const seen = (given: Partial<Seen> = {}): Seen => ({
  kind: 'seen',
  seq: 1,
  head: 'h1',
  seal: 's1',
  armedAt: null,
  sleepMs: 0,
  waitsFor: '',
  effects: [],
  over: false,
  rang: [],
  ...given,
});
const looked = (given: Partial<Seen> = {}, grownOld = false): ClockEvent => ({ kind: 'looked', answer: seen(given), grownOld });
const woken: ClockEvent = { kind: 'woken' };
const ended = (key: string, mustLook = false): ClockEvent => ({ kind: 'effectEnded', key, mustLook });

function begun(told?: ToldPlace): ClockMachine {
  const machine = new ClockMachine(told);
  expect(kinds(machine.step({ kind: 'begun' }))).toEqual(['look']);
  return machine;
}

const kinds = (commands: readonly ClockCommand[]): ClockCommand['kind'][] => commands.map(({ kind }) => kind);
const orderIn = (commands: readonly ClockCommand[]): LookOrder | undefined =>
  commands.flatMap((command) => (command.kind === 'look' ? [command.order] : []))[0];
const armedIn = (commands: readonly ClockCommand[]) => commands.flatMap((command) => (command.kind === 'arm' ? [command] : []))[0];

describe('one look at a time', () => {
  it('a run begins with one, whatever it was told', () => {
    const machine = new ClockMachine({ seq: 7, head: 'h7', seal: 's7' });
    expect(machine.step({ kind: 'begun' })).toEqual([
      { kind: 'look', order: { isFirst: true, told: { seq: 7, head: 'h7', seal: 's7' }, underWay: [], armedAt: null, shown: undefined } },
    ]);
  });

  it('signals during a look are one more look after it', () => {
    const machine = begun();
    expect([machine.step(woken), machine.step(woken), machine.step(woken)]).toEqual([[], [], []]);
    expect(kinds(machine.step(looked()))).toEqual(['look']);
    expect(machine.step(looked())).toEqual([]);
  });

  it('the next look knows what the one before showed and was told', () => {
    const machine = begun();
    const board = {
      digest: 'd',
      details: '',
      attributes: { number: '', stage: '', center: '', lane: '', nextTerm: null, nextRule: null, overdue: 0, waitingOn: [] },
    };
    expect(kinds(machine.step(looked({ seq: 3, head: 'h3', seal: 's3', board })))).toEqual(['show']);
    expect(orderIn(machine.step(woken))).toMatchObject({ isFirst: false, told: { seq: 3, head: 'h3', seal: 's3' }, shown: 'd' });
    expect(machine.step(looked({ seq: 4, head: 'h4', seal: 's4' }))).toEqual([]);
    expect(orderIn(machine.step(woken))).toMatchObject({ told: { seq: 4, head: 'h4', seal: 's4' }, shown: 'd' });
  });

  it('a restored ledger is what it is told from then on', () => {
    const machine = begun({ seq: 9, head: 'h9', seal: 's9' });
    machine.step(looked({ seq: 4, head: 'other', seal: 's4', restored: true }));
    expect(orderIn(machine.step(woken))).toMatchObject({ told: { seq: 4, head: 'other', seal: 's4' } });
  });
});

describe('one timer', () => {
  it('is set for what the look answers, and left alone while that stays', () => {
    const machine = begun();
    const [arm] = machine.step(looked({ armedAt: 5_000, sleepMs: 4_000, waitsFor: 'it' }));
    expect(arm).toEqual({ kind: 'arm', timer: 1, sleepMs: 4_000, at: 5_000, waitsFor: 'it' });
    expect(orderIn(machine.step(woken))).toMatchObject({ armedAt: 5_000 });
    expect(machine.step(looked({ armedAt: 5_000, sleepMs: 3_000 }))).toEqual([]);
  });

  it('an earlier moment replaces it, and the replaced one rings for nobody', () => {
    const machine = begun();
    machine.step(looked({ armedAt: 5_000, sleepMs: 4_000 }));
    machine.step(woken);
    expect(armedIn(machine.step(looked({ armedAt: 2_000, sleepMs: 900 })))).toMatchObject({ timer: 2, sleepMs: 900, at: 2_000 });
    expect(machine.step({ kind: 'rang', timer: 1 })).toEqual([]);
    expect(orderIn(machine.step({ kind: 'rang', timer: 2 }))).toMatchObject({ armedAt: null });
  });

  it('after a ring for nothing it sleeps a second at least: two clocks that differ do not ring each other', () => {
    const machine = begun();
    machine.step(looked({ armedAt: 5_000, sleepMs: 4_000 }));
    machine.step({ kind: 'rang', timer: 1 });
    expect(armedIn(machine.step(looked({ armedAt: 5_000, sleepMs: 200 })))).toMatchObject({ sleepMs: LEAST_SLEEP_AFTER_NOTHING_MS });
  });

  it.each<[string, Partial<Seen>]>([
    ['recorded a step', { rang: ['256-13-2 overdue'] }],
    ['started what was to be tried again', { effects: [effect('e', 2)] }],
  ])('a ring that %s was for something: the next moment may be near', (_what, given) => {
    const machine = begun();
    machine.step(looked({ armedAt: 5_000, sleepMs: 4_000 }));
    machine.step({ kind: 'rang', timer: 1 });
    expect(armedIn(machine.step(looked({ ...given, armedAt: 5_050, sleepMs: 50 })))).toMatchObject({ sleepMs: 50 });
  });

  it('a timer that rings during a look is looked at after it, and set by that look', () => {
    const machine = begun();
    machine.step(looked({ armedAt: 5_000, sleepMs: 4_000 }));
    machine.step(woken);
    expect(machine.step({ kind: 'rang', timer: 1 })).toEqual([]);
    expect(kinds(machine.step(looked({ armedAt: 5_000, sleepMs: 10 })))).toEqual(['look']);
    expect(armedIn(machine.step(looked({ armedAt: 9_000, sleepMs: 3_990 })))).toMatchObject({ at: 9_000 });
  });

  it('never sleeps for nothing at all: a moment of the past is a short timer', () => {
    expect(armedIn(begun().step(looked({ armedAt: 5_000, sleepMs: -20 })))).toMatchObject({ sleepMs: 1 });
  });

  it('a case that the ledger does not know is looked at again rarely, and does not end the run', () => {
    const machine = begun();
    expect(armedIn(machine.step({ kind: 'looked', answer: { kind: 'ghost' }, grownOld: false }))).toMatchObject({ sleepMs: GHOST_LOOKS_AGAIN_MS, at: null });
    expect(kinds(machine.step(woken))).toEqual(['look']);
    expect(machine.step({ kind: 'looked', answer: { kind: 'ghost' }, grownOld: false })).toEqual([]);
  });
});

describe('effects', () => {
  it('is started once, and named to every look while it is under way', () => {
    const machine = begun();
    expect(machine.step(looked({ effects: [effect('a'), effect('b')] }))).toEqual([
      { kind: 'start', effect: effect('a') },
      { kind: 'start', effect: effect('b') },
    ]);
    expect(orderIn(machine.step(woken))).toMatchObject({ underWay: ['a', 'b'] });
    expect(machine.step(looked({ effects: [effect('a')] }))).toEqual([]);
  });

  it('what a look left out because it was under way is looked at when it ends, after its key has left', () => {
    const machine = begun();
    machine.step(looked({ effects: [effect('a')] }));
    expect(orderIn(machine.step(ended('a', true)))).toMatchObject({ underWay: [] });
    expect(machine.step(looked({ effects: [effect('a', 2)] }))).toEqual([{ kind: 'start', effect: effect('a', 2) }]);
  });

  it('an end that leaves nothing to do costs no look', () => {
    const machine = begun();
    machine.step(looked({ effects: [effect('a')] }));
    expect(machine.step(ended('a'))).toEqual([]);
    expect(machine.step(ended('a', true))).toEqual([]);
  });

  it('the last end of a case that is over is looked at, whatever it says', () => {
    const machine = begun();
    machine.step(looked({ effects: [effect('a'), effect('b')], over: true }));
    expect(machine.step(ended('a'))).toEqual([]);
    expect(kinds(machine.step(ended('b')))).toEqual(['look']);
    expect(machine.step(looked({ over: true, seq: 8 }))).toEqual([{ kind: 'finish', seq: 8 }]);
  });

  it('the same attempt wanted again is tried over after pauses that grow, and holds up nothing else', () => {
    const machine = begun();
    machine.step(looked({ effects: [effect('a')] }));
    const pauses: number[] = [];
    for (let times = 0; times < 9; times += 1) {
      machine.step(ended('a', true));
      const commands = machine.step(looked({ effects: [effect('a'), effect(`other-${times}`)] }));
      expect(kinds(commands)).toEqual(['start', 'pause']);
      pauses.push(...commands.flatMap((command) => (command.kind === 'pause' ? [command.ms] : [])));
      expect(kinds(machine.step({ kind: 'rested', why: 'effect_wanted_again' }))).toEqual(['look']);
      expect(machine.step(looked({ effects: [effect('a')] }))).toEqual([{ kind: 'start', effect: effect('a') }]);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });
});

describe('looks that fail', () => {
  it('pause, longer each time up to a minute, and nothing is looked at meanwhile', () => {
    const machine = begun();
    const pauses: number[] = [];
    for (let times = 0; times < 8; times += 1) {
      const commands = machine.step({ kind: 'lookFailed', grownOld: false });
      pauses.push(...commands.flatMap((command) => (command.kind === 'pause' ? [command.ms] : [])));
      expect(machine.step(woken)).toEqual([]);
      expect(kinds(machine.step({ kind: 'rested', why: 'look_failed' }))).toEqual(['look']);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    machine.step(looked());
    machine.step(woken);
    expect(machine.step({ kind: 'lookFailed', grownOld: false })).toEqual([{ kind: 'pause', ms: 1_000, why: 'look_failed' }]);
  });

  it('a run that has grown old meanwhile makes way for one that begins with a look', () => {
    const machine = begun({ seq: 2, head: 'h2', seal: 's2' });
    expect(kinds(machine.step({ kind: 'lookFailed', grownOld: true }))).toEqual(['pause']);
    machine.step({ kind: 'rested', why: 'look_failed' });
    expect(machine.step({ kind: 'lookFailed', grownOld: true })).toEqual([{ kind: 'continueAsNew', told: { seq: 2, head: 'h2', seal: 's2' } }]);
  });
});

describe('the end of a run', () => {
  it('a case with nothing to do ends in one look, and nothing comes of what happens after', () => {
    const machine = begun();
    expect(machine.step(looked({ over: true, seq: 5 }))).toEqual([{ kind: 'finish', seq: 5 }]);
    expect([machine.step(woken), machine.step({ kind: 'rang', timer: 1 })]).toEqual([[], []]);
  });

  it('never while a signal is unheard, or anything is under way', () => {
    const machine = begun();
    machine.step(woken);
    expect(kinds(machine.step(looked({ over: true }, true)))).toEqual(['look']);
    expect(kinds(machine.step(looked({ effects: [effect('a')] }, true)))).toEqual(['start']);
    machine.step(woken);
    expect(machine.step(looked({ over: true }, true))).toEqual([]);
  });

  it('an old run continues as new with the place that it was told, and nothing else', () => {
    const machine = begun();
    machine.step(looked());
    machine.step(woken);
    expect(machine.step(looked({ seq: 4, head: 'h4', seal: 's4', armedAt: 9, sleepMs: 9 }, true))).toEqual([
      { kind: 'continueAsNew', told: { seq: 4, head: 'h4', seal: 's4' } },
    ]);
  });

  it('never at its first look: runs would follow each other without end', () => {
    expect(kinds(begun().step(looked({ armedAt: 9, sleepMs: 9 }, true)))).toEqual(['arm']);
  });
});

/** Random happenings, answered as a ledger would, in any order that an engine may deliver them. */
type Move = 'wake' | 'ring' | 'endEffect' | 'answer' | 'fail' | 'rest' | 'order' | 'later' | 'sooner' | 'grow';
const move = fc.constantFrom<Move>('wake', 'ring', 'endEffect', 'answer', 'answer', 'fail', 'rest', 'order', 'later', 'sooner', 'grow');

class World {
  readonly machine = new ClockMachine();
  readonly timers = new Map<number, number>();
  readonly pauses: ClockCommand[] = [];
  readonly underWay = new Map<string, number>();
  readonly sent: string[] = [];
  looking: LookOrder | undefined;
  /** The ledger: its wishes, its next moment, its clock. */
  readonly wanted = new Map<string, number>();
  moment = 1_000;
  now = 0;
  /** A signal that no look which began after it has seen. */
  unheard = false;
  old = false;
  ended: 'finish' | 'continueAsNew' | undefined;
  looks = 0;

  happens(event: ClockEvent): void {
    for (const command of this.machine.step(event)) this.#carryOut(command);
  }

  #carryOut(command: ClockCommand): void {
    if (this.ended !== undefined) throw new Error(`${command.kind} after the end`);
    switch (command.kind) {
      case 'look':
        if (this.looking !== undefined) throw new Error('two looks at once');
        this.looking = command.order;
        this.looks += 1;
        this.unheard = false;
        return;
      case 'arm':
        this.timers.clear();
        this.timers.set(command.timer, this.now + command.sleepMs);
        return;
      case 'start':
        if (this.underWay.has(command.effect.key)) throw new Error('one effect twice at once');
        this.underWay.set(command.effect.key, command.effect.series);
        return;
      case 'pause':
        this.pauses.push(command);
        return;
      case 'show':
        return;
      case 'finish':
      case 'continueAsNew':
        if (this.unheard || this.underWay.size > 0) throw new Error(`${command.kind} with something open`);
        this.ended = command.kind;
    }
  }

  moves(how: Move): void {
    switch (how) {
      case 'wake':
        this.unheard = true;
        return this.happens(woken);
      case 'ring':
        return this.ring();
      case 'endEffect':
        return this.endEffect();
      case 'answer':
        return this.answer();
      case 'fail':
        if (this.looking === undefined) return;
        this.looking = undefined;
        this.unheard = true;
        return this.happens({ kind: 'lookFailed', grownOld: false });
      case 'rest':
        return this.rest();
      case 'order':
        this.wanted.set(`e${this.wanted.size}`, 1);
        return this.moves('wake');
      case 'later':
        this.moment += 500;
        return;
      case 'sooner':
        this.moment = this.now + 1;
        return this.moves('wake');
      case 'grow':
        this.old = true;
    }
  }

  ring(): void {
    const [timer, at] = [...this.timers][0] ?? [];
    if (timer === undefined || at === undefined) return;
    this.now = Math.max(this.now, at);
    this.timers.delete(timer);
    this.happens({ kind: 'rang', timer });
  }

  /** Delivered at last; every third attempt is not. */
  endEffect(): void {
    const [key, series] = [...this.underWay][0] ?? [];
    if (key === undefined || series === undefined) return;
    this.underWay.delete(key);
    this.sent.push(`${key}:${series}`);
    const parked = this.sent.length % 3 === 0;
    if (parked) this.wanted.set(key, series + 1);
    else this.wanted.delete(key);
    this.happens(ended(key, parked));
  }

  answer(): void {
    const order = this.looking;
    if (order === undefined) return;
    this.looking = undefined;
    const rang = this.moment <= this.now ? ['rule overdue'] : [];
    if (rang.length > 0) this.moment = this.now + 1_000;
    const ahead = order.armedAt !== null && order.armedAt > this.now ? order.armedAt : Number.POSITIVE_INFINITY;
    const armedAt = Math.min(this.moment, ahead);
    const effects = [...this.wanted].filter(([key]) => !order.underWay.includes(key)).map(([key, series]) => effect(key, series));
    this.happens({ kind: 'looked', answer: seen({ armedAt, sleepMs: armedAt - this.now, effects, rang }), grownOld: this.old });
  }

  rest(): void {
    const pause = this.pauses.shift();
    if (pause?.kind === 'pause') this.happens({ kind: 'rested', why: pause.why });
  }

  /** True when the machine has everything in hand: nothing wanted is untold, and something will ring in time. */
  get isSettled(): boolean {
    const armed = [...this.timers.values()][0] ?? Number.POSITIVE_INFINITY;
    return (
      this.looking === undefined &&
      this.pauses.length === 0 &&
      !this.unheard &&
      [...this.wanted.keys()].every((key) => this.underWay.has(key)) &&
      armed <= Math.max(this.moment, this.now + LEAST_SLEEP_AFTER_NOTHING_MS)
    );
  }
}

describe('whole lives', () => {
  it('whatever happens in whatever order: nothing wanted is forgotten, no moment falls between, nothing is done twice at once', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 120 }), (moves) => {
        const world = new World();
        world.happens({ kind: 'begun' });
        for (const how of moves) if (world.ended === undefined) world.moves(how);
        // The engine goes on: looks are answered, pauses end.
        for (let steps = 0; world.ended === undefined && !world.isSettled; steps += 1) {
          if (steps > 200) throw new Error('it comes to no rest');
          if (world.looking === undefined) world.rest();
          else world.answer();
        }
        expect(world.ended).not.toBe('finish');
        expect(new Set(world.sent).size).toBe(world.sent.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('two clocks that differ by any amount ring once a second at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), (behindMs) => {
        const machine = begun();
        // The ledger's clock stands so much behind the engine's: what rings has not come yet.
        let engine = 0;
        const moment = 10_000;
        let rings = 0;
        let commands = machine.step(looked({ armedAt: moment, sleepMs: moment }));
        while (engine - behindMs < moment) {
          const armed = armedIn(commands);
          if (armed === undefined) throw new Error('nothing is armed');
          engine += armed.sleepMs;
          rings += 1;
          machine.step({ kind: 'rang', timer: armed.timer });
          const left = moment - (engine - behindMs);
          commands = machine.step(looked({ armedAt: Math.max(moment, 1), sleepMs: left }));
        }
        expect(rings).toBeLessThanOrEqual(2 + Math.ceil(behindMs / LEAST_SLEEP_AFTER_NOTHING_MS));
      }),
    );
  });
});
