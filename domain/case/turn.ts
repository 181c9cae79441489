/** A turn of a case: what may be asked of it, and how each is decided. What a turn is, whatever it is of: ../subject/turn.ts. */
import type { Law, LawRef } from '../law/law.js';
import { takeTurnAs, type AnswerOf, type Circumstances, type Turning, type TurnOf } from '../subject/turn.js';
import type { Command } from './commands.js';
import { decideCommand, decideDelivery } from './decide.js';
import type { Decision } from './decision.js';
import type { Delivery, Opening } from './deliveries.js';
import { dispatchFact, type DispatchOutcome } from './dispatch.js';
import { ENGINE, type Actor, type Entry, type Fact } from './facts.js';
import { adoptionFacts, type LawAdoption } from './law-adoption.js';
import { CASE_RECORDING } from './record.js';
import { NOTHING_KNOWN, type Known } from './references.js';
import { refuse } from './refusal.js';
import { registration } from './roads/intake/commands.js';
import type { CaseState, Stage } from './state.js';

export type TurnInput =
  | { kind: 'opening'; opening: Opening }
  /** `known`: what exists of that to which it refers; absent: nothing. */
  | { kind: 'command'; command: Command; known?: Known }
  | { kind: 'delivery'; delivery: Delivery }
  | { kind: 'dispatch'; outcome: DispatchOutcome }
  /** Another calendar or policy, adopted while the case runs. */
  | { kind: 'adoption'; adoption: LawAdoption };

/** What the asker is told: where the case stands and which ledger entry ended the matter, or a refusal. */
export type Answer = AnswerOf<Stage>;

export type Turn = TurnOf<CaseState, Entry>;

const CASE_TURNING: Turning<CaseState, Fact, Entry, TurnInput> = {
  recording: CASE_RECORDING,
  decide: decideInput,
  causeOf,
  actorOf,
  ageOf: (input) => (input.kind === 'delivery' ? input.delivery.ageMs : 0),
  adoptionIn: (input) => (input.kind === 'adoption' ? input.adoption : undefined),
};

/** Takes a turn of a case, as `takeTurnAs`. */
export function takeTurn(state: CaseState | undefined, inputs: readonly TurnInput[], given: Circumstances): Turn {
  return takeTurnAs(CASE_TURNING, state, inputs, given);
}

function decideInput(state: CaseState | undefined, law: Law, input: TurnInput, { now, newId }: Circumstances): Decision {
  if (input.kind === 'opening') {
    return state === undefined ? opened(input.opening, law.ref, newId) : { ok: true, facts: [] };
  }
  if (state === undefined) return refuse('case_not_open');
  const moment = { now, law, newId, known: input.kind === 'command' ? (input.known ?? NOTHING_KNOWN) : NOTHING_KNOWN };
  switch (input.kind) {
    case 'command':
      return decideCommand(state, input.command, moment);
    case 'delivery':
      return decideDelivery(state, input.delivery, moment);
    case 'dispatch': {
      const fact = dispatchFact(state, input.outcome, now);
      return { ok: true, facts: fact === undefined ? [] : [fact] };
    }
    case 'adoption':
      return { ok: true, facts: adoptionFacts(state.law, law.ref, input.adoption) };
  }
}

/** A family has at most one open case. */
function opened(opening: Opening, law: LawRef, newId: () => string): Decision {
  return { ok: true, facts: registration(opening, law, newId), claims: [{ kind: 'household', thing: opening.householdId }] };
}

/** The id under which an input is known: the same at every repeat. */
export function causeOf(input: TurnInput): string {
  switch (input.kind) {
    case 'opening':
      return input.opening.appealId;
    case 'command':
      return input.command.id;
    case 'delivery':
      return input.delivery.deliveryId;
    case 'dispatch':
      return input.outcome.key;
    case 'adoption':
      return input.adoption.id;
  }
}

function actorOf(input: TurnInput): Actor {
  switch (input.kind) {
    case 'opening':
      return input.opening.actor;
    case 'command':
      return input.command.actor;
    case 'delivery':
      return input.delivery.actor;
    case 'dispatch':
    case 'adoption':
      return ENGINE;
  }
}
