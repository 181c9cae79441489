/** What the case keeps of the signs, of the help and of the identification, and how a fact changes it: 256 п.11, п.23, п.24. */
import type { Instant, LegalDay } from '../../../law/calendar.js';
import type { CaseState } from '../../state.js';
import type { PaperReceipt } from '../execution/facts.js';

/** Who told of the signs: the person, whoever records them, a state body, a relative, somebody else. */
export const TOLD_BY = ['self', 'employee', 'body', 'relative', 'other'] as const;

export type ToldBy = (typeof TOLD_BY)[number];

/** 256-23-1 (the first three), 256-23-2 (the next two), 256-23-3, 256-23-4. */
export const HELP_KINDS = ['information', 'legal', 'psychological', 'employment', 'training', 'medical_care', 'state_support'] as const;

export type HelpKind = (typeof HELP_KINDS)[number];

/** What came of an offer: it was given, it was not wanted (256-11), or the person was sent on to who gives it. */
export const HELP_RESULTS = ['given', 'refused', 'referred'] as const;

export type HelpResult = (typeof HELP_RESULTS)[number];

/** Who gave it, or to whom the person was sent on: a colleague of the Center, or an organisation of the directory with what it is there for. */
export type HelpGiver = { colleague: string } | { organisation: string; function: string };

export interface ViolenceSigns {
  toldBy: ToldBy;
  noticedAt: Instant;
  recordedAt: Instant;
  noteId: string;
}

/** Also the data of its fact, which rows of the law read by the names of their fields: no interface. */
export type HelpItem = {
  helpId: string;
  kind: HelpKind;
  by: HelpGiver;
  on: LegalDay;
  result: HelpResult;
  noteId?: string;
};

/** 256-24: a person is redirected to an organisation, which says whether they are a victim. */
export interface Identification {
  referralId: string;
  /** Of the family; the organisation is told of nobody else. */
  personId: string;
  agency: string;
  /** What that organisation is there for, as the directory said. */
  function: string;
  supportKind: string;
  serviceCode?: string;
  orderedAt: Instant;
  /** When the organisation took it, by wire or on paper. */
  takenAt?: Instant;
  /** Nobody is told of it any more: the person refused, or is redirected elsewhere. */
  withdrawnAt?: Instant;
  answer?: { answerId: string; receivedAt: Instant; identified: boolean; paper?: PaperReceipt };
}

export interface IdentificationRefusal {
  personId: string;
  refusedAt: Instant;
  noteId?: string;
}

/** What the case keeps beside `violenceSince`. */
export interface ViolenceRecord {
  signs?: ViolenceSigns;
  help: readonly HelpItem[];
  identifications: readonly Identification[];
  refusals: readonly IdentificationRefusal[];
}

export const NOTHING_RECORDED: ViolenceRecord = { help: [], identifications: [], refusals: [] };

/** The organisation has it: when, of whichever message told it. */
export function withTaken(state: CaseState, key: string, at: Instant): CaseState {
  const dispatch = state.dispatches.find((candidate) => candidate.key === key);
  if (dispatch?.kind !== 'identification_referral' || dispatch.strandId === undefined) return state;
  return updateIdentification(state, dispatch.strandId, ({ takenAt = at }) => ({ takenAt }));
}

export function updateIdentification(state: CaseState, referralId: string, change: (each: Identification) => Partial<Identification>): CaseState {
  return withRecord(state, ({ identifications }) => ({
    identifications: identifications.map((each) => (each.referralId === referralId ? { ...each, ...change(each) } : each)),
  }));
}

export function withRecord(state: CaseState, change: (record: ViolenceRecord) => Partial<ViolenceRecord>): CaseState {
  return { ...state, violence: { ...state.violence, ...change(state.violence) } };
}
