/** What simulated lives refer to: whoever gives a command brings the documents that it asks for, and names people and codes that are there. */
import { referencesOf, type Command } from '../domain/case/commands.js';
import {
  NOTHING_KNOWN,
  type Known,
  type KnownMobileGroup,
  type KnownOrganisation,
  type KnownRoom,
  type KnownSignature,
  type Reference,
} from '../domain/case/references.js';
import type { TurnInput } from '../domain/case/turn.js';
import { FUNCTIONS } from '../domain/organisation/functions.js';

/** Of no bytes: nobody scans anything here. */
export const PAPER_SHA256 = '0'.repeat(64);

/** Of messages that nobody composes: with it a sender says that they saw them. */
export const SEEN_PREVIEW = 'seen';

/** Who of a simulated family signs. */
const MEMBER = 'person';

/** One organisation of each function, known by the code of it, as long as anybody lives here. */
export const ORGANISATIONS: ReadonlyMap<string, KnownOrganisation> = new Map(FUNCTIONS.map(({ code }) => [code, { function: code, validFrom: '2020-01-01' }]));

/** A room of every Center, in which nobody is. */
export const ROOMS: ReadonlyMap<string, KnownRoom> = new Map([['101', { capacity: 2, taken: [] }]]);

/** A group that is composed as 256-21 wants, with whoever a visit names. */
export const GROUP_MEMBERS = ['member-education', 'member-health', 'member-police', 'member-coordinator'] as const;

const GROUP_THERE: KnownMobileGroup = {
  standing: 'in_force',
  order: { number: '41-ө', issuedOn: '2026-01-05', validUntil: '2026-12-31' },
  members: GROUP_MEMBERS,
};

/** What is known when all that the command refers to is there, of this case, and what it asks for; an order is there when the command names it. */
export function papersFor(command: Command): Known {
  return referencesOf(command).reduce(withThing, NOTHING_KNOWN);
}

function withThing(known: Known, reference: Reference): Known {
  const { id } = reference;
  switch (reference.to) {
    case 'document':
      return { ...known, document: { ...known.document, [id]: { type: reference.type, ofThisCase: true, sha256: PAPER_SHA256 } } };
    case 'colleague':
      return { ...known, colleague: { ...known.colleague, [id]: { posts: reference.holding === undefined ? [] : [reference.holding] } } };
    case 'order':
      return reference.said === undefined ? known : { ...known, order: { ...known.order, [id]: reference.said } };
    case 'member':
      return { ...known, member: { ...known.member, [id]: {} } };
    case 'term':
      return { ...known, term: { ...known.term, [id]: true } };
    case 'preview':
      return { ...known, preview: { ...known.preview, [id]: { digest: SEEN_PREVIEW } } };
    case 'mobileGroup':
      return { ...known, mobileGroup: { ...known.mobileGroup, [id]: GROUP_THERE } };
    case 'signature':
      return { ...known, signature: { ...known.signature, [id]: signatureFor(reference) } };
    case 'room': {
      const found = ROOMS.get(id);
      return found === undefined ? known : { ...known, room: { ...known.room, [id]: found } };
    }
    case 'localBody':
      return { ...known, localBody: { ...known.localBody, [id]: { organisationId: id } } };
    case 'organisation': {
      const found = ORGANISATIONS.get(id);
      return found === undefined ? known : { ...known, organisation: { ...known.organisation, [id]: found } };
    }
  }
}

/** A signature as its command wants it. */
export function signatureFor({ over: documentId, by }: Extract<Reference, { to: 'signature' }>): KnownSignature {
  return { documentId, sha256: PAPER_SHA256, ...(by === 'family' ? { member: MEMBER } : by) };
}

/** The command as a turn takes it, with its papers. */
export function withPapers(command: Command): TurnInput {
  return referencesOf(command).length === 0 ? { kind: 'command', command } : { kind: 'command', command, known: papersFor(command) };
}
