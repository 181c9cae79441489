/** 256-26: an appeal that asks for a temporary stay: who comes along and is a child, and which bodies are to be told. */
import { placePerson, readBirths, type Applicant } from '../db/households.js';
import { localOrganisations } from '../db/organisations.js';
import type { PoolClient } from '../db/pool.js';
import { NOTIFIED_BODIES, type LocalBodies, type StayAsked } from '../domain/case/roads/minors/facts.js';
import { legalDayOf, type Instant } from '../domain/law/calendar.js';
import { isChildOn, type Birth } from '../domain/person/age.js';

/** Somebody who comes along: a member of the family whom the Center knows, or what is said of one. */
export type Companion = { personId: string } | { person: Applicant };

export interface StayRequest {
  children: readonly Companion[];
}

/** Who comes along, with their births, and the bodies of the Center's territory: all that needs no instant. */
export interface PlacedStay {
  births: ReadonlyMap<string, Birth>;
  bodies: LocalBodies;
}

/**
 * Puts those who come along into the family, before the case is locked.
 * @returns undefined when somebody who is named is not of the family
 */
export async function placeStay(client: PoolClient, center: string, householdId: string, { children }: StayRequest): Promise<PlacedStay | undefined> {
  const ids: string[] = [];
  for (const child of children) ids.push('personId' in child ? child.personId : await placePerson(client, householdId, child.person));
  const births = await readBirths(client, householdId, ids);
  if (ids.some((id) => !births.has(id))) return undefined;
  const found = await localOrganisations(client, center, NOTIFIED_BODIES);
  return { births, bodies: Object.fromEntries(found) };
}

/** On the legal day of the registration; of whose birth nothing is known is a child: none loses protection by a gap. */
export function stayAsked({ births, bodies }: PlacedStay, registeredAt: Instant): StayAsked {
  const day = legalDayOf(registeredAt);
  const children = [...births].flatMap(([id, birth]) => (isChildOn(day, birth) === false ? [] : [id]));
  return { children, bodies };
}
