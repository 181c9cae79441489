/**
 * A turn of a subject: everything that waits is decided in order, what is due first. Pure: time, law and ids
 * are handed in, and what comes out is written down by the one transaction that read the state.
 */
import type { Claim } from '../case/decision.js';
import type { LawAdoption } from '../case/law-adoption.js';
import { lawAfter } from '../case/law-adoption.js';
import { refuse, type Refusal } from '../case/refusal.js';
import { CalendarGap, type Instant } from '../law/calendar.js';
import type { Law } from '../law/law.js';
import { ENGINE, type Actor, type EntryEnvelope, type SubjectFact } from './facts.js';
import { recordAs, type Recording } from './record.js';
import type { SubjectState } from './state.js';
import { dueSteps, type ReachedStep } from './steps.js';

/** What the asker is told: where the subject stands and which ledger entry ended the matter, or a refusal. */
export type AnswerOf<Stage extends string> = { ok: true; seq: number; stage: Stage } | { ok: false; refusal: Refusal };

export type DecisionOf<F> = { ok: true; facts: readonly F[]; claims?: readonly Claim[] } | { ok: false; refusal: Refusal };

export interface TurnOf<S extends SubjectState, E> {
  state: S | undefined;
  /** The law after the turn: an adoption changes it for the inputs behind it. */
  law: Law;
  entries: readonly E[];
  /** One answer per input, in the order of the inputs. */
  answers: readonly AnswerOf<S['stage']>[];
  /** What the accepted inputs want for themselves alone. */
  claims: readonly Claim[];
}

export interface Circumstances {
  subjectId: string;
  law: Law;
  /** The subject's own time (UTC). */
  now: Instant;
  /** A random id at each call: what is sent to the outside is known by it, whatever is restored when. */
  newId: () => string;
  /** Claims that another subject has: an input that wants one of them is refused, and the others go on. */
  lost?: readonly Claim[];
  /** Of a turn that is decided again: no step behind this instant came before the law that was taken up, for a message that was refused. */
  heldBack?: Instant;
}

/** What a kind of subject is to a turn. */
export interface Turning<S extends SubjectState, F extends SubjectFact, E extends EntryEnvelope, I> {
  recording: Recording<S, F | ReachedStep, E>;
  decide(state: S | undefined, law: Law, input: I, given: Circumstances): DecisionOf<F>;
  /** The id under which an input is known: the same at every repeat. */
  causeOf(input: I): string;
  actorOf(input: I): Actor;
  /** How long a message had waited at the inbox, in milliseconds; 0 for whatever has not. */
  ageOf(input: I): number;
  /** The law that the input brings. */
  adoptionIn(input: I): LawAdoption | undefined;
}

/**
 * Takes a turn. Refused inputs change nothing. That an input was not taken before is the caller's to know:
 * it has the identity of each beside the state, under the same lock.
 */
export function takeTurnAs<S extends SubjectState, F extends SubjectFact, E extends EntryEnvelope, I>(
  turning: Turning<S, F, E, I>,
  state: S | undefined,
  inputs: readonly I[],
  given: Circumstances,
): TurnOf<S, E> {
  return new TurnTaking(turning, inputs, given).from(state);
}

class TurnTaking<S extends SubjectState, F extends SubjectFact, E extends EntryEnvelope, I> {
  readonly #turning: Turning<S, F, E, I>;
  readonly #inputs: readonly I[];
  readonly #given: Circumstances;

  constructor(turning: Turning<S, F, E, I>, inputs: readonly I[], given: Circumstances) {
    this.#turning = turning;
    this.#inputs = inputs;
    this.#given = given;
  }

  from(state: S | undefined): TurnOf<S, E> {
    let turn: TurnOf<S, E> = { state, law: this.#given.law, entries: [], answers: [], claims: [] };
    for (const input of this.#inputs) turn = this.#takeInput(this.#takeDueSteps(turn, this.#reachedBefore(input)), input);
    return this.#takeDueSteps(turn, this.#given.now);
  }

  /**
   * Up to which instant the ladder's steps come before an input. A message counts from its receipt: a report that
   * was received in time, and waited at the inbox over the end of its term, must not find that end recorded; and no
   * more by a law that is taken up before it in the same turn.
   */
  #reachedBefore(input: I): Instant {
    const { now, heldBack = now } = this.#given;
    if (this.#turning.adoptionIn(input) === undefined) return this.#receivedAt(input);
    return Math.min(heldBack, ...this.#inputs.map((other) => this.#receivedAt(other)));
  }

  #receivedAt(input: I): Instant {
    const age = this.#turning.ageOf(input);
    return age > 0 ? this.#given.now - age : this.#given.now;
  }

  #takeDueSteps(turn: TurnOf<S, E>, until: Instant): TurnOf<S, E> {
    let current = turn;
    while (current.state !== undefined) {
      const due = dueSteps(current.state, until);
      if (due.length === 0) return current;
      current = this.#append(current, due, ENGINE, 'clock');
    }
    return current;
  }

  #takeInput(turn: TurnOf<S, E>, input: I): TurnOf<S, E> {
    const { after, answer } = this.#decideAndRecord(turn, input);
    return { ...after, answers: [...after.answers, answer] };
  }

  /**
   * A refusal leaves the turn as it was. A term that reaches into a year without a table makes a refusal
   * of an accepted fact, too.
   */
  #decideAndRecord(turn: TurnOf<S, E>, input: I): { after: TurnOf<S, E>; answer: AnswerOf<S['stage']> } {
    const adoption = this.#turning.adoptionIn(input);
    const ruled = adoption === undefined ? turn : { ...turn, law: lawAfter(turn.law, adoption) };
    const decision = this.#refusingLost(this.#turning.decide(ruled.state, ruled.law, input, this.#given));
    if (!decision.ok) return { after: turn, answer: decision };
    try {
      const after = this.#append(ruled, decision.facts, this.#turning.actorOf(input), this.#turning.causeOf(input));
      return { after: { ...after, claims: [...after.claims, ...(decision.claims ?? [])] }, answer: answerOf(after.state) };
    } catch (error) {
      if (!(error instanceof CalendarGap)) throw error;
      return { after: turn, answer: refuse('calendar_year_missing', undefined, { year: error.year }) };
    }
  }

  #refusingLost(decision: DecisionOf<F>): DecisionOf<F> {
    const { lost = [] } = this.#given;
    if (!decision.ok || decision.claims === undefined) return decision;
    const taken = decision.claims.find((claim) => lost.some(({ kind, thing }) => kind === claim.kind && thing === claim.thing));
    return taken === undefined ? decision : refuse('place_taken', undefined, { kind: taken.kind });
  }

  #append(turn: TurnOf<S, E>, facts: readonly (F | ReachedStep)[], actor: Actor, cause: string): TurnOf<S, E> {
    if (facts.length === 0) return turn;
    const { subjectId, now } = this.#given;
    const { state, entries } = recordAs(this.#turning.recording, turn.state, facts, { subjectId, law: turn.law, now, actor, cause });
    return { ...turn, state, entries: turn.entries.length === 0 ? entries : [...turn.entries, ...entries] };
  }
}

function answerOf<S extends SubjectState>(state: S | undefined): AnswerOf<S['stage']> {
  return state === undefined ? refuse('case_not_open') : { ok: true, seq: state.seq, stage: state.stage };
}
