/** Whom the directory proposes for a family: of each function the organisation of its territory. */
import { FUNCTIONS } from './functions.js';
import type { Organisation } from './organisation.js';
import { enclosing } from './territory.js';

/** By what a territory was chosen: where the family lives, where it is now, or, where neither is known, where its Center is. */
export type Ground = 'residence' | 'location' | 'center';

export interface FamilyTerritories {
  residence?: string;
  location?: string;
  /** Of the Center of its case. */
  center: string;
}

export interface Proposal {
  function: string;
  ground: Ground;
  territory: string;
  /** Absent: the directory has none there, and people bring on paper what is to be told. */
  organisationId?: string;
}

/** Who must come at once comes to where the family is; everybody else is responsible where it lives. */
const COME_AT_ONCE: ReadonlySet<string> = new Set(['internal_affairs', 'guardianship', 'crisis_centre', 'special_social_services', 'contact_centre_111']);

/** Every territory in which a proposal may lie. */
export function territoriesOf({ residence, location, center }: FamilyTerritories): string[] {
  return [...new Set([residence, location, center].flatMap((territory) => (territory === undefined ? [] : enclosing(territory))))];
}

/**
 * One proposal per function, in the order of the functions. The nearest organisation is proposed: of the settlement, else of
 * the district, else of the region.
 * @param valid organisations that are valid on the day
 */
export function propose(family: FamilyTerritories, valid: readonly Organisation[]): Proposal[] {
  return FUNCTIONS.map(({ code }) => {
    const { ground, territory } = placeFor(code, family);
    const found = enclosing(territory)
      .map((around) => valid.find((organisation) => organisation.function === code && organisation.territory === around))
      .find((organisation) => organisation !== undefined);
    return { function: code, ground, territory, ...(found === undefined ? {} : { organisationId: found.organisationId }) };
  });
}

function placeFor(code: string, { residence, location, center }: FamilyTerritories): { ground: Ground; territory: string } {
  const places: readonly { ground: Ground; territory: string | undefined }[] = [
    { ground: 'residence', territory: residence },
    { ground: 'location', territory: location },
  ];
  const known = (COME_AT_ONCE.has(code) ? places.toReversed() : places).find(({ territory }) => territory !== undefined);
  return { ground: known?.ground ?? 'center', territory: known?.territory ?? center };
}
