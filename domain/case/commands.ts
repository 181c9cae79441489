/**
 * What people may ask of a case, put together from its roads: the API's routes, the table of rights, and what a
 * page offers are read from here.
 */
import type { Actor } from './facts.js';
import type { Reference } from './references.js';
import type { CommandRows } from './road.js';
import { ROADS, type OfAllRoads } from './roads.js';

export type CommandData = OfAllRoads<'commands'>;

export type CommandKind = keyof CommandData;

/** A command of a person; `id` is generated at the edge and is the same at every repeat. */
export type Command = {
  [K in CommandKind]: {
    kind: K;
    id: string;
    actor: Actor;
    data: CommandData[K];
  };
}[CommandKind];

/** What the house itself asks of a case: no door takes it from anybody. */
export type InnerCommandKind = 'raiseTransferQuestion' | 'withdrawTransferQuestion';

/** What people ask of a case at a door. */
export type DoorCommandKind = Exclude<CommandKind, InnerCommandKind>;

export type CommandOf<K extends CommandKind> = Extract<Command, { kind: K }>;

/** A row of each kind: the types of the roads say which there are, and each road has its own. */
export const COMMANDS = Object.assign({}, ...Object.values(ROADS).map(({ commands }) => commands)) as CommandRows<CommandKind>;

/** Routes are registered in a loop over it. */
export const COMMAND_KINDS = Object.keys(COMMANDS) as readonly CommandKind[];

/** Those of them that people may give. */
export const DOOR_COMMAND_KINDS = COMMAND_KINDS.filter((kind): kind is DoorCommandKind => !COMMANDS[kind].roles.includes('system'));

/** What a command refers to, by its row. */
export function referencesOf({ kind, data, actor }: Command): readonly Reference[] {
  // The row and the data are of one kind, which the compiler cannot follow through the union.
  const { refers } = COMMANDS[kind] as { refers?: (given: Command['data'], by: Actor) => readonly Reference[] };
  return refers?.(data, actor) ?? [];
}
