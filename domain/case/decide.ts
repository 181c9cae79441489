/**
 * May this happen to this case now, and what follows? Pure: the same in the transaction that records it, in
 * the check of a stored ledger, and in the simulator.
 */
import { CalendarGap } from '../law/calendar.js';
import { COMMANDS, referencesOf, type Command, type CommandKind } from './commands.js';
import { refusalOutside, type Decision, type Moment } from './decision.js';
import { DELIVERIES, type Delivery, type DeliveryKind } from './deliveries.js';
import { refusalOfReferences } from './references.js';
import { refusalOfRole, refuse } from './refusal.js';
import type { CommandRow, DecideDelivery } from './road.js';
import type { CaseState } from './state.js';

/** Decides a command of a person. A refusal carries a code and, where a rule refused, its id. */
export function decideCommand(state: CaseState, command: Command, moment: Moment): Decision {
  const { actor, kind } = command;
  const refusal = refusalOfRole(COMMANDS[kind].roles, actor);
  if (refusal !== undefined) return { ok: false, refusal };
  if (actor.center !== state.center) return refuse('actor_of_other_center');
  // The row and the command are of one kind, which the compiler cannot follow through the union.
  const { during, rule, decide } = COMMANDS[kind] as CommandRow<CommandKind>;
  const outside = refusalOutside(state.stage, during);
  if (outside !== undefined) return { ok: false, refusal: rule === undefined ? outside : { ...outside, rule } };
  const missing = refusalOfReferences(referencesOf(command), moment.known);
  if (missing !== undefined) return { ok: false, refusal: missing };
  return refusingGaps(() => decide(state, command, moment));
}

/** Decides a message from outside; the legal instant is its receipt at the inbox, in the case's own time. */
export function decideDelivery(state: CaseState, delivery: Delivery, moment: Moment): Decision {
  // An age below zero would put the receipt, and with it every term that it starts, into the future.
  if (!Number.isFinite(delivery.ageMs) || delivery.ageMs < 0) return refuse('delivery_malformed');
  const decide = DELIVERIES[delivery.kind] as DecideDelivery<DeliveryKind>;
  return refusingGaps(() => decide(state, delivery, moment.now - delivery.ageMs, moment));
}

/** A year without a calendar table refuses to compute; it never falls back to Monday–Friday. */
export function refusingGaps<T extends Decision>(decide: () => T): T | ReturnType<typeof refuse> {
  try {
    return decide();
  } catch (error) {
    if (error instanceof CalendarGap) return refuse('calendar_year_missing', undefined, { year: error.year });
    throw error;
  }
}
