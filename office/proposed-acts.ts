/** The acts that wait for a second administrator: each the use case of its operation, with what of its body is shown to nobody. */
import type { AgencyReach } from '../contracts/agency-reach.js';
import type { Proof } from '../contracts/proof/proof.js';
import type { ProposedKind } from '../contracts/http/proposals.js';
import { LAW_PLACES } from '../contracts/http/law.js';
import { REFERENCE_LISTS, type ReferenceList } from '../domain/case/reference-lists.js';
import type { Act } from '../domain/access/rights.js';
import type { AskedOnce } from './asked.js';
import { giveUpAdoption, requestAdoption, wake, type LawDeps } from './law.js';
import * as organisations from './organisations.js';
import { problem } from './problem.js';
import { replaceCode } from './reference-codes.js';
import { replaceStaffing } from './staffing.js';

export interface ActDeps extends LawDeps {
  /** Signs what is done in this process. */
  proof: Proof;
  /** Where organisations may be spoken to. */
  reach: AgencyReach;
}

type Target = Readonly<Record<string, string>>;

interface ProposedAct {
  /** The right to it, which the second person needs, too. */
  act: Act;
  /** Members of its body that are kept apart and are gone when it is decided: secrets, and what is personal. */
  withheld: readonly string[];
  /** Those of them that are shown to nobody. */
  secrets: readonly string[];
  /** Its body names the version that was read, or what it can be done to but once: approved, it is a repeat for good. */
  repeats: 'for_good' | 'while_proposed';
  perform(deps: ActDeps, asked: AskedOnce, target: Target, proposalId: string): Promise<unknown>;
  /** When it is committed. */
  afterwards?(deps: ActDeps, target: Target, proposalId: string): Promise<void>;
}

/** Parts of an address that a schema has taken at the door, and that stand in the table since. */
function part(target: Target, name: string): string {
  const value = target[name];
  if (value === undefined) throw new Error(`a proposal has no ${name}`);
  return value;
}

const OPEN = { withheld: [], secrets: [], repeats: 'for_good' } as const;
const WITH_SECRET = { withheld: ['secret'], secrets: ['secret'] } as const;

export const PROPOSED_ACTS: Readonly<Record<ProposedKind, ProposedAct>> = {
  adoptLaw: {
    ...OPEN,
    act: 'keepLaw',
    perform: ({ pool, proof }, asked, target, id) => requestAdoption({ pool, proof }, asked, placeOf(target), id),
    afterwards: (deps, _target, id) => wake(deps, id),
  },
  giveUpAdoption: {
    ...OPEN,
    act: 'keepLaw',
    perform: ({ pool }, { actor }, target) => giveUpAdoption(pool, actor, part(target, 'adoptionId')),
    afterwards: (deps, target) => wake(deps, part(target, 'adoptionId')),
  },
  replaceCode: {
    ...OPEN,
    act: 'keepReference',
    perform: ({ pool }, asked, target) => replaceCode(pool, asked, { list: listOf(target), code: part(target, 'code') }),
  },
  writeOrganisation: {
    ...WITH_SECRET,
    act: 'keepOrganisations',
    repeats: 'for_good',
    perform: ({ pool, reach }, asked, target) => organisations.writeOrganisation(pool, asked, part(target, 'organisationId'), reach),
  },
  endOrganisation: {
    ...OPEN,
    act: 'keepOrganisations',
    perform: ({ pool }, asked, target) => organisations.endOrganisation(pool, asked, part(target, 'organisationId')),
  },
  setOrganisationKey: {
    ...WITH_SECRET,
    act: 'keepOrganisations',
    // Its body names no version: the same validity may be wanted again after another one.
    repeats: 'while_proposed',
    perform: ({ pool }, asked, target) => organisations.setKey(pool, asked, part(target, 'organisationId'), part(target, 'keyId')),
  },
  replaceStaffing: {
    act: 'keepStaffing',
    withheld: ['people'],
    secrets: [],
    repeats: 'for_good',
    perform: ({ pool }, asked, target) => replaceStaffing(pool, asked, part(target, 'holder')),
  },
};

function placeOf(target: Target): { place: (typeof LAW_PLACES)[number]; version: string } {
  const place = LAW_PLACES.find((each) => each === target['place']);
  if (place === undefined) throw problem('law_version_unknown');
  return { place, version: part(target, 'version') };
}

function listOf(target: Target): ReferenceList {
  const list = REFERENCE_LISTS.find((each) => each === target['list']);
  if (list === undefined) throw new Error('a proposal names no list');
  return list;
}
