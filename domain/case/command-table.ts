/** Every command beside every stage: by whom it may be given, and what is answered where it may not. */
import type { Role } from '../law/rule.js';
import { COMMANDS, type CommandKind } from './commands.js';
import { refusalOutside } from './decision.js';
import type { RefusalCode } from './refusal.js';
import type { CommandRow, Strand } from './road.js';
import { ROADS, type Road } from './roads.js';
import { STAGES, type Stage } from './state.js';

export interface CommandTableRow {
  command: CommandKind;
  road: Road;
  roles: readonly Role[];
  strand?: Strand;
  /** `may`: it is decided by what it says and what the case holds; else the refusal that it earns there. */
  cells: Readonly<Record<Stage, 'may' | RefusalCode>>;
  /** Stages at which a reader wonders: open to it outside of its road. */
  surprising: readonly Stage[];
  because?: string;
}

export function commandTable(): CommandTableRow[] {
  return (Object.keys(ROADS) as Road[]).flatMap((road) => (Object.keys(ROADS[road].commands) as CommandKind[]).map((command) => rowOf(road, command)));
}

function rowOf(road: Road, command: CommandKind): CommandTableRow {
  const { roles, during, because, strand } = COMMANDS[command] as CommandRow<CommandKind>;
  const cells = Object.fromEntries(STAGES.map((stage) => [stage, refusalOutside(stage, during)?.code ?? 'may'])) as CommandTableRow['cells'];
  const surprising = during.filter((stage) => !ROADS[road].stages.includes(stage));
  return { command, road, roles, ...(strand === undefined ? {} : { strand }), cells, surprising, ...(because === undefined ? {} : { because }) };
}
