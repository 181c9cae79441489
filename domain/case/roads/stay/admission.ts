/** Who may be admitted to a temporary stay, by what, and into which places: 256 п.25, 256-26, D-SAN, P27, P28, P32. */
import { legalDayOf, type LegalDay } from '../../../law/calendar.js';
import { isSwitchedOn } from '../../../law/law.js';
import { isValidOn } from '../../../organisation/organisation.js';
import type { CommandOf } from '../../commands.js';
import type { Decision, Moment } from '../../decision.js';
import { aDocument, sealOf, type Known, type KnownRoom, type Reference } from '../../references.js';
import { refuse } from '../../refusal.js';
import type { CaseState } from '../../state.js';
import { occasionOfAdmission, referencesOfNotices } from '../minors/occasions.js';
import { refusedOrder } from './orders.js';
import { isHeld, placeClaim, PREMISES_CHECKS, type Placed, type PremisesChecklist, type StayBasis, type StayOrder } from './stay.js';

export interface Admission {
  /** Each with the room; the place in it is the first that is free. */
  persons: readonly { personId: string; room: string }[];
  basis: { kind: 'referral'; organisation: string; number: string; issuedOn: LegalDay; documentId: string } | { kind: 'application'; appealId?: string };
  order: StayOrder;
  locationId: string;
  checklist?: PremisesChecklist;
}

/** 256-25-1: the authorised bodies of social protection and employment, of health, and of internal affairs, by what the directory says of them. */
export const REFERRING_FUNCTIONS: readonly string[] = ['social_protection', 'employment', 'health', 'internal_affairs'];

export function referencesOfAdmission({ persons, basis }: Admission): Reference[] {
  return [
    // 256-26: with the bodies that are told of children who come along.
    ...referencesOfNotices(persons.map(({ personId }) => personId)),
    ...[...new Set(persons.map(({ room }) => room))].map((id): Reference => ({ to: 'room', id })),
    ...(basis.kind === 'referral' ? [...aDocument(basis.documentId, 'referral'), { to: 'organisation' as const, id: basis.organisation }] : []),
  ];
}

/** Whole or not at all: a family gets its places together, with one claim for each of them. */
export function decideAdmission(state: CaseState, { id, data }: CommandOf<'admitToStay'>, moment: Moment): Decision {
  const { persons, order, locationId, checklist = {} } = data;
  const refused = refusedOrder(order, moment) ?? refusedPersons(state, data, moment.known) ?? refusedPremises(checklist, moment);
  if (refused) return refused;
  const basis = basisOf(state, data.basis, moment);
  if ('ok' in basis) return basis;
  const placed = placesFor(persons, moment.known);
  if ('ok' in placed) return placed;
  const { children, decision, returned } = peopleOf(state, placed, moment.known);
  const told = { decision, basis, persons: placed, children, violence: state.violenceSince !== null, returned };
  return {
    ok: true,
    facts: [
      { type: 'StayAdmitted', data: { stayId: id, ...told, paidBy: 'budget', order, locationId, checklist } },
      ...occasionOfAdmission(state, { stayId: id, persons: placed.map(({ personId }) => personId), ...askedBy(data.basis) }, moment),
    ],
    claims: placed.map((each) => placeClaim(state.center, each)),
  };
}

/** Only the appeal that the command names: whichever else asked for a stay is found among the notices. */
function askedBy(basis: Admission['basis']): { appealId?: string } {
  return basis.kind === 'application' && basis.appealId !== undefined ? { appealId: basis.appealId } : {};
}

function refusedPersons(state: CaseState, { persons }: Admission, { member }: Known): Decision | undefined {
  const ids = persons.map(({ personId }) => personId);
  if (new Set(ids).size < ids.length) return refuse('person_named_twice', '256-25-2');
  const held = state.stays.filter(isHeld).flatMap((stay) => stay.persons.map(({ personId }) => personId));
  const inside = ids.map((personId) => (held.includes(personId) ? 'here' : member[personId]?.inside)).find((where) => where !== undefined);
  if (inside !== undefined) return refuse('already_in_stay', 'P27', { where: inside });
  // 256-26: children are admitted together with whom they came with; of whose birth nothing is known is taken for a grown-up.
  return ids.every((personId) => member[personId]?.isChild === true) ? refuse('child_without_parent', '256-26') : undefined;
}

