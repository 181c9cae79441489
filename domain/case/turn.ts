/**
 * A turn of a case: everything that waits is decided in order, what is due first. Pure; the workflow
 * only journals what came out, answers, and sleeps.
 */
import { CalendarGap, type Instant } from '../law/calendar.js';
import type { Law, LawRef } from '../law/law.js';
import { dueSteps } from './clock.js';
import type { Command } from './commands.js';
import { decideCommand, decideDelivery } from './decide.js';
import type { Decision } from './decision.js';
import type { Delivery, Opening } from './deliveries.js';
import { evolve } from './evolve.js';
import { dispatchFact, type DispatchOutcome } from './dispatch.js';
import { ENGINE, type Actor, type Entry, type Fact } from './facts.js';
import { adoptionFacts, lawAfter, type LawAdoption } from './law-adoption.js';
import { record } from './record.js';
import { refuse, type Refusal } from './refusal.js';
import { registration } from './stages/intake.js';
import type { CaseState, Stage } from './state.js';

export type TurnInput =
  | { kind: 'opening'; opening: Opening }
  | { kind: 'command'; command: Command }
  | { kind: 'delivery'; delivery: Delivery }
  | { kind: 'dispatch'; outcome: DispatchOutcome }
  /** Newer rules of the code, at the beginning of a run. */
  | { kind: 'law'; law: LawRef }
  /** Another calendar or policy, adopted while the case runs. */
  | { kind: 'adoption'; adoption: LawAdoption };

/** What the asker is told: where the case stands and which ledger entry ended the matter, or a refusal. */
export type Answer = { ok: true; seq: number; stage: Stage } | { ok: false; refusal: Refusal };

/** Answers of the latest commands and deliveries, so that a repeat is answered and not done again. */
export type Remembered = readonly (readonly [cause: string, answer: Answer])[];

/** How many answers a case remembers; older repeats are caught by the unique keys at the edges. */
const REMEMBERED = 200;

export interface CaseMemory {
  state: CaseState | undefined;
  remembered: Remembered;
}

export interface Turn {
  state: CaseState | undefined;
  remembered: Remembered;
  /** The law after the turn: an adoption changes it for the inputs behind it. */
  law: Law;
  entries: readonly Entry[];
  /** One answer per input, in the order of the inputs. */
  answers: readonly Answer[];
}

export interface Circumstances {
  caseId: string;
  law: Law;
  /** Case time (UTC). */
  now: Instant;
}

/** Takes a turn. Refused inputs change nothing; a repeat of a remembered cause gets the first answer. */
export function takeTurn(memory: CaseMemory, inputs: readonly TurnInput[], given: Circumstances): Turn {
  let turn: Turn = { state: memory.state, remembered: memory.remembered, law: given.law, entries: [], answers: [] };
  turn = takeDueSteps(turn, given);
  // An input may open a duty whose first moment is already past (a late registration): it is recorded before the
  // next input is taken, so that it makes no difference how inputs are gathered into turns.
  for (const input of inputs) turn = takeDueSteps(takeInput(turn, input, given), given);
  return turn;
}

/**
 * Takes up entries that the ledger has and this memory does not: what a turn wrote whose end the
 * engine lost. What they answered is remembered, so that the same cause is not taken twice.
 */
export function catchUp(memory: CaseMemory, entries: readonly Entry[], caseId: string): CaseMemory {
  return entries.reduce<CaseMemory>(({ state, remembered }, entry) => {
    const next = evolve(state, entry, caseId);
    const answer: Answer = { ok: true, seq: next.seq, stage: next.stage };
    const others = remembered.filter(([cause]) => cause !== entry.cause);
    const asked = entry.actor.role !== ENGINE.role;
    return { state: next, remembered: asked ? remember(others, entry.cause, answer) : remembered };
  }, memory);
}

function remember(remembered: Remembered, cause: string, answer: Answer): Remembered {
  return [...remembered, [cause, answer] as const].slice(-REMEMBERED);
}

