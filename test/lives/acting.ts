/** What people and agencies do to a living case, one doing per turn, for tests that tell a story. */
import type { CommandData, CommandKind } from '../../domain/case/commands.js';
import type { Delivery } from '../../domain/case/deliveries.js';
import type { DispatchOutcome } from '../../domain/case/dispatch.js';
import type { Actor, Channel } from '../../domain/case/facts.js';
import type { StayAsked } from '../../domain/case/roads/minors/facts.js';
import type { Answer, TurnInput } from '../../domain/case/turn.js';
import type { Instant } from '../../domain/law/calendar.js';
import type { Law } from '../../domain/law/law.js';
import { withPapers } from '../../simulation/papers.js';
import { LAW, Life, inputOf, live } from './live.js';
import { command, MANAGER, opening, straightRoad } from './straight-road.js';

/** One command in a turn of its own. */
export function ask<K extends CommandKind>(life: Life, at: Instant, kind: K, data: CommandData[K], actor: Actor = MANAGER): Answer {
  return only(life.turn(at, asking(kind, data, actor)));
}

/** The input that a command makes, with a fresh id and the documents that it asks for. */
export function asking<K extends CommandKind>(kind: K, data: CommandData[K], actor: Actor = MANAGER): TurnInput {
  return withPapers(command(kind, data, actor));
}

/** One message of the inbox in a turn of its own. */
export function hear(life: Life, at: Instant, delivery: Delivery): Answer {
  return only(life.turn(at, { kind: 'delivery', delivery }));
}

/** What became of a dispatch, in a turn of its own. */
export function outcome(life: Life, at: Instant, told: DispatchOutcome): Answer {
  return only(life.turn(at, { kind: 'dispatch', outcome: told }));
}

/** The agency's receipt of what waits for it. */
export function acknowledge(life: Life, at: Instant, agency: string): Answer {
  return only(life.turn(at, inputOf({ at, acknowledge: agency }, life)));
}

let appeals = 1;

/** Another appeal about the family, as the inbox hands it over. */
export function appeal(changes: { appealId?: string; channel?: Channel; threat?: boolean; stay?: StayAsked } = {}, ageMs = 0): Delivery {
  appeals += 1;
  const data = { appealId: `appeal-${appeals}`, journalNumber: `journal-${appeals}`, channel: 1 as const, threat: false, ...changes };
  return { kind: 'appeal', deliveryId: `delivery-of-${data.appealId}`, actor: MANAGER, ageMs, data };
}

/** A case that was just registered. */
export function registered(at: Instant, changes: Parameters<typeof opening>[1] = {}, law: Law = LAW): Life {
  const life = new Life(law);
  life.turn(at, { kind: 'opening', opening: opening(at, changes) });
  return life;
}

/** The straight road up to, and without, the first command of that kind. */
export function lifeBefore(kind: CommandKind, law: Law = LAW): Life {
  return live(straightRoad(), placeOf(kind), law);
}

/** The straight road up to, and with, the first command of that kind. */
export function lifeAfter(kind: CommandKind, law: Law = LAW): Life {
  return live(straightRoad(), placeOf(kind) + 1, law);
}

function placeOf(kind: CommandKind): number {
  const place = straightRoad().findIndex((doing) => 'command' in doing && doing.command.kind === kind);
  if (place === -1) throw new Error(`the straight road has no ${kind}`);
  return place;
}

function only(answers: readonly Answer[]): Answer {
  const [answer] = answers;
  if (answer === undefined || answers.length > 1) throw new Error(`one answer was expected, not ${answers.length}`);
  return answer;
}
