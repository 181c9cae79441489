/** Rooms and places of a Center for a temporary stay: the head keeps them, everybody there sees which are free (256 п.25). */
import type { z } from 'zod';
import { MOST_DAYS_OF_PLACES, RoomBody, type Places, type PlacesQuery, type Room } from '../contracts/http/places.js';
import { readPersonsById, type PersonRead } from '../db/reads.js';
import { countPlaces, listOccupants, listRooms, writeRoom, type Occupant, type StoredRoom } from '../db/rooms.js';
import type { Pool } from '../db/pool.js';
import { recordLook } from '../db/access-log.js';
import type { Actor } from '../domain/case/facts.js';
import { daysBetween, legalDayOf, type LegalDay } from '../domain/law/calendar.js';
import { readBody, requireRight, type Asked } from './asked.js';
import { sightsOf, type CaseSight } from './case-access.js';
import { iso, isoIf } from './instants.js';
import { problem, refused } from './problem.js';

type Body = z.input<typeof Places>;
type Place = Body['rooms'][number]['places'][number];

/** Of the own Center; every case of which something is shown is noted as looked at. @throws ProblemError `center_unknown`, `period_invalid` */
export async function showPlaces(pool: Pool, actor: Actor, center: string, query: z.output<typeof PlacesQuery>): Promise<Body> {
  requireOwn(actor, center);
  const today = legalDayOf(Date.now());
  const { from = today, to = from } = query;
  requirePeriod(from, to, MOST_DAYS_OF_PLACES);
  const [rooms, occupants, days] = await Promise.all([listRooms(pool, center), listOccupants(pool, center), countPlaces(pool, center, from, to)]);
  const sights = await sightsOf(
    pool,
    actor,
    occupants.map(({ caseId }) => caseId),
  );
  const named = occupants.filter(({ caseId }) => sights.get(caseId)?.fields.has('identity'));
  const people = await readPersonsById(
    pool,
    named.map(({ personId }) => personId),
  );
  await noteOccupants(pool, actor, sights);
  return {
    center,
    at: iso(Date.now()),
    rooms: rooms.map((room) => roomWithPlaces(room, occupants, today, (occupant) => placeBody(occupant, sights.get(occupant.caseId), people))),
    days: days.map(({ day, places, taken }) => ({ day, places, taken, free: Math.max(0, places - taken) })),
  };
}

/** @throws ProblemError `center_unknown` for another Center than the reader's own */
export function requireOwn(actor: Actor, center: string): void {
  if (actor.center !== center) throw refused({ code: 'center_unknown' });
}

/** @throws ProblemError `period_invalid` */
export function requirePeriod(from: LegalDay, to: LegalDay, most: number): void {
  const days = daysBetween(from, to) + 1;
  if (days < 1 || days > most) throw problem('period_invalid', { params: { most } });
}

async function noteOccupants(pool: Pool, actor: Actor, sights: ReadonlyMap<string, CaseSight>): Promise<void> {
  if (sights.size === 0) return;
  const fields = (['skeleton', 'identity'] as const).filter((field) => [...sights.values()].some((sight) => sight.fields.has(field)));
  await recordLook(pool, { actor, act: 'readPlaces', cases: [...sights.keys()], fields, outcome: 'shown', withinWork: true });
}

/** Somebody may still be in a place that the room has no more: it is shown until they have left. */
function roomWithPlaces(
  { changedBy: _by, changedAt: _at, ...room }: StoredRoom,
  occupants: readonly Occupant[],
  today: LegalDay,
  shown: (occupant: Occupant) => Place,
): Body['rooms'][number] {
  const here = occupants.filter((occupant) => occupant.room === room.room);
  const numbers = new Set([...Array.from({ length: room.capacity }, (_, at) => at + 1), ...here.map(({ place }) => place)]);
  const places = [...numbers].map((place): Place => {
    const occupant = here.find((each) => each.place === place);
    return occupant === undefined ? { place, taken: false } : shown(occupant);
  });
  return { ...room, inUse: room.from <= today && (room.to === undefined || today <= room.to), places };
}

/** Who is in it, for whoever may see the case; in which room they are is where they live. */
function placeBody(occupant: Occupant, sight: CaseSight | undefined, people: ReadonlyMap<string, PersonRead>): Place {
  const { place, since, dueAt, caseId, stayId, personId } = occupant;
  if (sight?.fields.has('address') !== true) return { place, taken: true };
  const fullName = sight.fields.has('identity') ? people.get(personId)?.fullName : undefined;
  return { place, taken: true, since: iso(since), until: isoIf(dueAt), caseId, stayId, personId, ...(fullName === undefined ? {} : { fullName }) };
}

/**
 * Writes the next version of a room. Whoever is inside stays, whatever becomes of it.
 * @throws ProblemError `role_not_allowed`, `center_unknown`, `room_invalid`, `room_changed` when another version was written meanwhile
 */
export async function keepRoom(pool: Pool, { actor, body: sent }: Asked, { center, room }: { center: string; room: string }): Promise<z.input<typeof Room>> {
  requireRight('keepRooms', actor);
  requireOwn(actor, center);
  const body = readBody(RoomBody, sent);
  if (body.to !== undefined && body.to < body.from) throw problem('room_invalid', { issues: [{ field: '/to', code: 'dates_reversed' }] });
  const written = await writeRoom(pool, { center, room, ...body, changedBy: actor.id });
  if (written === 'changed_meanwhile') throw problem('room_changed');
  return { center, ...written, changedAt: iso(written.changedAt) };
}
