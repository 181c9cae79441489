/**
 * P53: who is told of an alarm of threat or duty that nobody took, one place of the line after the other, and whom to
 * telephone when all were told. Persons come from the staffing record as it is when they are told (P54). Pure.
 */
import { legalDayOf, type Instant } from '../domain/law/calendar.js';
import type { Role } from '../domain/law/rule.js';
import { actingFor, holdersOf, onDuty, type Acting, type Holder, type Recipient } from './staffing.js';

/** In this order; each place is told once. */
export const PLACES_IN_LINE = ['rota', 'deputy', 'center_head', 'coordinator'] as const;

export type PlaceInLine = (typeof PLACES_IN_LINE)[number];

/** For which role of the ladder somebody in that place is told. */
const ROLE_OF_PLACE: Readonly<Record<PlaceInLine, Role>> = {
  rota: 'duty_officer',
  deputy: 'center_head',
  center_head: 'center_head',
  coordinator: 'coordinator',
};

export interface Line {
  center: Holder;
  /** Case time of the alert, by which its rota is read. */
  at: Instant;
  /** Whoever was told of the alert already. */
  told: ReadonlySet<string>;
  /** Places that had their turn. */
  passed: ReadonlySet<PlaceInLine>;
}

export interface NextInLine {
  place: PlaceInLine;
  people: readonly Recipient[];
}

/** The first place that has not had its turn and in which somebody is who was not told; undefined at the end of the line. */
export function nextInLine({ center, at, told, passed }: Line): NextInLine | undefined {
  for (const place of PLACES_IN_LINE) {
    if (passed.has(place)) continue;
    const people = actingIn(place, center, at).filter(({ person }) => center.people.has(person) && !told.has(person));
    if (people.length > 0) return { place, people: onceEach(people, ROLE_OF_PLACE[place], place === 'rota' ? 1 : people.length) };
  }
  return undefined;
}

function actingIn(place: PlaceInLine, center: Holder, at: Instant): Acting[] {
  if (place === 'rota') return turnsOfDay(center, at).flatMap((person) => actingFor(person, center, at));
  if (place === 'deputy') return deputiesOn(center, at).flatMap((person) => actingFor(person, center, at));
  return holdersOf(place, center, at);
}

const DAY = 24 * 3_600_000;

/** Whose turn comes within a day, the nearest first, and then who has had one within a day, the last first: they were just awake. */
function turnsOfDay({ staffing }: Holder, at: Instant): string[] {
  const turns = staffing.rota.map(({ person, from, to }) => ({ person, from: Date.parse(from), to: Date.parse(to) }));
  const ahead = turns.filter(({ from }) => from > at && from <= at + DAY).toSorted((a, b) => a.from - b.from);
  const behind = turns.filter(({ to }) => to <= at && to > at - DAY).toSorted((a, b) => b.to - a.to);
  return [...ahead, ...behind].map(({ person }) => person);
}

/** Whom an order names today as deputy of the head, of the coordinator, or of somebody of the rota. */
function deputiesOn({ staffing }: Holder, at: Instant): string[] {
  const day = legalDayOf(at);
  const heads = staffing.posts.filter(({ role }) => role === 'center_head' || role === 'coordinator').map(({ person }) => person);
  const absent = new Set([...heads, ...staffing.rota.map(({ person }) => person)]);
  return staffing.deputies.filter((row) => absent.has(row.absent) && row.from <= day && day <= row.to).map(({ deputy }) => deputy);
}

function onceEach(people: readonly Acting[], role: Role, most: number): Recipient[] {
  const found = new Map<string, Recipient>();
  for (const acting of people) if (!found.has(acting.person)) found.set(acting.person, { ...acting, roles: [role] });
  return [...found.values()].slice(0, most);
}

/** Why somebody stands in the list of telephones. */
export const PHONE_POSTS = ['duty_officer', 'deputy', 'center_head', 'coordinator'] as const;

export type PhonePost = (typeof PHONE_POSTS)[number];

export interface ToCall {
  post: PhonePost;
  person: string;
  insteadOf?: string;
}

/** Whom to telephone at a moment, in this order, each once: who is on duty and whose turn is near, deputies, head, coordinator. */
export function peopleToCall(center: Holder, at: Instant): ToCall[] {
  const onDutyNow = onDuty(center.staffing, at).flatMap((person) => actingFor(person, center, at));
  const ways: readonly (readonly [PhonePost, readonly Acting[]])[] = [
    ['duty_officer', [...onDutyNow, ...actingIn('rota', center, at)]],
    ['deputy', actingIn('deputy', center, at)],
    ['center_head', actingIn('center_head', center, at)],
    ['coordinator', actingIn('coordinator', center, at)],
  ];
  const found = new Map<string, ToCall>();
  for (const [post, people] of ways)
    for (const { person, insteadOf } of people) if (!found.has(person)) found.set(person, { post, person, ...(insteadOf === undefined ? {} : { insteadOf }) });
  return [...found.values()];
}
