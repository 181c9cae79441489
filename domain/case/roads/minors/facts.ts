/** 256-26, P28: what sets the two written notices about minor children going. That they were taken is a fact of whatever is sent. */
import type { Instant } from '../../../law/calendar.js';
import type { EntryOf } from '../../facts.js';
import type { FactRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import { ordered, type DispatchRequest } from '../execution/facts.js';

/** Whom п.26 names, as functions of the directory: the law-enforcement body and that of guardianship. */
export const NOTIFIED_BODIES = ['internal_affairs', 'guardianship'] as const;

export type NotifiedBody = (typeof NOTIFIED_BODIES)[number];

/** The organisations of the Center's own territory by what they are there for; where the directory has none, none. */
export type LocalBodies = Readonly<Partial<Record<NotifiedBody, string>>>;

/** What an appeal says of a stay; who the children are stands in the tables of personal data. */
export interface StayAsked {
  /** Who comes along and is a child on the legal day of the appeal. */
  children: readonly string[];
  bodies: LocalBodies;
}

/** A notice is known by the key under which it is sent. */
export interface MinorsNotice extends DispatchRequest {
  number: string;
  to: NotifiedBody;
}

/** By what the children come to the Center; `threat`: the operator has the notices sent. */
export type OccasionKind = 'appeal' | 'admission' | 'threat';

export interface MinorsFacts {
  MinorsOccasionBegun: {
    /** Of an appeal its id, of an admission the id of the stay, of a threat that of its response. */
    occasionId: string;
    by: OccasionKind;
    children: readonly string[];
    /** None where the notices of an earlier appeal tell of all of them. */
    notices: readonly MinorsNotice[];
    /** Of an admission: the occasions of the appeals that asked for it. */
    askedBy?: readonly string[];
  };
}

/** Children come to the Center: by an appeal for a stay, an admission, or a threat. Two are two. */
export interface MinorsOccasion {
  occasionId: string;
  by: OccasionKind;
  begunAt: Instant;
  children: readonly string[];
  notices: readonly Pick<MinorsNotice, 'key' | 'number' | 'to'>[];
  /** Of an appeal: the stay to which it has led. */
  admittedTo?: string;
}

export const MINORS_FACTS: FactRows<keyof MinorsFacts> = { MinorsOccasionBegun: withOccasion };

function withOccasion(state: CaseState, { data, occurredAt, seq }: EntryOf<'MinorsOccasionBegun'>): CaseState {
  const { occasionId, by, children, notices, askedBy = [] } = data;
  const before = state.minors.map((each) => (askedBy.includes(each.occasionId) ? { ...each, admittedTo: occasionId } : each));
  const begun: MinorsOccasion = { occasionId, by, begunAt: occurredAt, children, notices: notices.map(({ key, number, to }) => ({ key, number, to })) };
  const sent = notices.map(({ number: _number, to: _to, ...request }) => request);
  return { ...state, minors: [...before, begun], dispatches: [...state.dispatches, ...ordered(sent, seq)] };
}
