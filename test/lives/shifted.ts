/** The same life in other weeks: a script of 2026 moved on by whole weeks, so that its weekdays stay. */
import { createHash, randomUUID } from 'node:crypto';
import type { Command, CommandOf } from '../../domain/case/commands.js';
import { addDays, type Instant, type LegalDay } from '../../domain/law/calendar.js';
import type { Doing } from './straight-road.js';

const WEEK_MS = 7 * 86_400_000;

/** Weeks to add so that what happened at `scripted` happens at the first such instant after `from`. */
export function weeksUntil(scripted: Instant, from: Instant): number {
  return Math.ceil((from - scripted) / WEEK_MS);
}

/** Moves instants and days; commands get ids of their own, as the edge gives them. */
export function shifted(script: readonly Doing[], weeks: number): Doing[] {
  return script.map((doing) => {
    const at = doing.at + weeks * WEEK_MS;
    if (!('command' in doing)) return { ...doing, at };
    return { at, command: { ...moved(doing.command, weeks), id: randomUUID() } };
  });
}

/** Readable ids of a script; on the engine they must be UUIDs, as the edge gives them. */
const SCRIPT_ID = /^(m|person|note|doc|ipr|report|d|appeal|household)-[a-z0-9-]+$/;

/** The same script with UUIDs for its readable ids, the same ones for the same words. */
export function withUuids<T>(script: T): T {
  // JSON is what crosses to the engine anyway, so nothing is lost on the way through it.
  return JSON.parse(JSON.stringify(script), (_key, value: unknown) => (typeof value === 'string' && SCRIPT_ID.test(value) ? uuidOf(value) : value)) as T;
}

function uuidOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function moved(command: Command, weeks: number): Command {
  return command.kind === 'draftIpr' ? movedPlan(command, weeks) : command;
}

function movedPlan(command: CommandOf<'draftIpr'>, weeks: number): Command {
  const later = (day: LegalDay): LegalDay => addDays(day, weeks * 7);
  const measures = command.data.measures.map((measure) => ({ ...measure, dueOn: later(measure.dueOn) }));
  return { ...command, data: { ...command.data, endsOn: later(command.data.endsOn), measures } };
}

/** The same script with ids of its own for commands and reports: two lives of it in one database. */
export function afresh<D extends Doing | { adoption: unknown }>(script: readonly D[]): D[] {
  const reports = new Map(
    script.flatMap((doing) => ('delivery' in doing && doing.delivery.kind === 'report' ? [[doing.delivery.data.reportId, randomUUID()] as const] : [])),
  );
  const renamed = JSON.parse(JSON.stringify(script), (_key, value: unknown) => (typeof value === 'string' ? (reports.get(value) ?? value) : value)) as D[];
  return renamed.map((doing) => ('command' in doing ? { ...doing, command: { ...doing.command, id: randomUUID() } } : doing));
}
