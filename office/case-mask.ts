/** What of a case a reader gets: the members of its body, each in one of the fields of `domain/access/sight.ts`. */
import type { z } from 'zod';
import type { CaseDetail } from '../contracts/http/cases.js';
import { FIELDS, type Field } from '../domain/access/sight.js';

type Body = z.input<typeof CaseDetail>;

/** To which field each member belongs: one that is added does not compile before somebody has decided. */
const FIELD_OF: { readonly [K in keyof Required<Body>]: Field } = {
  caseId: 'skeleton',
  center: 'skeleton',
  householdId: 'skeleton',
  stage: 'skeleton',
  stageText: 'skeleton',
  stageEnteredAt: 'skeleton',
  caseManager: 'skeleton',
  openedAt: 'skeleton',
  clockAt: 'skeleton',
  overdue: 'skeleton',
  waitingOn: 'skeleton',
  seq: 'skeleton',
  head: 'skeleton',
  law: 'skeleton',
  channel: 'skeleton',
  cycle: 'skeleton',
  appeals: 'skeleton',
  threats: 'skeleton',
  // Ids and numbers: by them whoever has the duty sees which body waits for its notice.
  minors: 'skeleton',
  team: 'skeleton',
  // Of a case with signs of violence nobody sees the skeleton alone.
  violenceSince: 'skeleton',
  emergencies: 'skeleton',
  earlierCycles: 'skeleton',
  unconfirmedCycle: 'skeleton',
  completedOn: 'skeleton',
  closure: 'skeleton',
  monitoringContacts: 'skeleton',
  nextMoment: 'skeleton',
  duties: 'skeleton',
  inbox: 'skeleton',
  hidden: 'skeleton',
  violence: 'plan',
  // In which room somebody is: of a threatened family whoever reads nothing else of it must not read that.
  stays: 'address',
  consent: 'plan',
  grounds: 'plan',
  ipr: 'plan',
  measures: 'plan',
  revisions: 'plan',
  dispatches: 'plan',
  reports: 'plan',
  // That a person of it is somewhere else.
  transfers: 'identity',
  familyCode: 'plan',
  persons: 'identity',
  narratives: 'narrative',
};

export function hiddenFrom(fields: ReadonlySet<Field>): Field[] {
  return FIELDS.filter((field) => !fields.has(field));
}

/** Lists become empty and values go; `hidden` says that it is so because of the reader, and not of the case. */
export function masked(body: Body, fields: ReadonlySet<Field>): Body {
  const members = Object.entries(body).map(([member, value]) => [member, fields.has(FIELD_OF[member as keyof Body]) ? value : emptied(value)]);
  const shown = Object.fromEntries(members) as Body;
  return { ...shown, persons: shown.persons.map((person) => withoutAddress(person, fields)), hidden: hiddenFrom(fields) };
}

function emptied(value: unknown): unknown {
  return Array.isArray(value) ? [] : undefined;
}

function withoutAddress({ address, ...person }: Body['persons'][number], fields: ReadonlySet<Field>): Body['persons'][number] {
  return address === undefined || !fields.has('address') ? person : { ...person, address };
}
