/** Where a page leads to: the case, or the Center itself where no case is meant. */
interface Subject {
  caseId?: string | undefined;
  center: string;
}

export function subjectAddress({ caseId, center }: Subject): string {
  return caseId === undefined ? `/console/centers/${encodeURIComponent(center)}` : `/console/cases/${caseId}`;
}

/** Why this date. */
export function dutyAddress(subject: Subject, key: string): string {
  return `${subjectAddress(subject)}/duties/${encodeURIComponent(key)}`;
}

/** A case by the beginning of its id, a Center by its code. */
export function subjectName({ caseId, center }: Subject): string {
  return caseId === undefined ? center : caseId.slice(0, 8);
}
