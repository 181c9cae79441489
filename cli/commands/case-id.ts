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
