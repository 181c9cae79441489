/** What happens in a temporary stay (256 п.25, J-EV-TEMP): each event with the order by which it happened. */
import type { EntryOf } from '../../facts.js';
import type { FactRows } from '../../road.js';
import type { CaseState } from '../../state.js';
import type { Placed, PremisesChecklist, Stay, StayBasis, StayOrder, StayStanding } from './stay.js';

/** An event of a stay: by which order, and why, by a code of the list `stay_reason`. */
export type StayEvent = Readonly<{ stayId: string; order: StayOrder; reason: string }>;

export interface StayFacts {
  /** 256 п.25: the decision of the Center; its month runs from here (256-23-5). The minors among them are `children` (256-26). */
  StayAdmitted: {
    stayId: string;
    /** P27: from the second on the head and the coordinator hear of it at once. */
    decision: number;
    basis: StayBasis;
    persons: readonly Placed[];
    children: readonly string[];
    violence: boolean;
    returned: boolean;
    /** 256-25-3: who pays. */
    paidBy: 'budget';
    order: StayOrder;
    /** P32: where they are in fact, in the words of who admits them. */
    locationId: string;
    checklist: PremisesChecklist;
  };
  /** J-EV-TEMP: they have come; the registration card follows the medical examination and the sanitary treatment. */
  StayArrived: { stayId: string; medicalExamination: boolean; sanitaryTreatment: boolean };
  StayLeftForAWhile: StayEvent & { noteId?: string };
  /** J-RETURN: «қайта оралды». */
  StayReturned: { stayId: string; order: StayOrder };
  /** Where to, in the words of who lets them go: of a victim it never leaves the Center (P43). */
  StayLeft: StayEvent & { destinationId?: string };
  StayTransferred: StayEvent & { organisation: string; function: string; destinationId?: string };
  /** They have not come, and are not awaited any more. */
  StayCancelled: StayEvent;
}

export const STAY_FACT_TYPES = [
  'StayAdmitted',
  'StayArrived',
  'StayLeftForAWhile',
  'StayReturned',
  'StayLeft',
  'StayTransferred',
  'StayCancelled',
] as const satisfies readonly (keyof StayFacts)[];

export const STAY_FACTS: FactRows<keyof StayFacts> = {
  StayAdmitted: withAdmission,
  StayArrived: (state, { data }) => standingAt(state, data.stayId, { standing: 'inside' }),
  StayLeftForAWhile: (state, { data }) => standingAt(state, data.stayId, { standing: 'away' }),
  StayReturned: (state, { data }) => standingAt(state, data.stayId, { standing: 'inside' }),
  StayLeft: (state, entry) => ended(state, entry, 'left'),
  StayTransferred: (state, entry) => ended(state, entry, 'transferred'),
  StayCancelled: (state, entry) => ended(state, entry, 'cancelled'),
};

function withAdmission(state: CaseState, { data, occurredAt }: EntryOf<'StayAdmitted'>): CaseState {
  const { stayId, decision, basis, persons, children, violence, returned } = data;
  const stay: Stay = { stayId, decision, standing: 'admitted', basis, persons, children, violence, returned, admittedAt: occurredAt };
  return { ...state, stays: [...state.stays, stay] };
}

function ended(state: CaseState, { data, occurredAt }: EntryOf<'StayLeft' | 'StayTransferred' | 'StayCancelled'>, standing: StayStanding): CaseState {
  return standingAt(state, data.stayId, { standing, endedAt: occurredAt });
}

function standingAt(state: CaseState, stayId: string, change: Partial<Stay>): CaseState {
  return { ...state, stays: state.stays.map((stay) => (stay.stayId === stayId ? { ...stay, ...change } : stay)) };
}
