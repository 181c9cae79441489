/** Personal data as rows, sealed before any statement: written with the command or appeal that refers to them, and nowhere else. */
import { searchWords, type SearchKind } from '../domain/person/search-words.js';
import { addMonths, legalDayOf, type LegalDay } from '../domain/law/calendar.js';
import { ADULT_AT_YEARS } from '../domain/person/age.js';
import type { DataKey } from '../vault/cipher.js';
import { versionOf, type KeyRing } from '../vault/key-service.js';
import type { FreshKey } from '../vault/vault.js';
import { blindIndexOf, NO_INDEX, type BlindIndex, type IinIndex, type IndexColumn } from './blind-index.js';
import { findKey, inJson, ringOf, sealerFor, sealerWith, type KeyOwner } from './data-keys.js';
import { vaultOf, type Queryable } from './pool.js';

/** What a command says of a member of a household: a new one, or corrections of one that is there, where null removes. */
export interface PersonWriting {
  id: string;
  householdId: string;
  fullName?: string | null;
  iin?: string | null;
  phone?: string | null;
  address?: string | null;
  birthDate?: LegalDay | null;
  bornAbout?: number | null;
  kinship?: string | null;
  representativeId?: string | null;
}

/** A text of people: a note, a reason, a description of a measure. */
export interface NewNarrative {
  id: string;
  /** What the text is, e.g. `interview`, `triage_reason`, `report_note`. */
  kind: string;
  body: string;
  caseId?: string;
}

/** Who changes it, by which command. */
export interface PersonChange {
  actorId: string;
  id: string;
}

/** Columns of `person` that are sealed with the person's own key. */
export const SEALED_COLUMNS = ['full_name', 'iin', 'phone', 'address', 'birth_date'] as const;
export type SealedColumn = (typeof SEALED_COLUMNS)[number];

type Column = SealedColumn | 'born_about' | 'kinship' | 'representative_id';
/** The columns that are said, and no others; null removes. */
type Said = { readonly [C in Column]?: string | number | null | undefined };

/** A word by which somebody is found, by a version of the key for digests. */
export interface SealedToken {
  kind: SearchKind;
  token: string;
  version: number;
}

/** What is said, as members of a row in JSON, and the words by which its person is found. */
export interface SealedPerson {
  given: Readonly<Record<string, string | number | null>>;
  /** Of which the words are said; those of another kind stay. */
  token_kinds: readonly SearchKind[];
  tokens: readonly SealedToken[];
}

interface PersonRow extends SealedPerson {
  id: string;
  household_id: string;
  changed_by: string;
  command_id: string;
  /** Of somebody who is new. */
  key: KeyInJson | null;
}

interface KeyInJson {
  id: string;
  wrapped: string;
  version: number;
  ring: KeyRing;
}

/**
 * What the statement writes of people. Of somebody of whom one take says more than once, the last is what counts.
 * @throws KeysAway, OwnerErased; then nothing was written
 */
export async function personRows(db: Queryable, told: readonly (PersonChange & { persons: readonly PersonWriting[] })[]): Promise<PersonRow[]> {
  const rows: PersonRow[] = [];
  for (const { said, ...row } of saidOf(told)) {
    const known = await findKey(db, { kind: 'person', id: row.id });
    const fresh = known === undefined ? await vaultOf(db).fresh(await ringOf(db, { kind: 'person', id: row.id, householdId: row.household_id })) : undefined;
    const key = known ?? fresh;
    if (key === undefined) throw new Error('a new key is none');
    rows.push({ ...row, ...(await sealPerson(db, key, row.id, said)), key: fresh === undefined ? null : keyInJson(fresh) });
  }
  return rows;
}

type SaidOf = Pick<PersonRow, 'id' | 'household_id' | 'changed_by' | 'command_id'> & { said: Said };

function saidOf(told: readonly (PersonChange & { persons: readonly PersonWriting[] })[]): SaidOf[] {
  const rows = new Map<string, SaidOf>();
  for (const { persons, actorId, id: commandId } of told) {
    for (const person of persons) {
      const said = { ...rows.get(person.id)?.said, ...withoutUnsaid(columnsOf(person)) };
      rows.set(person.id, { id: person.id, household_id: person.householdId, changed_by: actorId, command_id: commandId, said });
    }
  }
  return [...rows.values()];
}

