/** Personal data as rows: written with the command or appeal that refers to them, and nowhere else. */
import type { LegalDay } from '../domain/law/calendar.js';

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

interface PersonRow {
  id: string;
  household_id: string;
  changed_by: string;
  command_id: string;
  /** The columns that are said, and no others. */
  given: Readonly<Record<string, string | number | null | undefined>>;
}

/** What the statement writes of people. Of somebody of whom one take says more than once, the last is what counts. */
export function personRows(told: readonly (PersonChange & { persons: readonly PersonWriting[] })[]): PersonRow[] {
  const rows = new Map<string, PersonRow>();
  for (const { persons, ...by } of told) {
    for (const person of persons) {
      const row = personRow(person, by);
      rows.set(row.id, { ...row, given: { ...rows.get(row.id)?.given, ...JSON.parse(JSON.stringify(row.given)) } });
    }
  }
  return [...rows.values()];
}

function personRow(person: PersonWriting, { actorId, id: commandId }: PersonChange): PersonRow {
  const { id, householdId, fullName, iin, phone, address, birthDate, bornAbout, kinship, representativeId } = person;
  return {
    id,
    household_id: householdId,
    changed_by: actorId,
    command_id: commandId,
    given: {
      full_name: fullName,
      iin,
      phone,
      address,
      // Of a day and a year the one that is said takes the place of the other.
      birth_date: bornAbout === undefined || bornAbout === null ? birthDate : null,
      born_about: birthDate === undefined || birthDate === null ? bornAbout : null,
      kinship,
      representative_id: representativeId,
    },
  };
}

/** `json_populate_recordset` of these objects fills `narrative`. */
export function narrativeRows(narratives: readonly NewNarrative[]): object[] {
  return narratives.map(({ id, kind, body, caseId }) => ({ id, kind, body, case_id: caseId }));
}
