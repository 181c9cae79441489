/**
 * What commands refer to by an id or a code. It is read in the same look as the case, before anything is decided:
 * what does not exist is refused, and what is recorded of it is what we know and not what a client says.
 */
import { isLegalDay, type LegalDay } from '../law/calendar.js';
import type { GroupComposition } from '../law/mobile-group.js';
import type { Role } from '../law/rule.js';
import type { DocumentType } from './documents.js';
import { termKey, type ReferenceList } from './reference-lists.js';
import { refuse, type Refusal } from './refusal.js';
import type { KnownPreview } from './sending.js';

export interface KnownDocument {
  type: DocumentType;
  /** False: it is another case's of the same Center. */
  ofThisCase: boolean;
  /** Of its bytes, hex. */
  sha256: string;
}

/** Somebody whom the staffing record of the case's Center lists today. */
export interface KnownColleague {
  /** Posts that are held today, those of absent colleagues included. */
  posts: readonly Role[];
}

/** P50: the order by which somebody stands in for the head today. */
export interface KnownOrder {
  number: string;
  date: LegalDay;
}

/** A member of the case's household. */
export interface KnownMember {
  /** On the legal day of the case; absent where nothing is known of the birth. */
  isChild?: boolean;
  /** Works at the Center of the case, too: the staffing record has the same ИИН. */
  colleague?: string;
  /** In a temporary stay now, by another case: at the Center of the case, or at another one. */
  inside?: 'here' | 'elsewhere';
  /** A temporary stay of theirs has ended, in this case or another (J-RETURN). */
  stayedBefore?: true;
}

/** A room of the case's Center that is used today. */
export interface KnownRoom {
  /** Its places have the numbers from 1 to it. */
  capacity: number;
  /** Numbers that somebody has, this case too. */
  taken: readonly number[];
}

/** An electronic signature that was found good when it was brought. */
export interface KnownSignature {
  /** The document over whose bytes it is. */
  documentId: string;
  /** Of the CMS, hex. */
  sha256: string;
  /** Whose it is, by the ИИН of the certificate: somebody of the Center, somebody of the family, both, or neither. */
  colleague?: string;
  member?: string;
}

/** An organisation of the directory; one that has ended too. */
export interface KnownOrganisation {
  /** What it is there for: a sector, or a function beside them. */
  function: string;
  validFrom: LegalDay;
  validTo?: LegalDay;
}

/** The organisation of a function in whose territory the case's Center lies. */
export interface KnownLocalBody {
  organisationId: string;
}

/** The mobile group of the case's Center as an order composes it, or as it is today. */
export interface KnownMobileGroup extends GroupComposition {
  /** Everybody whom the Center's register has or had, by id. */
  members: readonly string[];
}

/** The kinds of things that a command may refer to, and what is known of one. A new kind is a line here, and the stores do not compile without it. */
export interface Things {
  document: KnownDocument;
  /** By the person's id. */
  colleague: KnownColleague;
  /** By the id of the one who acts as head. */
  order: KnownOrder;
  /** Somebody of the family, by the person's id. */
  member: KnownMember;
  /** A code of a reference list that is in use today, by list and code (`termKey`). */
  term: true;
  organisation: KnownOrganisation;
  signature: KnownSignature;
  /** By its code. */
  room: KnownRoom;
  /** By the code of the function. */
  localBody: KnownLocalBody;
  /** The messages of a sending command as they would go now, by command and sender (`previewId`). */
  preview: KnownPreview;
  mobileGroup: KnownMobileGroup;
}

export type ThingKind = keyof Things;

/** What exists, by its id; what is not there is not known. Plain JSON: it is kept beside the command for whoever decides it again. */
export type Known = { readonly [T in ThingKind]: Readonly<Record<string, Things[T]>> };

/** Ids that are to be looked up. */
export type ThingIds = { readonly [T in ThingKind]: readonly string[] };

