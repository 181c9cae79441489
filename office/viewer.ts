/** Who looks: the actor, and what the staffing record says of them today. */
import { absentFor, unitOf, type Staffing } from '../contracts/staffing.js';
import { staffingToday } from '../db/sight.js';
import type { Pool } from '../db/pool.js';
import { houseOf, readingAs, type Reach } from '../db/reading-as.js';
import { kindsListed, SIGHT, type Relation, type Viewer } from '../domain/access/sight.js';
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
  const { staffing, today } = READ_AT_SIGN_IN.get(actor) ?? (await staffingToday(houseOf(pool), actor.center));
  return viewerBy(actor, staffing, today);
}

/**
 * The connections by which this viewer reads: the second lock holds them to it, whatever a query forgets. It is coarser than the
 * table of sight: the Center, and of cases of violence those that a relation of theirs could show.
 */
export function readsOf(pool: Pool, viewer: Viewer): Pool {
  const { actor, persons } = viewer;
  return readingAs(pool, { center: actor.center, team: persons, person: actor.id, violence: violenceOf(viewer) });
}

function violenceOf({ actor: { role }, unit }: Viewer): Reach['violence'] {
  const shows = (relation: Relation): boolean => kindsListed(role, relation).includes('violence');
  if (shows('center') || (unit === 'center' && shows('unit'))) return 'all';
  return shows('assigned') || shows('emergency') ? 'team' : 'none';
}

export function viewerBy(actor: Actor, staffing: Staffing | undefined, today: LegalDay): Viewer {
  if (staffing === undefined) return { actor, persons: [actor.id], unit: actor.role === 'unit_head' ? 'center' : [] };
  const persons = [actor.id, ...absentFor(actor.id, staffing, today)];
  return { actor, persons, unit: actor.role === 'unit_head' ? (unitOf(persons, staffing, today) ?? 'center') : [] };
}
