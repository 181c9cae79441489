/** A turn of a Center: what may be asked of it, and how each is decided. */
import { adoptionFacts, type LawAdoption } from '../case/law-adoption.js';
import { refuse } from '../case/refusal.js';
import { legalDayOf } from '../law/calendar.js';
import type { Law } from '../law/law.js';
import { ENGINE, type Actor } from '../subject/facts.js';
import type { Recording } from '../subject/record.js';
import { takeTurnAs, type AnswerOf, type Circumstances, type DecisionOf, type Turning, type TurnOf } from '../subject/turn.js';
import { decideCenterCommand, type CenterCommand } from './commands.js';
import { evolveCenter } from './evolve.js';
import type { CenterEntry, CenterFact } from './facts.js';
import type { CenterStage, CenterState } from './state.js';

/** The Center as it is known to the house before it has a ledger. */
export interface Registration {
  /** The same at every repeat. */
  id: string;
  center: string;
}

export type CenterInput =
  | { kind: 'registration'; registration: Registration }
  | { kind: 'centerCommand'; command: CenterCommand }
  /** Another calendar or policy, adopted while the Center works. */
  | { kind: 'adoption'; adoption: LawAdoption };

export type CenterAnswer = AnswerOf<CenterStage>;

export type CenterTurn = TurnOf<CenterState, CenterEntry>;

const CENTER_RECORDING: Recording<CenterState, CenterFact, CenterEntry> = {
  evolve: evolveCenter,
  // A Center has no cycle: what is owed goes by the readings of the day on which it begins.
  readingDayOf: (_state, occurredAt) => legalDayOf(occurredAt),
  profileOf: () => undefined,
  endOf: () => undefined,
};

const CENTER_TURNING: Turning<CenterState, CenterFact, CenterEntry, CenterInput> = {
  recording: CENTER_RECORDING,
  decide: decideInput,
  causeOf,
  actorOf,
  ageOf: () => 0,
  adoptionIn: (input) => (input.kind === 'adoption' ? input.adoption : undefined),
};

/** Takes a turn of a Center, as `takeTurnAs`. */
export function takeCenterTurn(state: CenterState | undefined, inputs: readonly CenterInput[], given: Circumstances): CenterTurn {
  return takeTurnAs(CENTER_TURNING, state, inputs, given);
}

function decideInput(state: CenterState | undefined, law: Law, input: CenterInput, { now }: Circumstances): DecisionOf<CenterFact> {
  if (input.kind === 'registration') return state === undefined ? registration(input.registration, law, legalDayOf(now)) : { ok: true, facts: [] };
  if (state === undefined) return refuse('center_unknown');
  if (input.kind === 'centerCommand') return decideCenterCommand(state, input.command, now);
  return { ok: true, facts: adoptionFacts(state.law, law.ref, input.adoption) };
}

function registration({ center }: Registration, law: Law, registeredOn: string): DecisionOf<CenterFact> {
  return { ok: true, facts: [{ type: 'CenterRegistered', data: { center, registeredOn, law: law.ref } }] };
}

function causeOf(input: CenterInput): string {
  switch (input.kind) {
    case 'registration':
      return input.registration.id;
    case 'centerCommand':
      return input.command.id;
    case 'adoption':
      return input.adoption.id;
  }
}

function actorOf(input: CenterInput): Actor {
  return input.kind === 'centerCommand' ? input.command.actor : ENGINE;
}
