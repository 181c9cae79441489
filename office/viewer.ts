/** Who looks: the actor, and what the staffing record says of them today. */
import { absentFor, unitOf, type Staffing } from '../contracts/staffing.js';
import { staffingToday } from '../db/sight.js';
import type { Pool } from '../db/pool.js';
import { SIGHT, type Viewer } from '../domain/access/sight.js';
import type { Actor } from '../domain/case/facts.js';
import type { LegalDay } from '../domain/law/calendar.js';

/** The record is asked only for roles whose sight depends on it. */
export async function viewerOf(pool: Pool, actor: Actor): Promise<Viewer> {
  const rows = SIGHT[actor.role];
  if (rows?.assigned === undefined && rows?.unit === undefined) return { actor, persons: [actor.id], unit: [] };
  const { staffing, today } = await staffingToday(pool, actor.center);
  return viewerBy(actor, staffing, today);
}

export function viewerBy(actor: Actor, staffing: Staffing | undefined, today: LegalDay): Viewer {
  if (staffing === undefined) return { actor, persons: [actor.id], unit: actor.role === 'unit_head' ? 'center' : [] };
  const persons = [actor.id, ...absentFor(actor.id, staffing, today)];
  return { actor, persons, unit: actor.role === 'unit_head' ? (unitOf(persons, staffing, today) ?? 'center') : [] };
}