export const NOTHING_KNOWN: Known = {
  document: {},
  colleague: {},
  order: {},
  member: {},
  term: {},
  organisation: {},
  signature: {},
  localBody: {},
  preview: {},
  mobileGroup: {},
  room: {},
};

const THING_KINDS = Object.keys(NOTHING_KNOWN) as readonly ThingKind[];

/** One thing that a command refers to, and what its row asks of it. */
export type Reference =
  | { to: 'document'; id: string; type: DocumentType }
  /** `holding`: the post that the colleague must hold today; without it any colleague will do. */
  | { to: 'colleague'; id: string; holding?: Role }
  /** What the command itself says of the order, if it says anything, must be what the staffing record says. Whether one is needed is for `decide` to say. */
  | { to: 'order'; id: string; said?: KnownOrder }
  | { to: 'member'; id: string }
  | { to: 'term'; id: string; list: ReferenceList; code: string }
  /** That it is valid and of a sector is for `decide` to say. */
  | { to: 'organisation'; id: string }
  | { to: 'room'; id: string }
  /** The nearest one that is valid today; where the directory has none, the command goes on without. */
  | { to: 'localBody'; id: string }
  /** Of today (`GROUP_OF_TODAY`), or of an order (`groupKey`). */
  | { to: 'mobileGroup'; id: string }
  /** Over that document, by that colleague or by somebody of the family. */
  | { to: 'signature'; id: string; over: string; by: { colleague: string } | 'family' }
  /** Whether it is what the sender saw is for `decide` to say. */
  | { to: 'preview'; id: string };

/** The group as it is today: there is always one, if only a missing one. */
export const GROUP_OF_TODAY = 'today';

/** The group that an order composes. */
export function groupKey({ number, issuedOn }: { number: string; issuedOn: LegalDay }): string {
  return `${issuedOn} ${number}`;
}

/** A document of the case; an absent id refers to nothing. */
export function aDocument(id: string | undefined, type: DocumentType): Reference[] {
  return id === undefined ? [] : [{ to: 'document', id, type }];
}

/** Codes of a reference list. */
export function listed(list: ReferenceList, codes: readonly string[]): Reference[] {
  return codes.map((code) => ({ to: 'term', id: termKey(list, code), list, code }));
}

/** The documents among what a command refers to. */
export function documentsAmong(references: readonly Reference[]): { id: string; type: DocumentType }[] {
  return references.flatMap((reference) => (reference.to === 'document' ? [reference] : []));
}

/** @returns the ids that have to be looked up; undefined when there is none */
export function idsIn(references: readonly Reference[]): ThingIds | undefined {
  if (references.length === 0) return undefined;
  const of = (kind: ThingKind): string[] => [...new Set(references.flatMap(({ to, id }) => (to === kind ? [id] : [])))];
  return Object.fromEntries(THING_KINDS.map((kind) => [kind, of(kind)])) as Record<ThingKind, string[]>;
}

/** Of what a look has found that which one command refers to: decided with it, and kept beside it. Undefined when it refers to nothing. */
export function knownTo(references: readonly Reference[], known: Known): Known | undefined {
  const ids = idsIn(references);
  if (ids === undefined) return undefined;
  // Each kind keeps the things of its own, which the compiler cannot follow through the loop.
  return Object.fromEntries(THING_KINDS.map((kind) => [kind, picked<unknown>(known[kind], ids[kind])])) as unknown as Known;
}

function picked<T>(known: Readonly<Record<string, T>>, ids: readonly string[]): Record<string, T> {
  return Object.fromEntries(ids.flatMap((id) => (known[id] === undefined ? [] : [[id, known[id]]])));
}

/** The refusal of a command that refers to what is not there, is another case's, or is not what its row asks for. */
export function refusalOfReferences(references: readonly Reference[], known: Known): Refusal | undefined {
  return references.map((reference) => refusalOf(reference, known)).find((refusal) => refusal !== undefined);
}

