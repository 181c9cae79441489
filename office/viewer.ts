/** Who looks: the actor, and what the staffing record says of them today. */
import { absentFor, unitOf, type Staffing } from '../contracts/staffing.js';
import { staffingToday } from '../db/sight.js';
import type { Pool } from '../db/pool.js';
import { SIGHT, type Viewer } from '../domain/access/sight.js';
import type { Actor } from '../domain/case/facts.js';
import { legalDayOf, type Instant, type LegalDay } from '../domain/law/calendar.js';

/** What the staffing record said when the actor came in, by the actor of that very request: it is asked once. */
const READ_AT_SIGN_IN = new WeakMap<Actor, { staffing: Staffing; today: LegalDay }>();

/** An actor by the record of the Center, as it was read at `at`. */
export function actorBy(actor: Actor, staffing: Staffing, at: Instant): Actor {
  READ_AT_SIGN_IN.set(actor, { staffing, today: legalDayOf(at) });
  return actor;
}

/** The record is asked only for roles whose sight depends on it, and of whoever has not come in by it. */
export async function viewerOf(pool: Pool, actor: Actor): Promise<Viewer> {
  const rows = SIGHT[actor.role];
  if (rows?.assigned === undefined && rows?.unit === undefined) return { actor, persons: [actor.id], unit: [] };
  const { staffing, today } = READ_AT_SIGN_IN.get(actor) ?? (await staffingToday(pool, actor.center));
  return viewerBy(actor, staffing, today);
}

export function viewerBy(actor: Actor, staffing: Staffing | undefined, today: LegalDay): Viewer {
  if (staffing === undefined) return { actor, persons: [actor.id], unit: actor.role === 'unit_head' ? 'center' : [] };
  const persons = [actor.id, ...absentFor(actor.id, staffing, today)];
  return { actor, persons, unit: actor.role === 'unit_head' ? (unitOf(persons, staffing, today) ?? 'center') : [] };
}
