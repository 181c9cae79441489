import { CommandFailure } from './terminal.js';

const CASE_ID = /^(?:case-|center-)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** The id of a case or of a Center, as lists show it or as the Temporal UI names its workflow. @throws CommandFailure case_id_invalid */
export function readCaseId(text: string): string {
  const caseId = CASE_ID.exec(text)?.[1];
  if (caseId === undefined) {
    throw new CommandFailure('case_id_invalid', `"${text}" is no id of a case: take it from the list of cases or from the Temporal UI (case-…).`);
  }
  return caseId.toLowerCase();
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id of something else. @param code of the failure @throws CommandFailure with that code */
export function readUuid(text: string, code: string): string {
  if (!UUID.test(text)) throw new CommandFailure(code, `"${text}" is no id: it has the form of 0f8fad5b-d9cb-469f-a165-70867728950e.`);
  return text.toLowerCase();
}