function refusalOf(reference: Reference, known: Known): Refusal | undefined {
  switch (reference.to) {
    case 'document':
      return refusalOfDocument(reference.type, known.document[reference.id]);
    case 'colleague':
      return refusalOfColleague(reference.id, reference.holding, known.colleague[reference.id]);
    case 'order':
      return refusalOfOrder(reference.said, known.order[reference.id]);
    case 'member':
      return known.member[reference.id] === undefined ? refuse('member_unknown', 'P31').refusal : undefined;
    case 'term':
      return known.term[reference.id] === undefined ? refuse('code_unknown', undefined, { list: reference.list, value: reference.code }).refusal : undefined;
    case 'organisation':
      return known.organisation[reference.id] === undefined ? refuse('organisation_unknown', '192-2', { organisationId: reference.id }).refusal : undefined;
    case 'room':
      return known.room[reference.id] === undefined ? refuse('room_unknown', undefined, { room: reference.id }).refusal : undefined;
    case 'localBody':
    case 'preview':
      return undefined;
    case 'mobileGroup':
      return known.mobileGroup[reference.id] === undefined ? refuse('mobile_group_unknown', '256-21-2').refusal : undefined;
    case 'signature':
      return refusalOfSignature(reference, known.signature[reference.id]);
  }
}

/** 256-17-1, P42: it is over what is signed, and whose it must be. */
function refusalOfSignature({ over, by }: Extract<Reference, { to: 'signature' }>, found: KnownSignature | undefined): Refusal | undefined {
  if (found === undefined) return refuse('signature_unknown', '256-17-1').refusal;
  if (found.documentId !== over) return refuse('signature_of_other_document', '256-17-1').refusal;
  const isTheirs = by === 'family' ? found.member !== undefined : found.colleague === by.colleague;
  return isTheirs ? undefined : refuse('signature_foreign', '256-17-1').refusal;
}

function refusalOfDocument(type: DocumentType, found: KnownDocument | undefined): Refusal | undefined {
  if (found === undefined) return refuse('document_unknown').refusal;
  if (!found.ofThisCase) return refuse('document_of_other_case').refusal;
  if (found.type === type) return undefined;
  return refuse('document_type_wrong', '192-4-2', { documentType: found.type, wanted: type }).refusal;
}

function refusalOfColleague(person: string, holding: Role | undefined, found: KnownColleague | undefined): Refusal | undefined {
  if (found === undefined) return refuse('colleague_unknown', undefined, { person }).refusal;
  if (holding === undefined || found.posts.includes(holding)) return undefined;
  return refuse('colleague_without_post', undefined, { person, post: holding }).refusal;
}

/** P50: the number and date that are recorded are those of an order that is there, and not of one that was made up. */
function refusalOfOrder(said: KnownOrder | undefined, found: KnownOrder | undefined): Refusal | undefined {
  if (said !== undefined && !isLegalDay(said.date)) return refuse('day_impossible', 'P50', { day: said.date }).refusal;
  if (said === undefined || (found?.number === said.number && found.date === said.date)) return undefined;
  return refuse('acting_order_unknown', 'P50', { number: said.number, date: said.date }).refusal;
}

/**
 * What the ledger says of a document: by its digest anybody can see later that the bytes are those that were signed.
 * @throws Error where the row of the command does not name the reference
 */
export function sealOf({ document }: Known, documentId: string): { documentId: string; documentSha256: string } {
  const found = document[documentId];
  if (found === undefined) throw new Error(`a document was referred to and not looked up: ${documentId}`);
  return { documentId, documentSha256: found.sha256 };
}

/**
 * What the ledger says of an electronic signature.
 * @throws Error where the row of the command does not name the reference
 */
export function sealOfSignature({ signature }: Known, signatureId: string): { signatureId: string; signatureSha256: string } {
  const found = signature[signatureId];
  if (found === undefined) throw new Error(`a signature was referred to and not looked up: ${signatureId}`);
  return { signatureId, signatureSha256: found.sha256 };
}
