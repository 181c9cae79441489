/** 256-26, P28: when two notices begin, to whom they go, and which admission needs none because its appeal has brought them. */
import type { Instant } from '../../../law/calendar.js';
import type { Moment } from '../../decision.js';
import { nobodyFor } from '../../effects.js';
import type { Fact } from '../../facts.js';
import type { Known, Reference } from '../../references.js';
import type { CaseState } from '../../state.js';
import { NOTIFIED_BODIES, type LocalBodies, type MinorsFacts, type MinorsNotice, type MinorsOccasion, type StayAsked } from './facts.js';

/** What must be looked up before notices can be ordered: the children, and the bodies of the Center's own territory. */
export function referencesOfNotices(children: readonly string[]): Reference[] {
  return [...children.map((id): Reference => ({ to: 'member', id })), ...NOTIFIED_BODIES.map((id): Reference => ({ to: 'localBody', id }))];
}

/**
 * Who of those who are admitted is a child on the legal day of the case. Of whose birth nothing is known is taken for the
 * grown-up with whom the children come, unless an appeal has named them among the children.
 */
function childrenAmong(persons: readonly string[], { appeals }: CaseState, { member }: Known): string[] {
  const named = new Set(appeals.flatMap(({ stay }) => stay?.children ?? []));
  return persons.filter((id) => member[id]?.isChild ?? named.has(id));
}

/**
 * An appeal that asks for a stay with children is the earliest provable instant (P28): the notices run from its registration.
 * @param journalNumber of the case: by it and a count of their own the notices are numbered
 */
export function occasionOfAppeal(
  of: { appealId: string; stay?: StayAsked; registeredAt: Instant; journalNumber: string; earlier: readonly MinorsOccasion[] },
  newId: () => string,
): Fact[] {
  const { appealId, stay, registeredAt, journalNumber, earlier } = of;
  if (stay === undefined || stay.children.length === 0) return [];
  const notices = noticesFor({ journalNumber, earlier }, stay.bodies, newId);
  return begun({ occasionId: appealId, by: 'appeal', children: stay.children, notices }, registeredAt);
}

export interface AdmissionOfChildren {
  stayId: string;
  /** All who are admitted; who is no child is left out here. */
  persons: readonly string[];
  /** The appeal on which they are admitted. Without it: whichever asked for a stay and has led to none. */
  appealId?: string;
  /** When it was, where it is recorded later. */
  at?: Instant;
}

/**
 * The facts of an admission together with children, for the command that admits (its row names `referencesOfNotices`, too).
 * An appeal of the same occasion has begun its notices already, and what they tell is not told twice; a child of whom they
 * did not tell has notices of its own. The next admission finds no such appeal, and is another occasion.
 * @returns nothing where no child comes along
 */
export function occasionOfAdmission(state: CaseState, admission: AdmissionOfChildren, { known, newId }: Pick<Moment, 'known' | 'newId'>): Fact[] {
  const { stayId, persons, appealId, at } = admission;
  const children = childrenAmong(persons, state, known);
  if (children.length === 0 || state.minors.some(({ occasionId }) => occasionId === stayId)) return [];
  const asking = state.minors.filter(
    ({ by, occasionId, admittedTo }) => by === 'appeal' && admittedTo === undefined && (appealId === undefined || occasionId === appealId),
  );
  const told = new Set(asking.flatMap((occasion) => occasion.children));
  const isTold = children.every((child) => told.has(child));
  const notices = isTold ? [] : noticesFor(numberingOf(state), bodiesIn(known), newId);
  const named = isTold ? children : children.filter((child) => !told.has(child));
  const askedBy = asking.map(({ occasionId }) => occasionId);
  return begun({ occasionId: stayId, by: 'admission', children: named, notices, ...(askedBy.length === 0 ? {} : { askedBy }) }, at);
}

/** The operator has the notices sent for a threat with a child (P28). */
export function occasionOfThreat(state: CaseState, responseId: string, children: readonly string[], { known, newId }: Pick<Moment, 'known' | 'newId'>): Fact[] {
  return begun({ occasionId: responseId, by: 'threat', children, notices: noticesFor(numberingOf(state), bodiesIn(known), newId) });
}

interface Numbering {
  journalNumber: string;
  earlier: readonly MinorsOccasion[];
}

export function numberingOf({ appeals, minors }: CaseState): Numbering {
  return { journalNumber: appeals[0]?.journalNumber ?? '', earlier: minors };
}

function bodiesIn({ localBody }: Known): LocalBodies {
  return Object.fromEntries(NOTIFIED_BODIES.flatMap((body) => (localBody[body] === undefined ? [] : [[body, localBody[body].organisationId]])));
}

function noticesFor({ journalNumber, earlier }: Numbering, bodies: LocalBodies, newId: () => string): MinorsNotice[] {
  const before = earlier.reduce((count, { notices }) => count + notices.length, 0);
  return NOTIFIED_BODIES.map((to, place) => ({
    key: newId(),
    kind: 'minors_notice',
    agency: bodies[to] ?? nobodyFor(to),
    measureIds: [],
    number: `${journalNumber}/${before + place + 1}`,
    to,
  }));
}

/** Where the directory has nobody the notice is given to people at once: its clock runs all the same. */
function begun(data: MinorsFacts['MinorsOccasionBegun'], at?: Instant): Fact[] {
  const onPaper = data.notices.filter(({ agency, to }) => agency === nobodyFor(to));
  return [
    { type: 'MinorsOccasionBegun', data, ...(at === undefined ? {} : { occurredAt: at }) },
    ...onPaper.map(({ key, agency }): Fact => ({ type: 'DispatchGivenUp', data: { key, dispatch: 'minors_notice', agency, reason: 'no_organisation' } })),
  ];
}