function withoutUnsaid(said: Said): Said {
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function columnsOf({ fullName, iin, phone, address, birthDate, bornAbout, kinship, representativeId }: PersonWriting): Said {
  return {
    full_name: fullName,
    iin,
    phone,
    address,
    // Of a day and a year the one that is said takes the place of the other.
    birth_date: bornAbout === undefined || bornAbout === null ? birthDate : null,
    born_about: birthDate === undefined || birthDate === null ? bornAbout : null,
    kinship,
    representative_id: representativeId,
  };
}

function isSealed(column: string): column is SealedColumn {
  return SEALED_COLUMNS.some((each) => each === column);
}

/** @throws KeysAway */
export async function sealPerson(db: Queryable, key: DataKey, personId: string, said: Said): Promise<SealedPerson> {
  const index = await blindIndexOf(db);
  const sealer = sealerWith(key);
  const given: Record<string, string | number | null> = { indexed_by: index.version };
  for (const [column, value] of Object.entries(withoutUnsaid(said))) {
    const sealed = value !== null && isSealed(column) ? inJson(sealer({ table: 'person', column, row: personId }, String(value))) : value;
    given[column] = sealed ?? null;
  }
  const { iin } = said;
  if (said.birth_date !== undefined) given.child_until = childUntil(said.birth_date);
  if (iin !== undefined) Object.assign(given, iinIndexInJson(iin === null ? NO_INDEX : index.iin(String(iin))));
  const kinds = (Object.keys(COLUMN_OF_KIND) as SearchKind[]).filter((kind) => said[COLUMN_OF_KIND[kind]] !== undefined);
  return { given, token_kinds: kinds, tokens: personTokens(index, said) };
}

/** The first day of the month after the one in which they grow up: the day itself would tell the day of birth. Null of a grown-up. */
function childUntil(birthDate: string | number | null): LegalDay | null {
  if (typeof birthDate !== 'string') return null;
  const until = addMonths(`${birthDate.slice(0, 7)}-01`, 12 * ADULT_AT_YEARS + 1);
  return until > legalDayOf(Date.now()) ? until : null;
}

const COLUMN_OF_KIND: Readonly<Record<SearchKind, SealedColumn>> = { name: 'full_name', phone: 'phone', birth: 'birth_date' };

/** The words by which somebody is found of whom that is said. */
export function personTokens(
  index: BlindIndex,
  { full_name: fullName, phone, birth_date: birthDate }: Pick<Said, 'full_name' | 'phone' | 'birth_date'>,
): SealedToken[] {
  const words = searchWords({
    ...(typeof fullName === 'string' ? { fullName } : {}),
    ...(typeof phone === 'string' ? { phone } : {}),
    ...(typeof birthDate === 'string' ? { birthDate } : {}),
  });
  return words.flatMap(({ kind, word }) => index.tokens(kind, word).map(({ token, version }) => ({ kind, token: inJson(token), version })));
}

/** The index of an ИИН as members of a row in JSON. */
export function iinIndexInJson({ iin_index: odd, iin_index_even: even }: IinIndex): Record<IndexColumn, string | null> {
  return { iin_index: odd && inJson(odd), iin_index_even: even && inJson(even) };
}

function keyInJson({ id, wrapped, ring }: FreshKey): KeyInJson {
  return { id, wrapped, version: versionOf(wrapped), ring };
}

/**
 * `json_populate_recordset` of these objects fills `narrative`: texts about several, under the key of their family, or of the Center whose they are.
 * @throws KeysAway
 */
export async function narrativeRows(db: Queryable, owner: KeyOwner, narratives: readonly NewNarrative[]): Promise<object[]> {
  if (narratives.length === 0) return [];
  const sealer = await sealerFor(db, owner);
  return narratives.map(({ id, kind, body, caseId }) => ({ id, kind, body: inJson(sealer(narrativePlace(id), body)), case_id: caseId }));
}

/** Where the text of a narrative stands. */
export function narrativePlace(id: string): { table: string; column: string; row: string } {
  return { table: 'narrative', column: 'body', row: id };
}
