/**
 * Random lives of a case, by seed: at random instants, punctual or late, alone or several to a turn,
 * come right and wrong commands, messages, the same words once more, outcomes of dispatches, and long silences.
 */
import fc from 'fast-check';
import { nextMoment, wantedDispatches } from '../../domain/case/clock.js';
import type { Opening } from '../../domain/case/deliveries.js';
import type { Entry } from '../../domain/case/facts.js';
import type { CaseState } from '../../domain/case/state.js';
import type { LawAdoption } from '../../domain/case/law-adoption.js';
import { takeTurn, type Turn, type TurnInput } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { Law } from '../../domain/law/law.js';
import { chanceOf, type Chance } from './chance.js';
import { countedIds } from './counted-ids.js';
import { CASE_ID, LAW } from './live.js';
import { inputFor, type What } from './random-moves.js';
import { local, opening } from './straight-road.js';

/** How long before a move: some time, not at all (the same turn), or until just then, or just before, something is due. */
type Pause = number | 'same_turn' | 'to_the_moment' | 'just_before';

interface Move {
  pause: Pause;
  what: What;
  seed: number;
  /** The engine slept through every moment of the pause. */
  late: boolean;
}

export interface RandomLife {
  startedAt: Instant;
  channel: Opening['channel'];
  threat: boolean;
  /** How long the appeal had waited before the engine learned of it. */
  openedLateBy: number;
  moves: readonly Move[];
}

/** One turn with everything around it: enough to take it again. */
export interface LivedTurn {
  before: CaseState | undefined;
  /** How many ids the life had been given before it. */
  idsGiven: number;
  inputs: readonly TurnInput[];
  now: Instant;
  late: boolean;
  /** The law before the turn; the one after it stands in the turn. */
  law: Law;
  turn: Turn;
  state: CaseState;
  underWay: ReadonlySet<string>;
}

export interface LivedLife {
  turns: readonly LivedTurn[];
  entries: readonly Entry[];
  state: CaseState;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const pauses = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom<Pause>('same_turn', 'to_the_moment', 'just_before') },
  { weight: 8, arbitrary: fc.constantFrom<Pause>(MINUTE, 50 * MINUTE, 5 * HOUR, 9 * HOUR, DAY, DAY + HOUR, 2 * DAY) },
  { weight: 2, arbitrary: fc.constantFrom<Pause>(5 * DAY, 20 * DAY, 31 * DAY) },
);

const whats = fc.oneof(
  { weight: 12, arbitrary: fc.constant<What>('road') },
  { weight: 4, arbitrary: fc.constant<What>('command') },
  { weight: 4, arbitrary: fc.constantFrom<What>('report', 'appeal', 'outcome', 'repeat') },
  { weight: 1, arbitrary: fc.constantFrom<What>('adoption', 'nothing') },
);

const move: fc.Arbitrary<Move> = fc.record({ pause: pauses, what: whats, seed: fc.nat(), late: fc.integer({ min: 0, max: 5 }).map((n) => n === 0) });

/** Not before the orders were in force, and early enough for the longest life to end before the last year of the calendar. */
export const randomLives: fc.Arbitrary<RandomLife> = fc.record({
  startedAt: fc.integer({ min: local('2024-06-20', 0), max: local('2025-06-30', 23) }),
  channel: fc.constantFrom(1 as const, 1 as const, 2 as const, 3 as const, 4 as const, 5 as const),
  threat: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  openedLateBy: fc.constantFrom(0, 0, 0, 3 * HOUR, 4 * DAY),
  moves: fc.array(move, { minLength: 5, maxLength: 70, size: 'max' }),
});

/** The bound of a life: nothing may reach a year without a table. */
const LONGEST = 500 * DAY;

/** What is adopted in the same turn as which move. */
export type AdoptionAt = (move: number) => LawAdoption | undefined;

/** Lives a life; the same life is lived the same way at every run. */
export function live(life: RandomLife, adoptionAt: AdoptionAt = () => undefined): LivedLife {
  const stage = new Stage(life);
  let waiting: TurnInput[] = [];
  let now = life.startedAt;
  let late = false;
  for (const [index, { pause, what, seed, late: sleeps }] of life.moves.entries()) {
    if (pause !== 'same_turn') {
      stage.turn(now, waiting, late);
      waiting = [];
      now = Math.min(stage.after(pause, now), life.startedAt + LONGEST);
      late = sleeps;
      if (!late) stage.wakeUntil(now);
    }
    const adoption = adoptionAt(index);
    if (adoption !== undefined) waiting.push({ kind: 'adoption', adoption });
    const input = stage.inputFor(what, now, chanceOf(seed), `id-${index}`);
    if (input !== undefined) waiting.push(input);
  }
  stage.turn(now, waiting, late);
  return stage.lived();
}

class Stage {
  private readonly turns: LivedTurn[] = [];
  private readonly said: TurnInput[] = [];
  private current: CaseState | undefined;
  private idsGiven = 0;
  private underWay = new Set<string>();
  private law: Law = LAW;

  constructor({ startedAt, channel, threat, openedLateBy }: RandomLife) {
    const registeredAt = startedAt - openedLateBy;
    this.turn(startedAt, [{ kind: 'opening', opening: opening(registeredAt, { channel, threat }) }], false);
  }

  get state(): CaseState {
    if (this.current === undefined) throw new Error('the case was not opened');
    return this.current;
  }

  after(pause: Pause, now: Instant): Instant {
    if (typeof pause === 'number') return now + pause;
    const next = nextMoment(this.state, this.underWay)?.at ?? now + DAY;
    return Math.max(now, pause === 'to_the_moment' ? next : next - 1);
  }

  inputFor(what: What, now: Instant, chance: Chance, id: string): TurnInput | undefined {
    const input = inputFor(what, { state: this.state, now, chance, said: this.said, id });
    if (input !== undefined) this.said.push(input);
    return input;
  }

  wakeUntil(now: Instant): void {
    for (;;) {
      const next = nextMoment(this.state, this.underWay);
      if (next === undefined || next.at > now) return;
      this.turn(next.at, [], false);
    }
  }

  turn(now: Instant, inputs: readonly TurnInput[], late: boolean): void {
    const { current: before, idsGiven, law } = this;
    const ids = countedIds(idsGiven);
    const newId = (): string => {
      this.idsGiven += 1;
      return ids();
    };
    const turn = takeTurn(before, inputs, { subjectId: CASE_ID, law, now, newId });
    this.law = turn.law;
    this.current = turn.state;
    for (const input of inputs) if (input.kind === 'dispatch') this.underWay.delete(input.outcome.key);
    for (const { key } of wantedDispatches(this.state, now)) this.underWay.add(key);
    this.turns.push({ before, idsGiven, inputs, now, late, law, turn, state: this.state, underWay: new Set(this.underWay) });
  }

  lived(): LivedLife {
    return { turns: this.turns, entries: this.turns.flatMap(({ turn }) => turn.entries), state: this.state };
  }
}
