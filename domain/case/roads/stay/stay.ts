/** A temporary stay at the Center (256 п.25): who is in which place, by whose order, and what it is a claim on. */
import type { Instant, LegalDay } from '../../../law/calendar.js';
import type { Claim } from '../../decision.js';
import type { CaseState } from '../../state.js';

/** An order of the head: each event of a stay has its own (J-EV-TEMP). */
export interface StayOrder {
  number: string;
  date: LegalDay;
}

/** The requirements that the place of a stay must meet (D-SAN), in the words of the order's draft. */
export const PREMISES_CHECKS = ['sanitary', 'architecture', 'construction', 'housing', 'utilities'] as const;

export type PremisesCheck = (typeof PREMISES_CHECKS)[number];

/** Each answered with whether the place meets it. */
export type PremisesChecklist = Readonly<Partial<Record<PremisesCheck, boolean>>>;

/** For whom a room is meant: told to whoever chooses, and not judged, for nobody knows of everybody what they are. */
export const ROOM_FOR = ['women_with_children', 'women', 'men', 'families', 'anybody'] as const;

export type RoomFor = (typeof ROOM_FOR)[number];

/** 256-25-1: a referral of one of three kinds of bodies; 256-25-2: the person's own application, which is an appeal of the case. */
export type StayBasis =
  | { kind: 'referral'; organisation: string; function: string; number: string; issuedOn: LegalDay; documentId: string; documentSha256: string }
  | { kind: 'application'; appealId: string };

/** Somebody in a place of a room. */
export interface Placed {
  personId: string;
  room: string;
  place: number;
}

export type StayStanding = 'admitted' | 'inside' | 'away' | 'left' | 'transferred' | 'cancelled';

export interface Stay {
  stayId: string;
  /** How many decisions of a stay about one of these people there have been in this case, this one among them: from 1 (P27). */
  decision: number;
  standing: StayStanding;
  basis: StayBasis;
  persons: readonly Placed[];
  /** Minors among them (256-26). */
  children: readonly string[];
  /** Admitted with signs of violence known (256-6-4). */
  violence: boolean;
  /** Somebody of them had stayed here before: «қайта оралды» (J-RETURN). */
  returned: boolean;
  admittedAt: Instant;
  /** When they left, were transferred, or were not awaited any more. */
  endedAt?: Instant;
}

/** In the place, or awaited there: it is theirs. */
export function isHeld({ standing }: Stay): boolean {
  return standing === 'admitted' || standing === 'inside' || standing === 'away';
}

/** The stay that keeps the case from being closed, or undefined. */
export function heldStay({ stays }: Pick<CaseState, 'stays'>): Stay | undefined {
  return stays.find(isHeld);
}

/** A place as everybody claims it: the last of a room is anybody's, and only one gets it. */
export function placeClaim(center: string, { room, place }: Pick<Placed, 'room' | 'place'>): Claim {
  return { kind: 'place', thing: `${center}/${room}/${place}` };
}

/** The places that a case has. */
export function claimedPlaces({ center, stays }: Pick<CaseState, 'center' | 'stays'>): Claim[] {
  return stays.filter(isHeld).flatMap(({ persons }) => persons.map((placed) => placeClaim(center, placed)));
}