function takeDueSteps(turn: Turn, given: Circumstances): Turn {
  let current = turn;
  while (current.state !== undefined) {
    const due = dueSteps(current.state, given.now);
    if (due.length === 0) return current;
    current = append(current, due, ENGINE, 'clock', given);
  }
  return current;
}

function takeInput(turn: Turn, input: TurnInput, given: Circumstances): Turn {
  const cause = causeOf(input);
  const known = turn.remembered.find(([remembered]) => remembered === cause);
  if (known) return { ...turn, answers: [...turn.answers, known[1]] };
  const { after, answer } = decideAndRecord(turn, input, cause, given);
  const remembered = isAsked(input) ? remember(after.remembered, cause, answer) : after.remembered;
  return { ...after, remembered, answers: [...after.answers, answer] };
}

/**
 * A refusal leaves the turn as it was. A term that reaches into a year without a table makes a refusal
 * of an accepted fact, too.
 */
function decideAndRecord(turn: Turn, input: TurnInput, cause: string, given: Circumstances): { after: Turn; answer: Answer } {
  const ruled = input.kind === 'adoption' ? { ...turn, law: lawAfter(turn.law, input.adoption) } : turn;
  const decision = decideInput(ruled, input, given.now);
  if (!decision.ok) return { after: turn, answer: decision };
  try {
    const after = append(ruled, decision.facts, actorOf(input), cause, given);
    return { after, answer: answerOf(after) };
  } catch (error) {
    if (!(error instanceof CalendarGap)) throw error;
    return { after: turn, answer: refuse('calendar_year_missing', undefined, { year: error.year }) };
  }
}

function answerOf({ state }: Turn): Answer {
  return state === undefined ? refuse('case_not_open') : { ok: true, seq: state.seq, stage: state.stage };
}

function append(turn: Turn, facts: readonly Fact[], actor: Actor, cause: string, given: Circumstances): Turn {
  if (facts.length === 0) return turn;
  const { caseId, now } = given;
  const { state, entries } = record(turn.state, facts, { caseId, law: turn.law, now, actor, cause });
  return { ...turn, state, entries: turn.entries.length === 0 ? entries : [...turn.entries, ...entries] };
}

function decideInput({ state, law }: Turn, input: TurnInput, now: Instant): Decision {
  if (input.kind === 'opening') {
    return state === undefined ? { ok: true, facts: [registration(input.opening, law.ref)] } : { ok: true, facts: [] };
  }
  if (state === undefined) return refuse('case_not_open');
  const moment = { now, law, nextSeq: state.seq + 1 };
  switch (input.kind) {
    case 'command':
      return decideCommand(state, input.command, moment);
    case 'delivery':
      return decideDelivery(state, input.delivery, moment);
    case 'dispatch': {
      const fact = dispatchFact(state, input.outcome, now);
      return { ok: true, facts: fact === undefined ? [] : [fact] };
    }
    case 'law':
      return { ok: true, facts: [{ type: 'LawAdopted', data: { law: input.law } }] };
    case 'adoption':
      return { ok: true, facts: adoptionFacts(state.law, law.ref, input.adoption) };
  }
}

/**
 * The dry run of the validator: would this input be refused now? The turn decides again, because two
 * inputs accepted into one turn are both past this check.
 */
export function refusalOf(memory: CaseMemory, input: TurnInput, given: Circumstances): Refusal | undefined {
  const { answers } = takeTurn(memory, [input], given);
  const answer = answers[0];
  return answer === undefined || answer.ok ? undefined : answer.refusal;
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
    case 'law':
      return 'law';
    case 'adoption':
      return input.adoption.id;
  }
}

function isAsked(input: TurnInput): boolean {
  return input.kind === 'command' || input.kind === 'delivery' || input.kind === 'adoption';
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
    case 'law':
    case 'adoption':
      return ENGINE;
  }
}