/** D-SAN: every requirement is answered, and a place that does not meet one takes nobody. */
function refusedPremises(checklist: PremisesChecklist, { law }: Moment): Decision | undefined {
  if (!isSwitchedOn(law, 'D-SAN')) return undefined;
  const unanswered = PREMISES_CHECKS.filter((check) => checklist[check] === undefined);
  if (unanswered.length > 0) return refuse('checklist_unanswered', 'D-SAN', { checks: unanswered.join(', ') });
  const unmet = PREMISES_CHECKS.filter((check) => checklist[check] === false);
  return unmet.length === 0 ? undefined : refuse('premises_unfit', 'D-SAN', { checks: unmet.join(', ') });
}

type Refused = Extract<Decision, { ok: false }>;

/** By which it is admitted, as we know it and not as it was said. */
function basisOf(state: CaseState, basis: Admission['basis'], moment: Moment): StayBasis | Refused {
  if (basis.kind === 'referral') return referralOf(state, basis, moment);
  const appealId = basis.appealId ?? state.appeals.at(-1)?.appealId;
  const appeal = state.appeals.find((candidate) => candidate.appealId === appealId);
  return appeal === undefined ? refuse('appeal_unknown', '256-25-2') : { kind: 'application', appealId: appeal.appealId };
}

/** 256-25-1: of one of the three kinds of bodies, valid on the day of the referral, and used once. */
function referralOf(state: CaseState, referral: Extract<Admission['basis'], { kind: 'referral' }>, { known, now }: Moment): StayBasis | Refused {
  const { organisation: organisationId, issuedOn, documentId } = referral;
  const today = legalDayOf(now);
  if (issuedOn > today) return refuse('stay_date_in_future', '256-25-1', { day: issuedOn });
  const found = known.organisation[organisationId];
  if (found === undefined) return refuse('organisation_unknown', '256-25-1', { organisationId });
  if (!isValidOn(found, issuedOn)) return refuse('organisation_not_valid', '256-25-1', { organisationId, today: issuedOn });
  if (!REFERRING_FUNCTIONS.includes(found.function)) return refuse('referral_of_other_body', '256-25-1', { organisationId });
  const seal = sealOf(known, documentId);
  const isThis = ({ basis }: { basis: StayBasis }): boolean =>
    basis.kind === 'referral' &&
    (basis.documentSha256 === seal.documentSha256 ||
      basis.documentId === documentId ||
      (basis.organisation === organisationId && basis.number === referral.number && basis.issuedOn === issuedOn));
  if (state.stays.some(isThis)) return refuse('referral_used', '256-25-1', { number: referral.number });
  return { ...referral, function: found.function, ...seal };
}

/** The first free places of the rooms, in the order in which the people are named. */
function placesFor(persons: Admission['persons'], { room: rooms }: Known): Placed[] | Refused {
  const placed: Placed[] = [];
  for (const { personId, room } of persons) {
    const found = rooms[room];
    if (found === undefined) return refuse('room_unknown', '256-25-2', { room });
    const taken = [...found.taken, ...placed.filter((each) => each.room === room).map(({ place }) => place)];
    const place = Array.from({ length: found.capacity }, (_, at) => at + 1).find((candidate) => !taken.includes(candidate));
    if (place === undefined) return withoutPlace(persons, room, found);
    placed.push({ personId, room, place });
  }
  return placed;
}

/** Every place of the room is somebody's, or there are fewer than the family needs. */
function withoutPlace(persons: Admission['persons'], room: string, { capacity, taken }: KnownRoom): Refused {
  const free = Math.max(0, capacity - taken.length);
  if (free === 0) return refuse('place_taken', 'P27', { kind: 'place' });
  return refuse('places_insufficient', 'P27', { room, wanted: persons.filter((each) => each.room === room).length, free });
}

/** What is known of those who are admitted: the minors among them, and whether this is another decision about somebody (P27). */
function peopleOf(state: CaseState, placed: readonly Placed[], { member }: Known): { children: string[]; decision: number; returned: boolean } {
  const ids = placed.map(({ personId }) => personId);
  const earlier = state.stays.filter(({ standing, persons }) => standing !== 'cancelled' && persons.some(({ personId }) => ids.includes(personId)));
  return {
    children: ids.filter((personId) => member[personId]?.isChild === true),
    decision: earlier.length + 1,
    returned: earlier.length > 0 || ids.some((personId) => member[personId]?.stayedBefore === true),
  };
}
