/** Personal data as rows: written before the command or appeal that refers to them, and nowhere else. */

/** A member of a household. */
export interface NewPerson {
  id: string;
  householdId: string;
  fullName?: string;
  iin?: string;
  phone?: string;
  address?: string;
}

/** A text of people: a note, a reason, a description of a measure. */
export interface NewNarrative {
  id: string;
  /** What the text is, e.g. `interview`, `triage_reason`, `report_note`. */
  kind: string;
  body: string;
  caseId?: string;
}

/** `json_populate_recordset` of these objects fills `person`; `commandId` tells who brought them. */
export function personRows(persons: readonly NewPerson[], commandId: string): object[] {
  return persons.map(({ id, householdId, fullName, iin, phone, address }) => ({
    id,
    household_id: householdId,
    full_name: fullName,
    iin,
    phone,
    address,
    command_id: commandId,
  }));
}

/** The same for `narrative`. */
export function narrativeRows(narratives: readonly NewNarrative[], commandId: string): object[] {
  return narratives.map(({ id, kind, body, caseId }) => ({ id, kind, body, case_id: caseId, command_id: commandId }));
}
